#include "base/codes.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "base/result.h"

namespace cadre {
namespace {

TEST(Codes, EachIsFoundByItsNameAndSaysSomethingInBothLanguages) {
    std::set<std::string_view> names;
    int before = 400;
    for (const auto& entry : codes_table()) {
        SCOPED_TRACE(entry.name);
        EXPECT_TRUE(names.insert(entry.name).second);
        EXPECT_EQ(entry.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos);
        EXPECT_EQ(parse_code(entry.name), entry.code);
        EXPECT_EQ(name_of(entry.code), entry.name);
        EXPECT_EQ(address_of(entry.code), "/problems/" + std::string(entry.name));
        EXPECT_GE(entry.status, before) << "in the order of statuses";
        EXPECT_LT(entry.status, 600);
        before = entry.status;
        for (const auto& words : {entry.en, entry.fr}) {
            EXPECT_FALSE(words.title.ends_with('.'));
            EXPECT_GT(words.title.size(), 5U);
            EXPECT_TRUE(words.text.ends_with('.')) << words.text;
        }
        EXPECT_NE(entry.en.text, entry.fr.text);
    }
    EXPECT_FALSE(parse_code("photo_not_found"));
    EXPECT_FALSE(parse_code(""));
}

TEST(Codes, AnErrorHasThatOfItsKindUnlessItSaysMore) {
    EXPECT_EQ(code_of(Error{ErrorKind::not_found, ""}), Code::not_found);
    EXPECT_EQ(code_of(Error{Code::photo_not_found, ""}), Code::photo_not_found);
    EXPECT_EQ((Error{Code::photo_not_found, ""}.kind), ErrorKind::not_found);
    Error turned{Code::photo_not_found, ""};
    turned.kind = ErrorKind::unavailable;
    EXPECT_EQ(code_of(turned), Code::unavailable) << "what is acted on and what is told agree";
}

TEST(Codes, EveryKindHasACodeOfItsKind) {
    for (const auto kind : {ErrorKind::invalid, ErrorKind::unauthenticated, ErrorKind::forbidden, ErrorKind::not_found,
                            ErrorKind::conflict, ErrorKind::precondition_failed, ErrorKind::too_large,
                            ErrorKind::unsupported, ErrorKind::unprocessable, ErrorKind::too_many, ErrorKind::internal,
                            ErrorKind::unavailable, ErrorKind::no_space})
        EXPECT_EQ(kind_of_status(entry_of(code_of(Error{kind, ""})).status), kind);
}

TEST(Codes, TheReferencePageIsWhatTheTableSays) {
    std::ifstream file(CADRE_PROBLEMS_PAGE);
    const std::string page(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(page, codes_reference()) << "Update it: build/cadre config --problems > docs/reference/problems.md";
}

}  // namespace
}  // namespace cadre
