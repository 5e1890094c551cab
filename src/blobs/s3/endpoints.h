// Which endpoint is asked next. One that failed or hung is avoided for some seconds, longer each time; then a single
// read tries it again, and all go on with it if that went well. Writes, which are not hedged, wait for that.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "blobs/s3/location.h"
#include "blobs/store.h"

namespace cadre::blobs::s3 {

enum class Purpose { read, write };

/// Thread-safe. Endpoints are named by their place in the list.
class Endpoints {
public:
    static constexpr Millis kFirstPenalty{2'000};
    static constexpr Millis kLongestPenalty{30'000};

    Endpoints(std::vector<http::Url> urls, Choice choice);

    [[nodiscard]] const http::Url& url(std::size_t endpoint) const { return urls_[endpoint]; }

    /// All of them, in the order in which to try them: of those that are avoided the one first that failed least.
    [[nodiscard]] std::vector<std::size_t> order(Purpose purpose, MonotonicTime now);

    [[nodiscard]] std::vector<Endpoint> all() const;

    void went_well(std::size_t endpoint);
    void went_wrong(std::size_t endpoint, MonotonicTime now);

    /// Whether a second request may be started now: one for each ten reads, some in a row, so that a store that is slow
    /// under load does not get twice the load.
    [[nodiscard]] bool may_hedge();

private:
    struct State {
        bool well = true;
        bool tried_again = false;  // a read is under way that will tell
        Millis penalty{0};
        MonotonicTime avoid_until;
    };

    const std::vector<http::Url> urls_;
    const Choice choice_;
    mutable std::mutex mutex_;
    std::vector<State> states_;
    std::size_t turn_ = 0;
    int hedges_tenths_;
};

}  // namespace cadre::blobs::s3
