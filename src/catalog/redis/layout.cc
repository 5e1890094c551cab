#include "catalog/redis/layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/hash.h"
#include "base/number.h"
#include "redis/cluster.h"

namespace cadre::catalog::redis {
namespace {

constexpr std::size_t kSlots = 16'384;

std::size_t partition_of_text(std::string_view text) { return digest64(text) % kPartitions; }

}  // namespace

std::string number_of(const Month& month) { return std::to_string(month.year * 12 + month.month - 1); }

std::optional<Month> month_of_number(std::string_view text) {
    const auto number = parse_number<int>(text);
    if (!number) return std::nullopt;
    return Month{*number / 12, *number % 12 + 1};
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
Layout::Layout(std::string prefix, const Declarations& declared) : prefix_(std::move(prefix)), declared_(declared) {
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

std::string Layout::text_of(const MonthOf& month) const {
    return declared_.text_of(month.view) + "/" + month.month.text();
}

std::optional<MonthOf> Layout::parse_month_of(std::string_view text) const {
    const auto last = text.rfind('/');
    if (last == std::string_view::npos) return std::nullopt;
    const auto month = parse_month(text.substr(last + 1));
    auto view = declared_.parse_view(text.substr(0, last));
    if (!month || !view) return std::nullopt;
    return MonthOf{std::move(*view), *month};
}

MonthHome Layout::home_of(const MonthOf& month) const {
    auto text = text_of(month);
    const auto partition = partition_of_text(text);
    return {partition, std::move(text)};
}
std::size_t Layout::partition_of(const View& view) const { return partition_of_text(declared_.text_of(view)); }
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
std::string Layout::lists(const LookupDigest& digest) const {
    return lists(partition_of_digest(digest)) + std::to_string(static_cast<std::uint8_t>(digest[1]));
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
std::string Layout::months(const View& view) const {
    const auto text = declared_.text_of(view);
    return in(partition_of_text(text), "months:" + text);
}
std::string Layout::words(const View& all) const {
    const auto text = declared_.text_of(all);
    return in(partition_of_text(text), "words:" + text);
}
std::string Layout::named(std::string_view what, std::string_view name) const {
    return in(partition_of_text(name), fmt::format("{}:{}", what, name));
}

}  // namespace cadre::catalog::redis
