#include "gallery/upload_head.h"

#include "base/encoding.h"
#include "base/json.h"
#include "base/log.h"

namespace cadre::gallery {
namespace {

constexpr int kSchema = 1;

tl::unexpected<Error> no_such_upload() {
    return fail(Code::upload_not_found,
                "There is no such upload. It may have been given up, or left alone for too long.");
}

/// Nothing where it is no SHA-256 in hex.
std::optional<Sha256Digest> digest_of(std::string_view text) {
    const auto bytes = from_hex(text);
    Sha256Digest digest{};
    if (!bytes || bytes->size() != digest.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

Task<std::string> get(blobs::Store& blobs, std::string key) {
    auto text = co_await blobs.get(std::move(key));
    if (!text && text.error().kind == ErrorKind::not_found) co_return no_such_upload();
    co_return text;
}

}  // namespace

std::string encode(const UploadHead& head) {
    const auto& options = head.options;
    json::object object{{"schema", kSchema},
                        {"filename", options.filename},
                        {"path", options.path},
                        {"visibility", text_of(options.visibility)},
                        {"metadata", head.metadata}};
    if (options.modified) object["modified"] = options.modified->time_since_epoch().count();
    if (options.modified_offset) object["modified_offset"] = *options.modified_offset;
    if (options.expected) object["sha256"] = hex(*options.expected);
    return json::serialize(object);
}

Result<UploadHead> decode_upload_head(std::string_view text) {
    TRY(const auto value, parse_json(text));
    const auto* object = value.if_object();
    if (object == nullptr || get_int(*object, "schema") != kSchema)
        return fail(ErrorKind::invalid, "This is no upload of this version.");
    UploadHead head;
    auto& options = head.options;
    options.filename = get_string(*object, "filename").value_or("");
    options.path = get_string(*object, "path").value_or("");
    options.visibility =
        parse_visibility(get_string(*object, "visibility").value_or("")).value_or(Visibility::private_);
    if (const auto modified = get_int(*object, "modified")) options.modified = WallTime(Millis(*modified));
    if (const auto offset = get_int(*object, "modified_offset")) options.modified_offset = static_cast<int>(*offset);
    if (const auto sha256 = get_string(*object, "sha256")) {
        options.expected = digest_of(*sha256);
        if (!options.expected) return fail(ErrorKind::invalid, "Its hash is none.");
    }
    head.metadata = get_string(*object, "metadata").value_or("");
    return head;
}

Task<ListedUpload> find_upload(blobs::Store& blobs, Id owner, Id id) {
    CO_TRY(auto uploads, co_await list_uploads(blobs, upload_prefix(owner, id)));
    const auto found = uploads.find(id.text());
    if (found == uploads.end() || !found->second.length) co_return no_such_upload();
    co_return std::move(found->second);
}

bool has_expired(const ListedUpload& listed, WallTime now) { return now - listed.newest >= kResumableFor; }

Result<void> check_expired(const ListedUpload& listed, WallTime now) {
    if (!has_expired(listed, now)) return {};
    return fail(Code::upload_expired, "Nobody went on with this upload for a day. Begin it again.");
}

Task<UploadHead> read_head(blobs::Store& blobs, std::string prefix, const ListedUpload& listed) {
    auto key = head_key(prefix, listed.length.value_or(0));
    CO_TRY(const auto text, co_await get(blobs, std::move(key)));
    auto head = decode_upload_head(text);
    if (!head) {
        log::error("the head of an upload cannot be read", {{"upload", prefix}, {"why", head.error().message}});
        co_return no_such_upload();
    }
    head->options.announced = listed.length;
    co_return head;
}

Task<Id> read_photo(blobs::Store& blobs, std::string prefix) {
    CO_TRY(const auto text, co_await get(blobs, photo_key(prefix)));
    const auto id = parse_id(text);
    if (!id) co_return no_such_upload();
    co_return *id;
}

}  // namespace cadre::gallery
