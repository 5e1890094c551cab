#include "worker/runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "base/random.h"
#include "base/sleep.h"
#include "base/testing.h"
#include "jobs/sqlite/queue.h"

namespace cadre::worker {
namespace {

using namespace std::chrono_literals;

/// A real queue in a folder of its own, and a way to ask it from the test's thread.
class RunnerTest : public ::testing::Test {
protected:
    RunnerTest() {
        auto queue = jobs::sqlite::open({.path = folder_ / "jobs.db"}, clock_, random_);
        if (!queue) throw std::runtime_error(queue.error().message);
        queue_ = std::move(*queue);
    }

    void push(std::string kind, std::string subject) {
        test::value(queue_->push({std::move(kind), std::move(subject), {}, {}}));
    }

    /// Asks again until it holds; the test's own time limit ends what never does.
    template <class Condition>
    void wait_until(Condition condition) {
        while (!condition()) std::this_thread::sleep_for(2ms);
    }

    Kind kind(std::string name, std::function<Task<void>(jobs::Job)> run) { return {std::move(name), std::move(run)}; }

    std::vector<std::string> done() {
        const std::scoped_lock lock(mutex_);
        return done_;
    }

    /// A kind that notes what it did.
    Kind noting(std::string name) {
        return kind(std::move(name), [this](jobs::Job job) { return note(std::move(job)); });
    }

    Task<void> note(jobs::Job job) {
        const std::scoped_lock lock(mutex_);
        done_.push_back(job.kind + ":" + job.subject);
        co_return Result<void>();
    }

    Options quick() {
        Options options;
        options.first_pause = 1ms;
        options.longest_pause = 4ms;
        return options;
    }

