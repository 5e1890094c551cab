// Exiv2's headers, and what changed its name between 0.27 (Debian 12) and 0.28 (Debian 13).
#pragma once

#include <cstdint>
#include <exiv2/exiv2.hpp>

namespace cadre::decode {

#if EXIV2_TEST_VERSION(0, 28, 0)
using Exiv2Index = std::size_t;
template <class Datum>
[[nodiscard]] std::int64_t integer_of(const Datum& datum, Exiv2Index n) {
    return datum.toInt64(n);
}
#else
using Exiv2Index = long;
template <class Datum>
[[nodiscard]] std::int64_t integer_of(const Datum& datum, Exiv2Index n) {
    return datum.toLong(n);
}
#endif

}  // namespace cadre::decode
