#include "cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <sstream>

#include "base/clock.h"
#include "base/random.h"
#include "cli/blocking.h"
#include "cli/command.h"
#include "jobs/sqlite/queue.h"

namespace cadre::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};

/// Help is wrapped to the terminal's width; a sentence is looked for without regard to where its lines end.
std::string unwrapped(const std::string& text) {
    std::istringstream in(text);
    std::string words;
    for (std::string word; in >> word;) words += (words.empty() ? "" : " ") + word;
    return words;
}

Ran ran(const std::vector<std::string>& arguments) {
    CaptureStdout();
    CaptureStderr();
    Ran result;
    result.code = run(arguments);
    result.out = GetCapturedStdout();
    result.err = GetCapturedStderr();
    return result;
}

TEST(Cli, WithoutACommandItListsThemAndThatIsWrongUsage) {
    const auto result = ran({});
    EXPECT_EQ(result.code, kWrongUsage);
    for (const auto& command : commands()) EXPECT_THAT(result.err, HasSubstr(std::string(command.line.command)));
    EXPECT_EQ(result.out, "");
}

TEST(Cli, HelpGoesToStandardOutput) {
    for (const auto& arguments : {std::vector<std::string>{"--help"}, {"help"}, {"-h"}}) {
        const auto result = ran(arguments);
        EXPECT_EQ(result.code, kDone);
        EXPECT_THAT(result.out, HasSubstr("serve"));
    }
}

TEST(Cli, EveryCommandExplainsItself) {
    for (const auto& command : commands()) {
        std::vector<std::string> words;
        std::istringstream in{std::string(command.line.command)};
        for (std::string word; in >> word;) words.push_back(word);
        words.emplace_back("--help");
        const auto result = ran(words);
        EXPECT_EQ(result.code, kDone) << command.line.command;
        EXPECT_THAT(unwrapped(result.out), HasSubstr(std::string(command.line.summary)));
        EXPECT_THAT(result.out, HasSubstr("cadre " + std::string(command.line.command)));
    }
}

TEST(Cli, HelpOfTheFirstOfTwoWordsShowsAllThatBeginWithIt) {
    for (const auto& arguments : {std::vector<std::string>{"user", "--help"}, {"help", "user"}}) {
        const auto result = ran(arguments);
        EXPECT_EQ(result.code, kDone);
        EXPECT_THAT(result.out, HasSubstr("cadre user add"));
        EXPECT_THAT(result.out, HasSubstr("cadre user password"));
    }
}

TEST(Cli, AnUnknownCommandNamesTheNearest) {
    const auto result = ran({"serv"});
    EXPECT_EQ(result.code, kWrongUsage);
    EXPECT_THAT(result.err, HasSubstr("Did you mean"));
    EXPECT_THAT(result.err, HasSubstr("serve"));
    EXPECT_EQ(ran({"help", "zzzzzzz"}).code, kWrongUsage);
}

TEST(Cli, HalfACommandSaysWhatIsMissing) {
    const auto result = ran({"user"});
    EXPECT_EQ(result.code, kWrongUsage);
    EXPECT_THAT(result.err, HasSubstr("user add"));
    EXPECT_EQ(ran({"user", "ad"}).code, kWrongUsage);
}

TEST(Cli, AnUnknownOptionIsWrongUsage) {
    const auto result = ran({"verify", "--dta", "x"});
    EXPECT_EQ(result.code, kWrongUsage);
    EXPECT_THAT(result.err, HasSubstr("--data"));
    EXPECT_THAT(result.err, HasSubstr("cadre verify --help"));
}

TEST(Cli, PrintsItsVersion) {
    for (const auto* word : {"version", "--version"}) {
        const auto result = ran({word});
        EXPECT_EQ(result.code, kDone);
        EXPECT_THAT(result.out, HasSubstr("cadre 0."));
    }
}

TEST(Cli, ConfigPrintsOneFormAtATime) {
    EXPECT_THAT(ran({"config"}).out, HasSubstr("listen = "));
    EXPECT_THAT(ran({"config", "--toml"}).out, HasSubstr("max_upload"));
    EXPECT_THAT(ran({"config", "--defaults"}).out, HasSubstr("max_upload"));
    EXPECT_THAT(ran({"config", "--markdown"}).out, HasSubstr("max_upload"));
    EXPECT_EQ(ran({"config", "--toml", "--markdown"}).code, kWrongUsage);
}