    SystemClock clock_;
    SystemRandom random_;
    test::TemporaryFolder folder_;
    std::unique_ptr<jobs::Queue> queue_;
    std::mutex mutex_;
    std::vector<std::string> done_;
};

Task<void> refuse(ErrorKind kind) { co_return fail(kind, "It does not work."); }

TEST_F(RunnerTest, DoesEarlierKindsFirst) {
    push("later", "1");
    push("later", "2");
    push("sooner", "3");
    Runner runner(*queue_, clock_, {noting("sooner"), noting("later")}, {}, {});
    runner.start();
    wait_until([&] { return done().size() == 3; });
    EXPECT_TRUE(runner.stop(10s));
    EXPECT_EQ(done(), (std::vector<std::string>{"sooner:3", "later:1", "later:2"}));
    const auto stats = test::value(queue_->stats());
    EXPECT_EQ(stats.waiting + stats.running + stats.dead, 0U);
}

TEST_F(RunnerTest, TakesWhatIsPushedWhileItWaits) {
    Runner runner(*queue_, clock_, {noting("a")}, {}, {});
    runner.start();
    push("a", "1");
    wait_until([&] { return done().size() == 1; });
    EXPECT_TRUE(runner.stop(10s));
}

TEST_F(RunnerTest, RunsAsManyAtOnceAsItHasWorkers) {
    std::atomic<int> running{0};
    const auto until_all_run = [&](jobs::Job) -> Task<void> {
        ++running;
        while (running < 3) co_await sleep_for(1ms);
        co_return Result<void>();
    };
    for (const auto* subject : {"1", "2", "3"}) push("a", subject);
    Options options;
    options.workers = 3;
    Runner runner(*queue_, clock_, {kind("a", until_all_run)}, {}, options);
    runner.start();
    wait_until([&] { return test::value(queue_->stats()).waiting + test::value(queue_->stats()).running == 0; });
    EXPECT_EQ(running, 3);
}

TEST_F(RunnerTest, WhoKeepsAllWorkersBusyKeepsNobodyElseWaiting) {
    std::atomic<bool> finish{false};
    std::atomic<int> of_ada{0};
    const auto one = [&](jobs::Job job) -> Task<void> {
        if (job.owner == "ada") ++of_ada;
        while (job.owner == "ada" && !finish) co_await sleep_for(1ms);
        co_return co_await note(std::move(job));
    };
    for (const char* subject : {"1", "2", "3"}) test::value(queue_->push(jobs::make_job("a", subject, "ada")));
    Options options;
    options.workers = 2;
    options.guests = 1;
    Runner runner(*queue_, clock_, {kind("a", one)}, {}, options);
    runner.start();
    wait_until([&] { return of_ada == 2; });
    for (const char* subject : {"b", "c"}) test::value(queue_->push(jobs::make_job("a", subject, subject)));
    wait_until([&] { return done().size() == 2; });
    EXPECT_EQ(of_ada, 2) << "her third waits for one of hers";
    finish = true;
    wait_until([&] { return done().size() == 5; });
}

TEST_F(RunnerTest, TriesAgainWhatFailedAndBuriesItWithItsReasonAfterTheLastAttempt) {
    std::atomic<int> attempts{0};
    push("a", "1");
    Options options = quick();
    options.max_attempts = 4;
    Runner runner(*queue_, clock_,
                  {kind("a",
                        [&](jobs::Job) {
                            ++attempts;
                            return refuse(ErrorKind::unavailable);
                        })},
                  {}, options);
    runner.start();
    wait_until([&] { return test::value(queue_->stats()).dead == 1; });
    EXPECT_EQ(attempts, 4);
    const auto dead = test::value(queue_->dead(10));
    ASSERT_EQ(dead.size(), 1U);
    EXPECT_EQ(dead[0].job.subject, "1");
    EXPECT_EQ(dead[0].attempts, 4);
    EXPECT_EQ(dead[0].reason, "It does not work.");
}

TEST_F(RunnerTest, SaysOnceThatAJobIsGivenUpAndOfWhat) {
    push("a", "1");
    Kind failing = kind("a", [](jobs::Job) { return refuse(ErrorKind::unavailable); });
    std::vector<std::string> given_up;
    failing.given_up = [&](jobs::Job job, Error error) -> Task<void> {
        given_up.push_back(job.subject + ": " + error.message);
        co_return Result<void>();
    };
    Options options = quick();
    options.max_attempts = 3;
    Runner runner(*queue_, clock_, {std::move(failing)}, {}, options);
    runner.start();
    wait_until([&] { return test::value(queue_->stats()).dead == 1; });
    EXPECT_TRUE(runner.stop(10s));
    EXPECT_EQ(given_up, std::vector<std::string>{"1: It does not work."});
}

TEST_F(RunnerTest, BuriesAtOnceWhatCanNeverBeDone) {
    std::atomic<int> attempts{0};
    push("a", "1");
    Runner runner(*queue_, clock_,
                  {kind("a",
                        [&](jobs::Job) {
                            ++attempts;
                            return refuse(ErrorKind::invalid);
                        })},
                  {}, quick());
    runner.start();
    wait_until([&] { return test::value(queue_->stats()).dead == 1; });
    EXPECT_EQ(attempts, 1);
}

TEST_F(RunnerTest, AnExceptionCostsOneAttemptAndNotTheWorker) {
    std::atomic<int> attempts{0};
    push("a", "1");
    const auto throw_once = [&](jobs::Job job) -> Task<void> {
        if (++attempts == 1) throw std::runtime_error("a fault");
        co_return co_await note(std::move(job));
    };
    Runner runner(*queue_, clock_, {kind("a", throw_once)}, {}, quick());
    runner.start();
    wait_until([&] { return done().size() == 1; });
    EXPECT_EQ(attempts, 2);
}

TEST_F(RunnerTest, KeepsTheLeaseOfAJobThatRunsLongerThanIt) {
    std::atomic<bool> finish{false};
    std::atomic<int> begun{0};
    const auto long_job = [&](jobs::Job) -> Task<void> {
        ++begun;
        while (!finish) co_await sleep_for(1ms);
        co_return Result<void>();
    };
    push("a", "1");
    Options options;
    options.workers = 2;
    options.lease = 300ms;
    Runner runner(*queue_, clock_, {kind("a", long_job)}, {}, options);
    runner.start();
    const auto deadline = clock_.monotonic() + 1200ms;  // four leases
    wait_until([&] { return clock_.monotonic() > deadline; });
    EXPECT_EQ(begun, 1) << "the second worker took it too";
    finish = true;
    wait_until([&] { return test::value(queue_->stats()).running == 0; });
}

TEST_F(RunnerTest, StoppingLetsTheJobInHandFinish) {
    std::atomic<bool> begun{false};
    std::atomic<bool> finish{false};
    const auto job = [&](jobs::Job taken) -> Task<void> {
        begun = true;
        while (!finish) co_await sleep_for(1ms);
        co_return co_await note(std::move(taken));
    };
    push("a", "1");
    Runner runner(*queue_, clock_, {kind("a", job)}, {}, {});
    runner.start();
    wait_until([&] { return begun.load(); });
    std::thread later([&] {
        std::this_thread::sleep_for(50ms);
        finish = true;
    });
    EXPECT_TRUE(runner.stop(60s));
    later.join();
    EXPECT_EQ(done().size(), 1U);
    EXPECT_EQ(test::value(queue_->stats()).waiting, 0U);
}

TEST_F(RunnerTest, StoppingHandsBackWhatDoesNotFinish) {
    std::atomic<bool> begun{false};
    const auto endless = [&](jobs::Job) -> Task<void> {
        begun = true;
        while (true) co_await sleep_for(1h);
    };
    push("a", "1");
    push("a", "2");
    Runner runner(*queue_, clock_, {kind("a", endless)}, {}, {});
    runner.start();
    wait_until([&] { return begun.load(); });
    EXPECT_TRUE(runner.stop(10ms));
    const auto stats = test::value(queue_->stats());
    EXPECT_EQ(stats.waiting, 2U);
    EXPECT_EQ(stats.running, 0U);
    EXPECT_EQ(stats.dead, 0U);
}

TEST_F(RunnerTest, DoesChoresAgainAndAgainAlsoAfterAFault) {
    std::atomic<int> done{0};
    const auto chore = [&]() -> Task<void> {
        if (++done == 2) throw std::runtime_error("a fault");
        co_return Result<void>();
    };
    Runner runner(*queue_, clock_, {}, {{"chore", 1ms, 1ms, chore}}, {});
    runner.start();
    wait_until([&] { return done > 4; });
    EXPECT_TRUE(runner.stop(10s));
}

}  // namespace
}  // namespace cadre::worker
