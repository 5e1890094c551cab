#include "gallery/photo.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "base/encoding.h"
#include "base/field_codes.h"
#include "base/hash.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "base/zones.h"
#include "catalog/rows.h"
#include "gallery/album.h"
#include "gallery/failure.h"
#include "gallery/likeness.h"
#include "gallery/photo_date.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Truth;

constexpr std::size_t kMediaKeyBytes = 16;

std::optional<WallTime> instant(const Truth& truth, std::string_view name) {
    const auto value = truth.integer(name);
    if (!value) return std::nullopt;
    return WallTime(Millis(*value));
}

std::uint32_t pixels(const Truth& truth, std::string_view name) {
    const auto value = truth.integer(name).value_or(0);
    return value > 0 && value <= 0xffff'ffff ? static_cast<std::uint32_t>(value) : 0;
}

std::string tag_field(std::string_view tag) { return std::string(field::kTagPrefix) + std::string(tag); }

std::vector<std::string> tags_of(const Truth& truth) {
    std::vector<std::string> tags;
    const auto& fields = truth.facts.fields;
    for (auto it = fields.lower_bound(field::kTagPrefix);
         it != fields.end() && it->first.starts_with(field::kTagPrefix); ++it)
        if (it->second.value.is_bool() && it->second.value.get_bool())
            tags.push_back(it->first.substr(field::kTagPrefix.size()));
    return tags;
}

std::vector<VariantSize> variants_of(const Truth& truth) {
    std::vector<VariantSize> variants;
    const auto* value = truth.find(field::kVariants);
    if (value == nullptr || !value->is_array()) return variants;
    for (const auto& item : value->get_array()) {
        if (!item.is_array() || item.get_array().size() != 3) continue;
        const auto& parts = item.get_array();
        if (!parts[0].is_string() || !parts[1].is_int64() || !parts[2].is_int64()) continue;
        variants.push_back({std::string(parts[0].get_string()), static_cast<std::uint32_t>(parts[1].get_int64()),
                            static_cast<std::uint32_t>(parts[2].get_int64())});
    }
    return variants;
}

/// Which fields people edit: their stamps make the revision.
bool is_editable(std::string_view name) {
    return name == field::kTitle || name == field::kCaption || name == field::kTakenAt || name == field::kFavourite ||
           name == field::kAccess || name == field::kTrashedAt || name.starts_with(field::kTagPrefix) ||
           name.starts_with(field::kAlbumPrefix);
}

/// Which of them were not editable once: they count from their first edit on, so that releases that know nothing of it
/// find the same revision.
bool is_editable_now(std::string_view name) {
    return name == field::kRating || name == field::kLocation || name == field::kArchived;
}

std::string revision_of(const Truth& truth) {
    std::string stamps;
    // What was taken off long ago is forgotten, by one store perhaps before the other (bounds.h).
    const auto removed = [](const std::string& name, const catalog::Field& field) {
        return field.value.is_null() && catalog::is_member(name);
    };
    for (const auto& [name, value] : truth.facts.fields)
        if ((is_editable(name) || (is_editable_now(name) && is_edited(truth, name))) && !removed(name, value))
            stamps += name + "=" + value.stamp.text() + "\n";
    return fmt::format("{:016x}", digest64(stamps));
}

void read_access(const Truth& truth, Photo& photo) {
    const auto* access = truth.find(field::kAccess);
    if (access == nullptr || !access->is_object()) return;
    photo.visibility = parse_visibility(get_string(access->get_object(), "visibility").value_or("private"))
                           .value_or(Visibility::private_);
    photo.media_key = get_string(access->get_object(), "key").value_or("");
    photo.rotation = catalog::rotation_of(truth);
}

/// Derived facts are of how the picture lay when its derivatives were made; until they are made again, sizes are known
/// all the same.
void turn(const Truth& truth, Photo& photo) {
    photo.turned = catalog::turned_of(truth);
    if (photo.rotation % 180 != 0) std::swap(photo.width, photo.height);
    if (photo.rotation == photo.turned) return;
    photo.thumbhash.clear();
    if ((photo.rotation - photo.turned) % 180 != 0)
        for (auto& variant : photo.variants) std::swap(variant.width, variant.height);
}

