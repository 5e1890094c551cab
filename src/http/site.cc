#include "http/site.h"

#include "http/access_log.h"

namespace cadre::http {

Site::Site(const Router& router, Metrics& metrics, bool access_log)
    : router_(router),
      metrics_(metrics),
      access_log_(access_log),
      bytes_(metrics.counter("cadre_http_sent_bytes_total", "Bytes of bodies sent.")) {
    const auto add = [&](std::string label) {
        auto counters = std::make_unique<Counters>();
        counters->durations =
            &metrics_.histogram("cadre_http_request_duration_seconds",
                                "From a request's header to the last byte of its answer.", {{"route", label}});
        counters->label = std::move(label);
        routes_.push_back(std::move(counters));
    };
    for (const auto& route : router.routes()) add(route->options.label);
    add("none");
}

void Site::answered(const Request& request, const Route* route, int status, std::uint64_t bytes,
                    std::chrono::microseconds took) {
    Counters& counters = route != nullptr ? *routes_[route->index] : *routes_.back();
    count(counters, status);
    counters.durations->observe(static_cast<std::uint64_t>(took.count()));
    bytes_.add(bytes);
    if (access_log_ && (route == nullptr || !route->options.quiet)) log_access(request, status, bytes, took);
}

void Site::refused(int status) { count(*routes_.back(), status); }

void Site::count(Counters& counters, int status) {
    auto& slot = counters.by_status[static_cast<std::size_t>(status) % counters.by_status.size()];
    Counter* counter = slot.load(std::memory_order_acquire);
    if (counter == nullptr) {
        counter = &metrics_.counter("cadre_http_requests_total", "Requests answered.",
                                    {{"route", counters.label}, {"status", std::to_string(status)}});
        slot.store(counter, std::memory_order_release);
    }
    counter->add();
}

}  // namespace cadre::http
