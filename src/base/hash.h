// SHA-256 (FIPS 180-4), by OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace cadre {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// Hashes a stream piece by piece. Not thread-safe.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::span<const std::uint8_t> bytes);
    void update(std::string_view text);
    /// The digest of all that was given; the object is spent.
    [[nodiscard]] Sha256Digest finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

[[nodiscard]] Sha256Digest sha256(std::string_view text);
[[nodiscard]] std::string sha256_hex(std::string_view text);

/// The first 64 bits of SHA-256: for digests of rows and entity tags, where 2^64 is enough.
[[nodiscard]] std::uint64_t digest64(std::string_view text);

/// Compares in time that does not depend on where they differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace cadre
