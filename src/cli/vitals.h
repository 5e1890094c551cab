// How busy this server is: requests a second and how long they take, from its own counters.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>

#include "base/clock.h"
#include "gallery/processes.h"
#include "http/metrics.h"

namespace cadre::cli {

/// Thread-safe. Health checks are no requests, and streams of events, which last for hours, have no duration here.
class Vitals {
public:
    explicit Vitals(const http::Metrics& metrics) : metrics_(metrics) {}

    /// To be called once a second.
    void sample(MonotonicTime now);
    /// Rates and durations of the last ten seconds, and the requests of each second of the last minute.
    void fill(gallery::Process& process) const;

private:
    struct Sample {
        MonotonicTime at;
        http::Histogram::Buckets durations{};
        std::uint64_t requests = 0;
        std::uint64_t errors = 0;
    };

    const http::Metrics& metrics_;
    mutable std::mutex mutex_;
    std::deque<Sample> samples_;
};

}  // namespace cadre::cli
