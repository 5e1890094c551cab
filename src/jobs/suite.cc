#include "jobs/suite.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "base/testing.h"

namespace cadre::jobs {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(QueueSuite);

namespace {

using namespace std::chrono_literals;
using test::run, test::value;

constexpr Millis kLong = 1min;  // far longer than anything here takes

Job job(std::string kind, std::string subject) { return {std::move(kind), std::move(subject), {}, {}}; }
Job job_of(std::string owner, std::string subject) { return make_job("derive", std::move(subject), std::move(owner)); }

std::optional<Taken> take(Queue& queue, std::vector<std::string> kinds, Millis lease = kLong, Millis wait = 0ms) {
    return value(queue.take(std::move(kinds), lease, wait));
}
std::optional<Taken> take_of_newcomer(Queue& queue, Millis wait = 0ms) {
    return value(queue.take({"derive"}, kLong, wait, Turn::newcomer));
}

TEST_P(QueueSuite, AJobComesBackAsItWasPushed) {
    Job pushed{"derive", "id-1", {{"sizes", {320, 640}}, {"why", "größer"}}, {}};
    value(queue().push(pushed));
    const auto taken = take(queue(), {"derive"});
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->job.kind, "derive");
    EXPECT_EQ(taken->job.subject, "id-1");
    EXPECT_EQ(taken->job.payload, pushed.payload);
    EXPECT_EQ(taken->attempt, 1);
    EXPECT_FALSE(take(queue(), {"derive"}));
}

TEST_P(QueueSuite, EarlierKindsComeFirstThenTheOldest) {
    value(queue().push(job("purge", "a")));
    for (const char* subject : {"c", "a", "b"}) {
        value(queue().push(job("derive", subject)));
        bench_->pass(1ms);
    }
    value(queue().push(job("other", "a")));
    const std::vector<std::string> kinds{"derive", "purge"};
    std::vector<std::string> order;
    while (const auto taken = take(queue(), kinds)) order.push_back(taken->job.kind + " " + taken->job.subject);
    EXPECT_EQ(order, (std::vector<std::string>{"derive c", "derive a", "derive b", "purge a"}));
}

TEST_P(QueueSuite, AnOwnerComesBackWithTheJob) {
    value(queue().push(job_of("ada", "1")));
    const auto taken = take(queue(), {"derive"});
    EXPECT_EQ(taken->job.owner, "ada");
    value(queue().bury(*taken, "no"));
    const auto dead = value(queue().dead(1));
    EXPECT_EQ(dead.at(0).job.owner, "ada");
    value(queue().resend(dead[0].ticket));
    EXPECT_EQ(take(queue(), {"derive"})->job.owner, "ada");
}

TEST_P(QueueSuite, OwnersTakeTurnsHoweverManyJobsOneOfThemHas) {
    for (int i = 0; i < 100; ++i) value(queue().push(job_of("many", std::to_string(i))));
    bench_->pass(1ms);
    for (const char* subject : {"b1", "b2"}) value(queue().push(job_of("b", subject)));
    value(queue().push(job_of("c", "c1")));
    std::vector<std::string> of_others;
    for (int i = 0; i < 8; ++i) {
        const auto taken = take(queue(), {"derive"});
        if (taken->job.owner != "many") of_others.push_back(taken->job.subject);
        value(queue().done(*taken));
    }
    std::sort(of_others.begin(), of_others.end());
    EXPECT_EQ(of_others, (std::vector<std::string>{"b1", "b2", "c1"}));
    EXPECT_EQ(take(queue(), {"derive"})->job.subject, "5") << "and of one owner the oldest first";
}

TEST_P(QueueSuite, ItIsTheTurnOfWhomTheFewestRun) {
    for (const char* subject : {"a1", "a2", "a3"}) value(queue().push(job_of("a", subject)));
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(take(queue(), {"derive"}));
    for (const char* subject : {"b1", "b2"}) value(queue().push(job_of("b", subject)));
    EXPECT_EQ(take(queue(), {"derive"})->job.subject, "b1");
    EXPECT_EQ(take(queue(), {"derive"})->job.subject, "b2");
    EXPECT_EQ(take(queue(), {"derive"})->job.subject, "a3");
}

TEST_P(QueueSuite, ATakerOfNewcomersTakesOfWhomNoneRuns) {
    for (const char* subject : {"a1", "a2", "a3"}) value(queue().push(job_of("a", subject)));
    const auto first = take_of_newcomer(queue());
    ASSERT_TRUE(first);
    EXPECT_EQ(first->job.subject, "a1");
    EXPECT_FALSE(take_of_newcomer(queue()));
    value(queue().push(job_of("b", "b1")));
    EXPECT_EQ(take_of_newcomer(queue())->job.subject, "b1");
    EXPECT_FALSE(take_of_newcomer(queue()));
    EXPECT_EQ(take(queue(), {"derive"})->job.subject, "a2");
    value(queue().done(*first));
    EXPECT_FALSE(take_of_newcomer(queue())) << "another of a's runs";
    for (const char* subject : {"x", "y"}) value(queue().push(job("derive", subject)));
    EXPECT_TRUE(take_of_newcomer(queue()));
    EXPECT_TRUE(take_of_newcomer(queue())) << "the library's own jobs are nobody's turn";
}

TEST_P(QueueSuite, ATakerOfNewcomersIsWokenWhenItsOwnersLastOneEnds) {
    for (const char* subject : {"a1", "a2"}) value(queue().push(job_of("a", subject)));
    const auto running = take(queue(), {"derive"});
    auto waiting = std::async(std::launch::async, [&] { return take_of_newcomer(queue(), kLong); });
    EXPECT_EQ(waiting.wait_for(50ms), std::future_status::timeout);
    value(queue().done(*running));
    const auto taken = waiting.get();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->job.subject, "a2");
}

