// One thread of the server: its io_context, its connections, and a coarse clock for their deadlines.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <string>
#include <thread>
#include <unordered_set>

#include "http/crowd.h"
#include "http/server.h"

namespace cadre::http {

class Connection;

/// What all threads and connections of a server share.
struct ServerShared {
    explicit ServerShared(ServerOptions given, Metrics& metrics);

    const ServerOptions options;
    std::string standing_fields;        // of every answer, as text
    std::atomic<bool> stopping{false};  // soon: answers say "Connection: close"
    std::atomic<bool> closing{false};   // no further requests
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> unasked{0};  // of them, those of which no request has come yet
    Crowd crowd;
    Gauge& open;
    Gauge& in_flight;
    Counter& over_limit;
    Counter& let_go;
    Counter& timed_out;
};

/// Milliseconds that never go back, some milliseconds coarse, without a system call.
[[nodiscard]] std::int64_t coarse_now();

/// Everything but `load` and posting to `io` belongs to its own thread.
class IoThread {
public:
    explicit IoThread(ServerShared& of_server) : shared(of_server), sweeper_(io) {}

    void start();
    /// Lets the loop end, whatever is pending, and joins.
    void stop();

    /// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second.
    [[nodiscard]] const std::string& date();

    ServerShared& shared;
    std::unordered_set<Connection*> connections;
    std::atomic<std::size_t> load{0};
    asio::io_context io{1};  // goes first: coroutines that are destroyed with it leave `connections`

private:
    void sweep();

    asio::steady_timer sweeper_;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    std::string date_;
    std::int64_t date_second_ = -1;
    std::thread thread_;
};

}  // namespace cadre::http
