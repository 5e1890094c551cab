#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <ctime>
#include <system_error>

#include "base/fd.h"
#include "cli/import/sidecar.h"
#include "gallery/photo.h"

namespace cadre::cli {
namespace {

// The largest that are known are some MB: XMP with all the strokes of a retouch, JSON with all comments on a picture.
constexpr std::size_t kMaxXmp = std::size_t{16} << 20;
constexpr std::size_t kMaxJson = std::size_t{4} << 20;

constexpr std::int64_t kFarthestZone = 14 * 3600;
constexpr std::int64_t kZoneStep = 900;  // zones differ by quarters of an hour
constexpr std::int64_t kSameMoment = 2;  // seconds
constexpr double kSamePlace = 1e-5;      // degrees: about a metre

std::string because(int error) { return std::generic_category().message(error) + "."; }

Result<std::string> read_bounded(const std::filesystem::path& path, std::size_t most) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) return fail(ErrorKind::not_found, because(errno));
    if (!S_ISREG(status.st_mode)) return fail(ErrorKind::not_found, "It is no regular file.");
    std::string bytes;
    std::vector<char> piece(std::size_t{64} << 10);
    while (true) {
        const auto got = ::read(file.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(ErrorKind::internal, because(errno));
        if (got == 0) return bytes;
        bytes.append(piece.data(), static_cast<std::size_t>(got));
        if (bytes.size() > most) return fail(ErrorKind::too_large, "It is too large for a sidecar.");
    }
}

bool is_said(const json::object& photo, std::string_view name, const std::string& text) {
    return text.empty() || get_string(photo, name) == text;
}

void add_tags(json::object& patch, const Said& said, const json::object& photo) {
    json::array all;
    if (const auto* tags = photo.if_contains("tags"); tags != nullptr && tags->is_array()) all = tags->get_array();
    const auto before = all.size();
    for (const auto& tag : said.tags) {
        const bool there =
            std::any_of(all.begin(), all.end(), [&](const json::value& one) { return one == json::value(tag); });
        if (!there && all.size() < gallery::kMaxTags) all.emplace_back(tag);
    }
    if (all.size() > before) patch["tags"] = std::move(all);
}

void add_location(json::object& patch, const Said& said, const json::object& photo) {
    if (!said.location) return;
    const auto* there = photo.if_contains("location");
    if (there != nullptr && there->is_object()) {
        const auto lat = get_double(there->get_object(), "lat");
        const auto lon = get_double(there->get_object(), "lon");
        if (lat && lon && std::abs(*lat - said.location->lat) < kSamePlace &&
            std::abs(*lon - said.location->lon) < kSamePlace)
            return;
    }
    patch["location"] = json::object{{"lat", said.location->lat}, {"lon", said.location->lon}};
}

std::int64_t instant(const LocalTime& time) { return time.seconds - *time.offset_minutes * 60; }

/// Whether both may name the same moment, so that the photo's own date says at least as much.
bool same_moment(const LocalTime& there, const LocalTime& said) {
    if (there.offset_minutes && said.offset_minutes) return std::abs(instant(there) - instant(said)) <= kSameMoment;
    return !said.offset_minutes && std::abs(there.seconds - said.seconds) <= kSameMoment;
}

bool same_moment_somewhere(const LocalTime& there, std::int64_t unix_seconds) {
    if (there.offset_minutes) return std::abs(instant(there) - unix_seconds) <= kSameMoment;
    const auto apart = std::abs(there.seconds - unix_seconds);
    const auto beside = std::min(apart % kZoneStep, kZoneStep - apart % kZoneStep);
    return apart <= kFarthestZone + kSameMoment && beside <= kSameMoment;
}

/// The photo's own date, by which the sidecar's may say no more.
std::optional<TakenAt> date_in(const json::object& photo) {
    const auto text = get_string(photo, "taken_at");
    auto there = text ? parse_taken_at(*text) : std::nullopt;
    const auto precision = parse_precision(get_string(photo, "taken_precision").value_or(""));
    if (there && precision) there->precision = *precision;
    return there;
}

void add_date(json::object& patch, const Said& said, const json::object& photo) {
    const auto there = date_in(photo);
    if (said.taken_at) {
        const TakenAt wanted{*said.taken_at, said.precision};
        const bool same = there && (wanted.precision == Precision::time ? same_moment(there->time, wanted.time)
                                                                        : reduced(*there, wanted.precision) == wanted);
        if (!same) patch["taken_at"] = text_of(wanted);
    } else if (said.taken_unix) {
        auto clock = there ? there->time : LocalTime{};
        // Of a clock that stayed at home the place says the wrong one.
        if (get_string(photo, "offset_from") == "place") clock.offset_minutes.reset();
        if (!there || !same_moment_somewhere(clock, *said.taken_unix))
            patch["taken_at"] = rfc3339(on_local_clock(*said.taken_unix));
    }
}

void set_date(json::object& patch, const Said& said, const json::object& photo) {
    const auto there = date_in(photo);
    const auto wanted = said.taken_at ? std::optional(TakenAt{*said.taken_at, said.precision}) : std::nullopt;
    if (there == wanted) return;
    patch["taken_at"] = wanted ? json::value(text_of(*wanted)) : json::value(nullptr);
}

void set_tags(json::object& patch, const Said& said, const json::object& photo) {
    add_tags(patch, said, photo);
    json::array gone;
    const auto* tags = photo.if_contains("tags");
    if (tags == nullptr || !tags->is_array()) return;
    for (const auto& tag : tags->get_array()) {
        const bool is_said = std::any_of(said.tags.begin(), said.tags.end(),
                                         [&](const std::string& one) { return tag == json::value(one); });
        if (!is_said) gone.push_back(tag);
    }
    if (!gone.empty()) patch["remove_tags"] = std::move(gone);
}

void set_location(json::object& patch, const Said& said, const json::object& photo) {
    const auto* value = photo.if_contains("location");
    const auto* there = value != nullptr ? value->if_object() : nullptr;
    if (!said.location) {
        if (there != nullptr) patch["location"] = nullptr;
        return;
    }
    const auto [lat, lon] = *said.location;
    if (there == nullptr || get_double(*there, "lat") != lat || get_double(*there, "lon") != lon)
        patch["location"] = json::object{{"lat", lat}, {"lon", lon}};
}

/// What a sidecar says that says all there is.
json::object exact_patch(const Said& said, const json::object& photo) {
    json::object patch;
    if (get_string(photo, "title").value_or("") != said.title) patch["title"] = said.title;
    if (get_string(photo, "caption").value_or("") != said.caption) patch["caption"] = said.caption;
    set_tags(patch, said, photo);
    for (const auto& [name, wanted] : {std::pair("favourite", said.favourite), std::pair("archived", said.archived)})
        if (get_bool(photo, name).value_or(false) != wanted) patch[name] = wanted;
    if (get_int(photo, "rating") != said.rating)
        patch["rating"] = said.rating ? json::value(*said.rating) : json::value(nullptr);
    if (get_int(photo, "rotation").value_or(0) != said.rotation) patch["rotation"] = said.rotation;
    const auto visibility = get_string(photo, "visibility").value_or("private");
    if (said.visibility && visibility != text_of(*said.visibility)) patch["visibility"] = text_of(*said.visibility);
    set_location(patch, said, photo);
    set_date(patch, said, photo);
    return patch;
}

}  // namespace