TEST_P(QueueSuite, ALostJobIsNoneThatRuns) {
    for (const char* subject : {"a1", "a2"}) value(queue().push(job_of("a", subject)));
    ASSERT_TRUE(take(queue(), {"derive"}, 10s));
    EXPECT_FALSE(take_of_newcomer(queue()));
    bench_->pass(10s);
    const auto again = take_of_newcomer(queue());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->job.subject, "a1");
    EXPECT_EQ(again->attempt, 2);
    EXPECT_FALSE(take_of_newcomer(queue()));
    value(queue().retry(*again, {}));
    EXPECT_TRUE(take_of_newcomer(queue()));
}

TEST_P(QueueSuite, AJobThatWaitsIsNotPushedTwice) {
    value(queue().push(job("derive", "a")));
    value(queue().push(job("derive", "a")));
    value(queue().push(job("purge", "a")));
    EXPECT_EQ(value(queue().stats()).waiting, 2U);
}

TEST_P(QueueSuite, AJobThatRunsIsPushedAgain) {
    value(queue().push(job("derive", "a")));
    const auto first = take(queue(), {"derive"});
    value(queue().push(job("derive", "a")));
    const auto second = take(queue(), {"derive"});
    ASSERT_TRUE(second);
    value(queue().done(*first));
    value(queue().done(*second));
    EXPECT_FALSE(value(queue().holds("derive", "a")));
}

TEST_P(QueueSuite, NotBeforeIsKept) {
    auto later = job("tidy", "a");
    later.not_before = bench_->now() + 1min;
    value(queue().push(later));
    EXPECT_FALSE(take(queue(), {"tidy"}));
    bench_->pass(59s);
    EXPECT_FALSE(take(queue(), {"tidy"}));
    bench_->pass(1s);
    EXPECT_TRUE(take(queue(), {"tidy"}));
}

TEST_P(QueueSuite, AWaitEndsEmptyWhenNothingComes) { EXPECT_FALSE(take(queue(), {"derive"}, kLong, 5ms)); }

TEST_P(QueueSuite, AWaitingTakerIsWokenByAPushFromAnotherThread) {
    for (int i = 0; i < 20; ++i) {
        auto taken = std::async(std::launch::async, [&] { return take(queue(), {"derive"}, kLong, kLong); });
        value(queue().push(job("derive", std::to_string(i))));
        const auto got = taken.get();
        ASSERT_TRUE(got);
        value(queue().done(*got));
    }
}