void check_text(std::vector<FieldError>& errors, std::string_view name, const std::string& text, std::size_t max,
                bool line_feeds) {
    const auto length = utf8_length(text);
    if (!length)
        errors.push_back({std::string(name), FieldCode::not_utf8});
    else if (*length > max)
        errors.push_back({std::string(name), FieldCode::text_too_long, {{"length", *length}, {"max", max}}});
    else if (has_control(text, line_feeds))
        errors.push_back({std::string(name), FieldCode::control_characters});
}

void check_tags(std::vector<FieldError>& errors, std::string_view name, const std::vector<std::string>& tags) {
    if (tags.size() > kMaxTags) {
        errors.push_back({std::string(name), FieldCode::too_many_tags, {{"count", tags.size()}, {"max", kMaxTags}}});
        return;
    }
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const std::string at = fmt::format("{}[{}]", name, i);
        if (tags[i].empty())
            errors.push_back({at, FieldCode::tag_empty});
        else
            check_text(errors, at, tags[i], kMaxTag, false);
    }
}

json::value access_value(Visibility visibility, std::string key, int rotation) {
    json::object access{{"visibility", text_of(visibility)}, {"key", std::move(key)}};
    if (rotation != 0) access["rotation"] = rotation;
    return access;
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

/// Sets `name` unless it has that value already.
void set_if_new(Changes& changes, const Truth& truth, std::string_view name, json::value value) {
    const auto* now = truth.find(name);
    if (now == nullptr ? value.is_null() : *now == value) return;
    changes.insert_or_assign(std::string(name), std::move(value));
}

json::value location_or_null(const std::optional<std::pair<double, double>>& location) {
    if (!location) return nullptr;
    return json::object{{"lat", location->first}, {"lon", location->second}};
}

void check_rating(std::vector<FieldError>& errors, const PhotoChange& change) {
    if (!change.rating || !*change.rating) return;
    if (**change.rating >= 1 && **change.rating <= kMaxRating) return;
    errors.push_back({"rating", FieldCode::not_in_range, {{"min", 1}, {"max", kMaxRating}}});
}

void check_location(std::vector<FieldError>& errors, const PhotoChange& change) {
    if (!change.location || !*change.location) return;
    const auto [lat, lon] = **change.location;
    if (std::abs(lat) <= 90 && std::abs(lon) <= 180) return;
    errors.push_back({"location", FieldCode::location_out_of_range});
}

void check_zone(std::vector<FieldError>& errors, const PhotoChange& change) {
    constexpr std::int64_t kMostShift = 36'525 * std::int64_t{86'400};  // a hundred years
    if (change.shift_taken_at && std::abs(*change.shift_taken_at) > kMostShift)
        errors.push_back({"shift_taken_at", FieldCode::duration_too_long});
    if (!change.time_zone) return;
    const auto check = [&](const char* name, const std::string& zone) {
        if (!Zone::named(zone)) errors.push_back({name, FieldCode::time_zone_unknown});
    };
    check("time_zone", change.time_zone->zone);
    if (change.time_zone->camera_zone.empty()) return;
    check("camera_time_zone", change.time_zone->camera_zone);
    if (!change.time_zone->keeps_instant) errors.push_back({"camera_time_zone", FieldCode::camera_time_zone_alone});
}

/// Tags are stored composed, so that two that look the same are one; those of before that are not go by being named.
void change_tags(Changes& changes, const PhotoChange& change, const Truth& truth) {
    const auto now = tags_of(truth);
    const auto has = [](const std::vector<std::string>& tags, const std::string& tag) {
        return std::ranges::find(tags, tag) != tags.end();
    };
    const auto take_off = [&](const std::string& tag) { changes.insert_or_assign(tag_field(tag), nullptr); };
    const auto put_on = [&](const std::string& tag) {
        const auto name = composed(tag);
        if (!has(now, name) || changes.contains(tag_field(name))) changes.insert_or_assign(tag_field(name), true);
    };
    if (change.tags) {
        std::vector<std::string> wanted;
        std::ranges::transform(*change.tags, std::back_inserter(wanted), composed);
        for (const auto& tag : now)
            if (!change.unless_edited && !has(wanted, tag)) take_off(tag);
        std::ranges::for_each(wanted, put_on);
    }
    if (!change.remove_tags.empty()) {
        std::set<std::string> unwanted;
        for (const auto& tag : change.remove_tags) unwanted.insert(composed(tag));
        for (const auto& tag : now)
            if (unwanted.contains(composed(tag))) take_off(tag);
    }
    std::ranges::for_each(change.add_tags, put_on);
}

}  // namespace

