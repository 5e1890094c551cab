// As much of MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) as Redis's cmsgpack and this catalog
// exchange: arrays, strings, whole numbers, false and nil. What else there is (a newer release may write it) is read
// over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace cadre::catalog::redis {

class Packer {
public:
    /// `count` values follow.
    Packer& array(std::size_t count);
    Packer& text(std::string_view text);
    Packer& number(std::uint64_t number);
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void big_endian(std::uint64_t value, int bytes);
    std::string out_;
};

/// Texts point into what was unpacked.
struct Packed {
    struct Nothing {};  // nil, false, or of a type that is not read
    std::variant<Nothing, std::uint64_t, std::string_view, std::vector<Packed>> value;

    [[nodiscard]] const std::vector<Packed>* array() const { return std::get_if<std::vector<Packed>>(&value); }
    [[nodiscard]] const std::string_view* text() const { return std::get_if<std::string_view>(&value); }
    [[nodiscard]] const std::uint64_t* number() const { return std::get_if<std::uint64_t>(&value); }
};

/// Errors: internal if it is damaged, or more than 8 deep.
[[nodiscard]] Result<Packed> unpack(std::string_view bytes);

}  // namespace cadre::catalog::redis
