// Randomness is handed in, so that the simulation can repeat a run from its seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace cadre {

/// Thread-safe.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> bytes) = 0;

    [[nodiscard]] std::uint64_t next_u64();
    /// `bytes` random bytes as base64url without padding (16 bytes are 22 characters: a media key).
    [[nodiscard]] std::string token(std::size_t bytes);
};

/// getrandom(2): fit for keys and tokens.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace cadre
