#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
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

    /// The names below the root that a walk finds, with the problems and ("-") what is left out.
    std::set<std::string> meet(Walker walker) {
        std::set<std::string> found;
        while (auto next = walker.next()) {
            auto name = next->path.lexically_relative(root_).string();
            if (!next->problem.empty()) name = "!" + name;
            if (next->left_out) name = "-" + name + " " + std::string(next->left_out->code);
            found.insert(std::move(name));
        }
        return found;
    }
    std::set<std::string> walk(std::vector<std::filesystem::path> paths) {
        auto found = meet(Walker(std::move(paths)));
        std::erase_if(found, [](const auto& name) { return name.starts_with('-'); });
        return found;
    }

    test::TemporaryFolder folder_;
    const std::filesystem::path& root_ = folder_.path();
};

using Names = std::set<std::string>;

TEST_F(ImportTest, WalksAllFoldersAndNamesWhatItLeavesOut) {
    write("a.jpg");
    write("deep/er/b.png");
    write("deep/b.xmp");
    write("deep/Thumbs.db");
    write("deep/c.JSON");
    write(".DS_Store");
    write(".hidden/d.jpg");
    write("@eaDir/a.jpg/SYNOPHOTO_THUMB_XL.jpg");
    EXPECT_EQ(meet(Walker({root_})),
              (Names{"a.jpg", "deep/er/b.png", "-deep/b.xmp sidecar", "-deep/Thumbs.db thumbnails",
                     "-deep/c.JSON sidecar", "-.DS_Store system", "-.hidden hidden", "-@eaDir thumbnails"}));
}

TEST_F(ImportTest, OfLibrariesOnlyTheOriginalsAreWalked) {
    write("My.photoslibrary/originals/A/1.heic");
    write("My.photoslibrary/resources/derivatives/A/1.jpg");
    write("My.photoslibrary/database/photos.db");
    write("Old.photolibrary/Masters/2011/2.jpg");
    write("Old.photolibrary/Thumbnails/2011/2.jpg");
    write("Cloud.lrlibrary/0a1b/originals/2020/3.jpg");
    write("Cloud.lrlibrary/0a1b/previews/3.jpg");
    write("Cloud.lrlibrary/4.jpg");
    EXPECT_EQ(meet(Walker({root_})),
              (Names{"My.photoslibrary/originals/A/1.heic", "-My.photoslibrary/resources library",
                     "-My.photoslibrary/database library", "Old.photolibrary/Masters/2011/2.jpg",
                     "-Old.photolibrary/Thumbnails library", "Cloud.lrlibrary/0a1b/originals/2020/3.jpg",
                     "-Cloud.lrlibrary/0a1b/previews library", "-Cloud.lrlibrary/4.jpg library"}));
    EXPECT_EQ(walk({root_ / "Old.photolibrary"}), (Names{"Old.photolibrary/Masters/2011/2.jpg"}));
    EXPECT_EQ(walk({root_ / "Old.photolibrary" / "Thumbnails"}), (Names{"Old.photolibrary/Thumbnails/2011/2.jpg"}));
}

TEST_F(ImportTest, TheDataOfACadreIsNoFolderOfPhotographs) {
    write("data/catalog.db");
    write("data/jobs.db");
    write("data/blobs/photos/x/original");
    write("a.jpg");
    EXPECT_EQ(meet(Walker({root_})), (Names{"a.jpg", "-data library"}));
}

TEST_F(ImportTest, WhatIsAskedForByNameIsTakenIfItIsHiddenAndNotIfItIsASystems) {
    write(".photos/a.jpg");
    write(".b.jpg");
    write("@eaDir/c.jpg");
    EXPECT_EQ(meet(Walker({root_ / ".photos", root_ / ".b.jpg", root_ / "@eaDir"})),
              (Names{".photos/a.jpg", ".b.jpg", "-@eaDir thumbnails"}));
}

TEST_F(ImportTest, SidecarsComeWithTheirFilesAndFoldersAreRelative) {
    write("2019/Rome/a.jpg");
    write("2019/Rome/A.JPG.XMP");
    write("2019/Rome/b.jpg");
    write("2019/Rome/b.jpg.supplemental-metadata.json");
    write("c.jpg");
    std::filesystem::create_directories(root_ / "c.jpg.json");
    std::map<std::string, std::string> met;
    const auto note = [&](Walker walker) {
        met.clear();
        while (const auto next = walker.next())
            met[next->path.filename().string()] =
                next->folder + ":" + (next->sidecars.empty() ? "" : next->sidecars[0].name);
    };
    note(Walker({root_}));
    EXPECT_EQ(met, (std::map<std::string, std::string>{{"a.jpg", "2019/Rome:A.JPG.XMP"},
                                                       {"b.jpg", "2019/Rome:b.jpg.supplemental-metadata.json"},
                                                       {"c.jpg", ":"}}));
    note(Walker({root_ / "2019" / "Rome" / "b.jpg", root_ / "2019/Rome/b.jpg.supplemental-metadata.json"}));
    EXPECT_EQ(met, (std::map<std::string, std::string>{{"b.jpg", ":b.jpg.supplemental-metadata.json"}}));
}

TEST_F(ImportTest, LoopsOfLinksEnd) {
    write("folder/a.jpg");
    std::filesystem::create_directory_symlink(root_, root_ / "folder/up");
    std::filesystem::create_symlink("itself", root_ / "itself");
    std::filesystem::create_symlink("nowhere", root_ / "broken.jpg");
    EXPECT_EQ(meet(Walker({root_})),
              (Names{"folder/a.jpg", "-folder/up again", "-itself no_file", "-broken.jpg no_file"}));
}

TEST_F(ImportTest, FollowsLinksToFilesAndFolders) {
    write("outside/a.jpg");
    std::filesystem::create_directories(root_ / "in");
    std::filesystem::create_directory_symlink(root_ / "outside", root_ / "in/link");
    std::filesystem::create_symlink(root_ / "outside/a.jpg", root_ / "in/b.jpg");
    EXPECT_EQ(walk({root_ / "in"}), (Names{"in/b.jpg", "in/link/a.jpg"}));
}

TEST_F(ImportTest, TellsWhatIsNotThereAndGoesOn) {
    write("a.jpg");
    EXPECT_EQ(walk({root_ / "missing", root_ / "a.jpg"}), (Names{"!missing", "a.jpg"}));
}

TEST_F(ImportTest, APipeIsNeitherReadNorWaitedFor) {
    ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(walk({root_}), Names{});
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
    report.leave_out("e/@eaDir", reason::kThumbnails);
    report.seen = 10;
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
    const auto& left = object.at("left_out").as_array();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(get_string(left[0].as_object(), "path"), "e/@eaDir");
    EXPECT_EQ(get_string(left[0].as_object(), "reason"), "thumbnails");
    EXPECT_EQ(get_int(object, "seen"), 10);
    EXPECT_EQ(get_int(object, "unfinished"), 1);
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
