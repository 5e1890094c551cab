// Repr-Digest (RFC 9530): the hash of a file, in a header field.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"

namespace cadre::api {

/// The SHA-256 in a field's value; nothing where it only has other algorithms, which a receiver may ignore.
/// Errors: invalid where it is malformed or has two of them.
[[nodiscard]] Result<std::optional<Sha256Digest>> parse_repr_digest(std::string_view value);

/// "sha-256=:…:" of a hash in hex.
[[nodiscard]] std::string repr_digest(std::string_view sha256_hex);

}  // namespace cadre::api
