#include "worker/tenure.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>

#include "base/random.h"
#include "catalog/sqlite/catalog.h"

namespace cadre::worker {
namespace {

class SteppedClock final : public Clock {
public:
    [[nodiscard]] WallTime now() const override { return WallTime(now_); }
    [[nodiscard]] MonotonicTime monotonic() const override { return MonotonicTime(now_); }
    void advance(Millis by) { now_ += by; }

private:
    Millis now_{1'000'000};
};

class TenureTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("tenure-" + random_.token(8));
        std::filesystem::create_directories(folder_);
        auto opened = catalog::sqlite::open(
            {.catalog_db = folder_ / "catalog.db", .volatile_db = folder_ / "volatile.db"}, clock_, random_);
        ASSERT_TRUE(opened) << opened.error().message;
        catalog_ = std::move(*opened);
    }
    void TearDown() override {
        catalog_.reset();
        std::filesystem::remove_all(folder_);
    }
    void run(Task<void> task) {
        auto outcome = asio::co_spawn(io_, std::move(task), asio::use_future);
        io_.restart();
        io_.run();
        ASSERT_TRUE(outcome.get());
    }

    asio::io_context io_{1};
    SteppedClock clock_;
    SystemRandom random_;
    std::filesystem::path folder_;
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
