// Which content coding the client takes (RFC 9110 section 12.5.3), and compressing answers made on the way.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace cadre::http {

enum class Coding { identity, gzip, brotli };

[[nodiscard]] std::string_view to_string(Coding coding);

/// Whether Accept-Encoding allows it. Without the field only identity.
[[nodiscard]] bool accepts(const Request& request, Coding coding);
/// The best that is accepted: Brotli, then gzip, by the client's weights first.
[[nodiscard]] Coding preferred_coding(const Request& request);

/// The weight in thousandths (RFC 9110 section 12.4.2) that a field like Accept or Accept-Language gives `name`, or a
/// language of it ("fr-CH" is "fr"); nothing where it does not name it.
[[nodiscard]] std::optional<int> weight_given(std::string_view field, std::string_view name);

/// gzip level 1…9; Brotli quality 0…11.
[[nodiscard]] std::string gzip(std::string_view text, int level = 5);
[[nodiscard]] std::string brotli(std::string_view text, int quality = 4);
[[nodiscard]] std::string encode(Coding coding, std::string_view text);

/// Compresses a body in memory of 1 KiB or more whose Content-Type is worth it, and sets Content-Encoding and Vary; a
/// strong ETag becomes weak. Costs about 1 ms per 100 KiB: cache what is asked often.
void compress(const Request& request, Response& response);

/// Adds a name to Vary unless it is there.
void add_vary(Headers& headers, std::string_view name);

}  // namespace cadre::http
