#include "base/number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace cadre {
namespace {

TEST(Number, IsReadWhereTheTextIsOneAndNothingElse) {
    EXPECT_EQ(parse_number<int>("0"), 0);
    EXPECT_EQ(parse_number<int>("-12"), -12);
    EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"), 18446744073709551615U);
    EXPECT_EQ(parse_number<std::uint64_t>("00ff", 16), 255U);
    for (const auto* text : {"", "-", "+1", " 1", "1 ", "1x", "0x1", "1.0", "one"})
        EXPECT_FALSE(parse_number<int>(text)) << text;
}

TEST(Number, ThatDoesNotFitIsNone) {
    EXPECT_FALSE(parse_number<std::uint16_t>("65536"));
    EXPECT_FALSE(parse_number<std::uint64_t>("18446744073709551616"));
    EXPECT_FALSE(parse_number<unsigned>("-1"));
    EXPECT_FALSE(parse_number<std::int64_t>("-9223372036854775809"));
}

TEST(Number, WithAFractionIsReadTheSameWay) {
    EXPECT_EQ(parse_decimal("-48.25"), -48.25);
    EXPECT_EQ(parse_decimal("1e3"), 1000);
    for (const auto* text : {"", "1,5", "1.5 ", "+1", "1e999"}) EXPECT_FALSE(parse_decimal(text)) << text;
}

TEST(Number, AtTheBeginningIsReadWhateverFollows) {
    EXPECT_EQ(leading_number<std::uint64_t>("12 rows"), 12U);
    EXPECT_FALSE(leading_number<std::uint64_t>("rows"));
    EXPECT_FALSE(leading_number<std::uint16_t>("70000 rows"));
}

}  // namespace
}  // namespace cadre
