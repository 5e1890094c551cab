// A picture's bytes in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace cadre::decode {

inline constexpr std::size_t kZerosBehind = 65'536;

/// A file, mapped: what is changed in it is changed here alone. kZerosBehind zeros follow its last byte. Throws
/// std::bad_alloc where there is no room for it.
class Mapping {
public:
    explicit Mapping(int fd);
    ~Mapping();
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    [[nodiscard]] std::span<std::uint8_t> bytes() const { return bytes_; }

private:
    std::span<std::uint8_t> bytes_;
    std::size_t reserved_ = 0;
};

}  // namespace cadre::decode
