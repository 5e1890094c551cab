// What several make at the same moment, over Solo's real leases.
#include "gallery/once.h"

#include <gtest/gtest.h>

#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

class OnceTest : public testing::LibraryTest {
protected:
    [[nodiscard]] OnceStores stores() {
        return {*catalog_, clock_, [](asio::awaitable<void> work) { return work; }};
    }
    /// Makes "it" after some time.
    Task<int> make(Millis time) {
        ++begun_;
        co_await sleep_for(time);
        made_ = begun_;
        co_return *made_;
    }
    Task<std::optional<int>> find() {
        ++looks_;
        co_return made_;
    }
    Task<int> want(Millis time) {
        const std::function<Task<std::optional<int>>()> look = [this] { return find(); };
        const std::function<Task<int>()> work = [this, time] { return make(time); };
        co_return co_await once<int>(stores(), "it", look, work);
    }

    int begun_ = 0;
    int looks_ = 0;
    std::optional<int> made_;
};

TEST_F(OnceTest, OfManyOneMakesItAndAllGetIt) {
    asio::io_context io{1};
    std::vector<int> got;
    for (int i = 0; i < 16; ++i)
        asio::co_spawn(io, want(Millis(100)), [&](const std::exception_ptr& fault, Result<int> outcome) {
            if (fault) std::rethrow_exception(fault);
            got.push_back(outcome.value());
        });
    io.run();
    EXPECT_EQ(got, std::vector<int>(16, 1));
    EXPECT_EQ(begun_, 1);
    EXPECT_TRUE(result_of(catalog_->lease("it", Millis(1000)))) << "the lease is let go";
}

TEST_F(OnceTest, TheLeaseOfOneThatDiedEndsByItself) {
    ask(catalog_->lease("it", Millis(150)));
    EXPECT_EQ(ask(want(Millis(0))), 1);
}

TEST_F(OnceTest, WhoWaitsIsToldAsSoonAsItIsThere) {
    ask(catalog_->lease("it", Millis(3'600'000)));
    made_ = 7;
    EXPECT_EQ(ask(want(Millis(0))), 7);
    EXPECT_EQ(begun_, 0);
}

TEST_F(OnceTest, ALeaseIsRenewedWhileItsHolderWorks) {
    const std::function<Task<std::optional<int>>()> look = [this] { return find(); };
    const std::function<Task<int>()> work = [this]() -> Task<int> {
        co_await sleep_for(Millis(2'300));
        clock_.advance(Millis(5'000));
        co_return 1;
    };
    EXPECT_EQ(ask(once<int>(stores(), "it", look, work)), 1);
}

TEST_F(OnceTest, WhoHeldItTooLongIsNotAcknowledged) {
    const std::function<Task<std::optional<int>>()> look = [this] { return find(); };
    const std::function<Task<int>()> work = [this]() -> Task<int> {
        clock_.advance(kOnceLease);
        co_return 1;
    };
    const auto outcome = result_of(once<int>(stores(), "it", look, work));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::unavailable);
}

TEST_F(OnceTest, AFailureIsNotFoundByTheNext) {
    const std::function<Task<std::optional<int>>()> look = [this] { return find(); };
    const std::function<Task<int>()> work = []() -> Task<int> { co_return fail(ErrorKind::no_space, "Full."); };
    EXPECT_EQ(result_of(once<int>(stores(), "it", look, work)).error().kind, ErrorKind::no_space);
    EXPECT_EQ(ask(want(Millis(0))), 1);
}

}  // namespace
}  // namespace cadre::gallery
