#include "find/match.h"

#include <gtest/gtest.h>

namespace cadre::find {
namespace {

using Fields = std::vector<std::string>;

Id id_at(std::uint8_t number) {
    Id id;
    id.bytes[15] = number;
    return id;
}
const Id kOwner = id_at(1), kOneAlbum = id_at(9);

Document beach() {
    Document document;
    document.id = id_at(2);
    document.owner = kOwner;
    document.at = 1'721'000'000;  // 14 July 2024
    document.title = "Une plage, l'été";
    document.caption = "Le bateau rouge d'Anna";
    document.tags = {"Bord de mer", "été"};
    document.albums = {kOneAlbum};
    document.camera = "NIKON D750";
    document.lens = "24-70mm f/2.8";
    document.iso = 800;
    document.aperture = 2.8;
    document.filename = "DSC_0042.JPG";
    return document;
}

std::optional<Fields> why(std::string_view question, const Document& document = beach()) {
    return match(parse_question(question).value(), document, {kOwner, {{kOneAlbum, "Vacances à Brest"}}});
}

TEST(Match, SaysByWhichFields) {
    EXPECT_EQ(why("plages"), Fields{"title"});
    EXPECT_EQ(why("ete"), (Fields{"title", "tags"}));
    EXPECT_EQ(why("rouge mer"), (Fields{"caption", "tags"}));
    EXPECT_EQ(why("vacance"), Fields{"album"});
    EXPECT_EQ(why("nikon iso:>400"), (Fields{"camera", "iso"}));
    EXPECT_EQ(why("dsc_00"), Fields{"filename"});
    EXPECT_EQ(why("f:2.8 lens:70mm"), (Fields{"aperture", "lens"}));
    EXPECT_EQ(why("2024"), Fields{"date"});
    EXPECT_EQ(why("juillet 2024"), Fields{"date"});
    EXPECT_EQ(why(""), Fields{});
    EXPECT_EQ(why("-montagne"), Fields{});
}

TEST(Match, TakesNoPartOfAWordNorWordsApart) {
    EXPECT_FALSE(why("lage"));
    EXPECT_FALSE(why("\"plag\""));
    EXPECT_TRUE(why("\"bateau rouge\""));
    EXPECT_FALSE(why("\"rouge bateau\""));
    EXPECT_FALSE(why("\"mer ete\"")) << "they are two tags";
    EXPECT_FALSE(why("tag:mer")) << "a tag is meant whole";
    EXPECT_TRUE(why("tag:\"bord de mer\""));
    EXPECT_FALSE(why("dsc_01"));
}

TEST(Match, IsForThoseWhoSeeIt) {
    const auto question = parse_question("plage").value();
    EXPECT_FALSE(match(question, beach(), {}));
    EXPECT_FALSE(match(question, beach(), {id_at(3), {}}));
    EXPECT_TRUE(match(question, beach(), {id_at(3), {{kOneAlbum, ""}}}));
    auto shown = beach();
    shown.everybody = true;
    EXPECT_TRUE(match(question, shown, {}));
}

}  // namespace
}  // namespace cadre::find
