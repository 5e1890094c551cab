#include "base/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/settings_table.h"
#include "base/testing.h"

namespace cadre {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const CommandLine kServe{"serve", "", "Serves the gallery.", {}};
const CommandLine kImport{
    "import", "PATH…", "Sends photographs.", {{"--wait", "", "Waits."}, {"--report", "F", "Writes."}}};

Surroundings somewhere() { return {{{"HOME", "/home/ada"}}, "/opt/cadre", "lovelace", 6}; }

Surroundings with(std::map<std::string, std::string> variables) {
    auto surroundings = somewhere();
    surroundings.environment.merge(variables);
    return surroundings;
}

class SettingsFile : public ::testing::Test {
protected:
    std::string write(const std::string& name, const std::string& content) const {
        return folder_.write(name, content);
    }

    test::TemporaryFolder folder_;
};

TEST(Settings, EveryDefaultOfTheTableIsAValidValue) {
    Settings settings;
    for (const auto& setting : settings_table())
        EXPECT_EQ(assign(settings, setting, setting.fallback), "") << setting.name;
}

TEST(Settings, NoTwoRowsShareANameAndEveryAutomaticDefaultIsExplained) {
    std::set<std::string_view> names;
    for (const auto& setting : settings_table()) {
        EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
        EXPECT_EQ(setting.fallback == kAuto, !setting.note.empty()) << setting.name;
        EXPECT_FALSE(setting.description.empty()) << setting.name;
    }
}

TEST(Settings, SoloDefaultsFollowTheMachine) {
    const auto loaded = load_settings(kServe, {}, somewhere());
    ASSERT_TRUE(loaded) << loaded.error().message;
    const auto& settings = loaded->settings;
    EXPECT_EQ(settings.listen, "127.0.0.1:8080");
    EXPECT_EQ(settings.metrics_listen, "");
    EXPECT_EQ(settings.data, "/home/ada/.local/share/cadre");
    EXPECT_EQ(settings.catalog, "sqlite:/home/ada/.local/share/cadre/catalog.db");
    EXPECT_EQ(settings.blobs, "files:/home/ada/.local/share/cadre/blobs");
    EXPECT_EQ(settings.scratch, "/home/ada/.local/share/cadre/scratch");
    EXPECT_EQ(settings.scratch_limit, std::int64_t{8} << 30);
    EXPECT_EQ(settings.workers, 6);
    EXPECT_EQ(settings.drain.count(), 0);
    EXPECT_EQ(settings.name, "lovelace");
    EXPECT_EQ(settings.machine, "lovelace");
    EXPECT_EQ(settings.decoder, "/opt/cadre/cadre-decode");
    EXPECT_EQ(settings.web, "/opt/cadre/web");
    EXPECT_EQ(settings.places, "/opt/cadre/places.bin");
    EXPECT_EQ(settings.public_url, "");
    EXPECT_FALSE(is_fleet(settings));
}

TEST(Settings, AMachineIsNamedBehindTheNameOrByItsHost) {
    const auto machine = [](std::vector<std::string> arguments) {
        return load_settings(kServe, arguments, somewhere())->settings.machine;
    };
    EXPECT_EQ(machine({"--name", "app-3@node-b"}), "node-b");
    EXPECT_EQ(machine({"--name", "app-3@"}), "lovelace");
    EXPECT_EQ(machine({"--name", "app-3@node-b", "--machine", "rack 2"}), "rack 2");
}

TEST(Settings, ASharedCatalogChangesWorkersScratchAndDrain) {
    const auto loaded =
        load_settings(kServe, {"--catalog", "redis://10.0.0.1:7001,10.0.0.2:7001?prefix=a"}, somewhere());
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_TRUE(is_fleet(loaded->settings));
    EXPECT_EQ(loaded->settings.workers, 0);
    EXPECT_EQ(loaded->settings.scratch, "/tmp");
    EXPECT_EQ(loaded->settings.drain, std::chrono::seconds(5));
}

TEST_F(SettingsFile, AFlagBeatsTheEnvironmentAndTheEnvironmentTheFile) {
    const auto file = write("cadre.toml", "name = \"file\"\ntrash_days = 7\nmax_upload = \"2GiB\"\n");
    const auto loaded = load_settings(kServe, {"--name=flag"},
                                      with({{"CADRE_CONFIG", file}, {"CADRE_NAME", "env"}, {"CADRE_TRASH_DAYS", "9"}}));
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->settings.name, "flag");
    EXPECT_EQ(loaded->settings.trash_days, 9);
    EXPECT_EQ(loaded->settings.max_upload, std::int64_t{2} << 30);
    EXPECT_EQ(loaded->origins.find("name")->second, Origin::flag);
    EXPECT_EQ(loaded->origins.find("trash_days")->second, Origin::environment);
    EXPECT_EQ(loaded->origins.find("max_upload")->second, Origin::file);
    EXPECT_EQ(loaded->origins.find("listen")->second, Origin::built_in);
}

