// What one record may grow to, and what one that cannot be read costs, over Solo's real stores.
#include "gallery/bounds.h"

#include <gmock/gmock.h>

#include "catalog/catalog.h"
#include "gallery/photos.h"
#include "gallery/reindex.h"
#include "gallery/sweep.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Ref;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BoundsTest : public testing::LibraryTest {
protected:
    [[nodiscard]] Viewer as(const Id& id, Role role = Role::member) {
        User user;
        user.id = id;
        user.role = role;
        Viewer viewer;
        viewer.user = std::move(user);
        return viewer;
    }
    [[nodiscard]] Viewer owner() { return as(owner_); }
    [[nodiscard]] Viewer stranger() { return as(make_id(clock_, random_)); }
    [[nodiscard]] Viewer administrator() { return as(make_id(clock_, random_), Role::admin); }

    Result<Photo> change(const Ref& ref, PhotoChange asked) {
        return result_of(gallery_->photos().change(owner(), ref.id, std::move(asked), std::nullopt));
    }
    Result<Photo> set_tags(const Ref& ref, std::vector<std::string> tags) {
        PhotoChange asked;
        asked.tags = std::move(tags);
        return change(ref, std::move(asked));
    }
    /// A hundred tags of a hundred characters of four bytes each: as many and as long as may be set at once.
    static std::vector<std::string> long_tags(int round) {
        std::vector<std::string> tags;
        for (int i = 0; i < 100; ++i) {
            std::string tag = std::to_string(round * 1000 + i) + " ";
            while (tag.size() < 6) tag += "-";
            for (int length = 6; length < 100; ++length) tag += "\U0001F4F7";
            tags.push_back(std::move(tag));
        }
        return tags;
    }
    /// Tags and takes off until it is refused; how often it was taken.
    int fill(const Ref& ref) {
        for (int round = 0; round < 99; ++round) {
            auto changed = set_tags(ref, long_tags(round));
            if (changed) continue;
            EXPECT_EQ(changed.error().kind, ErrorKind::invalid);
            EXPECT_THAT(changed.error().message, HasSubstr("30 days"));
            return round;
        }
        return 99;
    }
    [[nodiscard]] std::size_t removed_in(const catalog::Truth& truth) {
        return truth.facts.fields.size() - catalog::without_removed(truth).facts.fields.size();
    }
    /// Its facts are more than any reader takes, as an older release could make them.
    void make_unreadable(const Ref& ref) {
        put(keys(Ledger::prefix(ref) + "f/").at(0), "{\"schema\":1,\"fields\":{\"x\":[\"" +
                                                        std::string(std::size_t{5} << 20, 'x') +
                                                        "\",1,\"0000000000000001\"]}}");
    }
    Result<void> purge_as(Viewer viewer, const Ref& ref) {
        return result_of(gallery_->photos().purge(std::move(viewer), ref.id, std::nullopt));
    }
    std::vector<std::string> findings() {
        std::vector<std::string> found;
        ask(verify(*gallery_, {}, [&](const Finding& finding) {
            if (finding.kind != Finding::Kind::note) found.push_back(finding.key);
        }));
        return found;
    }
};

TEST_F(BoundsTest, WhateverIsTaggedAndUntaggedTheFactsCanBeReadAndThePhotoChangedTrashedAndDeleted) {
    const auto ref = add_photo();
    const int rounds = fill(ref);
    EXPECT_GT(rounds, 1) << "ordinary use must be far from it";
    EXPECT_LT(rounds, 99);
    const auto truth = ask(gallery_->ledger().read(ref)).truth;
    EXPECT_LE(catalog::encode(truth.facts).size(), kMostRecordBytes);
    // What it has or had can be set, and all that is no growth be done.
    ASSERT_TRUE(set_tags(ref, {}));
    EXPECT_TRUE(set_tags(ref, long_tags(0)));
    EXPECT_FALSE(set_tags(ref, long_tags(99)));
    EXPECT_TRUE(set_tags(ref, {}));
    PhotoChange hidden;
    hidden.visibility = Visibility::public_;
    hidden.favourite = true;
    hidden.title = "A short title";
    EXPECT_TRUE(change(ref, hidden));
    EXPECT_TRUE(result_of(gallery_->photos().trash(owner(), ref.id, std::nullopt)));
    EXPECT_TRUE(result_of(gallery_->photos().restore(owner(), ref.id)));
    EXPECT_LE(catalog::encode(entry(ref)->truth.facts).size(), kMostRecordBytes + 1000);
    clock_.advance(std::chrono::hours(1));
    EXPECT_TRUE(ask(reindex(*gallery_, {})).damaged.empty());
    EXPECT_TRUE(purge_as(owner(), ref));
}

TEST_F(BoundsTest, ManyShortTagsEndAtABoundOfTheirNumber) {
    const auto ref = add_photo();
    int rounds = 0;
    for (; rounds < 60; ++rounds) {
        std::vector<std::string> tags;
        for (int i = 0; i < 100; ++i) tags.push_back(std::to_string(rounds * 100 + i));
        if (!set_tags(ref, std::move(tags))) break;
    }
    EXPECT_LT(rounds, 60);
    EXPECT_LE(entry(ref)->truth.facts.fields.size(), kMostRecordFields);
}

