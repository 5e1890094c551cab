#include "http/io_thread.h"

#include <pthread.h>
#include <time.h>

#include <chrono>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "http/connection.h"

namespace cadre::http {
namespace {

constexpr std::chrono::milliseconds kSweepEvery{200};

}  // namespace

ServerShared::ServerShared(ServerOptions given, Metrics& metrics)
    : options(std::move(given)),
      crowd({options.max_connections, options.max_connections_an_address}),
      open(metrics.gauge("cadre_http_connections", "Open connections.")),
      in_flight(metrics.gauge("cadre_http_requests_in_flight", "Requests being answered.")),
      over_limit(metrics.counter("cadre_http_connections_refused_total", "Connections past the limit.")),
      let_go(metrics.counter("cadre_http_connections_let_go_total", "Idle connections closed for new ones.")),
      timed_out(metrics.counter("cadre_http_timeouts_total", "Connections closed because the client was too slow.")) {
    Headers standing = options.fixed_headers;
    if (!options.name.empty()) standing.set("X-Served-By", options.name);
    standing.append_to(standing_fields);
}

std::int64_t coarse_now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

void IoThread::start() {
    work_.emplace(io.get_executor());
    sweep();
    thread_ = std::thread([this] {
        ::pthread_setname_np(::pthread_self(), "cadre-http");
        while (true) {
            try {
                io.run();
                return;
            } catch (const std::exception& fault) {  // a callback of no request: the loop goes on
                log::error("fault", {{"where", "http loop"}, {"what", fault.what()}});
            }
        }
    });
}

void IoThread::stop() {
    work_.reset();
    io.stop();
    if (thread_.joinable()) thread_.join();
}

const std::string& IoThread::date() {
    const std::int64_t now = ::time(nullptr);  // coarse, and therefore cheap
    if (now != date_second_) {
        date_second_ = now;
        date_ = http_date(now);
    }
    return date_;
}

void IoThread::sweep() {
    sweeper_.expires_after(kSweepEvery);
    sweeper_.async_wait([this](boost::system::error_code stopped) {
        if (stopped) return;
        const auto now = coarse_now();
        for (Connection* connection : connections) connection->check_deadline(now);
        sweep();
    });
}

}  // namespace cadre::http
