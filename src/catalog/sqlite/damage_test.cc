// Files of the catalog that are damaged, in every way that a file can be: set aside and begun anew where that loses
// nothing, and told by their own name where it would.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "base/sqlite_files.h"
#include "base/testing.h"
#include "catalog/sqlite/catalog.h"

namespace cadre::catalog::sqlite {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int kEntries = 60;

void overwrite(const fs::path& file, std::uintmax_t from, std::uintmax_t count, char with = 'x') {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(from));
    out << std::string(count, with);
}

class DamagedCatalog : public ::testing::Test {
protected:
    Result<std::unique_ptr<Catalog>> open_it(bool alone = true, bool killed = false) {
        Options options;
        options.catalog_db = kept_;
        options.volatile_db = passing_;
        options.alone = alone;
        options.killed = killed;
        return open(std::move(options), clock_, random_);
    }

    /// A complete catalog with a number of entries.
    static void fill(Catalog& catalog, SystemRandom& random, const Clock& clock, int entries = kEntries) {
        test::value(catalog.end_rebuild(test::value(catalog.begin_rebuild(false))));
        for (int i = 0; i < entries; ++i) {
            Truth truth;
            truth.facts.set("title", json::value(std::string(2'000, 't')), {1, 1});
            test::value(catalog.apply({Kind::photo, make_id(clock, random)}, truth));
        }
    }
    /// The same, with a lease and a count beside it.
    void filled() {
        auto catalog = open_it();
        ASSERT_TRUE(catalog);
        fill(**catalog, random_, clock_);
        test::value((*catalog)->lease("photos/1", Millis(60'000)));
        test::value((*catalog)->count("log-in", Millis(60'000), 10));
    }
    /// The same, with the files as a killed process leaves them.
    void filled_and_killed() {
        const auto child = ::fork();
        if (child == 0) {
            try {
                auto catalog = open_it();
                fill(**catalog, random_, clock_);
                ::_exit(0);  // before the catalog is closed
            } catch (const std::exception&) {
                ::_exit(1);
            }
        }
        int status = -1;
        ::waitpid(child, &status, 0);
        ASSERT_EQ(status, 0);
        ASSERT_TRUE(fs::exists(wal(kept_)));
    }

    static fs::path wal(const fs::path& file) { return file.string() + "-wal"; }
    static fs::path shm(const fs::path& file) { return file.string() + "-shm"; }
    static fs::path broken(const fs::path& file) { return file.string() + ".broken"; }
    static std::size_t entries(Catalog& catalog) {
        return test::value(catalog.scan(Kind::photo, "", 10'000)).items.size();
    }

    test::TemporaryFolder folder_;
    fs::path kept_ = folder_ / "catalog.db";
    fs::path passing_ = folder_ / "volatile.db";
    test::ManualClock clock_;
    SystemRandom random_;
};

/// What can be done to a file, by name.
struct Harm {
    std::string name;
    void (*harm)(const fs::path& file);
};
void PrintTo(const Harm& harm, std::ostream* out) { *out << harm.name; }

const Harm kHarms[] = {
    {"Garbage", [](const fs::path& file) { std::ofstream(file) << std::string(20'000, 'x'); }},
    {"GarbageBehindTheHeader", [](const fs::path& file) { overwrite(file, 100, fs::file_size(file) - 100); }},
    {"GarbageInTheSchema", [](const fs::path& file) { overwrite(file, 100, 3'000); }},
    {"GarbageInTheMiddle", [](const fs::path& file) { overwrite(file, 4096, fs::file_size(file) - 4096); }},
    {"Zeros", [](const fs::path& file) { overwrite(file, 0, fs::file_size(file), '\0'); }},
    {"CutInAPage", [](const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2 + 100); }},
    {"CutAtAPage", [](const fs::path& file) { fs::resize_file(file, 4096); }},
    {"CutInTheHeader", [](const fs::path& file) { fs::resize_file(file, 50); }},
    {"AText", [](const fs::path& file) { std::ofstream(file) << "This is no database.\n"; }},
    {"AFolder",
     [](const fs::path& file) {
         fs::remove(file);
         fs::create_directories(file / "in it");
     }},
    {"AnotherDatabase",
     [](const fs::path& file) {
         fs::remove(file);
         cadre::sqlite::Connection other(file, cadre::sqlite::Connection::Mode::write);
         other.execute("CREATE TABLE notes(x); PRAGMA user_version = 1");
     }},
};

class DamagedFile : public DamagedCatalog, public testing::WithParamInterface<Harm> {};
INSTANTIATE_TEST_SUITE_P(Every, DamagedFile, testing::ValuesIn(kHarms),
                         [](const auto& harm) { return harm.param.name; });

TEST_P(DamagedFile, VolatileIsSetAsideAndTheCatalogIsAsItWas) {
    filled();
    GetParam().harm(passing_);
    auto catalog = open_it();
    ASSERT_TRUE(catalog) << catalog.error().message << " " << catalog.error().detail;
    EXPECT_TRUE(fs::exists(broken(passing_)));
    EXPECT_FALSE(fs::exists(broken(kept_)));
    EXPECT_TRUE(test::value((*catalog)->complete()));
    EXPECT_EQ(entries(**catalog), std::size_t{kEntries});
    EXPECT_TRUE(test::value((*catalog)->unsettled()).empty());
    EXPECT_TRUE(test::run((*catalog)->lease("photos/1", Millis(1000)))) << "what was leased was forgotten";
    EXPECT_EQ(test::value((*catalog)->count("log-in", Millis(1000), 10)).count, 1);
}

TEST_P(DamagedFile, TheCatalogIsSetAsideAndIsIncompleteUntilItIsBuiltAgain) {
    filled();
    GetParam().harm(kept_);
    auto catalog = open_it();
    ASSERT_TRUE(catalog) << catalog.error().message << " " << catalog.error().detail;
    EXPECT_TRUE(fs::exists(broken(kept_)));
    EXPECT_FALSE(fs::exists(broken(passing_)));
    EXPECT_FALSE(test::value((*catalog)->complete()));
    fill(**catalog, random_, clock_, 10);
    EXPECT_EQ(entries(**catalog), 10U);
}

TEST_P(DamagedFile, BesideAnotherProcessItIsLeftAloneAndTheSentenceNamesIt) {
    filled();
    for (const auto& file : {passing_, kept_}) {
        GetParam().harm(file);
        const auto refused = open_it(false);
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().message, HasSubstr(file.string()));
        EXPECT_THAT(refused.error().message, testing::EndsWith("."));
        EXPECT_FALSE(fs::exists(broken(file)));
        fs::remove_all(file);
    }
}

TEST_P(DamagedFile, WhatWasSetAsideBeforeMakesRoom) {
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE(open_it()) << round;
        GetParam().harm(passing_);
        GetParam().harm(kept_);
    }
    EXPECT_TRUE(open_it());
}

TEST_F(DamagedCatalog, AnEmptyFileIsANewOne) {
    filled();
    for (const auto& file : {kept_, passing_}) fs::resize_file(file, 0);
    auto catalog = open_it();
    ASSERT_TRUE(catalog);
    EXPECT_FALSE(test::value((*catalog)->complete()));
}

class DamagedLog : public DamagedCatalog, public testing::WithParamInterface<Harm> {};
const Harm kLogHarms[] = {
    {"Gone", [](const fs::path& file) { fs::remove(file); }},
    {"Empty", [](const fs::path& file) { fs::resize_file(file, 0); }},
    {"Garbage", [](const fs::path& file) { std::ofstream(file) << std::string(20'000, 'x'); }},
    {"AnotherHeader", [](const fs::path& file) { overwrite(file, 16, 1); }},
    {"CutInTheHeader", [](const fs::path& file) { fs::resize_file(file, 20); }},
    {"GarbageInTheMiddle", [](const fs::path& file) { overwrite(file, fs::file_size(file) / 2, 100); }},
    {"AFolder",
     [](const fs::path& file) {
         fs::remove(file);
         fs::create_directory(file);
     }},
};
INSTANTIATE_TEST_SUITE_P(Every, DamagedLog, testing::ValuesIn(kLogHarms),
                         [](const auto& harm) { return harm.param.name; });

TEST_P(DamagedLog, AfterAKillTheCatalogIsNotTakenForWhole) {
    filled_and_killed();
    GetParam().harm(wal(kept_));
    auto catalog = open_it(true, true);
    ASSERT_TRUE(catalog) << catalog.error().message << " " << catalog.error().detail;
    EXPECT_FALSE(test::value((*catalog)->complete()));
    EXPECT_TRUE(fs::exists(broken(kept_)));
}

TEST_P(DamagedLog, OfVolatileIsNoReasonNotToStart) {
    filled_and_killed();
    GetParam().harm(wal(passing_));
    auto catalog = open_it(true, true);
    ASSERT_TRUE(catalog) << catalog.error().message << " " << catalog.error().detail;
    EXPECT_TRUE(test::value((*catalog)->complete()));
    EXPECT_EQ(entries(**catalog), std::size_t{kEntries});
    EXPECT_TRUE(test::run((*catalog)->lease("photos/2", Millis(1000))));
}

TEST_F(DamagedCatalog, AKillAloneLosesNothing) {
    filled_and_killed();
    EXPECT_TRUE(cadre::sqlite::log_is_whole(kept_));
    auto catalog = open_it(true, true);
    ASSERT_TRUE(catalog);
    EXPECT_TRUE(test::value((*catalog)->complete()));
    EXPECT_EQ(entries(**catalog), std::size_t{kEntries});
    EXPECT_FALSE(fs::exists(broken(kept_)));
}

TEST_F(DamagedCatalog, ALastFrameThatWasNeverWholeIsNoDamage) {
    filled_and_killed();
    fs::resize_file(wal(kept_), fs::file_size(wal(kept_)) - 1000);
    EXPECT_TRUE(cadre::sqlite::log_is_whole(kept_));
    overwrite(wal(kept_), fs::file_size(wal(kept_)) - 5000, 100);
    EXPECT_TRUE(cadre::sqlite::log_is_whole(kept_));
}

TEST_F(DamagedCatalog, GarbageInTheSharedMemoryIsNoticedByNobody) {
    filled_and_killed();
    for (const auto& file : {kept_, passing_}) std::ofstream(shm(file)) << std::string(32'768, 'x');
    auto catalog = open_it(true, true);
    ASSERT_TRUE(catalog);
    EXPECT_TRUE(test::value((*catalog)->complete()));
    EXPECT_EQ(entries(**catalog), std::size_t{kEntries});
}

TEST_F(DamagedCatalog, VolatileThatIsDamagedWhileItIsUsedIsBegunAnew) {
    auto catalog = open_it();
    ASSERT_TRUE(catalog);
    const auto name = [](int i) { return std::to_string(i) + std::string(5'000, 'n'); };  // more than SQLite keeps
    for (int i = 0; i < 1'000; ++i) test::value((*catalog)->count(name(i), Millis(60'000), 10));
    for (const auto& file : {passing_, wal(passing_)}) std::ofstream(file) << std::string(100'000, 'x');
    for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(test::run((*catalog)->count(name(i), Millis(60'000), 10))) << i;
    EXPECT_TRUE(fs::exists(broken(passing_)));
    EXPECT_TRUE(test::run((*catalog)->check()));
}

TEST_F(DamagedCatalog, ThatIsFoundWhileItIsUsedIsUnavailableAndBuiltAgainAtTheNextStart) {
    filled();
    {
        auto catalog = open_it();
        ASSERT_TRUE(catalog);
        overwrite(kept_, 4096, fs::file_size(kept_) - 4096);
        const auto page = test::run((*catalog)->scan(Kind::photo, "", 10'000));
        ASSERT_FALSE(page);
        EXPECT_EQ(page.error().kind, ErrorKind::unavailable);
        EXPECT_THAT(page.error().message, HasSubstr("damaged"));
        EXPECT_EQ(test::refusal((*catalog)->check()), ErrorKind::unavailable);
        EXPECT_EQ(test::refusal((*catalog)->apply({Kind::photo, Id{}}, {})), ErrorKind::unavailable);
    }
    auto again = open_it();
    ASSERT_TRUE(again);
    EXPECT_FALSE(test::value((*again)->complete()));
    EXPECT_TRUE(fs::exists(broken(kept_)));
    again->reset();
    ASSERT_TRUE(open_it());
    EXPECT_FALSE(fs::exists(kept_.string() + ".damaged"));
}

TEST_F(DamagedCatalog, AFileThatMayNotBeReadIsToldByItsName) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything; tests/integration looks at it as somebody else";
    filled();
    for (const auto& file : {passing_, kept_}) {
        fs::permissions(file, fs::perms::none);
        const auto refused = open_it();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
        EXPECT_THAT(refused.error().message, HasSubstr(file.string()));
        EXPECT_THAT(refused.error().message, HasSubstr("ermission"));
        EXPECT_FALSE(fs::exists(broken(file)));
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    }
}

}  // namespace
}  // namespace cadre::catalog::sqlite
