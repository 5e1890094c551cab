// What verify finds, over Solo's real stores, and how little it asks for.
#include <gmock/gmock.h>

#include "gallery/reindex.h"
#include "gallery/sweep.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Ref;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class VerifyTest : public testing::LibraryTest {
protected:
    std::uint64_t run(VerifyOptions options = {}) {
        found_.clear();
        return ask(verify(*gallery_, options, [this](const Finding& finding) {
            found_.push_back(std::string(name_of(finding.kind)) + ": " + finding.key);
        }));
    }
    static std::string original_of(const Ref& ref) { return Ledger::prefix(ref) + "original"; }

    std::vector<std::string> found_;
};

TEST_F(VerifyTest, FindsNothingInALibraryThatIsRight) {
    for (int i = 0; i < 5; ++i) edit(add_photo(), "title", "second");
    purge(add_photo());
    EXPECT_EQ(run(), 0U);
    EXPECT_THAT(found_, IsEmpty());
}

TEST_F(VerifyTest, NamesWhatIsDamagedMissingAndSuperfluous) {
    const auto damaged = add_photo();
    const auto shorter = add_photo();
    const auto missing = add_photo();
    const auto unknown = add_photo();
    const auto behind = add_photo();
    const auto purged = add_photo();
    const auto right = add_photo();
    const auto before = entry(behind)->truth;
    edit(behind, "title", "second");
    purge(purged);
    const Ref ghost{Kind::photo, make_id(clock_, random_)};
    put(media_blob(random_.token(16), "s"), "of nobody");
    clock_.advance(std::chrono::hours(3));
    put(original_of(damaged), "pictur?");
    put(original_of(shorter), "pict");
    std::vector<std::string> gone{original_of(missing)};
    ask(store_->remove(std::move(gone)));
    set_entry(unknown, std::nullopt);
    set_entry(behind, before);
    set_entry(ghost, before);
    put(original_of(purged), "it came back");
    put("strange/1/thing", "?");
    put(Ledger::prefix(right) + "what", "?");
    const auto media = keys("media/").at(0);
    EXPECT_EQ(run(), 10U);
    EXPECT_THAT(found_,
                UnorderedElementsAre("damaged: " + original_of(damaged), "damaged: " + original_of(shorter),
                                     "missing: " + original_of(missing), "missing: catalog:" + text_of(unknown),
                                     "damaged: catalog:" + text_of(behind), "superfluous: catalog:" + text_of(ghost),
                                     "superfluous: " + original_of(purged), "superfluous: strange/1/thing",
                                     "superfluous: " + Ledger::prefix(right) + "what", "superfluous: " + media));
}

TEST_F(VerifyTest, WhatAListingDoesNotShowIsAskedForBeforeItIsMissing) {
    const auto late = add_photo();
    blobs_->unlisted = original_of(late);
    EXPECT_EQ(run(), 0U);
    EXPECT_THAT(found_, IsEmpty());
}

TEST_F(VerifyTest, WhatAnUploadLeftIsANoteForTwoDays) {
    const Ref ref{Kind::photo, make_id(clock_, random_)};
    put(original_of(ref), "half an upload");
    EXPECT_EQ(run(), 0U);
    EXPECT_THAT(found_, UnorderedElementsAre("note: " + original_of(ref)));
    clock_.advance(std::chrono::hours(49));
    EXPECT_EQ(run(), 1U);
    EXPECT_THAT(found_, UnorderedElementsAre("superfluous: " + original_of(ref)));
}

TEST_F(VerifyTest, PicturesOfNobodyAreANoteUntilTheSweepHasHadTimeToTakeThem) {
    const std::string picture = media_blob(random_.token(16), "s");
    put(picture, "of nobody");
    EXPECT_EQ(run(), 0U);
    EXPECT_THAT(found_, UnorderedElementsAre("note: " + picture));
    clock_.advance(2 * kStrayMediaFor);
    EXPECT_EQ(run(), 1U);
    EXPECT_THAT(found_, UnorderedElementsAre("superfluous: " + picture));
}

TEST_F(VerifyTest, ListsPagesAndOpensNoOriginalWhereItIsToBeQuick) {
    for (int i = 0; i < 30; ++i) add_photo();
    clock_.advance(std::chrono::hours(1));
    blobs_->lists = blobs_->opens = blobs_->gets = 0;
    EXPECT_EQ(run({.hashes = false}), 0U);
    EXPECT_EQ(blobs_->lists, 1U);
    EXPECT_EQ(blobs_->opens, 0U);
    EXPECT_EQ(blobs_->gets, 30U);
    run();
    EXPECT_EQ(blobs_->opens, 30U);
}

}  // namespace
}  // namespace cadre::gallery
