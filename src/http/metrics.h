// Counters, gauges and histograms, and their text in Prometheus' exposition format 0.0.4.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cadre::http {

class Counter {
public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

class Gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

/// Durations: microseconds in, seconds out.
class Histogram {
public:
    /// Upper bounds in microseconds; one more bucket takes the rest.
    static constexpr std::array<std::uint64_t, 12> kBounds{500,   1000,   2500,   5000,    10000,   25000,
                                                           50000, 100000, 250000, 1000000, 5000000, 30000000};
    void observe(std::uint64_t microseconds);
    [[nodiscard]] std::uint64_t count() const;

private:
    friend class Metrics;
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_{};
    std::atomic<std::uint64_t> sum_{0};
};

using Labels = std::vector<std::pair<std::string, std::string>>;

/// The registry. Thread-safe; what it gives out lives as long as it. Asking twice for the same name and labels gives
/// the same object. Counters' names end in _total, durations' in _seconds.
class Metrics {
public:
    Metrics();
    ~Metrics();

    [[nodiscard]] Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
    [[nodiscard]] Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
    [[nodiscard]] Histogram& histogram(std::string_view name, std::string_view help, Labels labels = {});
    /// A gauge that is asked when the text is made; `value` must stay callable as long as the registry.
    void observe(std::string_view name, std::string_view help, Labels labels, std::function<double()> value);

    /// All of them, sorted by name.
    [[nodiscard]] std::string text() const;

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace cadre::http
