#include "gallery/repairs.h"

#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

class AfterUpdate : public testing::LibraryTest {
protected:
    std::string last_form() {
        const auto seen = ask(catalog_->seen("declared"));
        return seen.empty() ? "" : seen.front().item;
    }
    const std::string form_ = catalog::declared().form();
};

TEST_F(AfterUpdate, WhatFollowsFromEntriesIsLookedThroughAndThatIsNoted) {
    ask(audit_after_update(*gallery_));
    EXPECT_EQ(last_form(), form_);
    // A release that declares something else has been here since: it does not matter that this one was, too.
    clock_.advance(Millis(10));
    ask(catalog_->see("declared", "views 0.1", 4));
    EXPECT_EQ(last_form(), "views 0.1");
    clock_.advance(Millis(10));
    ask(audit_after_update(*gallery_));
    EXPECT_EQ(last_form(), form_);
}

TEST_F(AfterUpdate, OneReplicaDoesIt) {
    const auto held = ask(catalog_->lease("declared", Millis(60'000)));
    ask(audit_after_update(*gallery_));
    EXPECT_EQ(last_form(), "") << "somebody else is at it, and not done";
    ask(catalog_->release(held));
    ask(audit_after_update(*gallery_));
    EXPECT_EQ(last_form(), form_);
    ask(catalog_->lease("declared", Millis(60'000)));
}

TEST_F(AfterUpdate, ACatalogOfTheReleaseThatWroteNoneDownHasWhatThatReleaseDeclared) {
    ask(catalog_->see("look-ups", "3", 4));
    const auto held = ask(catalog_->lease("declared", Millis(60'000)));  // an audit would need it
    ask(audit_after_update(*gallery_));
    const bool same = form_ == "views 0.1 1.1 2.1 3.1 look-ups 0.1 1.1 2.1 3.1 4.1";
    EXPECT_EQ(last_form() == form_, same);
}

}  // namespace
}  // namespace cadre::gallery
