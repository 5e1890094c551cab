// Where everything lies: 256 partitions, each the keys of one hash tag, and the names in them. The same in every
// process and for as long as a library lives; docs/reference/catalog-redis.md is its description.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog.h"

namespace cadre::catalog::redis {

inline constexpr std::size_t kPartitions = 256;
inline constexpr std::size_t kPhotoBuckets = 64;    // buckets of photos' entries a partition; other kinds have one
inline constexpr std::size_t kLookupBuckets = 256;  // buckets of look-ups a partition

/// A month of a view.
struct MonthOf {
    View view;
    Month month;
    auto operator<=>(const MonthOf&) const = default;
};

/// Months since the year 0, as text.
[[nodiscard]] std::string number_of(const Month& month);
[[nodiscard]] std::optional<Month> month_of_number(std::string_view number);

/// Where the keys of a month lie, and what they are called: found once for all of them, since it takes a hash.
struct MonthHome {
    std::size_t partition;
    std::string text;  // Layout::text_of() the month
};

/// 16 bytes that stand for a key of a look-up.
using LookupDigest = std::string;
[[nodiscard]] LookupDigest digest_of(Index index, std::string_view key);

[[nodiscard]] inline std::string bytes_of(const Id& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

/// 16 bytes; all zero for anything else.
[[nodiscard]] Id id_of(std::string_view bytes);

/// Names of keys: "<prefix>{<tag>}:<rest>". Thread-safe: it does not change.
class Layout {
public:
    /// `declared` says what views are called, and outlives this.
    Layout(std::string prefix, const Declarations& declared);

    [[nodiscard]] const Declarations& declared() const { return declared_; }
    /// "<view>/2024-05", and back; nothing for a view that is not declared.
    [[nodiscard]] std::string text_of(const MonthOf& month) const;
    [[nodiscard]] std::optional<MonthOf> parse_month_of(std::string_view text) const;

    [[nodiscard]] static std::size_t partition_of(const Id& id) { return id.bytes[15]; }
    [[nodiscard]] std::size_t partition_of(const MonthOf& month) const { return home_of(month).partition; }
    [[nodiscard]] MonthHome home_of(const MonthOf& month) const;
    [[nodiscard]] std::size_t partition_of(const View& view) const;
    [[nodiscard]] static std::size_t partition_of_digest(const LookupDigest& digest);
    [[nodiscard]] static std::size_t buckets_of(Kind kind) { return kind == Kind::photo ? kPhotoBuckets : 1; }
    [[nodiscard]] static std::size_t bucket_of(const Ref& ref) { return ref.id.bytes[14] % buckets_of(ref.kind); }

    [[nodiscard]] std::string marker(std::size_t partition) const { return in(partition, "marker"); }
    /// Without the bucket's number.
    [[nodiscard]] std::string entries(std::size_t partition, Kind kind) const;
    [[nodiscard]] std::string entries(const Ref& ref) const;
    [[nodiscard]] std::string lookups(std::size_t partition) const { return in(partition, "lookup:"); }
    [[nodiscard]] std::string lookups(const LookupDigest& digest) const;
    [[nodiscard]] std::string lists(std::size_t partition) const { return in(partition, "list:"); }
    [[nodiscard]] std::string lists(const LookupDigest& digest) const;
    [[nodiscard]] std::string lookup_mark(const LookupDigest& digest, const Id& id) const;
    [[nodiscard]] std::string head(const MonthHome& month) const;
    [[nodiscard]] std::string directories(std::size_t partition) const { return in(partition, "directory:"); }
    [[nodiscard]] std::string directory(const MonthHome& month) const;
    [[nodiscard]] std::string rows(std::size_t partition) const { return in(partition, "rows:"); }
    /// Without the bucket's number.
    [[nodiscard]] std::string rows(const MonthHome& month) const;
    [[nodiscard]] std::string row_mark(const MonthHome& month, const Id& id) const;
    [[nodiscard]] std::string names(std::size_t partition) const { return in(partition, "months"); }
    [[nodiscard]] std::string months(const View& view) const;
    /// Of the views that differ from this one in their word alone; it has none.
    [[nodiscard]] std::string words(const View& all) const;
    [[nodiscard]] std::string named(std::string_view what, std::string_view name) const;

private:
    [[nodiscard]] std::string in(std::size_t partition, std::string_view rest) const;

    std::string prefix_;
    const Declarations& declared_;
    std::array<std::string, kPartitions> tags_;
};

}  // namespace cadre::catalog::redis
