#include "catalog/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/number.h"

namespace cadre::catalog {
namespace {

constexpr std::int64_t kDay = 86'400;

/// The second and its fraction.
struct Moment {
    std::int64_t seconds = 0;
    std::int32_t microseconds = 0;
};

std::optional<Moment> moment_of(const Truth& photo, std::string_view name) {
    const auto milliseconds = photo.integer(name);
    if (!milliseconds) return std::nullopt;
    const auto rest = *milliseconds % 1000;
    const auto seconds = *milliseconds / 1000 - (rest < 0 ? 1 : 0);
    return Moment{seconds, static_cast<std::int32_t>(rest < 0 ? rest + 1000 : rest) * 1000};
}

/// Without a date: when the file was changed, on the clock there. A file from the future was written by a clock that
/// was wrong, and stands where it was sent.
Moment moment_without_date(const Truth& photo) {
    const auto modified = moment_of(photo, field::kModified);
    const auto uploaded = moment_of(photo, field::kUploadedAt);
    auto moment = stands_by_modified(photo) ? *modified : uploaded.value_or(Moment{});
    // Far more than any zone's: a fact that is damaged moves nothing out of its bounds.
    const auto minutes = std::clamp<std::int64_t>(photo.integer(field::kModifiedOffset).value_or(0), -1440, 1440);
    moment.seconds = std::clamp(moment.seconds, kEarliest, kLatest) + (modified ? minutes * 60 : 0);
    return moment;
}

Place place_of(const Id& id, const Truth& photo, const std::optional<TakenAt>& taken) {
    const auto moment = taken ? Moment{taken->time.seconds, taken->time.microseconds} : moment_without_date(photo);
    return {std::clamp(moment.seconds, kEarliest, kLatest),
            rank_of(moment.microseconds, photo.string(field::kFilename)), id};
}

std::uint32_t pixels(const Truth& photo, std::string_view name) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(photo.integer(name).value_or(0), 0, UINT32_MAX));
}

/// A row is seen by people who may not see the position: its zone would tell them the country.
bool is_offset_of_place(const Truth& photo) {
    const auto* origin = origin_of_date(photo);
    return origin != nullptr && get_string(*origin, "offset") == "place";
}

int right_angle(std::int64_t degrees) {
    return degrees == 90 || degrees == 180 || degrees == 270 ? static_cast<int>(degrees) : 0;
}

std::string state_of(const Truth& photo) {
    auto state = photo.string(field::kState);
    if (state != "ready" && state != "failed") state = "processing";
    return state;
}

std::optional<int> number(std::string_view digits) {
    if (digits.starts_with('-')) return std::nullopt;
    return parse_number<int>(digits);
}

void add_piece(std::string& text, std::string_view piece) {
    text += fmt::format("{}:", piece.size());
    text += piece;
}

}  // namespace

std::string Month::text() const { return fmt::format("{:04}-{:02}", year, month); }

std::optional<Month> parse_month(std::string_view text) {
    if (text.size() != 7 || text[4] != '-') return std::nullopt;
    const auto year = number(text.substr(0, 4));
    const auto month = number(text.substr(5));
    if (!year || !month || *year < 1 || *month < 1 || *month > 12) return std::nullopt;
    return Month{*year, *month};
}

Month month_of(const Place& place) {
    const auto date = date_of(place.at);
    return {date.year, date.month};
}

int rotation_of(const Truth& photo) {
    const auto* value = photo.find(field::kAccess);
    if (value == nullptr || !value->is_object()) return 0;
    return right_angle(get_int(value->get_object(), "rotation").value_or(0));
}

int turned_of(const Truth& photo) { return right_angle(photo.integer(field::kTurned).value_or(0)); }

std::optional<Access> access_of(const Truth& photo) {
    const auto* value = photo.find(field::kAccess);
    if (value == nullptr || !value->is_object()) return std::nullopt;
    const auto key = get_string(value->get_object(), "key");
    if (!key || key->empty()) return std::nullopt;
    return Access{get_string(value->get_object(), "visibility") == "public", std::string(*key)};
}

const json::object* origin_of_date(const Truth& photo) {
    const auto& fields = photo.facts.fields;
    const auto taken = fields.find(field::kTakenAt);
    const auto from = fields.find(field::kTakenFrom);
    if (taken == fields.end() || from == fields.end() || taken->second.stamp != from->second.stamp) return nullptr;
    return from->second.value.if_object();
}

bool stands_by_modified(const Truth& photo) {
    const auto modified = moment_of(photo, field::kModified);
    const auto uploaded = moment_of(photo, field::kUploadedAt);
    return modified && !(uploaded && modified->seconds > uploaded->seconds + kDay);
}

std::optional<Row> row_of(const Id& id, const Truth& photo) {
    if (photo.purged || !parse_id(photo.string(field::kOwner))) return std::nullopt;
    auto access = access_of(photo);
    if (!access) return std::nullopt;
    Row row;
    row.key = std::move(access->key);
    row.taken_at = photo.string(field::kTakenAt);
    auto taken = parse_taken_at(row.taken_at);
    if (!taken) row.taken_at.clear();
    if (taken && is_offset_of_place(photo)) {
        taken->time.offset_minutes.reset();
        row.taken_at = text_of(*taken);
    }
    row.place = place_of(id, photo, taken);
    row.width = pixels(photo, field::kWidth);
    row.height = pixels(photo, field::kHeight);
    const int rotation = rotation_of(photo);
    if (rotation % 180 != 0) std::swap(row.width, row.height);
    // One of a picture that lies the other way would flash wrong.
    if (rotation == turned_of(photo)) row.thumbhash = photo.string(field::kThumbhash);
    row.title = photo.string(field::kTitle);
    row.favourite = photo.flag(field::kFavourite);
    row.state = state_of(photo);
    return row;
}

std::uint64_t digest_of(const Row& row) {
    // Each text with its length before it, so that no two rows give the same bytes.
    std::string text = fmt::format("{} {} {} {} ", row.place.at, row.width, row.height, row.favourite);
    const auto add_bytes = [&](const auto& bytes) {
        add_piece(text, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    };
    add_bytes(row.place.id.bytes);
    add_bytes(row.place.rank);  // it decides where the row stands
    for (const auto* piece : {&row.key, &row.taken_at, &row.thumbhash, &row.title, &row.state}) add_piece(text, *piece);
    return digest64(text);
}

std::uint32_t aspect_of(const Row& row) {
    if (row.width == 0 || row.height == 0) return 1000;
    const auto aspect = (std::uint64_t{row.width} * 1000 + row.height / 2) / row.height;
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(aspect, 1, 100'000));
}

}  // namespace cadre::catalog
