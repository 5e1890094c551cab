#include "gallery/photo_date.h"

#include <array>

#include "base/zones.h"
#include "catalog/rows.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Truth;

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::string_view kPerson = "person";
constexpr std::string_view kSidecar = "sidecar";
constexpr std::string_view kPlace = "place";

json::value value_of(const std::optional<TakenAt>& taken) {
    return taken ? json::value(text_of(*taken)) : json::value(nullptr);
}

json::object origin_json(const Dated& date) {
    json::object origin;
    if (!date.from.empty()) origin["date"] = date.from;
    if (!date.offset_from.empty()) origin["offset"] = date.offset_from;
    return origin;
}

void read_origin(const json::object& origin, Dated& date) {
    date.from = get_string(origin, "date").value_or("");
    date.offset_from = get_string(origin, "offset").value_or("");
}

/// Of the file, as the photo has it or, where a person says something else, remembers it. Nothing where it does not.
std::optional<Dated> dated_by_file(const Truth& truth) {
    Dated date;
    if (!is_dated_by_hand(truth)) {
        date.taken = parse_taken_at(truth.string(field::kTakenAt));
        if (const auto* origin = catalog::origin_of_date(truth)) read_origin(*origin, date);
        return date;
    }
    const auto* file = truth.find(field::kTakenFile);
    if (file == nullptr || !file->is_object()) return std::nullopt;
    date.taken = parse_taken_at(get_string(file->get_object(), "taken_at").value_or(""));
    read_origin(file->get_object(), date);
    return date;
}

json::object remembered(const Dated& file) {
    auto object = origin_json(file);
    if (file.taken) object["taken_at"] = text_of(*file.taken);
    return object;
}

Result<void> check_range(const TakenAt& taken) {
    // What cannot be read again has left the years that RFC 3339 can write.
    if (parse_taken_at(text_of(taken))) return {};
    return fail(Code::date_out_of_range, "The date would lie outside the years 1 to 9999.");
}

Result<void> require_date(const std::optional<TakenAt>& taken) {
    if (taken) return {};
    return fail(Code::date_unknown, "This photo has no date to move: set one first.");
}

tl::unexpected<Error> not_exact(const TakenAt& taken) {
    static constexpr std::array kSentences = {"Only the year of this photo is known: it cannot be moved so.",
                                              "Only the month of this photo is known: it cannot be moved so.",
                                              "Only the day of this photo is known: it moves by whole days."};
    return fail(Code::date_not_exact, kSentences.at(static_cast<std::size_t>(taken.precision)));
}

/// What `change` makes of the date, before its place is looked at.
Result<Dated> changed(const PhotoChange& change, Dated date, const std::optional<Dated>& file) {
    if (change.taken_from_file) {
        if (!file)
            return fail(Code::date_of_file_unknown,
                        "What the file says of its date is not known any more; cadre reread reads it again.");
        date = *file;
    }
    const std::string by(change.unless_edited ? kSidecar : kPerson);
    if (change.taken_at) date = {*change.taken_at ? parse_taken_at(**change.taken_at) : std::nullopt, by, ""};
    if (change.shift_taken_at) {
        TRY(date.taken, shifted(date.taken, *change.shift_taken_at));
        date.from = by;
    }
    if (change.time_zone) {
        TRY(date.taken, in_zone(date.taken, *change.time_zone));
        date = {date.taken, by, ""};
    }
    if (change.taken_precision && date.taken) {
        const auto less = reduced(*date.taken, *change.taken_precision);
        if (less != *date.taken) date = {less, by, ""};
    }
    return date;
}

}  // namespace

Dated dated_of(const Truth& truth) {
    Dated date;
    date.taken = parse_taken_at(truth.string(field::kTakenAt));
    if (!date.taken) {
        date.from = catalog::stands_by_modified(truth) ? "modified" : "uploaded";
        return date;
    }
    if (const auto* origin = catalog::origin_of_date(truth))
        read_origin(*origin, date);
    else if (is_edited(truth, field::kTakenAt))
        date.from = kPerson;
    return date;
}

bool is_dated_by_hand(const Truth& truth) {
    if (!is_edited(truth, field::kTakenAt)) return false;
    const auto* origin = catalog::origin_of_date(truth);
    if (origin == nullptr) return true;
    const auto from = get_string(*origin, "date").value_or("");
    return from == kPerson || from == kSidecar;
}

void set_date_of_file(Changes& facts, const Dated& date) {
    if (!date.taken) return;
    facts.insert_or_assign(std::string(field::kTakenAt), value_of(date.taken));
    facts.insert_or_assign(std::string(field::kTakenFrom), origin_json(date));
}

