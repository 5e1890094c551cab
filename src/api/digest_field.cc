#include "api/digest_field.h"

#include <algorithm>

#include "base/encoding.h"
#include "http/headers.h"

namespace cadre::api {
namespace {

tl::unexpected<Error> malformed() {
    return fail(Code::invalid_fields, "Repr-Digest must be sha-256=:BASE64: as in RFC 9530, with 32 bytes.");
}

}  // namespace

Result<std::optional<Sha256Digest>> parse_repr_digest(std::string_view value) {
    std::optional<Sha256Digest> found;
    const auto members = http::split_list(value);
    if (members.empty()) return malformed();
    for (const auto member : members) {
        const auto equals = member.find('=');
        if (equals == 0 || equals == std::string_view::npos) return malformed();
        const auto name = member.substr(0, equals);
        const auto item = member.substr(equals + 1);
        if (item.size() < 2 || item.front() != ':' || item.back() != ':') return malformed();
        const auto bytes = from_base64(item.substr(1, item.size() - 2));
        if (!bytes) return malformed();
        if (name != "sha-256") continue;
        if (found || bytes->size() != Sha256Digest{}.size()) return malformed();
        std::copy(bytes->begin(), bytes->end(), found.emplace().begin());
    }
    return found;
}

std::string repr_digest(std::string_view sha256_hex) {
    const auto bytes = from_hex(sha256_hex);
    return bytes ? "sha-256=:" + base64(*bytes) + ":" : std::string();
}

}  // namespace cadre::api
