#include "blobs/s3/endpoints.h"

#include <algorithm>
#include <utility>

namespace cadre::blobs::s3 {
namespace {

constexpr int kMostHedgesTenths = 200;
constexpr int kOneHedge = 10;

}  // namespace

Endpoints::Endpoints(std::vector<http::Url> urls, Choice choice)
    : urls_(std::move(urls)), choice_(choice), states_(urls_.size()), hedges_tenths_(kMostHedgesTenths) {}

std::vector<std::size_t> Endpoints::order(Purpose purpose, MonotonicTime now) {
    const std::lock_guard lock(mutex_);
    if (purpose == Purpose::read) hedges_tenths_ = std::min(hedges_tenths_ + 1, kMostHedgesTenths);
    const auto first = choice_ == Choice::first ? 0 : turn_++ % urls_.size();
    std::vector<std::size_t> good;
    std::vector<std::size_t> avoided;
    for (std::size_t i = 0; i < urls_.size(); ++i) {
        const auto endpoint = (first + i) % urls_.size();
        auto& state = states_[endpoint];
        const bool try_again = !state.well && purpose == Purpose::read && now >= state.avoid_until && good.empty();
        if (try_again) {
            state.tried_again = true;
            state.avoid_until = now + state.penalty;
        }
        (state.well || try_again ? good : avoided).push_back(endpoint);
    }
    // (std::stable_sort would do, but calls what clang's library has deprecated.)
    std::ranges::sort(avoided, {}, [&](std::size_t endpoint) {
        return std::pair(states_[endpoint].penalty, (endpoint + urls_.size() - first) % urls_.size());
    });
    good.insert(good.end(), avoided.begin(), avoided.end());
    return good;
}

std::vector<Endpoint> Endpoints::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<Endpoint> found;
    for (std::size_t i = 0; i < urls_.size(); ++i) found.push_back({urls_[i].authority(), states_[i].well});
    return found;
}

void Endpoints::went_well(std::size_t endpoint) {
    const std::lock_guard lock(mutex_);
    states_[endpoint] = State{};
}

void Endpoints::went_wrong(std::size_t endpoint, MonotonicTime now) {
    const std::lock_guard lock(mutex_);
    auto& state = states_[endpoint];
    if (!state.well && !state.tried_again) return;  // one fault is heard of by all who were waiting
    state.penalty = state.well ? kFirstPenalty : std::min(state.penalty * 2, kLongestPenalty);
    state.avoid_until = now + state.penalty;
    state.well = state.tried_again = false;
}

bool Endpoints::may_hedge() {
    const std::lock_guard lock(mutex_);
    if (hedges_tenths_ < kOneHedge) return false;
    hedges_tenths_ -= kOneHedge;
    return true;
}

}  // namespace cadre::blobs::s3
