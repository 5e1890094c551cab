#include "worker/tenure.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/testing.h"
#include "catalog/sqlite/catalog.h"

namespace cadre::worker {
namespace {

class TenureTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = catalog::sqlite::open(
            {.catalog_db = folder_ / "catalog.db", .volatile_db = folder_ / "volatile.db"}, clock_, random_);
        ASSERT_TRUE(opened) << opened.error().message;
        catalog_ = std::move(*opened);
    }
    void run(Task<void> task) { test::value(std::move(task)); }

    test::TemporaryFolder folder_;
    test::ManualClock clock_;
    SystemRandom random_;
    std::unique_ptr<catalog::Catalog> catalog_;
};

TEST_F(TenureTest, OfTwoKeepersOneIsActiveForAsLongAsItStays) {
    Tenure one(*catalog_, clock_), other(*catalog_, clock_);
    for (int i = 0; i < 20; ++i) {
        run(one.hold());
        run(other.hold());
        EXPECT_TRUE(one.active());
        EXPECT_FALSE(other.active());
        clock_.advance(Tenure::kHoldEvery);
    }
}

TEST_F(TenureTest, AnotherTakesOverFromOneThatDiedOrLeft) {
    Tenure one(*catalog_, clock_), other(*catalog_, clock_);
    run(one.hold());
    clock_.advance(Tenure::kLasts);
    EXPECT_FALSE(one.active());
    run(other.hold());
    EXPECT_TRUE(other.active());
    run(one.hold());
    EXPECT_FALSE(one.active());
    run(other.leave());
    run(one.hold());
    EXPECT_TRUE(one.active());
}

}  // namespace
}  // namespace cadre::worker