TEST_F(SettingsFile, EverythingThatIsWrongIsSaidAtOnceWithTheNearestName) {
    const auto file = write("cadre.toml", "\nlisten_ = \"127.0.0.1:1\"\ntrash_days = \"many\"\n");
    const auto loaded = load_settings(kServe, {"--lisetn", ":1", "--config", file, "--workers=2000", "extra"},
                                      with({{"CADRE_MAX_UPLAOD", "1"}, {"CADRE_IO_THREADS", "0"}}));
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
    EXPECT_EQ(std::ranges::count(loaded.error().message, '\n'), 7) << loaded.error().message;
    EXPECT_THAT(loaded.error().message,
                AllOf(HasSubstr("--lisetn: there is no such flag. Did you mean \"--listen\"?"),
                      HasSubstr("listen_ (" + file + ", line 2): there is no such key. Did you mean \"listen\"?"),
                      HasSubstr("CADRE_MAX_UPLAOD: there is no such variable. Did you mean \"CADRE_MAX_UPLOAD\"?"),
                      HasSubstr("trash_days (" + file + ", line 3): \"many\" is not a whole number (1 … 3650)"),
                      HasSubstr("--workers: \"2000\" is out of range (0 … 1024)"),
                      HasSubstr("CADRE_IO_THREADS: \"0\" is out of range (1 … 256)"), HasSubstr("extra: ")));
}

TEST_F(SettingsFile, WhatIsNoTomlIsRefusedWithItsLine) {
    const auto broken = load_settings(kServe, {"--config", write("a.toml", "name = \n")}, somewhere());
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().message, HasSubstr("a.toml, line 1"));
    const auto table = load_settings(kServe, {"--config", write("b.toml", "[name]\nx = 1\n")}, somewhere());
    ASSERT_FALSE(table);
    EXPECT_THAT(table.error().message, HasSubstr("b.toml, line 1"));
    const auto table_of_nothing = load_settings(kServe, {"--config", write("c.toml", "[::1]:8080")}, somewhere());
    ASSERT_FALSE(table_of_nothing);
    EXPECT_THAT(table_of_nothing.error().message, HasSubstr("c.toml, line 1"));
    const auto missing = load_settings(kServe, {"--config", (folder_ / "none.toml").string()}, somewhere());
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("none.toml: cannot be read"));
}

TEST_F(SettingsFile, ASecretComesFromItsVariableOrFromAFileAndIsNeverPrinted) {
    const auto file = write("token", "s3cret-of-file\n");
    const auto from_file = load_settings(kImport, {"--token-file", file, "a.jpg"}, somewhere());
    ASSERT_TRUE(from_file) << from_file.error().message;
    EXPECT_EQ(from_file->settings.token, "s3cret-of-file");
    EXPECT_THAT(effective_settings(*from_file), AllOf(Not(HasSubstr("s3cret")), HasSubstr("token = (hidden)")));

    const auto from_variable = load_settings(kImport, {}, with({{"CADRE_TOKEN", "s3cret"}}));
    ASSERT_TRUE(from_variable);
    EXPECT_EQ(from_variable->settings.token, "s3cret");

    const auto by_variable = load_settings(kImport, {}, with({{"CADRE_TOKEN_FILE", file}}));
    ASSERT_TRUE(by_variable);
    EXPECT_EQ(by_variable->settings.token, "s3cret-of-file");
}