TEST_P(QueueSuite, ConcurrentTakersNeverGetTheSameJob) {
    constexpr int kJobs = 200;
    constexpr int kTakers = 4;
    std::mutex mutex;
    std::multiset<std::string> subjects;
    {
        std::vector<std::jthread> takers;
        for (int i = 0; i < kTakers; ++i)
            takers.emplace_back([&] {
                while (const auto taken = take(queue(), {"derive", "end"}, kLong, kLong)) {
                    if (taken->job.kind == "end") break;
                    const std::lock_guard lock(mutex);
                    subjects.insert(taken->job.subject);
                }
            });
        for (int i = 0; i < kJobs; ++i) value(queue().push(job("derive", std::to_string(i))));
        for (int i = 0; i < kTakers; ++i) value(queue().push(job("end", std::to_string(i))));
    }
    EXPECT_EQ(subjects.size(), static_cast<std::size_t>(kJobs));
    for (int i = 0; i < kJobs; ++i) EXPECT_EQ(subjects.count(std::to_string(i)), 1U) << i;
}

TEST_P(QueueSuite, AnEndedLeaseGivesTheJobToAnotherAndTheFirstHasLostIt) {
    value(queue().push(job("derive", "a")));
    const auto first = take(queue(), {"derive"}, 10s);
    bench_->pass(9s);
    EXPECT_FALSE(take(queue(), {"derive"}));
    bench_->pass(1s);
    const auto second = take(queue(), {"derive"}, 10s);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->attempt, 2);
    for (const auto& refused : {run(queue().renew(*first, 10s)), run(queue().done(*first)),
                                run(queue().retry(*first, {})), run(queue().bury(*first, "late"))}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    }
    value(queue().done(*second));
    EXPECT_FALSE(value(queue().holds("derive", "a")));
}

TEST_P(QueueSuite, ARenewedLeaseLasts) {
    value(queue().push(job("derive", "a")));
    const auto taken = take(queue(), {"derive"}, 10s);
    for (int i = 0; i < 5; ++i) {
        bench_->pass(9s);
        value(queue().renew(*taken, 10s));
    }
    EXPECT_FALSE(take(queue(), {"derive"}));
    value(queue().done(*taken));
}

TEST_P(QueueSuite, ALateRenewalHoldsIfNobodyElseHasIt) {
    value(queue().push(job("derive", "a")));
    const auto taken = take(queue(), {"derive"}, 10s);
    bench_->pass(11s);
    value(queue().renew(*taken, 10s));
    EXPECT_FALSE(take(queue(), {"derive"}));
}

TEST_P(QueueSuite, ARetryComesAgainAtItsTimeWithOneMoreAttempt) {
    value(queue().push(job("derive", "a")));
    auto taken = take(queue(), {"derive"});
    for (int attempt = 2; attempt < 5; ++attempt) {
        value(queue().retry(*taken, bench_->now() + 30s));
        EXPECT_FALSE(take(queue(), {"derive"}));
        bench_->pass(30s);
        taken = take(queue(), {"derive"});
        ASSERT_TRUE(taken);
        EXPECT_EQ(taken->attempt, attempt);
    }
}

TEST_P(QueueSuite, ARetryBesideOneThatWaitsIsOneJob) {
    value(queue().push(job("derive", "a")));
    const auto taken = take(queue(), {"derive"});
    value(queue().push(job("derive", "a")));
    value(queue().retry(*taken, {}));
    EXPECT_EQ(value(queue().stats()).waiting, 1U);
    EXPECT_TRUE(take(queue(), {"derive"}));
    EXPECT_FALSE(take(queue(), {"derive"}));
}

TEST_P(QueueSuite, TheBuriedAreListedAndCanBeSentAgain) {
    value(queue().push(Job{"derive", "a", {{"x", 1}}, {}}));
    value(queue().bury(*take(queue(), {"derive"}), "the decoder died"));
    EXPECT_FALSE(value(queue().holds("derive", "a")));
    const auto dead = value(queue().dead(10));
    ASSERT_EQ(dead.size(), 1U);
    EXPECT_EQ(dead[0].job.kind, "derive");
    EXPECT_EQ(dead[0].job.subject, "a");
    EXPECT_EQ(dead[0].reason, "the decoder died");
    EXPECT_EQ(dead[0].attempts, 1);
    value(queue().resend(dead[0].ticket));
    EXPECT_TRUE(value(queue().dead(10)).empty());
    const auto again = take(queue(), {"derive"});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->job.payload, (json::object{{"x", 1}}));
    EXPECT_EQ(again->attempt, 1);
    for (const auto& ticket : {dead[0].ticket, std::string("nonsense"), std::string()}) {
        const auto refused = run(queue().resend(ticket));
        ASSERT_FALSE(refused) << ticket;
        EXPECT_EQ(refused.error().kind, ErrorKind::not_found);
    }
}

