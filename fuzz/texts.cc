// Dates, names and texts out of files.
#include "base/quantity.h"
#include "base/taken_at.h"
#include "base/time.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "base/zones.h"
#include "decode/date_text.h"
#include "fuzz.h"
#include "gallery/filename.h"
#include "gallery/name_date.h"
#include "gallery/photo_date.h"
#include "media/legacy_text.h"
#include "media/text.h"

namespace cadre::fuzz {
namespace {

const WallTime kNow(Millis(1'800'000'000'000));

void reads_the_same(const TakenAt& taken) {
    must(parse_taken_at(cadre::text_of(taken)) == taken, "a date that is written reads the same");
}

void read_dates(std::string_view text) {
    if (const auto time = parse_rfc3339(text))
        must(parse_rfc3339(rfc3339(*time)) == *time, "a date that is written reads the same");
    if (const auto taken = parse_taken_at(text)) reads_the_same(*taken);
    const auto [offset, date] = first_line(text);
    if (const auto taken = decode::parse_date(date, offset, kNow)) reads_the_same(*taken);
    if (const auto taken = gallery::date_in_name(text, kNow)) reads_the_same(*taken);
}

/// As a person asks for it: the text is a duration, or a zone.
void move_dates(std::string_view text) {
    const auto [zone, date] = first_line(text);
    const auto taken = parse_taken_at(date);
    if (const auto by = parse_iso_duration(zone); by && taken && std::abs(by->count()) < 4'000'000'000) {
        const auto there = gallery::shifted(taken, by->count());
        if (there) must(gallery::shifted(*there, -by->count()).value() == *taken, "there and back is where it was");
    }
    for (const bool keeps_instant : {false, true})
        if (Zone::named(zone))
            if (const auto there = gallery::in_zone(taken, {std::string(zone), keeps_instant, ""}))
                reads_the_same(*there);
}

void clean(std::string_view text) {
    for (const auto breaks : {media::LineBreaks::keep, media::LineBreaks::drop}) {
        const auto clean = media::clean_text(text, 100, breaks);
        must(clean.size() <= 100, "a text keeps to its limit");
        must(utf8_length(clean).has_value(), "a clean text is UTF-8");
        must(!has_control(clean, breaks == media::LineBreaks::keep), "a clean text has no control characters");
        must(media::clean_text(clean, 100, breaks) == clean, "cleaning what is clean changes nothing");
    }
    must(utf8_length(media::to_utf8_text(text)).has_value(), "any bytes become UTF-8");
}

void read_names(std::string_view text) {
    const auto name = gallery::clean_filename(text);
    must(name.size() <= gallery::kMaxFilename, "a name keeps to its limit");
    must(name.find('/') == std::string::npos && name != "." && name != "..", "a name is no path");
    must(!has_control(name, false), "a name has no control characters");
    must(gallery::clean_filename(name) == name, "a clean name stays as it is");
    const auto folder = gallery::clean_folder(text);
    must(folder.size() <= gallery::kMaxFolder, "a folder keeps to its limit");
    must(("/" + folder + "/").find("/../") == std::string::npos, "a folder leads nowhere else");
    must(gallery::clean_folder(folder) == folder, "a clean folder stays as it is");
    const auto folded = fold_case(text);
    must(fold_case(folded) == folded, "what is folded folds to itself");
    (void)has_unseen(text);
}

}  // namespace
}  // namespace cadre::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto text = fuzz::text_of(data, size);
    fuzz::read_dates(text);
    fuzz::move_dates(text);
    fuzz::clean(text);
    fuzz::read_names(text);
    return 0;
}
