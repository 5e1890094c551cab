#include "decode/dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "decode/date_text.h"

namespace cadre::decode {
namespace {

using media::DateSource;

class Dates {
public:
    Dates(const Tags& tags, WallTime now) : tags_(tags), now_(now) {}

    [[nodiscard]] std::optional<TakenAt> exif(const char* date, const char* offset, const char* fraction) const {
        auto taken = parse_date(tags_.exif_text(date), tags_.exif_text(offset), now_);
        if (taken && taken->precision == Precision::time && taken->time.microseconds == 0)
            taken->time.microseconds = microseconds(tags_.exif_text(fraction));
        return taken;
    }
    [[nodiscard]] std::optional<TakenAt> xmp(const char* key) const {
        return parse_date(tags_.xmp_text(key), {}, now_);
    }
    [[nodiscard]] std::optional<TakenAt> iptc(const char* date, const char* time) const {
        const std::string day = tags_.iptc_text(date), hour = tags_.iptc_text(time);
        return parse_date(hour.empty() ? day : day + "T" + hour, {}, now_);
    }
    [[nodiscard]] std::optional<TakenAt> png() const { return parse_date(tags_.png_text("Creation Time"), {}, now_); }
    [[nodiscard]] std::optional<TakenAt> changed() const {
        return exif("Exif.Image.DateTime", "Exif.Photo.OffsetTime", "Exif.Photo.SubSecTime");
    }

    /// GPS knows the instant, in UTC.
    [[nodiscard]] std::optional<TakenAt> gps() const {
        if (const auto taken = xmp("Xmp.exif.GPSTimeStamp"); taken && taken->time.offset_minutes) return taken;
        const std::string day = tags_.exif_text("Exif.GPSInfo.GPSDateStamp");
        std::string time;
        if (tags_.is_exif_text("Exif.GPSInfo.GPSTimeStamp")) {
            time = tags_.exif_text("Exif.GPSInfo.GPSTimeStamp");
        } else if (const auto hour = tags_.exif_number("Exif.GPSInfo.GPSTimeStamp", 0)) {
            const auto minute = tags_.exif_number("Exif.GPSInfo.GPSTimeStamp", 1).value_or(0);
            const auto second = tags_.exif_number("Exif.GPSInfo.GPSTimeStamp", 2).value_or(0);
            if (*hour < 0 || *hour >= 24 || minute < 0 || minute >= 60 || second < 0 || second >= 61)
                return std::nullopt;
            time = fmt::format("{:02}:{:02}:{:02}", static_cast<int>(*hour), static_cast<int>(minute),
                               static_cast<int>(second));
        }
        if (time.empty()) return parse_date(day, {}, now_);
        return parse_date(day + " " + time, "Z", now_);
    }

    [[nodiscard]] std::string text(const char* key) const { return tags_.exif_text(key); }

private:
    /// "178" is a fraction's digits.
    static std::int32_t microseconds(const std::string& digits) {
        std::int32_t sum = 0;
        std::int32_t unit = 100'000;
        for (const char c : digits) {
            if (c == ' ' || c == '\0') continue;
            if (c < '0' || c > '9') return 0;
            sum += unit * (c - '0');
            unit /= 10;
        }
        return sum;
    }

