#include "catalog/sqlite/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <type_traits>

#include "base/sqlite.h"
#include "catalog/sqlite/dump.h"
#include "catalog/suite.h"
#include "catalog/suite_families.h"
#include "catalog/suite_timelines.h"

namespace cadre::catalog {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SqliteStores final : public Stores {
public:
    using Stores::open;
    std::unique_ptr<Catalog> open(const Clock& clock, Random& random, const Declarations& declared) override {
        auto catalog = sqlite::open(
            {.catalog_db = file(), .volatile_db = folder_ / "volatile.db", .declared = declared}, clock, random);
        if (!catalog) throw std::runtime_error(catalog.error().message + " " + catalog.error().detail);
        return std::move(*catalog);
    }
    [[nodiscard]] fs::path file() const { return folder_ / "catalog.db"; }

private:
    test::TemporaryFolder folder_;
};

const SuiteDriver kSqlite{"Sqlite", [] { return std::make_unique<SqliteStores>(); }};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogSuite, testing::Values(kSqlite), name_of_driver);
INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogTimelines, testing::Values(kSqlite), name_of_driver);

namespace sqlite {
namespace {

class SqliteCatalog : public ::testing::Test {
protected:
    Result<std::unique_ptr<Catalog>> open_it() { return open({file_, folder_ / "volatile.db"}, clock_, random_); }

    test::TemporaryFolder folder_;
    fs::path file_ = folder_ / "catalog.db";
    ManualClock clock_;
    SystemRandom random_;
};

TEST_F(SqliteCatalog, ANewerSchemaIsRefusedWithBothNumbers) {
    ASSERT_TRUE(open_it());
    cadre::sqlite::Connection(file_, cadre::sqlite::Connection::Mode::write).execute("PRAGMA user_version = 7");
    const auto refused = open_it();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("schema 7"));
    EXPECT_THAT(refused.error().message, HasSubstr("up to 3"));
}

TEST_F(SqliteCatalog, AFileThatIsNoDatabaseIsRefusedWithASentence) {
    std::ofstream(file_) << std::string(10'000, 'x');
    const auto refused = open_it();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unprocessable);
    EXPECT_THAT(refused.error().message, HasSubstr("is damaged"));
}

TEST_F(SqliteCatalog, AFolderThatIsNotThereIsAnError) {
    file_ = folder_ / "none" / "catalog.db";
    const auto refused = open_it();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr(file_.string()));
}

/// Runs one call to its end.
template <class T>
T ask(Task<T> task) {
    asio::io_context io{1};
    std::optional<Result<T>> result;
    asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& fault, Result<T> got) {
        if (fault) std::rethrow_exception(fault);
        result.emplace(std::move(got));
    });
    io.run();
    if (!*result) throw std::runtime_error(result->error().message);
    if constexpr (!std::is_void_v<T>) return std::move(**result);
}

/// With what is in its WAL.
std::uintmax_t size_of(const fs::path& file) {
    auto wal = file;
    wal += "-wal";
    return fs::file_size(file) + (fs::exists(wal) ? fs::file_size(wal) : 0);
}

TEST_F(SqliteCatalog, WhatWasCountedAndIsOverGivesItsSpaceBack) {
    auto catalog = open_it().value();
    const auto count_many = [&](int from) {
        asio::io_context io{1};
        for (int i = 0; i < 6000; ++i)
            asio::co_spawn(io, catalog->count(std::to_string(from + i) + std::string(200, 'x'), Millis(1000), 5),
                           [](const std::exception_ptr&, const Result<Counted>& got) { ASSERT_TRUE(got); });
        io.run();
    };
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 3; ++i) count_many(round * 100'000 + i * 6000);
        clock_.advance(Millis(1000));
    }
    EXPECT_LT(size_of(folder_ / "volatile.db"), std::uintmax_t{64} << 20);
    for (int i = 0; i < 30; ++i) {  // one who comes later has the rest go, piece by piece
        ask(catalog->count("another", Millis(1), 5));
        clock_.advance(Millis(1));
    }
    catalog.reset();
    EXPECT_LT(fs::file_size(folder_ / "volatile.db"), std::uintmax_t{2} << 20);
}

