// A TCP relay in front of a real server that does what networks and dying machines do.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "base/fd.h"

namespace cadre::blobs::s3::testing {

/// Threads of its own; all calls are thread-safe.
class Proxy {
public:
    enum class Mode {
        pass,
        close,  // ends each connection when a request comes
        hang,   // takes requests and never answers
        cut,    // ends the connection in an answer, after cut_after() bytes of it
        stall,  // sends nothing more after as many bytes
        flip,   // changes the byte of an answer that comes after as many
        flip_request,
        late,  // holds each answer back for so many milliseconds
        busy,  // answers 503 after so many milliseconds, and asks nobody
    };

    /// To 127.0.0.1:`to`.
    explicit Proxy(std::uint16_t to);
    ~Proxy();
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] int connections() const { return connections_; }
    /// Requests' first packets that came so far.
    [[nodiscard]] int requests() const { return requests_; }
    /// Answers of the server that came so far.
    [[nodiscard]] int answers() const { return answers_; }

    /// For connections from now on, and those that are open.
    void set(Mode mode, std::size_t after = 0) {
        after_ = after;
        mode_ = mode;
    }

private:
    void accept();
    void relay(int client);

    const std::uint16_t to_;
    std::uint16_t port_ = 0;
    UniqueFd listener_;
    std::atomic<Mode> mode_{Mode::pass};
    std::atomic<std::size_t> after_{0};
    std::atomic<int> connections_{0};
    std::atomic<int> requests_{0};
    std::atomic<int> answers_{0};
    std::atomic<bool> over_{false};
    std::thread acceptor_;
    std::mutex mutex_;
    std::list<std::thread> relays_;
};

}  // namespace cadre::blobs::s3::testing
