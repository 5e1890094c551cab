#include "base/id.h"

#include "base/encoding.h"

namespace cadre {

std::string Id::text() const {
    const std::string digits = hex(bytes);
    return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" + digits.substr(16, 4) +
           "-" + digits.substr(20);
}

WallTime Id::made_at() const {
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < 6; ++i) milliseconds = (milliseconds << 8) | bytes[i];
    return WallTime(Millis(milliseconds));
}

Id make_id(const Clock& clock, Random& random) {
    Id id;
    random.fill(id.bytes);
    auto milliseconds = static_cast<std::uint64_t>(clock.now().time_since_epoch().count());
    for (std::size_t i = 6; i-- > 0; milliseconds >>= 8) id.bytes[i] = static_cast<std::uint8_t>(milliseconds & 255);
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x70);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

std::optional<Id> parse_id(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::string digits;
    digits.reserve(32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (text[i] == '-')) return std::nullopt;
        if (text[i] >= 'A' && text[i] <= 'F') return std::nullopt;
        if (!dash) digits.push_back(text[i]);
    }
    const auto bytes = from_hex(digits);
    if (!bytes || bytes->size() != 16) return std::nullopt;
    Id id;
    std::copy(bytes->begin(), bytes->end(), id.bytes.begin());
    return id;
}

}  // namespace cadre