TEST_P(QueueSuite, AFullQueueRefusesAtOnce) {
    for (std::size_t i = 0; i < bench_->limit(); ++i) value(queue().push(job("derive", std::to_string(i))));
    const auto refused = run(queue().push(job("derive", "one more")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_TRUE(refused.error().retry_after);
    value(queue().push(job("derive", "0")));  // waits already
    value(queue().done(*take(queue(), {"derive"})));
    value(queue().push(job("derive", "one more")));
}

TEST_P(QueueSuite, StatsCountWhatWaitsRunsAndIsDead) {
    const auto began = bench_->now();
    for (const char* subject : {"a", "b", "c"}) {
        value(queue().push(job("derive", subject)));
        bench_->pass(10ms);
    }
    EXPECT_EQ(value(queue().stats()).oldest, began);
    value(queue().bury(*take(queue(), {"derive"}), "no"));
    (void)take(queue(), {"derive"});
    const auto stats = value(queue().stats());
    EXPECT_EQ(stats.waiting, 1U);
    EXPECT_EQ(stats.running, 1U);
    EXPECT_EQ(stats.dead, 1U);
    EXPECT_EQ(stats.oldest, began + 20ms);
}

TEST_P(QueueSuite, HoldsWhatWaitsAndWhatRuns) {
    EXPECT_FALSE(value(queue().holds("derive", "a")));
    value(queue().push(job("derive", "a")));
    EXPECT_TRUE(value(queue().holds("derive", "a")));
    EXPECT_FALSE(value(queue().holds("derive", "b")));
    EXPECT_FALSE(value(queue().holds("purge", "a")));
    const auto taken = take(queue(), {"derive"});
    EXPECT_TRUE(value(queue().holds("derive", "a")));
    value(queue().done(*taken));
    EXPECT_FALSE(value(queue().holds("derive", "a")));
}

/// Begins a take, lets `meanwhile` happen, cancels the take, and says whether it had a job.
template <class Meanwhile>
bool take_cancelled(Queue& queue, Meanwhile meanwhile) {
    asio::io_context io;
    asio::cancellation_signal stop;
    bool had = false;
    asio::co_spawn(
        io, queue.take({"derive"}, kLong, kLong),
        asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr fault, Result<std::optional<Taken>> taken) {
            had = !fault && taken && taken->has_value();
        }));
    // Behind the take's first step, and before anything that comes back from another thread.
    asio::post(io, [&] {
        meanwhile();
        stop.emit(asio::cancellation_type::terminal);
    });
    io.run();
    return had;
}

TEST_P(QueueSuite, ACancelledWaitLosesNoJob) {
    for (int i = 0; i < 200; ++i) {
        std::thread pusher;
        const auto had = take_cancelled(queue(), [&] {
            pusher = std::thread([&] { value(queue().push(job("derive", "a"))); });
            for (int spin = 0; spin < i * 10; ++spin) std::this_thread::yield();
        });
        pusher.join();
        if (had) bench_->pass(2 * kLong);  // it was handed out before the cancellation: its lease has to end
        const auto taken = take(queue(), {"derive"});
        ASSERT_TRUE(taken) << i;
        EXPECT_EQ(taken->attempt, had ? 2 : 1);
        value(queue().done(*taken));
    }
}

TEST_P(QueueSuite, AJobTakenAsTheWaitWasCancelledIsPutBack) {
    for (int i = 0; i < 50; ++i) {
        value(queue().push(job("derive", "a")));
        EXPECT_FALSE(take_cancelled(queue(), [] {}));
        const auto taken = take(queue(), {"derive"});
        ASSERT_TRUE(taken) << i;
        EXPECT_EQ(taken->attempt, 1);
        value(queue().done(*taken));
    }
}

}  // namespace
}  // namespace cadre::jobs
