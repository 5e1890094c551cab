#include "decode/dates.h"

#include <gtest/gtest.h>

#include "decode/date_text.h"

namespace cadre::decode {
namespace {

using media::DateSource;

// 2024-06-01T00:00:00Z
const WallTime kNow{std::chrono::seconds(1'717'200'000)};

std::string parsed(std::string_view text, std::string_view offset = {}) {
    const auto taken = parse_date(text, offset, kNow);
    return taken ? text_of(*taken) : "none";
}

std::string taken(const Tags& tags) {
    const auto date = date_of_taking(tags, kNow);
    return date ? text_of(date->taken) : "none";
}

TEST(Dates, OfExifXmpAndIptcAreRead) {
    EXPECT_EQ(parsed("2008:10:22 16:28:39"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("2008:10:22 16:28:39", "+02:00"), "2008-10-22T16:28:39+02:00");
    EXPECT_EQ(parsed("2008:10:22 16:28:39", "junk"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("2008-10-22T16:28:39.25-05:00"), "2008-10-22T16:28:39.25-05:00");
    EXPECT_EQ(parsed("2008-10-22T16:28-05:00"), "2008-10-22T16:28:00-05:00");
    EXPECT_EQ(parsed("2008-10-22T16:28:39Z"), "2008-10-22T16:28:39Z");
    EXPECT_EQ(parsed("2008:1:2 3:04:05"), "2008-01-02T03:04:05");
    EXPECT_EQ(parsed("2008/10/22 16:28:39"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("20081022T162839+0200"), "2008-10-22T16:28:39+02:00");
    EXPECT_EQ(parsed("20081022162839"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed(" 2008:10:22 16:28:39"), "2008-10-22T16:28:39");
}

TEST(Dates, AreAsExactAsTheyAreWritten) {
    for (const char* year : {"1958", "1958:00:00", "1958:00:00 00:00:00", "1958:  :     :  :  ", "1958-00-12"})
        EXPECT_EQ(parsed(year), "1958") << year;
    for (const char* month : {"1958-06", "1958:06:00 00:00:00", "1958:06:     :  :  "})
        EXPECT_EQ(parsed(month), "1958-06") << month;
    for (const char* day : {"1958-06-12", "1958:06:12   :  :  ", "19580612", "1958:06:12 16", "1958:06:12 25:61:00",
                            "1958:06:12 16:60:00", "1958:06:12 noon"})
        EXPECT_EQ(parsed(day), "1958-06-12") << day;
    EXPECT_EQ(parsed("1958:06:12 00:00:00"), "1958-06-12T00:00:00");
}

TEST(Dates, WithHour24Second60AndHalvesOfADayAreRead) {
    EXPECT_EQ(parsed("2015-08-22 24:08:19"), "2015-08-23T00:08:19");
    EXPECT_EQ(parsed("2015:12:31 24:00:00"), "2016-01-01T00:00:00");
    EXPECT_EQ(parsed("2016:12:31 23:59:60"), "2016-12-31T23:59:59");
    EXPECT_EQ(parsed("2008:10:22 04:28:39 PM"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("2008:10:22 4:28 pm"), "2008-10-22T16:28:00");
    EXPECT_EQ(parsed("2008:10:22 12:28:39 a.m."), "2008-10-22T00:28:39");
    EXPECT_EQ(parsed("2008:10:22 12:28:39 p.m."), "2008-10-22T12:28:39");
    EXPECT_EQ(parsed("2008:10:22 16:28:39 PM"), "2008-10-22T16:28:39");
}

TEST(Dates, AnOffsetThatCannotBeLeavesTheLocalTime) {
    for (const char* offset : {"+15:00", "-15:00", "+99:99", "+02:60", "   :  ", "UTC+1"})
        EXPECT_EQ(parsed("2008:10:22 16:28:39", offset), "2008-10-22T16:28:39") << offset;
    EXPECT_EQ(parsed("2008-10-22T16:28:39+15:00"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("2008:10:22 16:28:39", "+14:00"), "2008-10-22T16:28:39+14:00");
    EXPECT_EQ(parsed("2008:10:22 16:28:39", "-0930"), "2008-10-22T16:28:39-09:30");
}

TEST(Dates, InWordsAndWithTheYearLastAreRead) {
    EXPECT_EQ(parsed("Wed, 22 Oct 2008 16:28:39 GMT"), "2008-10-22T16:28:39Z");
    EXPECT_EQ(parsed("Wed, 22 Oct 2008 16:28:39 +0200"), "2008-10-22T16:28:39+02:00");
    EXPECT_EQ(parsed("22 Oct 2008 16:28"), "2008-10-22T16:28:00");
    EXPECT_EQ(parsed("Wed Oct 22 16:28:39 2008"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("October 22, 2008 4:28:39 PM"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("2008 Oct 22"), "2008-10-22");
    EXPECT_EQ(parsed("May 2008"), "2008-05");
    EXPECT_EQ(parsed("22.10.2008 16:28:39"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("10/22/2008 16:28"), "2008-10-22T16:28:00");
    EXPECT_EQ(parsed("22/10/2008 16:28"), "2008-10-22T16:28:00");
    EXPECT_EQ(parsed("03/04/2008 16:28"), "2008") << "which of the two is the day nobody knows";
    EXPECT_EQ(parsed("98:10:22 16:28:39"), "1998-10-22T16:28:39");
    EXPECT_EQ(parsed("19:10:22 16:28:39"), "2019-10-22T16:28:39");
    EXPECT_EQ(parsed("25:10:22 16:28:39"), "1925-10-22T16:28:39");
}

TEST(Dates, ThatAreAbsurdAreNone) {
    for (const char* text :
         {"", "0000:00:00 00:00:00", "    :  :     :  :  ", "2008:13:01 00:00:00", "2008:02:30 00:00:00",
          "1825:12:31 23:59:59", "2024:06:02 00:00:01", "9999:01:01 00:00:00", "now", "-0050-01-01", "12:30:45",
          "16:28:39 ", "99999-01-01", "123", "maybe 12", "Sunday", "1", ":", "2025"})
        EXPECT_EQ(parsed(text), "none") << text;
    EXPECT_EQ(parsed("1826:01:01 00:00:00"), "1826-01-01T00:00:00");
    EXPECT_EQ(parsed("2024:06:01 23:59:59"), "2024-06-01T23:59:59");
}

TEST(Dates, AnyBytesAreADateOrNone) {
    std::string text;
    std::uint64_t state = 1;
    for (int round = 0; round < 20'000; ++round) {
        text.clear();
        for (int i = 0; i < 24; ++i) {
            state = state * 6'364'136'223'846'793'005U + 1;
            text += "0123456789:: --/.TPMapr+,Z\0"[(state >> 40) % 27];
        }
        if (const auto date = parse_date(text, {}, kNow)) {
            EXPECT_EQ(parse_taken_at(text_of(*date)), *date) << text;
        }
    }
}

TEST(Dates, TheOffsetOfAnotherDateIsTakenWhereTheTimeIsTheSame) {
    Tags tags;
    tags.exif["Exif.Photo.DateTimeOriginal"] = "2008:10:22 16:28:39";
    tags.xmp["Xmp.photoshop.DateCreated"] = "2008-10-22T16:28:39.5+09:00";
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:39.5+09:00");
    tags.exif["Exif.Photo.DateTimeOriginal"] = "2008:10:22 16:28:40";
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:40");
    tags.exif["Exif.Photo.OffsetTimeOriginal"] = "-03:00";
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:40-03:00");
}

TEST(Dates, OffsetTimeAloneCountsUnlessAnotherTimeContradictsIt) {
    Tags tags;
    tags.exif["Exif.Photo.DateTimeOriginal"] = "2008:10:22 16:28:39";
    tags.exif["Exif.Photo.OffsetTime"] = "+02:00";
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:39+02:00");
    tags.exif["Exif.Image.DateTime"] = "2010:01:05 10:00:00";
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:39") << "it is that of an edit, years later";
    tags.exif["Exif.Image.DateTime"] = "2008:10:22 16:28:39";
    tags.exif["Exif.GPSInfo.GPSDateStamp"] = "2008:10:22";
    tags.exif["Exif.GPSInfo.GPSTimeStamp"] = "7/1 28/1 30/1";
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:39+09:00") << "that of the GPS, which contradicts +02:00";
    tags.exif["Exif.GPSInfo.GPSTimeStamp"] = "14/1 28/1 30/1";
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:39+02:00");
    tags.exif["Exif.Photo.OffsetTimeDigitized"] = "+03:00";
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:39+02:00") << "the GPS denies the other";
}

TEST(Dates, WithoutAnOffsetTheyHaveThatOfTheClockBesideTheGps) {
    const auto beside = [](const std::string& clock, const std::string& gps, const char* day = "2008:10:22") {
        Tags tags;
        tags.exif["Exif.Photo.DateTimeOriginal"] = clock;
        tags.exif["Exif.GPSInfo.GPSDateStamp"] = day;
        tags.exif["Exif.GPSInfo.GPSTimeStamp"] = gps;
        const auto found = date_of_taking(tags, kNow);
        return text_of(found->taken) + (found->offset_from_gps ? " by the GPS" : "");
    };
    EXPECT_EQ(beside("2008:10:22 16:28:39", "14/1 28/1 30/1"), "2008-10-22T16:28:39+02:00 by the GPS");
    EXPECT_EQ(beside("2008:10:22 16:28:39", "14/1 32/1 0/1"), "2008-10-22T16:28:39+02:00 by the GPS")
        << "a clock may err";
    EXPECT_EQ(beside("2008:10:22 16:28:39", "16/1 28/1 41/1"), "2008-10-22T16:28:39Z by the GPS");
    EXPECT_EQ(beside("2008:10:22 16:28:39", "10/1 58/1 39/1"), "2008-10-22T16:28:39+05:30 by the GPS");
    EXPECT_EQ(beside("2008:10:22 16:28:39", "10/1 43/1 39/1"), "2008-10-22T16:28:39+05:45 by the GPS");
    EXPECT_EQ(beside("2008:10:23 03:28:39", "14/1 28/1 39/1"), "2008-10-23T03:28:39+13:00 by the GPS");
    EXPECT_EQ(beside("2008:10:22 23:28:39", "8/1 28/1 39/1", "2008:10:23"), "2008-10-22T23:28:39-09:00 by the GPS");
    EXPECT_EQ(beside("2008:10:22 16:28:39", "14/1 20/1 30/1"), "2008-10-22T16:28:39") << "8 minutes from every zone";
    EXPECT_EQ(beside("2008:10:22 16:28:39", "15/1 43/1 39/1"), "2008-10-22T16:28:39") << "no zone has +00:45";
    EXPECT_EQ(beside("2008:10:25 16:28:39", "14/1 28/1 39/1"), "2008-10-25T16:28:39") << "a fix of days ago";
    EXPECT_EQ(beside("2008:10:22", "14/1 28/1 30/1"), "2008-10-22T14:28:30Z") << "it is the GPS's";
}

TEST(Dates, TellWhichFieldTheyAreFrom) {
    Tags tags;
    tags.exif["Exif.Photo.DateTimeOriginal"] = "1978:00:00 00:00:00";
    EXPECT_EQ(date_of_taking(tags, kNow)->source, DateSource::exif);
    tags.iptc["Iptc.Application2.DateCreated"] = "1978-05-03";
    EXPECT_EQ(date_of_taking(tags, kNow)->source, DateSource::iptc) << "it is the more exact one";
    tags.xmp["Xmp.photoshop.DateCreated"] = "1978-05-03T10:00:00";
    EXPECT_EQ(date_of_taking(tags, kNow)->source, DateSource::xmp);
    Tags gps;
    gps.exif["Exif.GPSInfo.GPSDateStamp"] = "2008:10:22";
    EXPECT_EQ(date_of_taking(gps, kNow)->source, DateSource::gps);
}

TEST(Dates, FractionsAreDigits) {
    Tags tags;
    tags.exif["Exif.Photo.DateTimeOriginal"] = "2008:10:22 16:28:39";
    tags.exif["Exif.Photo.SubSecTimeOriginal"] = "178";
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:39.178");
    for (const auto& [digits, text] :
         {std::pair{"5 ", ".5"}, {"05", ".05"}, {"1234567", ".123456"}, {"00", ""}, {"x", ""}}) {
        tags.exif["Exif.Photo.SubSecTimeOriginal"] = digits;
        EXPECT_EQ(taken(tags), std::string("2008-10-22T16:28:39") + text);
    }
    Tags shared;
    shared.exif["Exif.Photo.DateTimeOriginal"] = "2008:10:22 16:28:39";
    shared.exif["Exif.Image.DateTime"] = "2008:10:22 16:28:39";
    shared.exif["Exif.Photo.SubSecTime"] = "25";
    EXPECT_EQ(taken(shared), "2008-10-22T16:28:39.25");
    shared.exif["Exif.Image.DateTime"] = "2008:10:22 16:28:40";
    EXPECT_EQ(taken(shared), "2008-10-22T16:28:39");
}

TEST(Dates, OfTakingBeatThoseOfChangingWhereverTheyAre) {
    Tags tags;
    tags.exif["Exif.Image.DateTime"] = "2020:01:01 00:00:00";
    EXPECT_EQ(taken(tags), "2020-01-01T00:00:00");
    EXPECT_EQ(date_of_taking(tags, kNow)->source, DateSource::changed);
    tags.png.emplace_back("Creation Time", "Wed, 22 Oct 2008 16:28:39 GMT");
    EXPECT_EQ(taken(tags), "2008-10-22T16:28:39Z");
    EXPECT_EQ(date_of_taking(tags, kNow)->source, DateSource::png);
    tags.exif["Exif.GPSInfo.GPSDateStamp"] = "2008:10:23";
    EXPECT_EQ(taken(tags), "2008-10-23");
    tags.exif["Exif.GPSInfo.GPSTimeStamp"] = "7/1 28/1 305/10";
    EXPECT_EQ(taken(tags), "2008-10-23T07:28:30Z");
    tags.iptc["Iptc.Application2.DateCreated"] = "2008-10-24";
    EXPECT_EQ(taken(tags), "2008-10-24");
    tags.iptc["Iptc.Application2.TimeCreated"] = "10:11:12+02:00";
    EXPECT_EQ(taken(tags), "2008-10-24T10:11:12+02:00");
    tags.xmp["Xmp.photoshop.DateCreated"] = "2008-10-25";
    EXPECT_EQ(taken(tags), "2008-10-25");
    tags.exif["Exif.Image.DateTimeOriginal"] = "2015:08:22 24:08:19";
    EXPECT_EQ(taken(tags), "2015-08-23T00:08:19");
    tags.exif["Exif.Photo.DateTimeOriginal"] = "0000:00:00 00:00:00";
    EXPECT_EQ(taken(tags), "2015-08-23T00:08:19");
}

TEST(Dates, OneThatIsRoughGivesWayToAnExactOneWithinItAndToNoOther) {
    Tags tags;
    tags.exif["Exif.Photo.DateTimeOriginal"] = "1978:00:00 00:00:00";
    tags.xmp["Xmp.photoshop.DateCreated"] = "1978-05-03T10:00:00";
    EXPECT_EQ(taken(tags), "1978-05-03T10:00:00");
    tags.xmp["Xmp.photoshop.DateCreated"] = "2003-05-03T10:00:00";
    EXPECT_EQ(taken(tags), "1978") << "a scanner's date";
}

}  // namespace
}  // namespace cadre::decode