TEST_F(SqliteCatalog, WhatAnOlderReleaseLookedUpOtherwiseIsEnteredAnew) {
    const Ref user{Kind::user, make_id(clock_, random_)}, token{Kind::token, make_id(clock_, random_)};
    {
        auto catalog = open_it().value();
        ask(catalog->end_rebuild(ask(catalog->begin_rebuild(false))));
        Truth ann, key;
        ann.facts.set("name", "ÉMILE", {1, 1});
        ask(catalog->apply(user, ann));
        key.facts.set("user", json::string(user.id.text()), {1, 1});
        key.facts.set("hash", "h", {1, 1});
        ask(catalog->apply(token, key));
    }
    {
        cadre::sqlite::Connection old(file_, cadre::sqlite::Connection::Mode::write);
        old.execute(
            "DELETE FROM marks WHERE name IN ('lookups', 'declared') OR name LIKE 'index %'; DELETE FROM lookups;"
            "INSERT INTO lookups SELECT 2, CAST('another key' AS BLOB), id FROM entries WHERE kind = 1;");
    }
    for (int twice = 0; twice < 2; ++twice) {
        auto catalog = open_it().value();
        EXPECT_EQ(ask(catalog->find(Index::user_by_name, {fold_name("émile")})).at(0), user.id);
        EXPECT_EQ(ask(catalog->find(Index::token_by_hash, {"h"})).at(0), token.id);
        EXPECT_EQ(ask(catalog->find_all(Index::tokens_of, user.id.text(), "", 10)).items, std::vector{token.id});
    }
    cadre::sqlite::Connection now(file_, cadre::sqlite::Connection::Mode::read);
    cadre::sqlite::Query count(now, "SELECT count(*) FROM lookups");
    ASSERT_TRUE(count.step());
    EXPECT_EQ(count.integer(0), 3);
}

TEST_F(SqliteCatalog, WhatAReleaseWithoutDeclarationsDidNotTellIsMadeAgain) {
    const auto open_with_labels = [&] {
        return sqlite::open({.catalog_db = file_, .volatile_db = folder_ / "volatile.db", .declared = suite_declared()},
                            clock_, random_)
            .value();
    };
    const auto owner = make_id(clock_, random_);
    const View label{kLabel, owner, "x"};
    const Ref photo{Kind::photo, make_id(clock_, random_)};
    {
        auto catalog = open_with_labels();
        ask(catalog->end_rebuild(ask(catalog->begin_rebuild(false))));
        Truth truth;
        truth.facts.set("owner", json::string(owner.text()), {1, 1});
        truth.facts.set("access", json::object{{"visibility", "private"}, {"key", "K"}}, {1, 1});
        truth.facts.set("label:x", true, {1, 1});
        ask(catalog->apply(photo, truth));
        EXPECT_EQ(ask(catalog->timeline(label)).total, 1U);
    }
    {
        // As if it had been put under the label by that release, which writes its mark when it opens the catalog.
        cadre::sqlite::Connection old(file_, cadre::sqlite::Connection::Mode::write);
        cadre::sqlite::Query mark(old, "SELECT value FROM marks WHERE name = 'lookups'");
        ASSERT_TRUE(mark.step());
        EXPECT_LT(mark.integer(0), 3) << "it has to find less than its own number, or it writes nothing";
        for (const auto* table : {"rows", "days", "months", "scopes"})
            old.execute(("DELETE FROM " + std::string(table) + " WHERE scope >= x'c8'").c_str());
        old.execute("UPDATE marks SET value = 3 WHERE name = 'lookups'");
    }
    for (int twice = 0; twice < 2; ++twice) {
        auto catalog = open_with_labels();
        EXPECT_EQ(ask(catalog->timeline(label)).total, 1U);
        EXPECT_EQ(ask(catalog->timeline({Family::mine, owner})).total, 1U);
    }
}

