#include "catalog/sqlite/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/sqlite.h"
#include "catalog/sqlite/dump.h"
#include "catalog/suite.h"
#include "catalog/suite_timelines.h"

namespace cadre::catalog {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SqliteStores final : public Stores {
public:
    std::unique_ptr<Catalog> open(const Clock& clock, Random& random) override {
        auto catalog = sqlite::open({file(), folder_ / "volatile.db", 2}, clock, random);
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

class SqliteCatalog : public testing::Test {
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
    EXPECT_THAT(refused.error().message, HasSubstr("up to 2"));
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
        db.execute("DELETE FROM marks WHERE name = 'rows'");
        db.execute("PRAGMA user_version = 1");
    }
    reopen();
    EXPECT_EQ(dump(file), text);
    EXPECT_TRUE(ok(catalog_->complete()));
}

}  // namespace
}  // namespace sqlite
}  // namespace cadre::catalog
