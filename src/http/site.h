// A router with the counters of its routes: what one listening address serves.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "http/metrics.h"
#include "http/router.h"

namespace cadre::http {

/// Thread-safe.
class Site {
public:
    Site(const Router& router, Metrics& metrics, bool access_log);

    [[nodiscard]] const Router& router() const { return router_; }
    /// Counts and, where wanted, logs a request that was answered. `route`: nothing where none matched.
    void answered(const Request& request, const Route* route, int status, std::uint64_t bytes,
                  std::chrono::microseconds took);
    /// A request that never reached the router.
    void refused(int status);

private:
    struct Counters {
        std::string label;
        Histogram* durations = nullptr;
        std::array<std::atomic<Counter*>, 600> by_status{};
    };
    void count(Counters& counters, int status);

    const Router& router_;
    Metrics& metrics_;
    bool access_log_;
    Counter& bytes_;
    std::vector<std::unique_ptr<Counters>> routes_;  // by the index of the route; the last: no route
};

}  // namespace cadre::http
