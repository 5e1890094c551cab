// Edits over Solo's real stores: what the lease has to do with a refusal that comes early.
#include "gallery/ledger.h"

#include <gtest/gtest.h>

#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

class LedgerTest : public testing::LibraryTest {
protected:
    Result<Changed> edit_unless(const catalog::Ref& ref, Ledger::Early early) {
        const auto decide = [](const catalog::Truth&) -> Result<Changes> { return Changes{{"title", "new"}}; };
        return result_of(gallery_->ledger().edit(ref, decide, std::move(early)));
    }
    static Task<void> agree() { co_return Result<void>(); }
    static Task<void> refuse() { co_return fail(ErrorKind::forbidden, "It is not yours."); }
};

TEST_F(LedgerTest, AnEditThatIsRefusedEarlyReadsNothingAndLeavesNoLease) {
    const auto ref = add_photo();
    const auto lists = blobs_->lists;
    const auto edited = edit_unless(ref, refuse);
    ASSERT_FALSE(edited);
    EXPECT_EQ(edited.error().kind, ErrorKind::forbidden);
    EXPECT_EQ(blobs_->lists, lists);
    EXPECT_TRUE(result_of(catalog_->lease(text_of(ref), Millis(1000))));
}

TEST_F(LedgerTest, AnEditThatMayBeMadeWaitsForAnothersLease) {
    const auto ref = add_photo();
    ask(catalog_->lease(text_of(ref), Millis(120)));
    const auto edited = edit_unless(ref, agree);
    ASSERT_TRUE(edited);
    EXPECT_EQ(edited->after.string("title"), "new");
}

TEST_F(LedgerTest, AnEditLeavesNoLeaseAndNoCoveredObject) {
    const auto ref = add_photo();
    ASSERT_TRUE(edit_unless(ref, agree));
    EXPECT_TRUE(result_of(catalog_->lease(text_of(ref), Millis(1000))));
    EXPECT_EQ(keys(Ledger::prefix(ref) + "f/").size(), 1U);
}

}  // namespace
}  // namespace cadre::gallery
