#include "gallery/crc32.h"

#include <libdeflate.h>

namespace cadre::gallery {

void Crc32::update(std::span<const std::uint8_t> bytes) {
    if (!bytes.empty()) value_ = libdeflate_crc32(value_, bytes.data(), bytes.size());
}

}  // namespace cadre::gallery
