#include "gallery/scratch_room.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/random.h"

namespace cadre::gallery {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

class ScratchRooms : public ::testing::Test {
protected:
    using PartPtr = std::unique_ptr<ScratchRoom::Part>;

    Id person() { return make_id(clock_, random_); }
    /// Null where it is refused.
    static PartPtr begin(ScratchRoom& room, const Id& person, std::uint64_t bytes) {
        auto part = std::make_unique<ScratchRoom::Part>(room, person);
        const auto grown = part->grow(bytes);
        if (grown) return part;
        EXPECT_EQ(grown.error().kind, ErrorKind::unavailable);
        EXPECT_TRUE(grown.error().retry_after);
        return nullptr;
    }
    /// As many uploads of this size as one person may have at once.
    static std::vector<PartPtr> as_many(ScratchRoom& room, const Id& person, std::uint64_t bytes) {
        std::vector<PartPtr> parts;
        while (auto part = begin(room, person, bytes)) parts.push_back(std::move(part));
        return parts;
    }

    SystemClock clock_;
    SystemRandom random_;
};

TEST_F(ScratchRooms, OneMayHoldHalfOfItAndOthersGoOn) {
    ScratchRoom room(128 * kMiB, 16 * kMiB);
    const auto all_of_one = as_many(room, person(), kMiB);
    EXPECT_EQ(all_of_one.size(), 64U);
    EXPECT_TRUE(begin(room, person(), 16 * kMiB));
}

TEST_F(ScratchRooms, HoweverManyTakeWhatTheyCanThereIsSomethingLeft) {
    ScratchRoom room(std::uint64_t{8} << 30, std::uint64_t{1} << 30);
    std::vector<std::vector<PartPtr>> crowd;
    for (int i = 0; i < 8; ++i) crowd.push_back(as_many(room, person(), 8 * kMiB));
    EXPECT_TRUE(begin(room, person(), 8 * kMiB));
}

TEST_F(ScratchRooms, WhereItHoldsLessThanTwoLargeFilesOnesFirstUploadMayHaveWhatIsFree) {
    ScratchRoom room(100 * kMiB, 63 * kMiB);
    const auto one = person();
    const auto large = begin(room, one, 63 * kMiB);
    EXPECT_TRUE(large);
    EXPECT_FALSE(begin(room, one, 63 * kMiB));
    EXPECT_TRUE(begin(room, person(), 5 * kMiB));
    EXPECT_FALSE(begin(room, person(), 63 * kMiB));
}

TEST_F(ScratchRooms, WhatEndsGivesBackWhatItReserved) {
    ScratchRoom room(10 * kMiB, 5 * kMiB);
    const auto one = person();
    for (int i = 0; i < 10; ++i) {
        const auto part = begin(room, one, 3 * kMiB);
        ASSERT_TRUE(part) << i;
        EXPECT_EQ(room.awaited(), 3 * kMiB);
        part->wrote(kMiB);
        EXPECT_EQ(room.awaited(), 2 * kMiB);
        ASSERT_TRUE(part->grow(kMiB));
    }
    EXPECT_EQ(room.awaited(), 0U);
    EXPECT_TRUE(begin(room, one, 5 * kMiB));
}

TEST_F(ScratchRooms, AnUploadOfUnknownLengthGrowsUntilItsShareIsUsedUp) {
    ScratchRoom room(64 * kMiB, 32 * kMiB);
    ScratchRoom::Part part(room, person());
    std::uint64_t steps = 0;
    while (part.grow(room.step())) ++steps;
    EXPECT_EQ(part.reserved(), steps * room.step());
    EXPECT_EQ(part.reserved(), 32 * kMiB);
    EXPECT_TRUE(begin(room, person(), kMiB));
}

}  // namespace
}  // namespace cadre::gallery
