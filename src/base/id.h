// UUIDv7 (RFC 9562 section 5.7): the name of every photo, user, album, share and token.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace cadre {

struct Id {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Id&) const = default;

    /// 36 characters, lower case.
    [[nodiscard]] std::string text() const;
    /// The moment in its first 48 bits.
    [[nodiscard]] WallTime made_at() const;
};

/// A new id: the clock's milliseconds, then 74 random bits.
[[nodiscard]] Id make_id(const Clock& clock, Random& random);

/// Takes exactly the form that text() gives (lower case); nothing for all else.
[[nodiscard]] std::optional<Id> parse_id(std::string_view text);

}  // namespace cadre

template <>
struct std::hash<cadre::Id> {
    std::size_t operator()(const cadre::Id& id) const noexcept {
        std::size_t value = 0;  // the random end is as good as any hash
        for (std::size_t i = 8; i < 16; ++i) value = (value << 8) | id.bytes[i];
        return value;
    }
};
