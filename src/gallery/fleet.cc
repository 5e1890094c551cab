#include "gallery/fleet.h"

#include <boost/asio/this_coro.hpp>

namespace cadre::gallery {
namespace {

constexpr Millis kWatchedEvery{1'000};
constexpr Millis kUnwatchedEvery{10'000};
constexpr Millis kWatchedFor{10'000};  // after the last look
/// What was looked at so lately is answered at once.
constexpr Millis kLately{2'500};
constexpr Millis kWaitForIt{1'000};

}  // namespace

Fleet::Fleet(const Stores& stores, Options options) : stores_(stores), options_(std::move(options)) {
    sight_.shared = options_.shared;
}

template <class T>
Task<void> Fleet::renew(Observed<T> Sight::*part, std::function<Task<T>()> read) {
    const auto now = stores_.clock.monotonic();
    {
        const std::lock_guard lock(mutex_);
        const bool watched = looked_ && now - *looked_ < kWatchedFor;
        const auto& tried = (sight_.*part).tried;
        if (tried && now - *tried < (watched ? kWatchedEvery : kUnwatchedEvery)) co_return Result<void>();
    }
    auto found = co_await read();
    {
        const auto ended = stores_.clock.monotonic();
        const std::lock_guard lock(mutex_);
        auto& known = sight_.*part;
        known.tried = ended;
        known.problem.clear();
        if (found) {
            known.value = std::move(*found);
            known.read = ended;
        } else {
            known.problem = found.error().message;
        }
    }
    wakeups_.notify_all();
    co_return Result<void>();
}

template <class T>
Fleet::Part Fleet::part(std::string name, Observed<T> Sight::*where, std::function<Task<T>()> read) {
    return {"look at " + std::move(name), [this, where, read = std::move(read)] { return renew(where, read); }};
}

std::vector<Fleet::Part> Fleet::parts() {
    std::vector<Part> all;
    if (options_.shared)
        all.push_back(part<std::vector<Process>>("processes", &Sight::processes,
                                                 [this] { return gallery::processes(stores_.catalog); }));
    all.push_back(part<CatalogState>("the catalog", &Sight::catalog, [this] { return options_.probe->catalog(); }));
    all.push_back(part<BlobState>("blobs", &Sight::blobs, [this] { return options_.probe->blobs(); }));
    all.push_back(part<jobs::Stats>("the queue", &Sight::queue, [this] { return stores_.jobs.stats(); }));
    all.push_back(part<std::vector<Note>>("notes", &Sight::notes,
                                          [this] { return gallery::notes(stores_.catalog, stores_.clock); }));
    return all;
}

bool Fleet::all_tried_since(MonotonicTime since) const {
    const std::lock_guard lock(mutex_);
    const auto lately = [since](const auto& known) { return known.tried && *known.tried >= since; };
    return (!options_.shared || lately(sight_.processes)) && lately(sight_.catalog) && lately(sight_.blobs) &&
           lately(sight_.queue) && lately(sight_.notes);
}

asio::awaitable<Sight> Fleet::look() {
    const auto now = stores_.clock.monotonic();
    {
        const std::lock_guard lock(mutex_);
        looked_ = now;
    }
    Wakeups::Waiter waiter(wakeups_, co_await asio::this_coro::executor);
    for (auto left = kWaitForIt; left > Millis(0) && !all_tried_since(now - kLately);) {
        co_await waiter.wait(left);
        left = kWaitForIt - (stores_.clock.monotonic() - now);
    }
    co_return known();
}

Sight Fleet::known() const {
    Sight sight;
    {
        const std::lock_guard lock(mutex_);
        sight = sight_;
    }
    sight.at = stores_.clock.monotonic();
    sight.time = stores_.clock.now();
    sight.self = options_.self();
    sight.decoders = stores_.decoders.busy();
    if (!options_.shared) {
        sight.processes.value.assign(1, sight.self);
        sight.processes.read = sight.processes.tried = sight.at;
    }
    return sight;
}

}  // namespace cadre::gallery