    const Tags& tags_;
    WallTime now_;
};

bool same_second(const TakenAt& a, const TakenAt& b) {
    return a.precision == Precision::time && b.precision == Precision::time && a.time.seconds == b.time.seconds;
}

/// Whether OffsetTime, which belongs to the date of changing, may be that of `taken` too: not if the file was changed
/// another day, or if the GPS says that it was another hour.
bool may_share_offset(const Dates& dates, const TakenAt& taken, int offset) {
    const auto changed = dates.changed();
    if (changed && std::abs(changed->time.seconds - taken.time.seconds) > kDay) return false;
    const auto gps = dates.gps();
    if (!gps || !gps->time.offset_minutes) return true;
    return std::abs(taken.time.seconds - std::int64_t{60} * offset - gps->time.seconds) < kDay / 48;
}

struct Candidate {
    TakenAt taken;
    DateSource source;
};

/// Dates of taking, the best first.
std::vector<Candidate> candidates(const Dates& dates) {
    std::vector<Candidate> all;
    const auto add = [&](DateSource source, const std::optional<TakenAt>& taken) {
        if (taken) all.push_back({*taken, source});
    };
    const auto exif = [&](const char* date, const char* offset, const char* fraction) {
        add(DateSource::exif, dates.exif(date, offset, fraction));
    };
    exif("Exif.Photo.DateTimeOriginal", "Exif.Photo.OffsetTimeOriginal", "Exif.Photo.SubSecTimeOriginal");
    exif("Exif.Image.DateTimeOriginal", "Exif.Photo.OffsetTimeOriginal", "Exif.Photo.SubSecTimeOriginal");
    exif("Exif.Photo.DateTimeDigitized", "Exif.Photo.OffsetTimeDigitized", "Exif.Photo.SubSecTimeDigitized");
    for (const char* key :
         {"Xmp.exif.DateTimeOriginal", "Xmp.photoshop.DateCreated", "Xmp.xmp.CreateDate", "Xmp.exif.DateTimeDigitized"})
        add(DateSource::xmp, dates.xmp(key));
    add(DateSource::iptc, dates.iptc("Iptc.Application2.DateCreated", "Iptc.Application2.TimeCreated"));
    add(DateSource::iptc, dates.iptc("Iptc.Application2.DigitizationDate", "Iptc.Application2.DigitizationTime"));
    add(DateSource::gps, dates.gps());
    add(DateSource::png, dates.png());
    return all;
}

/// Whether `exact` lies in the year, month or day that is all that `rough` says.
bool refines(const TakenAt& exact, const TakenAt& rough) {
    return exact.precision > rough.precision && text_of(reduced(exact, rough.precision)) == text_of(rough);
}

/// What the first lacks, from others that show the same second: the offset, the fraction.
void complete(TakenAt& taken, const std::vector<Candidate>& all, const Dates& dates) {
    if (taken.precision != Precision::time) return;
    for (const auto& [other, source] : all) {
        if (!same_second(taken, other)) continue;
        if (!taken.time.offset_minutes) taken.time.offset_minutes = other.time.offset_minutes;
        if (taken.time.microseconds == 0) taken.time.microseconds = other.time.microseconds;
    }
    if (const auto changed = dates.changed(); changed && same_second(taken, *changed) && taken.time.microseconds == 0)
        taken.time.microseconds = changed->time.microseconds;
    if (taken.time.offset_minutes) return;
    for (const char* key :
         {"Exif.Photo.OffsetTimeOriginal", "Exif.Photo.OffsetTimeDigitized", "Exif.Photo.OffsetTime"}) {
        const auto offset = parse_offset(dates.text(key));
        if (!offset || !may_share_offset(dates, taken, *offset)) continue;
        taken.time.offset_minutes = offset;
        return;
    }
}

/// Whether some zone is, or was since 1970, so many minutes from UTC.
bool is_real_offset(std::int64_t minutes) {
    constexpr std::int64_t kOthers[] = {-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 690, 765, 825};
    if (minutes < -720 || minutes > 840) return false;
    return minutes % 60 == 0 || std::ranges::count(kOthers, minutes) != 0;
}

/// How far the clock was from the GPS's UTC. A clock may be wrong by minutes, and a fix as old: what is further from an
/// offset that exists says nothing.
std::optional<int> offset_by_gps(const Dates& dates, const TakenAt& taken) {
    constexpr std::int64_t kFarthest = 300;  // seconds
    constexpr std::int64_t kQuarter = 900;
    const auto gps = dates.gps();
    if (!gps || !gps->time.offset_minutes) return std::nullopt;
    const std::int64_t apart = taken.time.seconds - (gps->time.seconds - std::int64_t{60} * *gps->time.offset_minutes);
    const std::int64_t rounded = std::llround(static_cast<double>(apart) / kQuarter) * kQuarter;
    if (std::abs(apart - rounded) > kFarthest || !is_real_offset(rounded / 60)) return std::nullopt;
    return static_cast<int>(rounded / 60);
}

}  // namespace

std::optional<DateFound> date_of_taking(const Tags& tags, WallTime now) {
    const Dates dates(tags, now);
    const auto all = candidates(dates);
    DateFound found;
    if (all.empty()) {
        const auto changed = dates.changed();
        if (!changed) return std::nullopt;
        found = {*changed, DateSource::changed};
    } else {
        found = {all.front().taken, all.front().source};
        for (const auto& other : all)
            if (refines(other.taken, found.taken)) found = {other.taken, other.source};
        complete(found.taken, all, dates);
    }
    auto& time = found.taken.time;
    if (found.taken.precision == Precision::time && !time.offset_minutes) {
        time.offset_minutes = offset_by_gps(dates, found.taken);
        found.offset_from_gps = time.offset_minutes.has_value();
    }
    return found;
}

}  // namespace cadre::decode
