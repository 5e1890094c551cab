#include "decode/icc.h"

#include <algorithm>
#include <string>

#include "decode/reader.h"

namespace cadre::decode {

bool is_srgb_profile(Bytes profile) {
    if (!has_at(profile, 16, "RGB ") || !has_at(profile, 36, "acsp")) return false;
    constexpr std::size_t kTags = 128;  // the tag table follows the header: a count, then name, place and length
    const std::size_t count = std::min<std::size_t>(big_endian(profile, kTags, 4), 100);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t tag = kTags + 4 + 12 * i;
        if (!has_at(profile, tag, "desc")) continue;
        const std::size_t at = big_endian(profile, tag + 4, 4);
        const std::size_t length = std::min<std::size_t>(big_endian(profile, tag + 8, 4), 200);
        // ASCII in version 2, UTF-16 in version 4: without its zeros both read the same.
        std::string text;
        for (std::size_t j = at; j < at + length && j < profile.size(); ++j) {
            if (profile[j] != 0) text += static_cast<char>(profile[j]);
        }
        return text.find("sRGB") != std::string::npos;
    }
    return false;
}

}  // namespace cadre::decode
