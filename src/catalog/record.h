// A record is a map from field to (value, stamp). The truth of a thing is the join of all records kept of it: for each
// field the value with the largest stamp. The join is commutative, associative and idempotent, so that order,
// repetition and lateness do not matter (docs/explanation/write-protocol.md).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/json.h"

namespace cadre::catalog {

struct Stamp {
    std::int64_t n = 0;       // larger wins; about the milliseconds of the clock that wrote it
    std::uint64_t nonce = 0;  // random: breaks ties
    auto operator<=>(const Stamp&) const = default;
    /// "<n>-<nonce as 16 hex digits>": the name of the object that holds what was written under this stamp.
    [[nodiscard]] std::string text() const;
};

struct Field {
    json::value value;
    Stamp stamp;
    bool operator==(const Field&) const = default;
};

struct Record {
    std::map<std::string, Field, std::less<>> fields;
    bool operator==(const Record&) const = default;

    /// The value, or null if the field is absent. A field that is present may hold JSON's null.
    [[nodiscard]] const json::value* find(std::string_view name) const;
    /// Floating-point numbers keep 15 significant digits.
    void set(std::string name, json::value value, Stamp stamp);
    /// The largest stamp of all fields; {0, 0} if there is none.
    [[nodiscard]] Stamp newest() const;
};

/// Takes from `other` each field that is newer there or absent here.
void join(Record& into, const Record& other);

/// {"schema": 1, "fields": {name: [value, n, "nonce in hex"]}}, members in the order of their names.
/// Every schema up to kSchema is read; a newer one is refused with ErrorKind::unprocessable, anything else that is not
/// of this form with ErrorKind::invalid.
inline constexpr int kSchema = 1;
[[nodiscard]] std::string encode(const Record& record);
[[nodiscard]] Result<Record> decode(std::string_view text);

}  // namespace cadre::catalog
