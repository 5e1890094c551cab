// For the tests of this room: a running server, a raw socket, and a loop to run client coroutines.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/log.h"
#include "base/testing.h"
#include "http/client.h"
#include "http/server.h"

namespace cadre::http::testing {

/// Blocking, and knows nothing of HTTP: sends what it is told to.
class RawSocket {
public:
    explicit RawSocket(const Address& address) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(address.port);
        ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
        connected_ = ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
        const timeval most{20, 0};  // a hanging server fails the test instead of hanging it
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    }

    [[nodiscard]] bool connected() const { return connected_; }
    bool send(std::string_view text) {
        while (!text.empty()) {
            const auto sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void end_sending() { ::shutdown(fd_.get(), SHUT_WR); }
    void close() { fd_.reset(); }
    /// Whether the other side has closed, and nothing is left to be read.
    [[nodiscard]] bool ended() const {
        char byte = 0;
        return ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    }

    /// Until `text` was seen (all that came is returned), or the other side ended.
    std::string read_until(std::string_view text) {
        std::string all;
        char byte = 0;
        while (all.find(text) == std::string::npos && ::recv(fd_.get(), &byte, 1, 0) == 1) all.push_back(byte);
        return all;
    }
    std::string read_exactly(std::size_t count) {
        std::string all(count, '\0');
        if (count == 0) return all;  // recv would wait
        const auto got = ::recv(fd_.get(), all.data(), count, MSG_WAITALL);
        all.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        return all;
    }
    /// Until the other side ends.
    std::string read_all() {
        std::string all;
        char piece[4096];
        while (true) {
            const auto got = ::recv(fd_.get(), piece, sizeof piece, 0);
            if (got <= 0) return all;
            all.append(piece, static_cast<std::size_t>(got));
        }
    }
    /// One answer with a Content-Length.
    std::string read_answer() {
        std::string head = read_until("\r\n\r\n");
        const auto at = head.find("Content-Length: ");
        if (at == std::string::npos) return head;
        return head + read_exactly(static_cast<std::size_t>(std::stoul(head.substr(at + 16))));
    }

private:
    UniqueFd fd_;
    bool connected_ = false;
};

inline int status_in(std::string_view answer) {
    return answer.size() < 12 ? 0 : std::stoi(std::string(answer.substr(9, 3)));
}
inline std::string body_in(std::string_view answer) {
    const auto at = answer.find("\r\n\r\n");
    return at == std::string_view::npos ? std::string() : std::string(answer.substr(at + 4));
}

/// Routes are added to `router`, then start().
class ServerTest : public ::testing::Test {
protected:
    ServerTest() {
        options.access_log = false;
        log::set_level(log::Level::error);
    }
    ~ServerTest() override { server.reset(); }

    void start() {
        server = std::make_unique<Server>(options, router, metrics);
        auto bound = server->start();
        ASSERT_TRUE(bound) << bound.error().message;
        address = *bound;
    }
    /// Sends all, says that no more will come, reads all.
    std::string exchange(std::string_view text) {
        RawSocket socket(address);
        socket.send(text);
        socket.end_sending();
        return socket.read_all();
    }

    ServerOptions options;
    Router router;
    Metrics metrics;
    std::unique_ptr<Server> server;
    Address address;
};

/// Runs a coroutine to its end on a loop of its own.
template <class T>
T run(asio::io_context& io, asio::awaitable<T> task) {
    std::optional<T> outcome;
    std::exception_ptr fault;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, T value) {
        fault = thrown;
        if (!thrown) outcome.emplace(std::move(value));
    });
    io.restart();
    while (!outcome && !fault && io.run_one() > 0) {
    }
    if (fault) std::rethrow_exception(fault);
    return std::move(*outcome);
}

using test::TemporaryFolder;

}  // namespace cadre::http::testing
