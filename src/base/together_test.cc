#include "base/together.h"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>
#include <vector>

#include "base/sleep.h"

namespace cadre {
namespace {

/// Askers on one io_context, and how often their question was put.
class Askers : public ::testing::Test {
protected:
    asio::awaitable<void> ask(int key) {
        try {
            const auto answer = co_await together_(key);
            if (answer)
                answers.push_back(*answer);
            else
                refused.push_back(answer.error().kind);
        } catch (const std::runtime_error&) {
            ++thrown;
        }
    }

    Task<int> put(int key) {
        ++put_count;
        co_await sleep_for(Millis(1));
        if (late_comer && put_count == 1) spawn(*late_comer);
        co_await sleep_for(Millis(1));
        if (key < 0) throw std::runtime_error("a bug");
        if (key == 0) co_return fail(ErrorKind::conflict, "no");
        co_return key * 10 + put_count;
    }

    void spawn(int key) {
        asio::co_spawn(io, ask(key), [](const std::exception_ptr& fault) {
            if (fault) std::rethrow_exception(fault);
        });
    }

    asio::io_context io;
    std::optional<int> late_comer;  // asks while the first question is under way
    int put_count = 0;
    std::vector<int> answers;
    std::vector<ErrorKind> refused;
    int thrown = 0;

private:
    Together<int, int> together_{[this](int key) { return put(key); }};
};

TEST_F(Askers, of_one_turn_share_an_answer) {
    for (int i = 0; i < 5; ++i) spawn(7);
    spawn(8);
    io.run();
    EXPECT_EQ(put_count, 2);
    EXPECT_EQ(answers.size(), 6U);
}

TEST_F(Askers, who_come_after_the_question_was_put_are_not_told_its_answer) {
    late_comer = 7;
    spawn(7);
    io.run();
    EXPECT_EQ(put_count, 2);
    EXPECT_EQ(answers.size(), 2U);
}

TEST_F(Askers, share_a_refusal_and_a_fault) {
    for (int i = 0; i < 3; ++i) spawn(0);
    for (int i = 0; i < 3; ++i) spawn(-1);
    io.run();
    EXPECT_EQ(put_count, 2);
    EXPECT_EQ(refused, std::vector<ErrorKind>(3, ErrorKind::conflict));
    EXPECT_EQ(thrown, 3);
}

TEST_F(Askers, of_an_io_context_that_ended_are_not_waited_for) {
    {
        asio::io_context short_lived;
        asio::co_spawn(short_lived, ask(7), asio::detached);
        short_lived.run_one();  // joins, and never puts its question
    }
    asio::io_context other;  // perhaps at the same address
    asio::co_spawn(other, ask(7), asio::detached);
    other.run();
    EXPECT_EQ(answers.size(), 1U);
}

}  // namespace
}  // namespace cadre