void Said::add(Said other) {
    if (exact) return;
    if (other.exact) {
        *this = std::move(other);
        return;
    }
    if (title.empty()) title = std::move(other.title);
    if (caption.empty()) caption = std::move(other.caption);
    if (filename.empty()) filename = std::move(other.filename);
    for (auto& tag : other.tags)
        if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
    if (!rating) rating = other.rating;
    if (!location) location = other.location;
    if (!taken_at && !taken_unix) {
        taken_at = other.taken_at;
        precision = other.precision;
        taken_unix = other.taken_unix;
    }
    favourite = favourite || other.favourite;
    trashed = trashed || other.trashed;
}

bool Said::empty() const {
    return title.empty() && caption.empty() && tags.empty() && !rating && !favourite && !location && !taken_at &&
           !taken_unix && !archived && rotation == 0 && visibility != gallery::Visibility::public_;
}

LocalTime on_local_clock(std::int64_t unix_seconds) {
    const auto instant = static_cast<std::time_t>(unix_seconds);
    std::tm local{};
    if (::localtime_r(&instant, &local) == nullptr) return {unix_seconds, 0};
    const auto minutes = static_cast<int>(local.tm_gmtoff / 60);  // before zones were, some were 53 s off
    return {unix_seconds + minutes * 60, minutes};
}

Result<Said> read_sidecar(const std::filesystem::path& folder, const Sidecar& sidecar, std::string_view file) {
    const bool is_xmp = sidecar.kind == SidecarKind::xmp;
    TRY(const auto bytes, read_bounded(folder / sidecar.name, is_xmp ? kMaxXmp : kMaxJson));
    if (is_xmp) return read_xmp(bytes);
    TRY(auto said, read_takeout(bytes, file));
    // An edited copy has a name of its own.
    if (!sidecar.own) said.filename.clear();
    return said;
}

json::object patch_of(const Said& said, const json::object& photo) {
    if (said.exact) return exact_patch(said, photo);
    json::object patch;
    if (!is_said(photo, "title", said.title)) patch["title"] = said.title;
    if (!is_said(photo, "caption", said.caption)) patch["caption"] = said.caption;
    add_tags(patch, said, photo);
    if (said.favourite && get_bool(photo, "favourite") != true) patch["favourite"] = true;
    if (said.rating && get_int(photo, "rating") != *said.rating) patch["rating"] = *said.rating;
    add_location(patch, said, photo);
    add_date(patch, said, photo);
    return patch;
}

}  // namespace cadre::cli
