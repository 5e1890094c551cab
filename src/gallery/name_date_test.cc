#include "gallery/name_date.h"

#include <gtest/gtest.h>

namespace cadre::gallery {
namespace {

std::string in(std::string_view name) {
    const WallTime now{std::chrono::seconds(1'719'792'000)};  // 2024-07-01T00:00:00Z
    const auto taken = date_in_name(name, now);
    return taken ? text_of(*taken) : "none";
}

TEST(NameDate, OfCamerasPhonesAndProgramsIsRead) {
    const std::pair<const char*, const char*> cases[] = {
        {"IMG-20240601-WA0001.jpg", "2024-06-01"},
        {"IMG-20240601-WA0001 (1).jpeg", "2024-06-01"},
        {"IMG-20240601-WA101112.jpg", "2024-06-01"},
        {"WhatsApp Image 2024-06-01 at 12.34.56.jpeg", "2024-06-01T12:34:56"},
        {"WhatsApp Image 2024-06-01 at 3.04.05 PM (2).jpeg", "2024-06-01T15:04:05"},
        {"signal-2024-06-01-12-34-56-789.jpg", "2024-06-01T12:34:56.789"},
        {"signal-2024-06-01-123456.jpeg", "2024-06-01T12:34:56"},
        {"signal-2024-06-01-12-34-56-789-1.jpg", "2024-06-01T12:34:56.789"},
        {"PXL_20240601_103355123.jpg", "2024-06-01T10:33:55.123Z"},
        {"PXL_20240601_103355123.MP.jpg", "2024-06-01T10:33:55.123Z"},
        {"IMG_20240601_103355.jpg", "2024-06-01T10:33:55"},
        {"IMG_20240601_103355_1.jpg", "2024-06-01T10:33:55"},
        {"MVIMG_20240601_103355.jpg", "2024-06-01T10:33:55"},
        {"00000IMG_00000_BURST20240601103355123_COVER.jpg", "2024-06-01T10:33:55.123"},
        {"20240601_103355.jpg", "2024-06-01T10:33:55"},
        {"20240601103355.jpg", "2024-06-01T10:33:55"},
        {"2024-06-01 10.33.55.jpg", "2024-06-01T10:33:55"},
        {"2024-06-01 10.33.55-1.jpg", "2024-06-01T10:33:55"},
        {"photo_2024-06-01_10-33-55.jpg", "2024-06-01T10:33:55"},
        {"Screenshot_20231231.png", "2023-12-31"},
        {"Screenshot_20240601-103355_Chrome.jpg", "2024-06-01T10:33:55"},
        {"Screenshot_2024-06-01-10-33-55-123_com.app.png", "2024-06-01T10:33:55.123"},
        {"Screenshot 2024-06-01 at 10.33.55.png", "2024-06-01T10:33:55"},
        {"Screenshot 2024-06-01 at 12.04.05\u202f"
         "AM.png",
         "2024-06-01T00:04:05"},
        {"Screen Shot 2024-06-01 at 3.04.05 p.m..png", "2024-06-01T15:04:05"},
        {"Bildschirmfoto 2024-06-01 um 10.33.55.png", "2024-06-01T10:33:55"},
        {"Capture d’écran 2024-06-01 à 10.33.55.png", "2024-06-01T10:33:55"},
        {"Screenshot from 2024-06-01 10-33-55.png", "2024-06-01T10:33:55"},
        {"Screenshot 2024-06-01 103355.png", "2024-06-01T10:33:55"},
        {"FB_IMG_1717200000123.jpg", "2024-06-01T00:00:00.123Z"},
        {"mmexport1717200000123.jpg", "2024-06-01T00:00:00.123Z"},
        {"1717200000123.jpg", "2024-06-01T00:00:00.123Z"},
        {"20240601.jpg", "2024-06-01"},
        {"19580612_scan.tif", "1958-06-12"},
        {"2024_06_01.jpg", "2024-06-01"},
        {"vacation 2024.06.01 beach.jpg", "2024-06-01"},
        {"20240601_996199.jpg", "2024-06-01"},
    };
    for (const auto& [name, date] : cases) EXPECT_EQ(in(name), date) << name;
}

TEST(NameDate, WhatIsNoDateIsNone) {
    for (const char* name :
         {"", "DSC_0001.jpg", "IMG_1234.JPG", "20241301.jpg", "20240230_101010.jpg", "12345678.jpg", "202406011.jpg",
          "120240601.jpg", "20250101_101010.jpg", "18580612.jpg", "photo.20240601", "2024-06.jpg", "1920x1080.png",
          "2024-06_01.jpg", "9999999999999.jpg", "2024.jpg", "0000000000000.jpg"})
        EXPECT_EQ(in(name), "none") << name;
}

}  // namespace
}  // namespace cadre::gallery
