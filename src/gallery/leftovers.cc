#include "gallery/leftovers.h"

#include <algorithm>

namespace cadre::gallery {
namespace {

constexpr std::size_t kScanPage = 500;

}  // namespace

bool Tally::even() const {
    return std::all_of(sums_->begin(), sums_->end(), [](std::uint64_t sum) { return sum == 0; });
}

/// 62 of these bits are random (RFC 9562 section 5.7); none of them is 0, so that no id is summed up as nothing.
std::uint64_t Tally::value_of(const Id& id) { return std::hash<Id>()(id) | 1; }

std::uint64_t& Tally::sum_of(const Id& id) {
    // The random bits between the clock's and those that value_of takes: few, so some of the last are mixed in.
    const std::size_t bits = (std::size_t{id.bytes[6]} << 8 | id.bytes[7]) ^ (std::size_t{id.bytes[15]} << 4);
    return (*sums_)[bits % kSums];
}

Task<std::vector<catalog::Ref>> Leftovers::next() {
    std::vector<catalog::Ref> found;
    if (done_) co_return found;
    CO_TRY(auto page, co_await catalog_->scan(kind_, cursor_, kScanPage));
    cursor_ = std::move(page.next);
    for (const auto& listed : page.items) {
        if (is_young(listed.id, before_)) continue;
        if (!summed_)
            tally_.take(listed.id);
        else if (!tally_.even(listed.id))
            found.push_back({kind_, listed.id});
    }
    if (!cursor_.empty()) co_return found;
    done_ = summed_ || tally_.even();
    summed_ = true;
    co_return found;
}

}  // namespace cadre::gallery
