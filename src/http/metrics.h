// Counters, gauges and histograms, and their text in Prometheus' exposition format 0.0.4.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

    /// How many fell into each bucket; the last takes what is longer than all bounds.
    using Buckets = std::array<std::uint64_t, kBounds.size() + 1>;
    /// The duration, in microseconds, that a part q of all do not exceed, as well as buckets can tell it: evenly spread
    /// within one. Nothing of nothing.
    [[nodiscard]] static std::optional<double> quantile(const Buckets& buckets, double q);

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

    /// Lines of families whose series come and go, in the same format, with their HELP and TYPE; asked when the text is
    /// made. `more` must stay callable as long as the registry.
    void append(std::function<std::string()> more);

    /// All of them, sorted by name; then what was appended.
    [[nodiscard]] std::string text() const;

    /// Which of a family's series: told their labels as text, `route="/livez",status="200"`.
    using Which = std::function<bool(std::string_view labels)>;
    /// The series of a counter together; 0 where there are none.
    [[nodiscard]] std::uint64_t total(std::string_view name, const Which& which) const;
    /// The series of a histogram together.
    [[nodiscard]] Histogram::Buckets distribution(std::string_view name, const Which& which) const;

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace cadre::http