TEST_F(SettingsFile, ASecretThatIsGivenTwiceMissingOrBrokenIsRefusedWithoutBeingShown) {
    const auto file = write("token", "abc");
    EXPECT_FALSE(load_settings(kImport, {}, with({{"CADRE_TOKEN", "x"}, {"CADRE_TOKEN_FILE", file}})));
    EXPECT_FALSE(load_settings(kImport, {}, with({{"CADRE_TOKEN_FILE", (folder_ / "none").string()}})));
    EXPECT_FALSE(load_settings(kImport, {}, with({{"CADRE_TOKEN_FILE", write("empty", "\n")}})));
    EXPECT_FALSE(load_settings(kImport, {"--token", "s3cret"}, somewhere()));
    const auto broken = load_settings(kImport, {}, with({{"CADRE_TOKEN", "s3cret\nmore"}}));
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().message, Not(HasSubstr("s3cret")));
}

TEST(Settings, ACommandTakesItsOwnOptionsAndSettingsAndNoOthers) {
    const auto loaded = load_settings(
        kImport, {"--wait", "--report", "r.json", "--server", "http://h:1", "a", "--", "-b"}, somewhere());
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_TRUE(loaded->has("--wait"));
    EXPECT_EQ(loaded->option("--report"), "r.json");
    EXPECT_EQ(loaded->settings.server, "http://h:1");
    EXPECT_THAT(loaded->operands, ElementsAre("a", "-b"));

    EXPECT_FALSE(load_settings(kImport, {"--listen", ":1"}, somewhere()));
    EXPECT_FALSE(load_settings(kImport, {"--wait=yes"}, somewhere()));
    EXPECT_FALSE(load_settings(kImport, {"--report"}, somewhere()));
    EXPECT_FALSE(load_settings(kImport, {"--report", "a", "--report", "b"}, somewhere()));
    EXPECT_FALSE(load_settings(kServe, {"--name="}, somewhere()));
}

TEST(Settings, ValuesAreCheckedByTheirKind) {
    struct Case {
        const char* flag;
        const char* value;
        bool good;
    };
    const Case cases[] = {
        {"--listen", "[::1]:0", true},
        {"--listen", ":8080", true},
        {"--listen", "gallery:80", true},
        {"--listen", "8080", false},
        {"--listen", "::1:80", false},
        {"--listen", "h:65536", false},
        {"--listen", "[zz]:1", false},
        {"--listen", "h:", false},
        {"--metrics-listen", "off", true},
        {"--trusted-proxies", "10.0.0.0/8,::1", true},
        {"--trusted-proxies", "10.0.0.0/33", false},
        {"--trusted-proxies", "none", true},
        {"--trusted-proxies", "proxy", false},
        {"--public-url", "https://a.example", true},
        {"--public-url", "a.example", false},
        {"--catalog", "sqlite:/x", true},
        {"--catalog", "rediss://h:1", true},
        {"--catalog", "mysql:x", false},
        {"--catalog", "sqlite:", false},
        {"--blobs", "s3://b?endpoint=x", true},
        {"--max-upload", "2 GiB", true},
        {"--max-upload", "2TiB", false},
        {"--max-upload", "1G", false},
        {"--drain", "auto", true},
        {"--drain", "5", false},
        {"--drain", "2m", false},
        {"--trash-days", "auto", false},
        {"--log-level", "debug", true},
        {"--log-level", "loud", false},
        {"--access-log", "false", true},
        {"--access-log=false", nullptr, true},
        {"--access-log", "maybe", false},
        {"--access-log=maybe", nullptr, false},
        {"--access-log", nullptr, true},
        {"--scratch-limit", "2MiB", false},
    };
    for (const auto& [flag, value, good] : cases) {
        std::vector<std::string> words{flag};
        if (value != nullptr) words.emplace_back(value);
        EXPECT_EQ(load_settings(kServe, words, somewhere()).has_value(), good) << flag << " " << (value ? value : "");
    }
}

