// Tags that are renamed, joined and taken off: whatever happens meanwhile, no other edit is lost, and it ends.
#include "gallery/tag_changes.h"

#include <gmock/gmock.h>

#include "gallery/photos.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using ::testing::ElementsAre;

class TagChangesTest : public testing::LibraryTest {
protected:
    TagChangesTest() {
        add_owner();
        viewer_.user.emplace();
        viewer_.user->id = owner_;
    }
    Id tagged(std::vector<std::string> tags, const std::string& bytes) {
        const auto ref = add_photo(bytes);
        PhotoChange change;
        change.tags = std::move(tags);
        ask(gallery_->photos().change(viewer_, ref.id, std::move(change), std::nullopt));
        return ref.id;
    }
    std::vector<std::string> tags_of(const Id& id) {
        return photo_of(id, entry({catalog::Kind::photo, id})->truth).tags;
    }
    TagChanges changes() { return TagChanges(*gallery_); }
    Result<std::uint64_t> change(std::string tag, std::string to) {
        return result_of(changes().ask(viewer_, {std::move(tag), std::move(to)}));
    }
    void run() {
        for (int i = 0; i < 1'000; ++i)
            if (ask(changes().step(owner_))) return;
        FAIL() << "it does not end";
    }

    Viewer viewer_;
};

TEST_F(TagChangesTest, ATagIsRenamedAndJoinedEverywhereAlsoInTheTrash) {
    const auto one = tagged({"sea", "boat"}, "1"), both = tagged({"sea", "Sea"}, "2"), none = tagged({"boat"}, "3");
    const auto thrown = tagged({"sea"}, "4");
    ask(gallery_->photos().trash(viewer_, thrown, std::nullopt));
    EXPECT_EQ(value(change("sea", "Sea")), 2U);
    run();
    EXPECT_THAT(tags_of(one), ElementsAre("Sea", "boat"));
    EXPECT_THAT(tags_of(both), ElementsAre("Sea"));
    EXPECT_THAT(tags_of(none), ElementsAre("boat"));
    EXPECT_THAT(tags_of(thrown), ElementsAre("Sea"));
    EXPECT_EQ(ask(changes().queue_pending()), 0U) << "nothing is left of it in the facts";
    EXPECT_TRUE(agrees({catalog::Kind::user, owner_}));
}

TEST_F(TagChangesTest, ATagIsTakenOff) {
    const auto photo = tagged({"sea", "boat"}, "1");
    EXPECT_EQ(value(change("sea", "")), 1U);
    run();
    EXPECT_THAT(tags_of(photo), ElementsAre("boat"));
}

TEST_F(TagChangesTest, SeveralGoOnInTheirOrder) {
    const auto first = tagged({"a"}, "1"), second = tagged({"b"}, "2");
    value(change("a", "b"));
    value(change("b", "c"));
    run();
    EXPECT_THAT(tags_of(first), ElementsAre("c"));
    EXPECT_THAT(tags_of(second), ElementsAre("c"));
}

TEST_F(TagChangesTest, WhatIsEditedMeanwhileIsNotLost) {
    std::vector<Id> photos;
    for (int i = 0; i < 20; ++i) photos.push_back(tagged({"sea"}, std::to_string(i)));
    value(change("sea", "Sea"));
    const Id late = tagged({"boat"}, "late");
    for (int i = 0; i < 1'000; ++i) {
        PhotoChange other;
        other.add_tags.push_back("new");
        if (i < 20) {
            other.title = "title";
            ask(gallery_->photos().change(viewer_, photos[static_cast<std::size_t>(19 - i)], std::move(other),
                                          std::nullopt));
        }
        if (i == 1) {
            PhotoChange tag;
            tag.add_tags.push_back("sea");
            ask(gallery_->photos().change(viewer_, late, std::move(tag), std::nullopt));
        }
        if (ask(changes().step(owner_)) && i >= 20) break;
    }
    EXPECT_THAT(tags_of(late), ElementsAre("Sea", "boat")) << "it was given the tag before that had ended";
    for (const auto& id : photos) {
        EXPECT_THAT(tags_of(id), ElementsAre("Sea", "new"));
        EXPECT_EQ(photo_of(id, entry({catalog::Kind::photo, id})->truth).title, "title");
    }
}

TEST_F(TagChangesTest, AJobThatBreaksOffIsDoneAgainAndOneThatIsLostIsQueuedAgain) {
    std::vector<Id> photos;
    for (int i = 0; i < 10; ++i) photos.push_back(tagged({"sea"}, std::to_string(i)));
    value(change("sea", "Sea"));
    EXPECT_EQ(ask(changes().queue_pending()), 1U);
    blobs_->allowed_puts = 4;
    EXPECT_EQ(result_of(changes().step(owner_)).error().kind, ErrorKind::unavailable);
    blobs_->allowed_puts = -1;
    EXPECT_EQ(ask(changes().queue_pending()), 1U);
    run();
    for (const auto& id : photos) EXPECT_THAT(tags_of(id), ElementsAre("Sea"));
}

TEST_F(TagChangesTest, OnlyOnesOwnPhotosAreMeantAndWhatIsWrongIsRefused) {
    const auto photo = tagged({"sea"}, "1");
    Viewer stranger;
    stranger.user.emplace();
    stranger.user->id = make_id(clock_, random_);
    EXPECT_EQ(result_of(changes().ask(stranger, {"sea", "x"})).error().kind, ErrorKind::not_found);
    EXPECT_EQ(code_of(result_of(changes().ask(Viewer{}, {"sea", "x"})).error()), Code::not_logged_in);
    EXPECT_EQ(change("boat", "x").error().kind, ErrorKind::not_found);
    EXPECT_EQ(code_of(change("sea", std::string(kMaxTag + 1, 'x')).error()), Code::invalid_fields);
    EXPECT_EQ(code_of(change("sea", "a\nb").error()), Code::invalid_fields);
    EXPECT_EQ(value(change("sea", "sea")), 1U);
    run();
    EXPECT_THAT(tags_of(photo), ElementsAre("sea"));
    for (std::size_t i = 0; i < kMaxTagChanges; ++i) value(change("sea", std::to_string(i)));
    EXPECT_EQ(change("sea", "one more").error().kind, ErrorKind::conflict);
}

}  // namespace
}  // namespace cadre::gallery
