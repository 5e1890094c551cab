#include "cli/vitals.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace cadre::cli {
namespace {

constexpr std::size_t kSeconds = 60;
constexpr std::size_t kWindow = 10;
constexpr const char* kRequests = "cadre_http_requests_total";
constexpr const char* kDurations = "cadre_http_request_duration_seconds";

bool is_counted(std::string_view labels) {
    return labels.find("route=\"/livez\"") == std::string_view::npos &&
           labels.find("route=\"/readyz\"") == std::string_view::npos &&
           labels.find("route=\"/metrics\"") == std::string_view::npos;
}
bool is_timed(std::string_view labels) {
    return is_counted(labels) && labels.find("/events\"") == std::string_view::npos;
}
bool is_error(std::string_view labels) {
    return is_counted(labels) && labels.find("status=\"5") != std::string_view::npos;
}

double per_second(std::uint64_t from, std::uint64_t to, Millis time) {
    return time.count() > 0 ? static_cast<double>(to - from) * 1000 / static_cast<double>(time.count()) : 0;
}

}  // namespace

void Vitals::sample(MonotonicTime now) {
    Sample sample;
    sample.at = now;
    sample.durations = metrics_.distribution(kDurations, is_timed);
    sample.requests = metrics_.total(kRequests, is_counted);
    sample.errors = metrics_.total(kRequests, is_error);
    const std::lock_guard lock(mutex_);
    samples_.push_back(sample);
    if (samples_.size() > kSeconds + 1) samples_.pop_front();
}

void Vitals::fill(gallery::Process& process) const {
    const std::lock_guard lock(mutex_);
    if (samples_.size() < 2) return;
    const auto& last = samples_.back();
    const auto& first = samples_[samples_.size() - 1 - std::min(kWindow, samples_.size() - 1)];
    const auto time = last.at - first.at;
    process.requests_per_s = per_second(first.requests, last.requests, time);
    process.errors_per_s = per_second(first.errors, last.errors, time);
    http::Histogram::Buckets since{};
    for (std::size_t i = 0; i < since.size(); ++i) since[i] = last.durations[i] - first.durations[i];
    if (const auto p99 = http::Histogram::quantile(since, 0.99)) process.p99_ms = *p99 / 1000;
    for (std::size_t i = 1; i < samples_.size(); ++i) {
        const auto rate =
            per_second(samples_[i - 1].requests, samples_[i].requests, samples_[i].at - samples_[i - 1].at);
        process.requests.push_back(static_cast<std::uint32_t>(std::lround(rate)));
    }
}

}  // namespace cadre::cli
