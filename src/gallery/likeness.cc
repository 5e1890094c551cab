#include "gallery/likeness.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"

namespace cadre::gallery {
namespace {

std::optional<std::uint64_t> parse_phash(const json::value& value) {
    if (!value.is_string()) return std::nullopt;
    const auto bytes = from_hex(std::string_view(value.get_string()));
    if (!bytes || bytes->size() != sizeof(std::uint64_t)) return std::nullopt;
    std::uint64_t phash = 0;
    for (const auto byte : *bytes) phash = phash << 8U | byte;
    return phash;
}

}  // namespace

json::value likeness_fact(const media::Derived& derived) {
    const auto phash = derived.phash ? json::value(fmt::format("{:016x}", *derived.phash)) : json::value(nullptr);
    return json::array{json::value(base64url(as_bytes(derived.pixels))), phash};
}

bool has_likeness(const catalog::Truth& truth) {
    const auto* fact = truth.find(catalog::field::kLikeness);
    return fact != nullptr && !fact->is_null();
}

std::optional<Likeness> likeness_of(const catalog::Truth& truth) {
    const auto* fact = truth.find(catalog::field::kLikeness);
    if (fact == nullptr || !fact->is_array() || fact->get_array().size() != 2) return std::nullopt;
    const auto &pixels = fact->get_array()[0], &phash = fact->get_array()[1];
    if (!pixels.is_string() || pixels.get_string().empty()) return std::nullopt;
    return Likeness{std::string(std::string_view(pixels.get_string())), parse_phash(phash)};
}

std::uint64_t short_digest_of(std::string_view pixels) {
    const auto bytes = from_base64(pixels);
    std::uint64_t digest = 0;
    for (std::size_t i = 0; bytes && i < std::min(bytes->size(), sizeof digest); ++i)
        digest = digest << 8U | (*bytes)[i];
    return digest;
}

}  // namespace cadre::gallery
