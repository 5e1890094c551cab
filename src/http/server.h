// The HTTP/1.1 server: one io_context a thread, connections handed out by one acceptor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "http/address.h"
#include "http/headers.h"
#include "http/metrics.h"
#include "http/router.h"

namespace cadre::http {

struct ServerOptions {
    Address listen{"127.0.0.1", 0};           // port 0 picks one
    std::optional<Address> metrics_listen{};  // GET /metrics, apart from the routes
    std::size_t threads = 1;
    std::string name{};          // for X-Served-By; empty: no such field
    Headers fixed_headers{};     // sent with every answer
    Networks trusted_proxies{};  // whose X-Forwarded-For, -Proto, -Host and X-Request-Id are believed
    bool access_log = true;

    std::size_t header_limit = std::size_t{16} << 10;  // 431 past it
    std::size_t max_connections = 4096;                // 503 past it
    /// The same of one address (IPv6: of one /64). Trusted proxies are not counted: they speak for many.
    std::size_t max_connections_an_address = 2048;
    std::chrono::milliseconds header_timeout{10'000};  // from a request's first byte to the end of its header
    std::chrono::milliseconds idle_timeout{75'000};    // between requests
    /// A client that sends or takes nothing for the grace is shed; so is one that is slower than the least rate for
    /// longer than the grace makes up for (Wire::Budget).
    std::chrono::milliseconds stall_grace{15'000};
    std::uint64_t min_rate = 2048;  // bytes a second, both ways
};

/// Owned by one thread, which starts and stops it. What handlers use must outlive it, but for pools: these are stopped
/// between stop() and the destructor.
class Server {
public:
    /// `router` and `metrics` must outlive the server.
    Server(ServerOptions options, const Router& router, Metrics& metrics);
    /// Stops at once if it still runs.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens and starts the threads; returns the bound address. ErrorKind::unavailable where the address is taken.
    [[nodiscard]] Result<Address> start();
    /// Where /metrics is, once started.
    [[nodiscard]] std::optional<Address> metrics_address() const;

    struct Stop {
        std::chrono::milliseconds drain{0};       // how long new requests are still served (stopping() is true)
        std::chrono::milliseconds bound{20'000};  // then this long for requests under way, then connections are cut
    };
    /// Serves on for `drain`, then takes no new requests, ends streams, lets requests under way finish, joins the
    /// threads. Returns whether all of them finished. Not from a handler.
    bool stop(Stop how);
    /// True from the beginning of stop(): /readyz says 503 then. Thread-safe.
    [[nodiscard]] bool stopping() const;

    /// The executor of one of its threads, in turn: for coroutines that belong to no request. Thread-safe.
    [[nodiscard]] asio::any_io_executor executor();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cadre::http
