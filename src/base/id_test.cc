#include "base/id.h"

#include <gtest/gtest.h>

#include <set>

namespace cadre {
namespace {

TEST(Id, KeepsItsMomentVersionAndVariant) {
    const SystemClock clock;
    SystemRandom random;
    const auto before = clock.now();
    const Id id = make_id(clock, random);
    EXPECT_GE(id.made_at(), before);
    EXPECT_LE(id.made_at(), clock.now());
    EXPECT_EQ(id.text()[14], '7');
    EXPECT_NE(std::string("89ab").find(id.text()[19]), std::string::npos);
}

TEST(Id, TextIsReadBackAndNothingElseIs) {
    const SystemClock clock;
    SystemRandom random;
    const Id id = make_id(clock, random);
    EXPECT_EQ(parse_id(id.text()), id);
    EXPECT_FALSE(parse_id(""));
    EXPECT_FALSE(parse_id(id.text() + "0"));
    EXPECT_FALSE(parse_id("018F4E3A-0000-7000-8000-000000000000"));
    EXPECT_FALSE(parse_id("018f4e3a00000-7000-8000-000000000000"));
    EXPECT_FALSE(parse_id("../../../../etc/passwd/../../../../."));
}

TEST(Id, ManyAreDifferent) {
    const SystemClock clock;
    SystemRandom random;
    std::set<Id> ids;
    for (int i = 0; i < 1000; ++i) ids.insert(make_id(clock, random));
    EXPECT_EQ(ids.size(), 1000u);
}

}  // namespace
}  // namespace cadre
