#include "base/taken_at.h"

#include <gtest/gtest.h>

namespace cadre {
namespace {

TEST(TakenAt, TextOfEveryPrecisionIsReadBack) {
    const struct {
        const char* text;
        const char* begins;
        Precision precision;
    } cases[] = {
        {"1958", "1958-01-01T00:00:00", Precision::year},
        {"1958-06", "1958-06-01T00:00:00", Precision::month},
        {"1958-06-12", "1958-06-12T00:00:00", Precision::day},
        {"1958-06-12T10:20:30.5+01:00", "1958-06-12T10:20:30.5+01:00", Precision::time},
        {"0001", "0001-01-01T00:00:00", Precision::year},
    };
    for (const auto& [text, begins, precision] : cases) {
        const auto taken = parse_taken_at(text);
        ASSERT_TRUE(taken) << text;
        EXPECT_EQ(text_of(*taken), text);
        EXPECT_EQ(rfc3339(taken->time), begins);
        EXPECT_EQ(taken->precision, precision);
        EXPECT_EQ(parse_precision(text_of(precision)), precision);
    }
    for (const char* text : {"", "195", "1958-13", "1958-6", "1958-02-30", "19580612", "0000", "-958", "1958-06-12T10"})
        EXPECT_FALSE(parse_taken_at(text)) << text;
    EXPECT_FALSE(parse_precision("decade"));
}

TEST(TakenAt, OneThatIsReducedStandsAtItsBeginning) {
    const auto taken = *parse_taken_at("1958-06-12T10:20:30.5+01:00");
    EXPECT_EQ(text_of(reduced(taken, Precision::day)), "1958-06-12");
    EXPECT_EQ(rfc3339(reduced(taken, Precision::month).time), "1958-06-01T00:00:00");
    EXPECT_EQ(reduced(taken, Precision::time), taken);
    EXPECT_EQ(text_of(reduced(*parse_taken_at("1958"), Precision::day)), "1958") << "nothing gets more exact";
}

}  // namespace
}  // namespace cadre