TEST_F(BoundsTest, WhatWasTakenOffIsForgottenAfterAMonthAndMakesRoom) {
    const auto ref = add_photo();
    fill(ref);
    ASSERT_TRUE(set_tags(ref, {}));
    clock_.advance(std::chrono::days(29));
    EXPECT_FALSE(set_tags(ref, long_tags(99)));
    clock_.advance(std::chrono::days(2));
    const auto changed = set_tags(ref, long_tags(99));
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->tags.size(), 100U);
    EXPECT_EQ(removed_in(ask(gallery_->ledger().read(ref)).truth), 0U);
    EXPECT_EQ(removed_in(entry(ref)->truth), 0U) << "the catalog forgets it too";
    EXPECT_TRUE(agrees(ref));
    EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(BoundsTest, WhatWasTakenOffIsNotForgottenWhileAnotherObjectLiesBesideIt) {
    const auto ref = add_photo();
    ASSERT_TRUE(set_tags(ref, {"a"}));
    const auto older = keys(Ledger::prefix(ref) + "f/").at(0);
    const auto content = ask(store_->get(older));
    ASSERT_TRUE(set_tags(ref, {}));
    clock_.advance(std::chrono::days(31));
    put(older, content);  // its deletion was lost
    edit(ref, "title", "second");
    EXPECT_EQ(removed_in(ask(gallery_->ledger().read(ref)).truth), 1U);
    edit(ref, "title", "third");
    EXPECT_EQ(removed_in(ask(gallery_->ledger().read(ref)).truth), 0U);
}

TEST_F(BoundsTest, TheRevisionDoesNotDependOnWhatIsForgotten) {
    const auto ref = add_photo();
    const auto before = photo_of(ref.id, entry(ref)->truth).revision;
    const auto tagged = set_tags(ref, {"a"}).value().revision;
    EXPECT_NE(tagged, before);
    const auto untagged = set_tags(ref, {}).value().revision;
    EXPECT_NE(untagged, tagged);
    auto forgotten = entry(ref)->truth;
    forgotten = catalog::without_removed(std::move(forgotten));
    EXPECT_EQ(photo_of(ref.id, forgotten).revision, untagged);
}

TEST_F(BoundsTest, ARecordThatCannotBeReadCostsThatRecord) {
    const auto large = add_photo();
    const auto broken = add_photo();
    const auto newer = add_photo();
    const auto gone = add_photo();
    const auto right = add_photo();
    clock_.advance(std::chrono::hours(1));
    make_unreadable(large);
    put(keys(Ledger::prefix(broken) + "f/").at(0), "{\"schema\":1,\"fields\":");
    put(keys(Ledger::prefix(newer) + "f/").at(0), "{\"schema\":99,\"fields\":{}}");
    // A name without a file: a folder shows it, and nothing is there.
    const auto dangling = keys(Ledger::prefix(gone) + "f/").at(0);
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_ / "blobs")) {
        if (file.path().string().find(gone.id.text()) == std::string::npos) continue;
        if (!file.path().filename().string().starts_with("f,")) continue;
        std::filesystem::remove(file.path());
        std::filesystem::create_symlink("nowhere", file.path());
        break;
    }
    for (const auto& ref : {large, broken, newer, gone, right}) set_entry(ref, std::nullopt);
    ask(catalog_->intend(large));
    EXPECT_EQ(ask(settle_interrupted(*gallery_)), 1U);
    EXPECT_THAT(ask(catalog_->unsettled()), IsEmpty());
    EXPECT_EQ(ask(sweep(*gallery_)).damaged, 4U);
    const auto report = ask(reindex(*gallery_, {}));
    EXPECT_EQ(report.unreadable, 4U);
    EXPECT_TRUE(agrees(right));
    EXPECT_THAT(findings(),
                ::testing::UnorderedElementsAre(text_of(large), text_of(broken), text_of(newer), text_of(gone)));
}

TEST_F(BoundsTest, WhatCannotBeReadCannotBeChangedAndItsOwnerMayDeleteIt) {
    const auto ref = add_photo();
    make_unreadable(ref);
    const auto trashed = result_of(gallery_->photos().trash(owner(), ref.id, std::nullopt));
    ASSERT_FALSE(trashed);
    EXPECT_EQ(trashed.error().kind, ErrorKind::unprocessable);
    EXPECT_THAT(trashed.error().message, HasSubstr("deleted for good"));
    EXPECT_EQ(purge_as(stranger(), ref).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(purge_as(owner(), ref));
    EXPECT_THAT(keys(Ledger::prefix(ref)), ElementsAre(Ledger::prefix(ref) + "tomb"));
    EXPECT_TRUE(entry(ref)->truth.purged);
}

TEST_F(BoundsTest, WhatTheCatalogDoesNotKnowEitherAnAdministratorMayDelete) {
    const auto ref = add_photo();
    make_unreadable(ref);
    set_entry(ref, std::nullopt);
    EXPECT_EQ(purge_as(owner(), ref).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(purge_as(administrator(), ref));
    EXPECT_THAT(keys(Ledger::prefix(ref)), ElementsAre(Ledger::prefix(ref) + "tomb"));
    EXPECT_EQ(purge_as(administrator(), {Kind::photo, make_id(clock_, random_)}).error().kind, ErrorKind::not_found);
}

TEST_F(BoundsTest, TheLargestStampThereCanBeIsFollowedByALargerOne) {
    const auto ref = add_photo();
    auto record = entry(ref)->truth.facts;
    const catalog::Stamp last{std::numeric_limits<std::int64_t>::max(), 7};
    record.set("title", "from the end of time", last);
    put(Ledger::prefix(ref) + "f/" + last.text() + ".json", catalog::encode(record));
    EXPECT_EQ(edit(ref, "title", "now").string("title"), "now");
    EXPECT_EQ(ask(gallery_->ledger().read(ref)).truth.string("title"), "now");
}

}  // namespace
}  // namespace cadre::gallery
