// The part of the suite that is about look-alikes.
#include "find/suite.h"
#include "find/suite_parts.h"

namespace cadre::find {
namespace {

using namespace suite;
using test::run;
using test::value;

Document looking(int number, std::uint64_t pixels, std::uint64_t phash) {
    auto document = photo(number);
    document.look = Look{pixels, phash, 0, 0, 3000, 2000};
    return document;
}
constexpr std::uint64_t kHash = 0x1234'5678'9abc'def0U;
const std::vector<AlikeKind> kAllKinds = {AlikeKind::exact, AlikeKind::near, AlikeKind::burst};

AlikePage alike(Finder& finder, const Id& owner = kAnna, std::vector<AlikeKind> kinds = kAllKinds,
                std::string cursor = "", std::uint32_t limit = 20) {
    AlikeWish wish;
    wish.owner = owner;
    wish.kinds = std::move(kinds);
    wish.cursor = std::move(cursor);
    wish.limit = limit;
    return value(finder.alike(std::move(wish)));
}
AlikePhotos group(AlikeKind kind, const std::vector<int>& members) {
    AlikePhotos photos{kind, {}};
    for (const int member : members) photos.ids.push_back(id_of(member));
    return photos;
}
using Groups = std::vector<AlikePhotos>;

TEST_P(FinderSuite, LookAlikesAreThoseOfOnePersonTheLatestFirst) {
    auto theirs = looking(9, 1, kHash);
    theirs.owner = kBela;
    auto first = looking(5, 5, ~kHash), second = looking(6, 6, ~kHash ^ 1U);
    first.look->camera = second.look->camera = 3;
    first.look->taken = 1'000;
    second.look->taken = 2'000;
    fill(finder(), {looking(1, 1, kHash), looking(2, 2, kHash ^ 7U), looking(3, 3, kHash << 8U), photo(4), first,
                    second, looking(7, 3, kHash << 8U), theirs});
    const auto exact = group(AlikeKind::exact, {3, 7}), near = group(AlikeKind::near, {1, 2}),
               burst = group(AlikeKind::burst, {5, 6});
    EXPECT_EQ(alike(finder()).groups, (Groups{exact, burst, near}));
    EXPECT_EQ(alike(finder(), kAnna, {AlikeKind::near, AlikeKind::exact}).groups, (Groups{exact, near}));
    EXPECT_TRUE(alike(finder(), kBela).groups.empty());
    EXPECT_TRUE(alike(finder(), id_of(9, 1)).groups.empty());

    EXPECT_EQ(value(finder().alike_to(kAnna, id_of(2))), Groups{near});
    EXPECT_EQ(value(finder().alike_to(kAnna, id_of(6))), Groups{burst});
    EXPECT_TRUE(value(finder().alike_to(kAnna, id_of(4))).empty());
    EXPECT_TRUE(value(finder().alike_to(kBela, id_of(2))).empty());
    using Ids = std::vector<Id>;
    EXPECT_EQ(value(finder().same_pixels(kAnna, {3, 99, 1})), (std::vector<Ids>{{id_of(3), id_of(7)}, {}, {id_of(1)}}));
}

TEST_P(FinderSuite, LookAlikesFollowWhatComesGoesAndChanges) {
    fill(finder(), {looking(1, 1, kHash), looking(2, 2, kHash), looking(3, 3, ~kHash)});
    EXPECT_EQ(alike(finder()).groups, Groups{group(AlikeKind::near, {1, 2})});
    value(finder().apply({change(looking(4, 3, ~kHash))}));
    EXPECT_EQ(alike(finder()).groups, (Groups{group(AlikeKind::exact, {3, 4}), group(AlikeKind::near, {1, 2})}));
    value(finder().apply({{id_of(1), 2, {}}}));
    EXPECT_EQ(alike(finder()).groups, Groups{group(AlikeKind::exact, {3, 4})});
    auto given = looking(3, 3, ~kHash);
    given.owner = kBela;
    value(finder().apply({change(given, 2)}));
    EXPECT_TRUE(alike(finder()).groups.empty());
    auto seen = looking(4, 4, kHash);
    value(finder().apply({change(seen, 2)}));
    EXPECT_EQ(alike(finder()).groups, Groups{group(AlikeKind::near, {2, 4})});
    seen.title = "A boat";
    value(finder().apply({change(seen, 3)}));
    EXPECT_EQ(alike(finder()).groups, Groups{group(AlikeKind::near, {2, 4})});
    bench_->restart();
    EXPECT_EQ(alike(finder()).groups, Groups{group(AlikeKind::near, {2, 4})});
    fill(finder(), {looking(2, 2, kHash)});
    EXPECT_TRUE(alike(finder()).groups.empty()) << "what a pass did not tell is gone";
}

TEST_P(FinderSuite, LookAlikesComeInPagesThatGoOn) {
    std::vector<Document> all;
    for (int i = 0; i < 10; ++i)
        for (const int copy : {0, 1}) all.push_back(looking(10 * copy + i + 1, static_cast<std::uint64_t>(i) + 1, 0));
    fill(finder(), all);
    Groups seen;
    std::string cursor;
    do {
        const auto page = alike(finder(), kAnna, kAllKinds, cursor, 4);
        EXPECT_LE(page.groups.size(), 4U);
        seen.insert(seen.end(), page.groups.begin(), page.groups.end());
        cursor = page.next;
    } while (!cursor.empty());
    ASSERT_EQ(seen.size(), 10U);
    EXPECT_EQ(seen, alike(finder()).groups);
    EXPECT_EQ(seen.front(), group(AlikeKind::exact, {10, 20}));
    AlikeWish wish;
    wish.owner = kAnna;
    wish.cursor = "no cursor";
    const auto refused = run(finder().alike(std::move(wish)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace cadre::find
