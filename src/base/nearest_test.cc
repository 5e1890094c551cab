#include "base/nearest.h"

#include <gtest/gtest.h>

namespace cadre {
namespace {

TEST(Nearest, DistanceCountsInsertionsDeletionsReplacementsAndSwaps) {
    EXPECT_EQ(edit_distance("listen", "listen"), 0u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("lisen", "listen"), 1u);
    EXPECT_EQ(edit_distance("lsiten", "listen"), 1u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Nearest, AMisspeltNameIsRecognisedAndAStrangeOneIsNot) {
    const std::vector<std::string> names = {"--listen", "--data", "--max-upload"};
    EXPECT_EQ(nearest("--lisetn", names), "--listen");
    EXPECT_EQ(nearest("--max-uplaod", names), "--max-upload");
    EXPECT_FALSE(nearest("--wombat", names));
    EXPECT_FALSE(nearest(std::string(100'000, 'x'), names));
    EXPECT_EQ(did_you_mean("--dta", names), " Did you mean \"--data\"?");
    EXPECT_EQ(did_you_mean("--wombat", names), "");
}

}  // namespace
}  // namespace cadre
