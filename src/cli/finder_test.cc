#include "cli/finder.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "base/testing.h"

namespace cadre::cli {
namespace {

class OwnFinders : public ::testing::Test {
protected:
    OwnFinders() {
        settings_.catalog = "redis://127.0.0.1:1";
        settings_.scratch = folder_.path().string();
    }

    OwnFinder open() {
        auto opened = open_finder(settings_);
        if (!opened) throw std::runtime_error(opened.error().message + " " + opened.error().detail);
        return std::move(*opened);
    }
    std::set<std::string> files() const {
        std::set<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
            if (entry.path().extension() == ".db") names.insert(entry.path().filename().string());
        return names;
    }

    test::TemporaryFolder folder_;
    Settings settings_;
};

TEST_F(OwnFinders, OfProcessesThatShareTheFolderEachHasItsOwn) {
    ASSERT_TRUE(is_fleet(settings_));
    const auto first = open();
    const auto firsts = files();
    ASSERT_EQ(firsts.size(), 1U);
    const auto second = open();
    const auto both = files();
    EXPECT_EQ(both.size(), 2U);
    EXPECT_TRUE(both.contains(*firsts.begin())) << "the second took the first one's away";
    for (const auto* own : {&first, &second}) EXPECT_FALSE(test::value(own->finder->moment()).whole);
}

TEST_F(OwnFinders, WhatTheDeadLeftGoes) {
    std::string left;
    {
        const auto dead = open();
        left = *files().begin();
    }
    std::ofstream(folder_.path() / "find-17.db") << "of a release before";
    std::ofstream(folder_.path() / "finder.txt") << "somebody else's";
    const auto alive = open();
    const auto now = files();
    EXPECT_EQ(now.size(), 1U);
    EXPECT_FALSE(now.contains(left));
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "finder.txt"));
}

}  // namespace
}  // namespace cadre::cli
