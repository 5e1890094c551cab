#include "find/alike.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>

namespace cadre::find {
namespace {

using Members = std::vector<std::uint32_t>;

constexpr std::uint64_t kLook = 0x1234'5678'9abc'def0U;

/// One of a file of its own, 3:2.
Look look(std::uint64_t pixels, std::uint64_t phash, std::uint32_t width = 3000, std::uint32_t height = 2000) {
    return {pixels, phash, 0, 0, width, height};
}
Look taken(Look of, std::int64_t at, std::uint32_t camera = 7) {
    of.taken = at;
    of.camera = camera;
    return of;
}
std::uint64_t flipped(std::uint64_t hash, std::initializer_list<int> bits) {
    for (const int bit : bits) hash ^= std::uint64_t{1} << bit;
    return hash;
}
std::vector<AlikeGroup> only(AlikeKind kind, Members members) { return {{kind, std::move(members)}}; }

TEST(Alike, FilesOfTheSamePixelsAreOneGroup) {
    EXPECT_EQ(groups_of(std::vector{look(1, kLook), look(2, ~kLook), look(1, kLook)}), only(AlikeKind::exact, {0, 2}));
    // Flat ones too, which have nothing else to be alike by.
    const auto flat = look(5, 0);
    auto other = flat;
    other.pixels = 6;
    EXPECT_EQ(groups_of(std::vector{flat, other, flat}), only(AlikeKind::exact, {0, 2}));
    EXPECT_TRUE(groups_of(std::vector{flat, other}).empty());
    EXPECT_TRUE(groups_of({}).empty());
}

TEST(Alike, ThoseThatDifferInFewBitsAreNear) {
    const auto near = flipped(kLook, {0, 1, 20, 21, 40, 63}), far = flipped(kLook, {0, 1, 20, 21, 40, 60, 63});
    EXPECT_EQ(groups_of(std::vector{look(1, kLook), look(2, near)}), only(AlikeKind::near, {0, 1}));
    EXPECT_TRUE(groups_of(std::vector{look(1, kLook), look(2, far)}).empty());
    // With two of equal pixels, of which either may lead, all are one group.
    EXPECT_EQ(groups_of(std::vector{look(1, kLook), look(2, near), look(1, kLook), look(2, near)}),
              only(AlikeKind::near, {0, 1, 2, 3}));
}

TEST(Alike, WhatHasAnotherFormIsNotNear) {
    EXPECT_TRUE(groups_of(std::vector{look(1, kLook, 3000, 2000), look(2, kLook, 2000, 3000)}).empty());
    EXPECT_TRUE(groups_of(std::vector{look(1, kLook, 3000, 2000), look(2, kLook, 3000, 1800)}).empty());
    EXPECT_EQ(groups_of(std::vector{look(1, kLook, 3000, 2000), look(2, kLook, 300, 194)}),
              only(AlikeKind::near, {0, 1}));
}

TEST(Alike, NoChainJoinsWhatIsDifferent) {
    // Each differs from the next in six bits; the largest in the middle leads those beside it, and no others.
    std::vector<Look> chain;
    auto hash = kLook;
    for (std::uint64_t i = 0; i < 7; ++i) {
        chain.push_back(look(i + 1, hash, i == 3 ? 6000 : 3000, i == 3 ? 4000 : 2000));
        for (int bit = 0; bit < 6; ++bit) hash = flipped(hash, {static_cast<int>(i) * 6 + bit});
    }
    const auto groups = groups_of(chain);
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_TRUE(std::ranges::any_of(groups, [](const auto& group) { return group.members == Members{2, 3, 4}; }));
}

TEST(Alike, FindsAllPairsThatComparingEachWithEachFinds) {
    std::mt19937_64 random(3);
    std::vector<Look> looks;
    for (std::uint64_t i = 0; i < 3'000; ++i) {
        auto hash = random();
        if (i % 3 != 0) {  // near to one before it, or not quite
            hash = looks[random() % looks.size()].phash;
            for (auto bits = random() % 10; bits > 0; --bits) hash = flipped(hash, {static_cast<int>(random() % 64)});
        }
        looks.push_back(look(i + 1, hash, 30'000 - static_cast<std::uint32_t>(i), 2000));
        looks.back().height = looks.back().width * 2 / 3;
    }
    // The same by comparing each with each: the larger lead, here those that come first.
    std::vector<Members> wanted;
    std::vector<bool> joined(looks.size());
    for (std::uint32_t i = 0; i < looks.size(); ++i) {
        if (joined[i]) continue;
        Members group{i};
        for (std::uint32_t j = i + 1; j < looks.size(); ++j)
            if (!joined[j] && std::popcount(looks[i].phash ^ looks[j].phash) <= kNearBits) group.push_back(j);
        for (const auto member : group) joined[member] = true;
        if (group.size() > 1) wanted.push_back(group);
    }
    std::vector<Members> got;
    for (const auto& group : groups_of(looks)) got.push_back(group.members);
    std::ranges::sort(got);
    EXPECT_GT(wanted.size(), 300U);
    EXPECT_EQ(got, wanted);
}

TEST(Alike, TakesOfOneCameraAMomentApartAreABurstAndNotCopies) {
    const auto first = taken(look(1, kLook), 10'000), second = taken(look(2, flipped(kLook, {3})), 10'300),
               third = taken(look(3, flipped(kLook, {1, 2, 3, 4, 5, 6, 7, 8, 9})), 12'000);
    EXPECT_EQ(groups_of(std::vector{third, first, second}), only(AlikeKind::burst, {0, 1, 2}));
    // Of another camera, much later, or of something else: none.
    EXPECT_TRUE(groups_of(std::vector{first, taken(third, 12'000, 8)}).empty());
    EXPECT_TRUE(groups_of(std::vector{first, taken(third, 14'000)}).empty());
    EXPECT_TRUE(groups_of(std::vector{first, taken(look(4, ~kLook), 10'300)}).empty());
    // A copy says the same moment as its original; and it is no take of its own.
    const auto smaller = taken(look(9, flipped(kLook, {50}), 1500, 1000), 10'000);
    EXPECT_EQ(groups_of(std::vector{first, smaller}), only(AlikeKind::near, {0, 1}));
    EXPECT_EQ(groups_of(std::vector{first, smaller, second}),
              (std::vector<AlikeGroup>{{AlikeKind::near, {0, 1}}, {AlikeKind::burst, {0, 2}}}));
}

TEST(Alike, ALargeGroupIsSeveral) {
    const std::vector<Look> same(kMostAlike * 2 + 3, look(1, kLook));
    const auto groups = groups_of(same);
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[0].members.size(), kMostAlike);
    EXPECT_EQ(groups[2].members, (Members{200, 201, 202}));
}

}  // namespace
}  // namespace cadre::find