void add_offset_of_place(Changes& facts, const json::value* place, const ZoneAt& zone_at) {
    const auto taken = facts.find(field::kTakenAt);
    const auto from = facts.find(field::kTakenFrom);
    const auto* at = place != nullptr ? place->if_object() : nullptr;
    if (taken == facts.end() || from == facts.end() || at == nullptr) return;
    const auto lat = get_double(*at, "lat"), lon = get_double(*at, "lon");
    if (!lat || !lon) return;
    Dated date{parse_taken_at(std::string_view(taken->second.get_string())), "", ""};
    read_origin(from->second.get_object(), date);
    set_date_of_file(facts, with_offset_of_place(std::move(date), std::pair(*lat, *lon), zone_at));
}

Dated with_offset_of_place(Dated date, const std::optional<std::pair<double, double>>& place, const ZoneAt& zone_at) {
    if (!date.taken || date.taken->precision != Precision::time || date.taken->time.offset_minutes) return date;
    if (!place || !zone_at || date.taken->time.seconds < 0) return date;
    const auto zone = Zone::named(zone_at(place->first, place->second));
    if (!zone) return date;
    date.taken->time.offset_minutes = zone->offset_of_clock(date.taken->time.seconds);
    date.offset_from = kPlace;
    return date;
}

Result<Changes> date_changes(const PhotoChange& change, const Truth& truth,
                             const std::optional<std::pair<double, double>>& place, bool moved, const ZoneAt& zone_at) {
    const bool by_hand = is_dated_by_hand(truth);
    const bool asked = change.is_of_date() && !(change.unless_edited && by_hand);
    if (!asked && !moved) return Changes{};
    const auto file = dated_by_file(truth);
    const auto now = dated_of(truth);
    auto next = now;
    if (asked) {
        TRY(next, changed(change, now, file));
    }
    bool of_file = asked ? file && next.taken == file->taken : !by_hand;
    if (asked && of_file) next = *file;
    if (moved || (!of_file && !change.as_it_was)) {
        if (next.taken && next.offset_from == kPlace) {
            next.taken->time.offset_minutes.reset();
            next.offset_from.clear();
        }
        next = with_offset_of_place(std::move(next), place, zone_at);
    }
    // The same date is another if it was a person's and is the file's again.
    if (next.taken == now.taken && by_hand != of_file) return Changes{};

    Changes changes;
    changes.insert_or_assign(std::string(field::kTakenAt), value_of(next.taken));
    if (of_file || next.from != kPerson || !next.offset_from.empty())
        changes.insert_or_assign(std::string(field::kTakenFrom), origin_json(next));
    if (of_file && truth.find(field::kTakenFile) != nullptr)
        changes.insert_or_assign(std::string(field::kTakenFile), nullptr);
    if (!of_file && !by_hand) changes.insert_or_assign(std::string(field::kTakenFile), remembered(*file));
    return changes;
}

Changes remembered_date(const Truth& truth, const Changes& facts) {
    Changes changes;
    if (!is_dated_by_hand(truth)) return changes;
    json::object file;
    if (const auto from = facts.find(field::kTakenFrom); from != facts.end()) file = from->second.get_object();
    if (const auto taken = facts.find(field::kTakenAt); taken != facts.end()) file["taken_at"] = taken->second;
    const auto* known = truth.find(field::kTakenFile);
    if (known == nullptr || *known != json::value(file))
        changes.insert_or_assign(std::string(field::kTakenFile), std::move(file));
    return changes;
}

Result<TakenAt> shifted(const std::optional<TakenAt>& taken, std::int64_t seconds) {
    CHECK_RESULT(require_date(taken));
    TakenAt moved = *taken;
    const bool by_days = moved.precision == Precision::day && seconds % kDaySeconds == 0;
    if (moved.precision != Precision::time && !by_days) return not_exact(moved);
    moved.time.seconds += seconds;
    CHECK_RESULT(check_range(moved));
    return moved;
}

Result<TakenAt> in_zone(const std::optional<TakenAt>& taken, const ZoneChange& change) {
    CHECK_RESULT(require_date(taken));
    TakenAt moved = *taken;
    if (moved.precision != Precision::time) return not_exact(moved);
    const auto zone = Zone::named(change.zone);
    const auto camera = change.camera_zone.empty() ? std::nullopt : Zone::named(change.camera_zone);
    if (!zone) return fail(Code::invalid_fields, "This time zone is not known.");
    auto& time = moved.time;
    if (!change.keeps_instant) {
        time.offset_minutes = zone->offset_of_clock(time.seconds);
        CHECK_RESULT(check_range(moved));  // before there were zones, clocks were up to 16 hours apart
        return moved;
    }
    if (camera) time.offset_minutes = camera->offset_of_clock(time.seconds);
    if (!time.offset_minutes)
        return fail(Code::date_without_offset,
                    "Nobody knows in which time zone the clock of this photo ran: say it, or keep what it shows.");
    const auto instant = time.seconds - std::int64_t{60} * *time.offset_minutes;
    time.offset_minutes = zone->offset_at(instant);
    time.seconds = instant + std::int64_t{60} * *time.offset_minutes;
    CHECK_RESULT(check_range(moved));
    return moved;
}

}  // namespace cadre::gallery
