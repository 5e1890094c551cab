#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "base/testing.h"
#include "cli/import/pipeline.h"
#include "cli/import/progress.h"
#include "cli/import/remote.h"
#include "cli/import/report.h"
#include "cli/import/text.h"
#include "cli/import/walker.h"

namespace cadre::cli {
namespace {

using namespace std::chrono_literals;

class ImportTest : public ::testing::Test {
protected:
    void write(const std::string& name, const std::string& bytes = "x") { folder_.write(name, bytes); }

    /// The names below the root that a walk finds, and the problems it tells.
    std::set<std::string> walk(Walker& walker) {
        std::set<std::string> found;
        while (auto next = walker.next())
            found.insert((next->problem.empty() ? "" : "!") + next->path.lexically_relative(root_).string());
        return found;
    }

    test::TemporaryFolder folder_;
    const std::filesystem::path& root_ = folder_.path();
};

using Names = std::set<std::string>;

TEST_F(ImportTest, WalksAllFoldersAndSkipsWhatIsHiddenOrASidecar) {
    write("a.jpg");
    write("deep/er/b.png");
    write("deep/b.xmp");
    write("deep/Thumbs.db");
    write("deep/c.JSON");
    write(".DS_Store");
    write(".hidden/d.jpg");
    Walker walker({root_});
    EXPECT_EQ(walk(walker), (Names{"a.jpg", "deep/er/b.png"}));
    EXPECT_EQ(walker.ignored(), 5U);
}

TEST_F(ImportTest, LoopsOfLinksEnd) {
    write("folder/a.jpg");
    std::filesystem::create_directory_symlink(root_, root_ / "folder/up");
    std::filesystem::create_symlink("itself", root_ / "itself");
    std::filesystem::create_symlink("nowhere", root_ / "broken.jpg");
    Walker walker({root_});
    EXPECT_EQ(walk(walker), (Names{"folder/a.jpg"}));
}

TEST_F(ImportTest, FollowsLinksToFilesAndFolders) {
    write("outside/a.jpg");
    std::filesystem::create_directories(root_ / "in");
    std::filesystem::create_directory_symlink(root_ / "outside", root_ / "in/link");
    std::filesystem::create_symlink(root_ / "outside/a.jpg", root_ / "in/b.jpg");
    Walker walker({root_ / "in"});
    EXPECT_EQ(walk(walker), (Names{"in/b.jpg", "in/link/a.jpg"}));
}

TEST_F(ImportTest, TellsWhatIsNotThereAndGoesOn) {
    write("a.jpg");
    Walker walker({root_ / "missing", root_ / "a.jpg"});
    EXPECT_EQ(walk(walker), (Names{"!missing", "a.jpg"}));
}

TEST_F(ImportTest, APipeIsNeitherReadNorWaitedFor) {
    ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
    Walker walker({root_});
    EXPECT_EQ(walk(walker), Names{});
    EXPECT_FALSE(hash_file(root_ / "pipe"));
}

TEST_F(ImportTest, HashesWhatTheFileHolds) {
    write("abc", "abc");
    const auto hashed = hash_file(root_ / "abc");
    ASSERT_TRUE(hashed);
    EXPECT_EQ(hashed->hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hashed->size, 3U);
}

TEST_F(ImportTest, TheReportIsTheJsonThatTheContractNames) {
    Report report;
    report.sent = 3;
    report.duplicate = 2;
    report.refuse({"a \"b\"\n.txt", 415, "Not a picture."});
    report.refuse({"c", 422, "Too large."});
    report.fail({"d\xff", 0, "No answer."});
    ASSERT_TRUE(report.write_json((root_ / "report.json").string()));

    std::stringstream text;
    text << std::ifstream(root_ / "report.json").rdbuf();
    const auto parsed = parse_json(text.str());
    ASSERT_TRUE(parsed) << text.str();
    const auto& object = parsed->as_object();
    EXPECT_EQ(get_int(object, "sent"), 3);
    EXPECT_EQ(get_int(object, "duplicate"), 2);
    const auto& refused = object.at("refused").as_array();
    ASSERT_EQ(refused.size(), 2U);
    EXPECT_EQ(get_string(refused[0].as_object(), "path"), "a \"b\"\n.txt");
    EXPECT_EQ(get_int(refused[0].as_object(), "status"), 415);
    EXPECT_EQ(get_string(refused[0].as_object(), "detail"), "Not a picture.");
    const auto& failed = object.at("failed").as_array();
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_TRUE(failed[0].as_object().at("status").is_null());
    EXPECT_EQ(get_string(failed[0].as_object(), "path"), "d\xEF\xBF\xBD");
}

TEST_F(ImportTest, AReportThatCannotBeWrittenIsAnError) {
    Report report;
    EXPECT_FALSE(report.write_json((root_ / "no/such/folder/report.json").string()));
}

TEST(Spill, GivesEachLineOnceInOrderWhileOthersAreAdded) {
    Spill spill;
    EXPECT_EQ(spill.next(), std::nullopt);
    spill.add("one");
    spill.add("two");
    EXPECT_EQ(spill.next(), "one");
    spill.add("three");
    EXPECT_EQ(spill.next(), "two");
    EXPECT_EQ(spill.next(), "three");
    EXPECT_TRUE(spill.all_given());
    std::vector<std::string> all;
    spill.each([&](std::string_view line) { all.emplace_back(line); });
    EXPECT_EQ(all, (std::vector<std::string>{"one", "two", "three"}));
}

TEST(PauseBefore, DoublesUpToABoundAndHonoursRetryAfter) {
    EXPECT_EQ(pause_before(1, std::nullopt, 0), 250ms);
    EXPECT_EQ(pause_before(2, std::nullopt, 0), 500ms);
    EXPECT_EQ(pause_before(30, std::nullopt, 0), 15s);
    EXPECT_EQ(pause_before(1, 7s, 0), 7s);
    EXPECT_EQ(pause_before(1, 100'000s, 0), 300s);
    EXPECT_EQ(pause_before(1, 0s, 0), 250ms);
    EXPECT_LE(pause_before(1, 8s, ~std::uint64_t{0}), 10s);
}

TEST(Sentence, SaysHowFarItIs) {
    Figures figures;
    figures.settled = 12;
    EXPECT_EQ(sentence(figures), "12 files");
    figures.total = 40;
    EXPECT_EQ(sentence(figures), "12 of 40+ files");
    figures.counted = true;
    figures.refused = 2;
    figures.failed = 1;
    figures.bytes = 50'000'000;
    figures.passed = 10s;
    EXPECT_EQ(sentence(figures), "12 of 40 files, 2 refused, 1 failed, 5.0 MB/s");
    EXPECT_EQ(bar(figures, 30), "[#######-----------------] 12 ");
}

TEST(AsUtf8, KeepsWhatIsTextAndReplacesWhatIsNot) {
    EXPECT_EQ(as_utf8("Zürich 日本 🏔"), "Zürich 日本 🏔");
    EXPECT_EQ(as_utf8("a\xff\xc3"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(as_utf8("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
}

}  // namespace
}  // namespace cadre::cli
