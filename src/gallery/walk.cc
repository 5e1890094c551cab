#include "gallery/walk.h"

#include <algorithm>

namespace cadre::gallery {

std::optional<catalog::Ref> Shown::ref() const {
    const auto kind = catalog::kind_of(folder);
    const auto id = parse_id(name);
    if (!kind || !id) return std::nullopt;
    return catalog::Ref{*kind, *id};
}

WallTime Shown::newest() const {
    WallTime newest{};
    for (const auto& item : items) newest = std::max(newest, item.modified);
    return newest;
}

Task<std::vector<Shown>> Walk::next() {
    std::vector<Shown> complete;
    if (done_) co_return complete;
    CO_TRY(auto page, co_await blobs_->list(prefix_, cursor_, page_));
    for (auto& item : page.items) {
        const std::string_view key = item.key;
        const auto slash = key.find('/');
        const auto folder = key.substr(0, slash);
        const auto rest = slash == std::string_view::npos ? std::string_view() : key.substr(slash + 1);
        const auto name = rest.substr(0, rest.find('/'));
        if (!open_ || open_->folder != folder || open_->name != name) {
            if (open_) complete.push_back(std::move(*open_));
            open_.emplace(Shown{std::string(folder), std::string(name), {}});
        }
        open_->items.push_back(std::move(item));
    }
    cursor_ = std::move(page.next);
    done_ = cursor_.empty();
    if (done_ && open_) {
        complete.push_back(std::move(*open_));
        open_.reset();
    }
    co_return complete;
}

}  // namespace cadre::gallery
