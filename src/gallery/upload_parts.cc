#include "gallery/upload_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/number.h"

namespace cadre::gallery {
namespace {

constexpr std::size_t kPartsPage = 1000;
constexpr std::string_view kHead = "head-";
constexpr std::string_view kPhoto = "photo";

}  // namespace

std::string uploads_of(const Id& owner) { return fmt::format("uploads/{}/", owner.text()); }
std::string upload_prefix(const Id& owner, const Id& id) {
    return fmt::format("uploads/{}/{}/", owner.text(), id.text());
}
std::string head_key(std::string_view prefix, std::uint64_t length) {
    return fmt::format("{}{}{}", prefix, kHead, length);
}
std::string part_key(std::string_view prefix, std::uint64_t offset, std::uint64_t length) {
    return fmt::format("{}{}-{}", prefix, offset, length);
}
std::string photo_key(std::string_view prefix) { return fmt::format("{}{}", prefix, kPhoto); }

void ListedUpload::add(const blobs::Item& item, std::string_view name) {
    newest = std::max(newest, item.modified);
    const bool head = name.starts_with(kHead);
    keys.insert(head ? keys.begin() : keys.end(), item.key);
    if (head) {
        length = parse_number<std::uint64_t>(name.substr(kHead.size()));
        return;
    }
    if (name == kPhoto) {
        ended = true;
        return;
    }
    const auto dash = name.find('-');
    if (dash == std::string_view::npos) return;
    const auto from = parse_number<std::uint64_t>(name.substr(0, dash));
    const auto bytes = parse_number<std::uint64_t>(name.substr(dash + 1));
    // What was cut short on its way is no part.
    if (from && bytes && *bytes == item.size && *from + *bytes >= *from) parts.push_back({*from, *bytes, item.key});
}

std::vector<UploadPart> ListedUpload::chain() const {
    auto sorted = parts;
    std::ranges::sort(sorted, {}, &UploadPart::offset);
    std::vector<UploadPart> chain;
    std::uint64_t reached = 0;
    for (auto next = sorted.begin(); next != sorted.end();) {
        auto furthest = sorted.end();
        for (; next != sorted.end() && next->offset <= reached; ++next)
            if (next->end() > reached && (furthest == sorted.end() || next->end() > furthest->end())) furthest = next;
        if (furthest == sorted.end()) break;
        reached = furthest->end();
        chain.push_back(*furthest);
    }
    return chain;
}

std::uint64_t ListedUpload::reach() const {
    const auto whole = chain();
    return whole.empty() ? 0 : whole.back().end();
}

std::uint64_t ListedUpload::offset() const {
    const auto all = length.value_or(0);
    if (ended || all == 0) return all;
    return std::min(reach(), all - 1);
}

Task<std::map<std::string, ListedUpload>> list_uploads(blobs::Store& blobs, std::string prefix) {
    std::map<std::string, ListedUpload> uploads;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await blobs.list(prefix, cursor, kPartsPage));
        for (const auto& item : page.items) {
            // uploads/<user>/<id>/<name>
            const std::string_view key = item.key;
            const auto name = key.rfind('/');
            const auto id = key.rfind('/', name - 1);
            if (name == std::string_view::npos || id == std::string_view::npos || id == 0) continue;
            uploads[std::string(key.substr(id + 1, name - id - 1))].add(item, key.substr(name + 1));
        }
        cursor = std::move(page.next);
    } while (!cursor.empty());
    co_return uploads;
}

}  // namespace cadre::gallery
