#include "gallery/share.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/codes.h"
#include "base/field_codes.h"
#include "base/hash.h"
#include "base/utf8.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Truth;

/// Their stamps make the revision.
constexpr std::string_view kEdited[] = {field::kTitle,    field::kUnlock, field::kExpiresAt,
                                        field::kDownload, field::kUpload, field::kDetails};

/// The end of the year 9999, in milliseconds: no later moment can be written.
constexpr std::int64_t kFarthest = 253'402'300'799'999;

std::string revision_of(const Truth& truth) {
    std::string stamps;
    for (const auto name : kEdited)
        if (const auto found = truth.facts.fields.find(name); found != truth.facts.fields.end())
            stamps += found->first + "=" + found->second.stamp.text() + "\n";
    return fmt::format("{:016x}", digest64(stamps));
}

std::optional<Lock> lock_of(const Truth& truth) {
    const auto* lock = truth.find(field::kUnlock);
    if (lock == nullptr) return std::nullopt;
    // What cannot be read is locked all the same, and no password opens it.
    if (!lock->is_object()) return Lock{};
    const auto& object = lock->get_object();
    return Lock{std::string(get_string(object, "hash").value_or("")),
                std::string(get_string(object, "secret").value_or(""))};
}

void set_if_new(Changes& changes, const Truth& truth, std::string_view name, json::value value) {
    const auto* now = truth.find(name);
    if (now == nullptr ? value.is_null() : *now == value) return;
    changes.insert_or_assign(std::string(name), std::move(value));
}

json::value true_or_null(bool flag) { return flag ? json::value(true) : json::value(nullptr); }

}  // namespace

catalog::View Share::view() const {
    if (!album) return {catalog::Family::share, id};
    return {own_order ? catalog::Family::sequence : catalog::Family::album, *album};
}

bool Share::shows(const Photo& photo) const {
    if (photo.trashed_at) return false;
    if (album) return std::ranges::find(photo.albums, *album) != photo.albums.end();
    return photo.owner == owner && std::ranges::find(photo.shares, id) != photo.shares.end();
}

Share share_of(const Id& id, const Truth& truth) {
    Share share;
    share.id = id;
    share.revision = revision_of(truth);
    share.owner = parse_id(truth.string(field::kOwner)).value_or(Id{});
    share.key = truth.string(field::kKey);
    share.album = parse_id(truth.string(field::kAlbum));
    share.title = truth.string(field::kTitle);
    share.lock = lock_of(truth);
    if (const auto expires = truth.integer(field::kExpiresAt)) share.expires = WallTime(Millis(*expires));
    share.allow.download = truth.flag(field::kDownload);
    share.allow.upload = truth.flag(field::kUpload);
    share.allow.details = truth.flag(field::kDetails);
    share.created = WallTime(Millis(truth.integer(field::kCreatedAt).value_or(0)));
    return share;
}

std::string share_field(const Id& share) { return std::string(field::kSharePrefix) + share.text(); }

bool is_share_key(std::string_view text) { return is_media_key(text); }

Result<void> check(const ShareChange& change, WallTime now) {
    std::vector<FieldError> errors;
    if (change.title) {
        const auto length = utf8_length(*change.title);
        if (!length)
            errors.push_back({"title", FieldCode::not_utf8});
        else if (*length > kMaxShareTitle)
            errors.push_back({"title", FieldCode::text_too_long, {{"length", *length}, {"max", kMaxShareTitle}}});
        else if (has_control(*change.title, false))
            errors.push_back({"title", FieldCode::control_characters});
    }
    if (change.password) {
        if (change.password->size() > kMaxSharePassword)
            errors.push_back({"password", FieldCode::too_many_bytes, {{"max", kMaxSharePassword}}});
        else if (!utf8_length(*change.password))
            errors.push_back({"password", FieldCode::not_utf8});
    }
    if (change.expires && *change.expires) {
        if (**change.expires <= now) errors.push_back({"expires_at", FieldCode::moment_passed});
        if ((*change.expires)->time_since_epoch().count() > kFarthest)
            errors.push_back({"expires_at", FieldCode::moment_too_late});
    }
    if (errors.empty()) return {};
    Error error{Code::invalid_fields, "Some fields cannot be taken as they are."};
    error.fields = std::move(errors);
    return fail(std::move(error));
}

tl::unexpected<Error> no_such_share() { return fail(Code::share_not_found, "There is no such share."); }
tl::unexpected<Error> share_may_not() {
    return fail(Code::share_may_not, "This share does not let its visitors do this.");
}

Changes changes_of(const ShareChange& change, const Truth& truth) {
    Changes changes;
    if (change.title)
        set_if_new(changes, truth, field::kTitle,
                   change.title->empty() ? json::value(nullptr) : json::value(*change.title));
    if (change.expires)
        set_if_new(changes, truth, field::kExpiresAt,
                   *change.expires ? json::value((*change.expires)->time_since_epoch().count()) : json::value(nullptr));
    if (change.download) set_if_new(changes, truth, field::kDownload, true_or_null(*change.download));
    if (change.upload) set_if_new(changes, truth, field::kUpload, true_or_null(*change.upload));
    if (change.details) set_if_new(changes, truth, field::kDetails, true_or_null(*change.details));
    return changes;
}

}  // namespace cadre::gallery