TEST(Settings, WithoutAHomeTheDataFolderMustBeSaid) {
    const Surroundings nowhere{{}, "/opt/cadre", "lovelace", 1};
    EXPECT_FALSE(load_settings(kServe, {}, nowhere));
    EXPECT_TRUE(load_settings(kServe, {"--data", "/srv/cadre"}, nowhere));
    EXPECT_TRUE(load_settings(kImport, {}, nowhere));
    EXPECT_FALSE(load_settings(kServe, {"--catalog", "redis://h:1"}, nowhere));
    EXPECT_TRUE(load_settings(kServe, {"--catalog", "redis://h:1", "--blobs", "files:/blobs"}, nowhere));
}

TEST(Settings, VariablesOfTheTestsAreNoErrorsAndEmptyOnesAreNotSet) {
    const auto loaded = load_settings(kServe, {}, with({{"CADRE_PHOTOS", "/p"}, {"CADRE_NAME", ""}}));
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->settings.name, "lovelace");
}

TEST(Settings, HelpShowsWhatTheCommandTakesAndBeatsEveryError) {
    const auto loaded = load_settings(kServe, {"--wombat", "-h"}, somewhere());
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->help);
    EXPECT_THAT(help_text(kServe), AllOf(HasSubstr("--listen HOST:PORT  (CADRE_LISTEN)"), Not(HasSubstr("--server"))));
    EXPECT_THAT(help_text(kImport), AllOf(HasSubstr("PATH…"), HasSubstr("--report F"), Not(HasSubstr("--listen"))));
}

TEST_F(SettingsFile, WhatConfigPrintsIsReadBackAsTheSame) {
    const CommandLine config{"config", "", "Prints the settings.", {}};
    const auto first =
        load_settings(config, {"--trash-days", "3", "--drain", "1500ms", "--name", "a \"b\" \\c"}, somewhere());
    ASSERT_TRUE(first) << first.error().message;
    const auto second =
        load_settings(config, {"--config", write("back.toml", effective_settings(*first))}, somewhere());
    ASSERT_TRUE(second) << second.error().message;
    for (const auto& setting : settings_table()) {
        if (setting.name == "config") continue;
        EXPECT_EQ(typed(first->settings, setting), typed(second->settings, setting)) << setting.name;
    }
}

TEST_F(SettingsFile, TheExampleIsValidWithEveryLineTakenIn) {
    const auto example = example_configuration();
    std::istringstream lines(example);
    std::string line, all;
    while (std::getline(lines, line))
        if (line.starts_with('#') && !line.starts_with("# ") && line.find(" = ") != std::string::npos &&
            line.find("_file") == std::string::npos && line.find("\"…") == std::string::npos)
            all += line.substr(1) + "\n";
    EXPECT_THAT(all, HasSubstr("listen = \"127.0.0.1:8080\""));
    for (const auto& text : {example, all}) {
        const auto loaded = load_settings(kServe, {"--config", write("example.toml", text)}, somewhere());
        ASSERT_TRUE(loaded) << loaded.error().message;
        EXPECT_EQ(loaded->settings.scratch_limit, std::int64_t{8} << 30);
    }
}

TEST(Settings, TheReferencePageIsWhatTheTableSays) {
    std::ifstream file(CADRE_SETTINGS_PAGE);
    const std::string page(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(page, settings_reference()) << "Update it: build/cadre config --markdown > docs/reference/settings.md";
}

}  // namespace
}  // namespace cadre
