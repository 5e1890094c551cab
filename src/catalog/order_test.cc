#include "catalog/order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cadre::catalog {
namespace {

void expect_order(const std::vector<std::string>& names) {
    for (std::size_t i = 0; i + 1 < names.size(); ++i)
        EXPECT_LT(rank_of(0, names[i]), rank_of(0, names[i + 1])) << names[i] << " before " << names[i + 1];
}

TEST(Order, WithinASecondIsThatOfTheFractionThenOfTheName) {
    EXPECT_LT(rank_of(177'000, "DSC_0009.jpg"), rank_of(178'000, "DSC_0001.jpg"));
    EXPECT_LT(rank_of(999'968, "DSC_0001.jpg"), rank_of(999'968, "DSC_0002.jpg"));
    EXPECT_LT(rank_of(0, ""), rank_of(1'000, ""));
    EXPECT_LT(rank_of(999'000, ""), rank_of(999'999, ""));
}

TEST(Order, OfNamesIsAsPeopleSortThem) {
    expect_order({"DSC_0000.jpg", "DSC_0001.jpg", "DSC_0009.jpg", "DSC_0010.jpg", "DSC_0011.jpg", "DSC_9999.jpg"});
    expect_order({"IMG_9.jpg", "IMG_9 2.jpg", "IMG_9 10.jpg", "IMG_10.jpg", "img_10000.jpg"});
    expect_order({"IMG-20240601-WA0001.jpg", "IMG-20240601-WA0002.jpg", "IMG-20240601-WA0010.jpg"});
    expect_order({"PXL_20240601_103355123.jpg", "PXL_20240601_103355223.jpg"});
    expect_order({"IMG_20240601_103355.jpg", "IMG_20240601_103355_001.jpg", "IMG_20240601_103355_002.jpg"});
    expect_order({"photo.jpg", "photo (1).jpg", "photo (2).jpg", "photo (10).jpg"});
    expect_order({"a.jpg", "b.jpg", "beach.jpg", "beagle.jpg", "beagles.jpg", "c1.jpg"});
    expect_order({"burst_a.jpg", "burst_b.jpg", "burst_l.jpg"});
    expect_order({"1.jpg", "2.jpg", "10.jpg"});
    expect_order({"00000IMG_00001_BURST20240601103355123.jpg", "00000IMG_00002_BURST20240601103355123.jpg"});
}

TEST(Order, LettersAndEndingsThatDifferOnlyInCaseAreTheSame) {
    EXPECT_EQ(rank_of(0, "IMG_1.JPG"), rank_of(0, "img_1.jpeg"));
    EXPECT_GE(rank_of(0, "")[0], 0x80);
    EXPECT_GE(rank_of(999'999, "\xff\xff\xff\xff 99999999999999999999 99999999999999999999")[0], 0x80);
}

}  // namespace
}  // namespace cadre::catalog
