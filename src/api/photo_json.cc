#include "api/photo_json.h"

#include <fmt/format.h>

#include "gallery/failure.h"

namespace cadre::api {
namespace {

void write_media(JsonWriter& out, const gallery::Photo& photo) {
    out.key("media").begin_object();
    out.member("key", photo.media_key);
    out.key("variants").begin_array();
    if (photo.state == gallery::State::ready) {
        for (const auto& variant : photo.variants) {
            out.begin_object();
            out.member("name", variant.name).member("width", variant.width).member("height", variant.height);
            out.member("url", fmt::format("/media/{}/{}.webp", photo.media_key, variant.name));
            out.end_object();
        }
    }
    out.end_array().end_object();
}

void write_camera(JsonWriter& out, const json::object& camera) {
    out.key("camera").begin_object();
    for (const std::string_view name : {"make", "model", "lens"}) out.member(name, get_string(camera, name));
    for (const std::string_view name : {"focal_length_mm", "aperture", "exposure_s"})
        out.member(name, get_double(camera, name));
    out.member("iso", get_int(camera, "iso")).end_object();
}

void write_location(JsonWriter& out, const gallery::Photo& photo) {
    out.key("location");
    if (!photo.location) {
        out.value(nullptr);
        return;
    }
    out.begin_object().member("lat", photo.location->first).member("lon", photo.location->second).end_object();
}

void write_place(JsonWriter& out, const std::optional<places::Place>& place) {
    out.key("place");
    if (!place) {
        out.value(nullptr);
        return;
    }
    out.begin_object().member("name", place->name);
    out.member("region", place->region.empty() ? std::nullopt : std::optional(place->region));
    out.member("country", place->country).member("country_code", place->country_code).end_object();
}

std::optional<gallery::Visibility> read_visibility(Fields& fields) {
    const auto text = fields.text("visibility");
    if (!text) return std::nullopt;
    const auto visibility = gallery::parse_visibility(*text);
    if (!visibility) fields.wrong("visibility", FieldCode::not_one_of, choices({"public", "private"}));
    return visibility;
}

/// null is the same as the empty text.
std::optional<std::string> read_emptiable(Fields& fields, std::string_view name) {
    const auto* value = fields.find(name);
    return value != nullptr && value->is_null() ? std::optional(std::string()) : fields.text(name);
}

/// null is the same as 0.
std::optional<int> read_rotation(Fields& fields) {
    const auto* value = fields.find("rotation");
    if (value == nullptr) return std::nullopt;
    if (value->is_null()) return 0;
    constexpr int kNone = -1;  // which gallery::check refuses
    const auto* degrees = value->if_int64();
    return degrees != nullptr && *degrees >= 0 && *degrees <= 270 ? static_cast<int>(*degrees) : kNone;
}

void read_rating(Fields& fields, gallery::PhotoChange& change) {
    const auto* value = fields.find("rating");
    if (value == nullptr) return;
    if (value->is_null())
        change.rating.emplace(std::nullopt);
    else if (value->is_int64() && value->get_int64() >= 1 && value->get_int64() <= gallery::kMaxRating)
        change.rating.emplace(static_cast<int>(value->get_int64()));
    else
        fields.wrong("rating", FieldCode::not_in_range, {{"min", 1}, {"max", gallery::kMaxRating}});
}

void read_location(Fields& fields, gallery::PhotoChange& change) {
    const auto* value = fields.find("location");
    if (value == nullptr) return;
    const auto* object = value->if_object();
    const auto lat = object != nullptr ? get_double(*object, "lat") : std::nullopt;
    const auto lon = object != nullptr ? get_double(*object, "lon") : std::nullopt;
    if (value->is_null())
        change.location.emplace(std::nullopt);
    else if (lat && lon && object->size() == 2)
        change.location.emplace(std::pair(*lat, *lon));
    else
        fields.wrong("location", FieldCode::not_location);
}

void check(const gallery::PhotoChange& change, Wrong& wrong) {
    if (const auto right = gallery::check(change); !right) wrong.add(right.error());
}

}  // namespace

void write_photo(JsonWriter& out, const gallery::Photo& photo, std::string_view owner_name,
                 const gallery::Viewer& viewer, const std::map<Id, gallery::AlbumName>& albums,
                 const std::optional<places::Place>& place, const std::optional<Id>& duplicate_of, bool duplicate) {
    out.begin_object();
    out.member("id", photo.id).member("revision", photo.revision);
    out.member("state", text_of(photo.state)).key("failure");
    if (photo.failure) {
        out.begin_object().member("code", name_of(*photo.failure));
        out.member("detail", gallery::sentence_of(*photo.failure)).end_object();
    } else {
        out.value(nullptr);
    }
    out.key("owner").begin_object().member("id", photo.owner).member("name", owner_name).end_object();
    out.member("visibility", text_of(photo.visibility));
    // A share may show no more than the picture: then these are as of a photo of which nothing is known.
    const bool about = gallery::may(viewer, gallery::Action::see_about, photo);
    out.member("title", photo.title).member("caption", about ? photo.caption : std::string());
    out.key("tags").begin_array();
    for (const auto& tag : photo.tags)
        if (about) out.value(tag);
    out.end_array();
    out.key("albums").begin_array();
    for (const auto& id : photo.albums) {
        const auto album = albums.find(id);
        if (album == albums.end() || !(album->second.member || viewer.owns(photo))) continue;
        out.begin_object().member("id", id).member("title", album->second.title).end_object();
    }
    out.end_array();
    out.member("favourite", photo.favourite && viewer.owns(photo))
        .member("rating", about ? photo.rating : std::nullopt);
    out.member("archived", photo.archived && gallery::may(viewer, gallery::Action::edit, photo));
    out.member("width", photo.width).member("height", photo.height);
    out.member("rotation", photo.rotation).member("incomplete", photo.incomplete);
    out.member("content_type", photo.content_type).member("size", photo.size);
    const auto taken = gallery::taken_for(viewer, photo);
    out.member("taken_at", taken ? std::optional(rfc3339(taken->time)) : std::nullopt);
    out.member("taken_precision", taken ? std::optional(text_of(taken->precision)) : std::nullopt);
    out.member("uploaded_at", photo.uploaded_at);
    out.member("trashed_at", photo.trashed_at).member("thumbhash", unless_empty(photo.thumbhash));
    write_media(out, photo);
    write_camera(out, about ? photo.camera : json::object{});
    if (duplicate) out.member("duplicate", true);
    if (gallery::may(viewer, gallery::Action::see_details, photo)) {
        out.member("filename", photo.filename).member("path", unless_empty(photo.path));
        out.member("sha256", photo.sha256).member("given_by", unless_empty(photo.given_by));
        out.member("taken_from", unless_empty(photo.taken_from));
        out.member("offset_from", unless_empty(photo.offset_from));
        write_location(out, photo);
        write_place(out, place);
        out.member("duplicate_of", duplicate_of);
    }
    out.end_object();
}

gallery::PhotoChange read_photo_change(const json::object& patch, Wrong& wrong) {
    Fields fields(patch, wrong);
    gallery::PhotoChange change;
    change.title = read_emptiable(fields, "title");
    change.caption = read_emptiable(fields, "caption");
    if (const auto* tags = fields.find("tags"); tags != nullptr && tags->is_null())
        change.tags.emplace();
    else
        change.tags = fields.texts("tags");
    change.remove_tags = fields.texts("remove_tags").value_or(std::vector<std::string>{});
    change.favourite = fields.flag("favourite");
    change.archived = fields.flag("archived");
    change.visibility = read_visibility(fields);
    read_dates(fields, change);
    change.rotation = read_rotation(fields);
    read_rating(fields, change);
    read_location(fields, change);
    fields.finish();
    check(change, wrong);
    if (patch.empty()) wrong.add("body", FieldCode::nothing_to_change);
    return change;
}

gallery::PhotoChange read_bulk_change(const json::object& object, Wrong& wrong, Dates& dates) {
    Fields fields(object, wrong, "change.");
    gallery::PhotoChange change;
    change.favourite = fields.flag("favourite");
    change.archived = fields.flag("archived");
    read_rating(fields, change);
    change.visibility = read_visibility(fields);
    change.add_tags = fields.texts("add_tags").value_or(std::vector<std::string>{});
    change.remove_tags = fields.texts("remove_tags").value_or(std::vector<std::string>{});
    change.trashed = fields.flag("trashed");
    read_dates(fields, change, &dates);
    fields.finish();
    check(change, wrong);
    if (object.empty()) wrong.add("change", FieldCode::nothing_to_change);
    return change;
}

}  // namespace cadre::api