TEST_F(SqliteCatalog, AVolatileDatabaseThatGrewUnderAnOlderReleaseIsMadeSmall) {
    const auto file = folder_ / "volatile.db";
    {
        cadre::sqlite::Connection old(file, cadre::sqlite::Connection::Mode::write);
        old.execute("PRAGMA journal_mode = WAL");
        old.execute(R"sql(
            CREATE TABLE leases(name BLOB PRIMARY KEY, token BLOB NOT NULL, began INTEGER NOT NULL, until INTEGER NOT NULL)
                         WITHOUT ROWID;
            CREATE TABLE counts(name BLOB PRIMARY KEY, count INTEGER NOT NULL, began INTEGER NOT NULL, until INTEGER NOT NULL)
                         WITHOUT ROWID;
            CREATE INDEX counts_by_end ON counts(until);
            CREATE TABLE intentions(kind INTEGER, id BLOB, PRIMARY KEY(kind, id)) WITHOUT ROWID;
            CREATE TABLE marks(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
            INSERT INTO counts SELECT CAST(i AS BLOB) || zeroblob(15000), 1, 0, 1 << 60 FROM n;
            PRAGMA user_version = 1;)sql");
    }
    EXPECT_GT(size_of(file), std::uintmax_t{15} << 20);
    open_it().value().reset();
    EXPECT_LT(size_of(file), std::uintmax_t{2} << 20);
}

/// Two catalogs with the same changes in another order, for their dumps.
class SqliteDump : public CatalogTimelines {};
INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteDump, testing::Values(kSqlite), name_of_driver);

TEST_P(SqliteDump, CatalogsOfTheSameTruthAreTheSameTableByTable) {
    const auto file_of = [](const Stores& stores) { return dynamic_cast<const SqliteStores&>(stores).file(); };
    SqliteStores again;
    auto other = again.open(clock_, random_);
    std::vector<std::pair<Ref, Truth>> changes;
    for (int i = 0; i < 300; ++i)
        changes.emplace_back(Ref{roll(9) == 0 ? Kind::user : Kind::photo, some_id(roll(20))}, random_change());
    for (const auto& [ref, truth] : changes) ok(catalog_->apply(ref, truth));
    EXPECT_NE(dump(again.file()), dump(file_of(*stores_)));
    std::ranges::shuffle(changes, dice_);
    for (const auto& [ref, truth] : changes) ok(other->apply(ref, truth));
    const auto text = dump(file_of(*stores_));
    EXPECT_EQ(dump(again.file()), text);
    for (const auto* table : {"entry | ", "lookup | ", "row | ", "day | ", "month | ", "scope | "})
        EXPECT_THAT(text, HasSubstr(table));
}

TEST_P(SqliteDump, TimelinesOfAReleaseBeforeRanksAreMadeAgain) {
    const auto file = dynamic_cast<const SqliteStores&>(*stores_).file();
    for (int i = 0; i < 300; ++i) ok(catalog_->apply({Kind::photo, some_id(roll(20))}, random_change()));
    const auto text = dump(file);
    catalog_.reset();
    {
        // The tables of that release, and counters that cannot be right.
        cadre::sqlite::Connection db(file, cadre::sqlite::Connection::Mode::write);
        db.execute("DROP TABLE rows");
        db.execute(
            "CREATE TABLE rows(scope BLOB, at INTEGER, id BLOB, key BLOB NOT NULL, taken_at BLOB NOT NULL, width "
            "INTEGER NOT "
            "NULL, height INTEGER NOT NULL, thumbhash BLOB NOT NULL, title BLOB NOT NULL, favourite INTEGER NOT NULL, "
            "state "
            "BLOB NOT NULL, PRIMARY KEY(scope, at, id)) WITHOUT ROWID");
        db.execute("INSERT INTO rows VALUES(x'00', 1, x'01', x'', x'', 1, 1, x'', x'', 0, x'')");
        db.execute("UPDATE days SET count = 7, aspect = 7");
        db.execute("UPDATE months SET digest = 7");
        db.execute("UPDATE scopes SET digest = 7, count = 7");
        db.execute("DELETE FROM marks WHERE name = 'rows' OR name = 'declared' OR name LIKE 'family %'");
        for (const char* column : {"generation", "address", "agent"})
            db.execute(("ALTER TABLE sessions DROP COLUMN " + std::string(column)).c_str());
        db.execute("PRAGMA user_version = 1");
    }
    reopen();
    EXPECT_EQ(dump(file), text);
    EXPECT_TRUE(ok(catalog_->complete()));
}

}  // namespace
}  // namespace sqlite
}  // namespace cadre::catalog
