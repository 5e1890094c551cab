// Entries and rows as bytes. An entry's fields are opaque to the scripts, which join them by stamp; of a row they read
// the fixed beginning.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace cadre::catalog::redis {

/// An entry as it is kept.
struct Stored {
    Entry entry;
    /// What it was in the last day, as far as it decides under which keys and in which months it is shown: rows of
    /// these may still stand, or arrive late.
    std::vector<Truth> formers;
};

/// Names of fields, of which those that end in '*' stand for all that begin so: [[code, …], [beginning, …]], as the
/// script `write` takes them.
[[nodiscard]] std::string pack_watched(const std::vector<std::string_view>& fields);

/// [purged, facts, derived], as the script `write` takes it.
[[nodiscard]] std::string pack(const Truth& truth);
/// Errors: internal, if it is damaged.
[[nodiscard]] Result<Stored> unpack_stored(std::string_view bytes);

/// 8 bytes, the largest first.
[[nodiscard]] std::string big_endian(std::uint64_t value);
[[nodiscard]] std::uint64_t big_endian(std::string_view bytes);

/// 24 bytes: at 8, rank 8, and the first half of the id. Of two places whose bytes differ these have the order; where
/// they are the same the id decides. Of a place without a rank: at 8, id 16.
[[nodiscard]] std::string bytes_of(const Place& place);
/// The same second without a rank: where a row stands that a release before ranks wrote.
[[nodiscard]] Place unranked(const Place& place);
[[nodiscard]] std::string pack(const Row& row, std::uint64_t version);

struct StoredRow {
    Row row;
    std::uint64_t version = 0;
};
[[nodiscard]] Result<StoredRow> unpack_row(std::string_view id, std::string_view bytes);

[[nodiscard]] std::string pack(const Session& session);
[[nodiscard]] Result<Session> unpack_session(std::string hash, std::string_view bytes);

}  // namespace cadre::catalog::redis
