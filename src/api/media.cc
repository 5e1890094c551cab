// GET /media/{key}/{variant}.webp: whoever has the address may see it. The hottest path: it asks nobody who they are.
#include "gallery/media.h"

#include <array>
#include <charconv>

#include "api/answers.h"
#include "api/object_body.h"
#include "api/routes.h"
#include "http/conditional.h"
#include "http/problem.h"

namespace cadre::api {
namespace {

constexpr std::string_view kEnding = ".webp";

/// What every derivative's answer says.
http::SharedHeaders fields() {
    return std::make_shared<const http::Headers>(
        http::Headers{{"Content-Type", "image/webp"},
                      {"Cache-Control", "private, max-age=31536000, immutable"},
                      {"X-Accel-Expires", "5"}});
}

/// "TIME-SIZE", both in hexadecimal.
http::Validators validators_of(WallTime modified, std::uint64_t size) {
    std::array<char, 40> tag;  // two numbers of 16 digits at most, a sign and what stands around them
    char* const end = tag.data() + tag.size();
    char* at = tag.data();
    *at++ = '"';
    at = std::to_chars(at, end, modified.time_since_epoch().count(), 16).ptr;
    *at++ = '-';
    at = std::to_chars(at, end, size, 16).ptr;
    *at++ = '"';
    return {std::string(tag.data(), at)};
}

http::Response answer_file(const http::Request& request, blobs::OpenFile found, http::SharedHeaders shared) {
    const auto now = validators_of(found.modified, found.size);
    return http::answer_file(request, now, {std::move(found.file), 0, found.size}, {}, std::move(shared));
}

/// Without a file there are no ranges: only object stores stream, and nginx's cache stands before them.
http::Response answer_stream(const http::Request& request, blobs::Object object, http::SharedHeaders shared) {
    const auto now = validators_of(object.modified, object.size);
    const http::ByteRange whole{0, object.size};
    return http::answer_document(request, now, body_of(std::move(object), whole), {}, std::move(shared));
}

bool is_tag(std::string_view text) {
    const auto dash = text.find('-');
    return dash != std::string_view::npos && dash > 0 && dash + 1 < text.size() &&
           text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

/// The tag by which the asker, mostly nginx every few seconds, names what they have, if it is like ours. What lies at
/// an address never changes, so that the store, which may be a network away, need not be asked for it.
std::optional<std::string> tag_of_the_asker(const http::Request& request) {
    if (request.headers.get("If-Match") || request.headers.get("If-Unmodified-Since")) return std::nullopt;
    const auto list = request.headers.joined("If-None-Match");
    if (!list) return std::nullopt;
    const auto tags = http::parse_entity_tags(*list);
    if (!tags || tags->size() != 1 || !is_tag(tags->front())) return std::nullopt;
    return http::entity_tag(tags->front());
}

Task<http::Response> get_media(SharedContext context, http::SharedHeaders shared, http::Request& request) {
    const auto key = request.param("key");
    auto variant = request.param("file");
    if (!variant.ends_with(kEnding)) co_return refuse({Code::picture_not_found, "There is no such picture."}, request);
    variant.remove_suffix(kEnding.size());
    auto& media = context->gallery.media();
    if (auto found = media.at_hand(key, variant)) co_return answer_file(request, std::move(*found), std::move(shared));

    if (auto tag = tag_of_the_asker(request)) {
        auto shown = co_await media.is_shown(std::string(key), std::string(variant));
        if (!shown) co_return refuse(std::move(shown).error(), request);
        co_return http::answer_document(request, {std::move(*tag)}, http::Body{}, {}, std::move(shared));
    }
    auto object = co_await media.open(std::string(key), std::string(variant));
    if (!object) co_return refuse(std::move(object).error(), request);
    if (!object->file) co_return answer_stream(request, std::move(*object), std::move(shared));
    blobs::OpenFile file{std::move(object->file), object->size, object->modified};
    co_return answer_file(request, std::move(file), std::move(shared));
}

}  // namespace

void add_media(http::Router& router, const SharedContext& context) {
    http::RouteOptions options;
    options.label = "/media/{key}/{variant}.webp";
    const auto handler = [context, shared = fields()](http::Request& request) {
        return get_media(context, shared, request);
    };
    router.add(http::Method::get, "/media/{key}/{file}", http::Handler(handler), options);
}

}  // namespace cadre::api
