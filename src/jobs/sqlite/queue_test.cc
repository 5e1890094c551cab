#include "jobs/sqlite/queue.h"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>

#include "base/sqlite.h"
#include "base/testing.h"
#include "jobs/suite.h"

namespace cadre::jobs {
namespace {

using namespace std::chrono_literals;
using test::run;

class SqliteBench final : public Bench {
public:
    SqliteBench() { restart(); }
    Queue& queue() override { return *queue_; }
    void pass(Millis time) override { clock_.advance(time); }
    WallTime now() override { return clock_.now(); }
    std::size_t limit() override { return 300; }

    [[nodiscard]] std::filesystem::path path() const { return folder_ / "jobs.db"; }
    void stop() { queue_.reset(); }
    void restart() {
        queue_.reset();
        queue_ = sqlite::open({.path = path(), .limit = limit(), .dead_limit = 5}, clock_, random_).value();
    }

private:
    test::TemporaryFolder folder_;
    test::ManualClock clock_;
    SystemRandom random_;
    std::unique_ptr<Queue> queue_;
};

std::unique_ptr<Bench> make_bench() { return std::make_unique<SqliteBench>(); }

INSTANTIATE_TEST_SUITE_P(Sqlite, QueueSuite, testing::Values(&make_bench));

TEST(SqliteQueue, JobsSurviveARestartAndWhatRanCanBeTakenAtOnce) {
    SqliteBench bench;
    for (const char* subject : {"runs", "waits"}) {
        ASSERT_TRUE(run(bench.queue().push({"derive", subject, {{"n", 1}}, {}})));
        bench.pass(1ms);
    }
    ASSERT_TRUE(run(bench.queue().take({"derive"}, 10min, 0ms)).value());
    bench.restart();
    const auto again = run(bench.queue().take({"derive"}, 10min, 0ms)).value();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->job.subject, "runs");
    EXPECT_EQ(again->attempt, 2);
    EXPECT_EQ(run(bench.queue().take({"derive"}, 10min, 0ms)).value()->job.subject, "waits");
}

TEST(SqliteQueue, TheOldestDeadMakeRoom) {
    SqliteBench bench;
    for (int i = 0; i < 7; ++i) {
        ASSERT_TRUE(run(bench.queue().push({"derive", std::to_string(i), {}, {}})));
        ASSERT_TRUE(run(bench.queue().bury(*run(bench.queue().take({"derive"}, 1min, 0ms)).value(), "no")));
    }
    const auto dead = run(bench.queue().dead(100)).value();
    ASSERT_EQ(dead.size(), 5U);
    EXPECT_EQ(dead.front().job.subject, "6");
    EXPECT_EQ(dead.back().job.subject, "2");
}

TEST(SqliteQueue, ADamagedFileIsSetAsideAndBegunAnew) {
    SqliteBench bench;
    bench.stop();
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(bench.path().string() + suffix);
    std::ofstream(bench.path()) << std::string(8192, 'x');
    bench.restart();
    EXPECT_TRUE(std::filesystem::exists(bench.path().string() + ".broken"));
    EXPECT_TRUE(run(bench.queue().push({"derive", "a", {}, {}})));
    EXPECT_TRUE(run(bench.queue().take({"derive"}, 1min, 0ms)).value());
}

TEST(SqliteQueue, AFileThatIsDamagedWhileItIsUsedIsBegunAnew) {
    SqliteBench bench;
    for (int i = 0; i < 200; ++i)
        ASSERT_TRUE(run(bench.queue().push({"derive", std::to_string(i), {{"x", std::string(20'000, 'x')}}, {}})));
    bench.restart();  // all is in the file, and more of it than SQLite keeps in memory
    {
        std::fstream file(bench.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096);
        const auto size = std::filesystem::file_size(bench.path());
        file << std::string(size - 4096, 'x');
    }
    for (int i = 0; i < 200; ++i) EXPECT_TRUE(run(bench.queue().take({"derive"}, 1min, 0ms)));
    EXPECT_TRUE(run(bench.queue().push({"derive", "a", {}, {}})));
    EXPECT_TRUE(run(bench.queue().holds("derive", "a")).value());
    EXPECT_TRUE(std::filesystem::exists(bench.path().string() + ".broken"));
}

TEST(SqliteQueue, AFileOfTheVersionBeforeOwnersKeepsItsJobs) {
    SqliteBench bench;
    bench.stop();
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(bench.path().string() + suffix);
    {
        cadre::sqlite::Connection file(bench.path(), cadre::sqlite::Connection::Mode::write);
        file.execute(R"(
            CREATE TABLE job (id INTEGER PRIMARY KEY AUTOINCREMENT, kind BLOB NOT NULL, subject BLOB NOT NULL,
                payload BLOB NOT NULL, not_before INTEGER NOT NULL, pushed INTEGER NOT NULL, due INTEGER NOT NULL,
                running INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 0,
                token INTEGER NOT NULL DEFAULT 0, lease_until INTEGER NOT NULL DEFAULT 0);
            CREATE UNIQUE INDEX job_waiting_name ON job (kind, subject) WHERE running = 0;
            CREATE INDEX job_waiting_due ON job (kind, due, id) WHERE running = 0;
            CREATE INDEX job_running_name ON job (kind, subject) WHERE running = 1;
            CREATE INDEX job_running_lease ON job (kind, lease_until) WHERE running = 1;
            CREATE TABLE dead (id INTEGER PRIMARY KEY AUTOINCREMENT, kind BLOB NOT NULL, subject BLOB NOT NULL,
                payload BLOB NOT NULL, attempts INTEGER NOT NULL, reason BLOB NOT NULL, died INTEGER NOT NULL);
            INSERT INTO job (kind, subject, payload, not_before, pushed, due)
                VALUES (CAST('derive' AS BLOB), CAST('a' AS BLOB), CAST('{}' AS BLOB), 0, 0, 0);
            INSERT INTO dead (kind, subject, payload, attempts, reason, died)
                VALUES (CAST('derive' AS BLOB), CAST('b' AS BLOB), CAST('{}' AS BLOB), 3, CAST('no' AS BLOB), 0);
            PRAGMA user_version = 2;)");
    }
    bench.restart();
    EXPECT_FALSE(std::filesystem::exists(bench.path().string() + ".broken"));
    EXPECT_EQ(run(bench.queue().dead(5)).value().at(0).job.subject, "b");
    const auto taken = run(bench.queue().take({"derive"}, 1min, 0ms)).value();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->job.subject, "a");
    EXPECT_EQ(taken->job.owner, "");
}

TEST(SqliteQueue, AFileOfAnotherVersionIsSetAside) {
    SqliteBench bench;
    bench.stop();
    {
        std::fstream file(bench.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(63);  // the last byte of user_version (https://sqlite.org/fileformat2.html section 1.3)
        file.put('\x63');
    }
    bench.restart();
    EXPECT_TRUE(std::filesystem::exists(bench.path().string() + ".broken"));
    EXPECT_TRUE(run(bench.queue().push({"derive", "a", {}, {}})));
}

TEST(SqliteQueue, AFolderThatIsNotThereIsASentence) {
    test::ManualClock clock;
    SystemRandom random;
    const auto refused = sqlite::open({.path = "/nonexistent/jobs.db"}, clock, random);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_NE(refused.error().message.find("/nonexistent/jobs.db"), std::string::npos);
}

}  // namespace
}  // namespace cadre::jobs
