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
    EXPECT_THAT(refused.error().message, HasSubstr("up to 1"));
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
    EXPECT_EQ(refused.error().kind, ErrorKind::internal);
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

}  // namespace
}  // namespace sqlite
}  // namespace cadre::catalog
