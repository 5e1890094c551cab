#include "gallery/turns.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <vector>

namespace cadre::gallery {
namespace {

using Lane = Turns::Lane;

/// Askers who note when it was their turn, on one thread.
class TurnsTest : public ::testing::Test {
protected:
    asio::awaitable<void> ask(Lane lane, std::string asker) {
        auto turn = co_await turns_.take(lane, asker);
        if (turn)
            order_.push_back(asker);
        else
            refused_.push_back(asker);
    }
    void come(Lane lane, const std::string& asker, int times = 1) {
        for (int i = 0; i < times; ++i) asio::co_spawn(io_, ask(lane, asker), asio::detached);
        io_.poll();
        io_.restart();
    }
    /// Holds the turn while others come; they have it one after the other when it is given back.
    void hold() {
        asio::co_spawn(
            io_,
            [this]() -> asio::awaitable<void> {
                auto turn = co_await turns_.take(Lane::known, "holder");
                held_.emplace(std::move(*turn));
            },
            asio::detached);
        io_.poll();
        io_.restart();
    }
    void let_go() {
        held_.reset();
        io_.run();
        io_.restart();
    }

    asio::io_context io_{1};
    Turns turns_;
    std::optional<Turns::Turn> held_;
    std::vector<std::string> order_, refused_;
};

TEST_F(TurnsTest, OneWhoAsksManyTimesDoesNotKeepOthersWaiting) {
    hold();
    come(Lane::failed, "many", 10);
    come(Lane::failed, "one");
    let_go();
    EXPECT_EQ(order_.size(), 11U);
    EXPECT_EQ(order_.at(1), "one");
}

TEST_F(TurnsTest, WhoIsKnownGetsEveryOtherTurnAndNewcomersTwoOfThree) {
    hold();
    come(Lane::failed, "f", 12);
    come(Lane::fresh, "n", 12);
    come(Lane::known, "k", 12);
    let_go();
    const auto of_first = [&](const char* who) { return std::count(order_.begin(), order_.begin() + 12, who); };
    EXPECT_EQ(of_first("k"), 6);
    EXPECT_EQ(of_first("n"), 4);
    EXPECT_EQ(of_first("f"), 2);
    EXPECT_EQ(order_.size(), 36U);
}

TEST_F(TurnsTest, NobodyWaitsMoreOftenThanTheBound) {
    hold();
    come(Lane::fresh, "a", static_cast<int>(Turns::kPerAsker) + 3);
    EXPECT_EQ(refused_, (std::vector<std::string>(3, "a")));
    let_go();
    EXPECT_EQ(order_.size(), Turns::kPerAsker);
}

TEST_F(TurnsTest, AFullLaneMakesRoomForWhoWaitsLessOften) {
    hold();
    for (std::size_t i = 0; i < Turns::kPerLane / Turns::kPerAsker; ++i)
        come(Lane::fresh, "attacker" + std::to_string(i), static_cast<int>(Turns::kPerAsker));
    EXPECT_EQ(turns_.waiting(), Turns::kPerLane);
    come(Lane::fresh, "victim");
    EXPECT_EQ(turns_.waiting(), Turns::kPerLane);
    ASSERT_EQ(refused_.size(), 1U);
    EXPECT_NE(refused_[0], "victim");
    let_go();
    EXPECT_EQ(std::count(order_.begin(), order_.end(), "victim"), 1);
    EXPECT_EQ(turns_.waiting(), 0U);
}

TEST_F(TurnsTest, WhoGoesWhileWaitingLeavesTheTurnToTheNext) {
    hold();
    {
        asio::io_context other{1};
        asio::co_spawn(other, ask(Lane::known, "gone"), asio::detached);
        other.poll();
        EXPECT_EQ(turns_.waiting(), 1U);
    }  // its coroutine is destroyed here
    EXPECT_EQ(turns_.waiting(), 0U);
    come(Lane::known, "next");
    let_go();
    EXPECT_EQ(order_, std::vector<std::string>{"next"});
}

TEST_F(TurnsTest, WhoGoesAfterItWasCalledGivesTheTurnBack) {
    hold();
    {
        asio::io_context other{1};
        asio::co_spawn(other, ask(Lane::known, "gone"), asio::detached);
        other.poll();
        held_.reset();  // called, but its thread does not run
    }
    come(Lane::known, "next");
    EXPECT_EQ(order_, std::vector<std::string>{"next"});
}

}  // namespace
}  // namespace cadre::gallery