TEST(Cli, StoresThatCannotBeReachedOrReadAreRefusedWithASentence) {
    const auto folder = std::filesystem::temp_directory_path().string();
    ::setenv("CADRE_S3_ACCESS_KEY", "a key", 1);
    ::setenv("CADRE_S3_SECRET_KEY", "and its secret", 1);
    const auto nowhere = ran({"verify", "--data", folder, "--catalog", "redis://127.0.0.1:1", "--blobs",
                              "s3://photos?endpoint=http://127.0.0.1:1"});
    ::unsetenv("CADRE_S3_ACCESS_KEY");
    ::unsetenv("CADRE_S3_SECRET_KEY");
    EXPECT_EQ(nowhere.code, kFailed);
    EXPECT_THAT(nowhere.err, HasSubstr("127.0.0.1:1"));
    const auto scheme = ran({"verify", "--data", folder, "--catalog", "mysql://127.0.0.1:3306"});
    EXPECT_EQ(scheme.code, kWrongUsage);
    EXPECT_THAT(scheme.err, HasSubstr("mysql"));
    const auto bucket = ran({"verify", "--data", folder, "--blobs", "s3://?endpoint=http://127.0.0.1:1"});
    EXPECT_NE(bucket.code, kDone);
    EXPECT_THAT(bucket.err, HasSubstr("bucket"));
}

/// A folder with a library of no photos and a job that was given up.
std::string folder_with_a_dead_job() {
    std::string folder = (std::filesystem::temp_directory_path() / "cadre-cli-XXXXXX").string();
    EXPECT_NE(::mkdtemp(folder.data()), nullptr);
    std::filesystem::create_directory(folder + "/blobs");
    const SystemClock clock;
    SystemRandom random;
    Loop loop;
    jobs::sqlite::Options options;
    options.path = folder + "/jobs.db";
    const auto queue = jobs::sqlite::open(options, clock, random).value();
    EXPECT_TRUE(loop.wait_for(queue->push(jobs::make_job("derive", "some-photo"))));
    auto taken = loop.wait_for(queue->take({"derive"}, Millis(1000), Millis(0)));
    EXPECT_TRUE(loop.wait_for(queue->bury(std::move(**taken), "The decoder died.")));
    return folder;
}

TEST(Cli, JobsThatWereGivenUpAreListedAndSentAgain) {
    const auto folder = folder_with_a_dead_job();
    const auto before = ran({"jobs", "list", "--data", folder});
    EXPECT_EQ(before.code, kDone) << before.err;
    EXPECT_THAT(before.out, HasSubstr("derive some-photo  1 attempts"));
    EXPECT_THAT(before.out, HasSubstr(": The decoder died.\n0 waiting, 0 running, 1 given up.\n"));
    EXPECT_EQ(ran({"jobs", "retry", "nonsense", "--data", folder}).code, kFailed);
    EXPECT_EQ(ran({"jobs", "retry", "--data", folder}).code, kWrongUsage);
    const auto ticket = before.out.substr(0, before.out.find(' '));
    EXPECT_EQ(ran({"jobs", "retry", ticket, "--data", folder}).out, "1 of 1 jobs wait again.\n");
    EXPECT_EQ(ran({"jobs", "list", "--data", folder}).out, "1 waiting, 0 running, 0 given up.\n");
    std::filesystem::remove_all(folder);
}

TEST(Cli, ImportWithoutPathsOrTokenIsWrongUsage) {
    EXPECT_EQ(ran({"import"}).code, kWrongUsage);
    const auto result = ran({"import", "somewhere"});
    EXPECT_EQ(result.code, kWrongUsage);
    EXPECT_THAT(result.err, HasSubstr("--token-file"));
}

TEST(Cli, APasswordIsNeverTakenFromTheCommandLine) {
    EXPECT_EQ(ran({"user", "add", "ada"}).code, kWrongUsage);
    EXPECT_EQ(ran({"user", "add", "ada", "--password", "secret"}).code, kWrongUsage);
}

}  // namespace
}  // namespace cadre::cli
