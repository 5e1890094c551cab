#include "catalog/redis/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/hash.h"
#include "redis/cluster.h"

namespace cadre::catalog::redis {
namespace {

constexpr std::array<std::string_view, 4> kScopes = {"wall", "mine", "trash", "favourites"};
constexpr std::size_t kSlots = 16'384;

std::size_t partition_of_text(std::string_view text) { return digest64(text) % kPartitions; }

}  // namespace

std::string text_of(const Scope& scope) {
    std::string text(kScopes[static_cast<std::size_t>(scope.name)]);
    if (scope.name != Scope::Name::wall) text += "/" + scope.owner.text();
    return text;
}

std::string text_of(const MonthOf& month) { return text_of(month.scope) + "/" + month.month.text(); }

std::optional<MonthOf> parse_month_of(std::string_view text) {
    const auto last = text.rfind('/');
    if (last == std::string_view::npos) return std::nullopt;
    const auto month = parse_month(text.substr(last + 1));
    const auto scope = text.substr(0, last);
    const auto name = scope.substr(0, scope.find('/'));
    for (std::size_t i = 0; i < kScopes.size() && month; ++i) {
        if (kScopes[i] != name) continue;
        if (i == 0) return MonthOf{{Scope::Name::wall, {}}, *month};
        if (name.size() == scope.size()) return std::nullopt;
        const auto owner = parse_id(scope.substr(name.size() + 1));
        if (owner) return MonthOf{{static_cast<Scope::Name>(i), *owner}, *month};
    }
    return std::nullopt;
}

std::string number_of(const Month& month) { return std::to_string(month.year * 12 + month.month - 1); }

std::optional<Month> month_of_number(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return Month{number / 12, number % 12 + 1};
}

LookupDigest digest_of(Index index, std::string_view key) {
    const auto whole = sha256(fmt::format("{}:{}", static_cast<int>(index), key));
    return {reinterpret_cast<const char*>(whole.data()), 16};
}

Id id_of(std::string_view bytes) {
    Id id;
    if (bytes.size() == id.bytes.size()) std::ranges::copy(as_bytes(bytes), id.bytes.begin());
    return id;
}

// The tag of partition i is the first number, in hex, whose slot lies in the i-th 256th of all slots: so the partitions
// lie evenly over nodes that have ranges of slots.
Layout::Layout(std::string prefix) : prefix_(std::move(prefix)) {
    std::size_t missing = kPartitions;
    for (int number = 0; missing > 0; ++number) {
        auto text = fmt::format("{:x}", number);
        auto& tag = tags_[cadre::redis::slot_of(text) / (kSlots / kPartitions)];
        if (!tag.empty()) continue;
        tag = std::move(text);
        --missing;
    }
}

std::string Layout::in(std::size_t partition, std::string_view rest) const {
    return fmt::format("{}{{{}}}:{}", prefix_, tags_[partition], rest);
}

MonthHome Layout::home_of(const MonthOf& month) {
    auto text = text_of(month);
    const auto partition = partition_of_text(text);
    return {partition, std::move(text)};
}
std::size_t Layout::partition_of(const Scope& scope) { return partition_of_text(text_of(scope)); }
std::size_t Layout::partition_of_digest(const LookupDigest& digest) { return static_cast<std::uint8_t>(digest[0]); }

std::string Layout::entries(std::size_t partition, Kind kind) const {
    return in(partition, fmt::format("{}:", folder_of(kind)));
}
std::string Layout::entries(const Ref& ref) const {
    return in(partition_of(ref.id), fmt::format("{}:{}", folder_of(ref.kind), bucket_of(ref)));
}
std::string Layout::lookups(const LookupDigest& digest) const {
    return lookups(partition_of_digest(digest)) + std::to_string(static_cast<std::uint8_t>(digest[1]));
}
std::string Layout::lookup_mark(const LookupDigest& digest, const Id& id) const {
    return in(partition_of_digest(digest), "gone:" + digest + bytes_of(id));
}
std::string Layout::head(const MonthHome& month) const { return in(month.partition, "head:" + month.text); }
std::string Layout::directory(const MonthHome& month) const { return directories(month.partition) + month.text; }
std::string Layout::rows(const MonthHome& month) const { return rows(month.partition) + month.text + ":"; }
std::string Layout::row_mark(const MonthHome& month, const Id& id) const {
    return in(month.partition, "gone:" + month.text + ":" + bytes_of(id));
}
std::string Layout::months(const Scope& scope) const { return in(partition_of(scope), "months:" + text_of(scope)); }
std::string Layout::named(std::string_view what, std::string_view name) const {
    return in(partition_of_text(name), fmt::format("{}:{}", what, name));
}

}  // namespace cadre::catalog::redis