std::string_view text_of(State state) {
    switch (state) {
        case State::processing:
            return "processing";
        case State::ready:
            return "ready";
        case State::failed:
            return "failed";
    }
    return "processing";
}

std::string_view text_of(Visibility visibility) { return visibility == Visibility::public_ ? "public" : "private"; }

std::optional<Visibility> parse_visibility(std::string_view text) {
    if (text == "public") return Visibility::public_;
    if (text == "private") return Visibility::private_;
    return std::nullopt;
}

std::string media_blob(std::string_view key, std::string_view variant) {
    std::string blob;
    blob.reserve(6 + key.size() + 1 + variant.size() + 5);
    blob.append("media/").append(key).append("/").append(variant).append(".webp");
    return blob;
}

json::value other_address(const Photo& photo, Random& random) {
    return access_value(photo.visibility, random.token(16), photo.rotation);
}

std::string rekey_subject(const Photo& before) {
    return before.id.text() + " " + before.media_key + " " + std::to_string(before.rotation);
}

bool is_media_key(std::string_view text) {
    return text.size() == 22 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '_';
           });
}

bool is_edited(const Truth& truth, std::string_view name) {
    const auto& fields = truth.facts.fields;
    const auto own = fields.find(name);
    if (own == fields.end()) return false;
    const auto has_stamp_of = [&](std::string_view other) {
        const auto found = fields.find(other);
        return found != fields.end() && found->second.stamp == own->second.stamp;
    };
    return !has_stamp_of(field::kSha256) && !has_stamp_of(field::kReadWith);
}

Photo photo_of(const Id& id, const Truth& truth) {
    Photo photo;
    photo.id = id;
    photo.revision = revision_of(truth);
    const auto state = truth.string(field::kState);
    photo.state = state == "ready" ? State::ready : state == "failed" ? State::failed : State::processing;
    if (photo.state == State::failed) photo.failure = failure_of(truth);
    photo.owner = parse_id(truth.string(field::kOwner)).value_or(Id{});
    read_access(truth, photo);
    photo.title = truth.string(field::kTitle);
    photo.caption = truth.string(field::kCaption);
    photo.tags = tags_of(truth);
    photo.albums = albums_of(truth);
    for (const auto member : catalog::members_of(truth, field::kSharePrefix))
        if (const auto share = parse_id(member)) photo.shares.push_back(*share);
    photo.given_by = truth.string(field::kGivenBy);
    photo.favourite = truth.flag(field::kFavourite);
    photo.archived = truth.flag(field::kArchived);
    photo.width = pixels(truth, field::kWidth);
    photo.height = pixels(truth, field::kHeight);
    photo.content_type = truth.string(field::kContentType);
    photo.size = static_cast<std::uint64_t>(truth.integer(field::kSize).value_or(0));
    auto date = dated_of(truth);
    photo.taken_at = date.taken;
    photo.taken_from = std::move(date.from);
    photo.offset_from = std::move(date.offset_from);
    photo.uploaded_at = instant(truth, field::kUploadedAt).value_or(WallTime{});
    photo.trashed_at = instant(truth, field::kTrashedAt);
    photo.thumbhash = truth.string(field::kThumbhash);
    photo.variants = variants_of(truth);
    if (auto likeness = likeness_of(truth)) photo.pixels = std::move(likeness->pixels);
    photo.incomplete = truth.flag(field::kIncomplete);
    turn(truth, photo);
    if (const auto* camera = truth.find(field::kCamera); camera != nullptr && camera->is_object())
        photo.camera = camera->get_object();
    if (const auto rating = truth.integer(field::kRating); rating && *rating >= 1 && *rating <= kMaxRating)
        photo.rating = static_cast<int>(*rating);
    photo.filename = truth.string(field::kFilename);
    photo.path = truth.string(field::kPath);
    photo.sha256 = truth.string(field::kSha256);
    if (const auto* place = truth.find(field::kLocation); place != nullptr && place->is_object()) {
        const auto lat = get_double(place->get_object(), "lat");
        const auto lon = get_double(place->get_object(), "lon");
        if (lat && lon) photo.location = {*lat, *lon};
    }
    return photo;
}

