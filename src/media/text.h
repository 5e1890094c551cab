// Text from files, made fit to be shown: valid UTF-8 (RFC 3629), no control characters, bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cadre::media {

enum class LineBreaks { keep, drop };

/// Bytes that are not UTF-8 are read as legacy_text.h says. Control characters, invisible marks of direction and
/// non-characters become spaces (line breaks stay where they are kept), runs of spaces one; the ends are trimmed; what
/// is longer than `max_bytes` is cut between two characters. Cleaning what is clean changes nothing.
[[nodiscard]] std::string clean_text(std::string_view bytes, std::size_t max_bytes, LineBreaks line_breaks);

}  // namespace cadre::media
