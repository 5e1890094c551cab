#include "catalog/sqlite/writer.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/testing.h"

namespace cadre::catalog::sqlite {
namespace {

class SqliteWriter : public ::testing::Test {
protected:
    void SetUp() override {
        auto connection = std::make_unique<Connection>(folder_ / "a.db", Connection::Mode::write);
        connection->execute("PRAGMA journal_mode = WAL");
        connection->execute("CREATE TABLE t(n INTEGER PRIMARY KEY)");
        writer_ = std::make_unique<Writer>(std::move(connection));
    }

    Task<void> insert(int n) {
        auto work = [n](Transaction& transaction) -> Result<void> {
            Query(transaction.db, "INSERT INTO t VALUES(?)", n).run();
            return {};
        };
        co_return co_await writer_->run(std::move(work));
    }

    /// Starts a call; `io_.run()` brings its outcome.
    void start(Task<void> task, std::optional<Result<void>>& outcome, std::exception_ptr* fault = nullptr) {
        asio::co_spawn(io_, std::move(task), [&outcome, fault](std::exception_ptr thrown, Result<void> result) {
            if (fault != nullptr) *fault = thrown;
            outcome = std::move(result);
        });
    }

    std::int64_t rows() {
        Connection reader(folder_ / "a.db", Connection::Mode::read);
        Query query(reader, "SELECT COUNT(*) FROM t");
        query.step();
        return query.integer(0);
    }

    /// Holds the writer's thread in a write of its own until it is let go, so that what follows waits together.
    Task<void> hold(std::mutex& gate) {
        auto work = [&gate](Transaction&) -> Result<void> {
            const std::lock_guard wait(gate);
            return {};
        };
        co_return co_await writer_->run(std::move(work));
    }

    test::TemporaryFolder folder_;
    asio::io_context io_;
    std::unique_ptr<Writer> writer_;
};

TEST_F(SqliteWriter, WhatWaitsTogetherIsCommittedTogether) {
    std::mutex gate;
    std::vector<std::optional<Result<void>>> outcomes(9);
    gate.lock();
    start(hold(gate), outcomes[8]);
    for (int i = 0; i < 8; ++i) start(insert(i), outcomes[static_cast<std::size_t>(i)]);
    io_.poll();
    gate.unlock();
    io_.run();
    for (const auto& outcome : outcomes) EXPECT_TRUE(outcome && *outcome);
    EXPECT_LE(writer_->commits(), 2U);
    EXPECT_EQ(rows(), 8);
}

TEST_F(SqliteWriter, AWriteThatFailsTakesNoOtherWithItAndLeavesNothing) {
    std::mutex gate;
    std::optional<Result<void>> held, first, refused, broken, last;
    std::exception_ptr fault;
    int effects = 0;
    auto refuse = [&](Transaction& transaction) -> Result<void> {
        Query(transaction.db, "INSERT INTO t VALUES(50)").run();
        transaction.after_commit([&] { effects += 100; });
        return fail(ErrorKind::conflict, "No.");
    };
    auto count = [&](Transaction& transaction) -> Result<void> {
        transaction.after_commit([&] { ++effects; });
        return {};
    };
    std::optional<Result<void>> counted;
    gate.lock();
    start(hold(gate), held);
    start(insert(1), first);
    start(writer_->run(refuse), refused);
    start(insert(1), broken, &fault);  // the key is there already
    start(insert(2), last);
    start(writer_->run(count), counted);
    io_.poll();
    gate.unlock();
    io_.run();
    EXPECT_TRUE(first->has_value() && last->has_value() && counted->has_value());
    EXPECT_EQ(refused->error().kind, ErrorKind::conflict);
    EXPECT_THROW(std::rethrow_exception(fault), Fault);
    EXPECT_EQ(rows(), 2);
    EXPECT_EQ(effects, 1);
}

TEST_F(SqliteWriter, AnotherConnectionsWriteIsWaitedFor) {
    Connection other(folder_ / "a.db", Connection::Mode::write);
    other.execute("BEGIN IMMEDIATE");
    std::optional<Result<void>> outcome;
    start(insert(1), outcome);
    io_.poll();
    EXPECT_FALSE(outcome);
    other.execute("INSERT INTO t VALUES(2)");
    other.execute("COMMIT");
    io_.run();
    EXPECT_TRUE(outcome && *outcome);
    EXPECT_EQ(rows(), 2);
}

TEST_F(SqliteWriter, AFullDiskIsARefusalThatLeavesTheOldState) {
    std::optional<Result<void>> full, after;
    auto fill = [](Transaction& transaction) -> Result<void> {
        transaction.db.execute("PRAGMA max_page_count = 2");
        transaction.db.execute("CREATE TABLE big(x); INSERT INTO big VALUES(zeroblob(1000000))");
        return {};
    };
    start(writer_->run(fill), full);
    io_.run();
    ASSERT_TRUE(full);
    ASSERT_FALSE(*full);
    EXPECT_EQ(full->error().kind, ErrorKind::no_space);
    EXPECT_EQ(rows(), 0);
    io_.restart();
    start(insert(1), after);
    io_.run();
    EXPECT_TRUE(after && *after);
}

}  // namespace
}  // namespace cadre::catalog::sqlite
