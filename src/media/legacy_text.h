// Text of times when bytes were no UTF-8: Windows-1252, Mac OS Roman, and UTF-8 that a field's limit has cut.
#pragma once

#include <string>
#include <string_view>

namespace cadre::media {

/// Any bytes as UTF-8. What is UTF-8 stays as it is. UTF-8 whose last character is cut loses that character; single
/// bytes that are none, in text that otherwise is UTF-8, are taken as Windows-1252. Everything else is Windows-1252 or
/// Mac OS Roman, whichever reads more like words: both have a character for nearly every byte, so that only letters and
/// punctuation in unlikely places tell them apart. (https://encoding.spec.whatwg.org, windows-1252 and macintosh; ASCII
/// and Latin-1 are contained in the former.)
[[nodiscard]] std::string to_utf8_text(std::string_view bytes);

}  // namespace cadre::media