bool PhotoChange::only_favourite() const {
    return favourite && !title && !caption && !tags && add_tags.empty() && remove_tags.empty() && !visibility &&
           !is_of_date() && !rating && !location && !trashed && !rotation && !archived;
}

bool PhotoChange::is_of_date() const {
    return taken_at || taken_precision || taken_from_file || shift_taken_at || time_zone;
}

Result<void> check(const PhotoChange& change) {
    std::vector<FieldError> errors;
    if (change.title) check_text(errors, "title", *change.title, kMaxTitle, false);
    if (change.caption) check_text(errors, "caption", *change.caption, kMaxCaption, true);
    if (change.tags) check_tags(errors, "tags", *change.tags);
    check_tags(errors, "add_tags", change.add_tags);
    check_tags(errors, "remove_tags", change.remove_tags);
    check_rating(errors, change);
    check_location(errors, change);
    if (change.taken_at && *change.taken_at && !parse_taken_at(**change.taken_at))
        errors.push_back({"taken_at", FieldCode::not_date});
    check_zone(errors, change);
    if (change.rotation && (*change.rotation % 90 != 0 || *change.rotation < 0 || *change.rotation > 270))
        errors.push_back({"rotation", FieldCode::not_right_angle});
    if (errors.empty()) return {};
    Error error{Code::invalid_fields, "Some fields cannot be taken as they are."};
    error.fields = std::move(errors);
    return fail(std::move(error));
}

Result<Changes> changes_of(const PhotoChange& change, const Truth& truth, WallTime now, Random& random,
                           const ZoneAt& zone_at) {
    const Photo photo = photo_of({}, truth);
    Changes changes;
    if (change.title) set_if_new(changes, truth, field::kTitle, text_or_null(*change.title));
    if (change.caption) set_if_new(changes, truth, field::kCaption, text_or_null(*change.caption));
    if (change.favourite && *change.favourite != photo.favourite)
        changes.insert_or_assign(std::string(field::kFavourite), *change.favourite);
    if (change.archived && *change.archived != photo.archived)
        changes.insert_or_assign(std::string(field::kArchived), *change.archived);
    if (change.rating)
        set_if_new(changes, truth, field::kRating,
                   *change.rating ? json::value(**change.rating) : json::value(nullptr));
    if (change.location) set_if_new(changes, truth, field::kLocation, location_or_null(*change.location));
    change_tags(changes, change, truth);

    const Visibility visibility = change.visibility.value_or(photo.visibility);
    const bool trashed = change.trashed.value_or(photo.trashed_at.has_value());
    const bool hides = (visibility == Visibility::private_ && photo.visibility == Visibility::public_) ||
                       (trashed && !photo.trashed_at);
    if (trashed != photo.trashed_at.has_value())
        changes.insert_or_assign(std::string(field::kTrashedAt),
                                 trashed ? json::value(now.time_since_epoch().count()) : json::value(nullptr));
    const int rotation = change.rotation.value_or(photo.rotation);
    const bool new_key = hides || rotation != photo.rotation;
    if (new_key || visibility != photo.visibility)
        changes.insert_or_assign(
            std::string(field::kAccess),
            access_value(visibility, new_key ? random.token(kMediaKeyBytes) : photo.media_key, rotation));
    if (change.unless_edited)
        std::erase_if(changes, [&](const auto& changed) { return is_edited(truth, changed.first); });
    const bool moved = changes.contains(field::kLocation);
    TRY(auto dates, date_changes(change, truth, moved ? *change.location : photo.location, moved, zone_at));
    changes.merge(dates);
    return changes;
}

}  // namespace cadre::gallery
