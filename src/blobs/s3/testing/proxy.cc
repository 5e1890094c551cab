#include "blobs/s3/testing/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <string_view>

namespace cadre::blobs::s3::testing {
namespace {

constexpr std::string_view kBusy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool send_all(int to, const char* bytes, std::size_t count) {
    while (count > 0) {
        const auto sent = ::send(to, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes += sent;
        count -= static_cast<std::size_t>(sent);
    }
    return true;
}

}  // namespace

Proxy::Proxy(std::uint16_t to) : to_(to), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto address = loopback(0);
    socklen_t length = sizeof address;
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
        ::listen(listener_.get(), 64) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
        throw std::runtime_error("the proxy cannot listen");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
}

Proxy::~Proxy() {
    over_ = true;
    acceptor_.join();
    for (auto& relay : relays_) relay.join();
}

void Proxy::accept() {
    while (!over_) {
        pollfd waiting{listener_.get(), POLLIN, 0};
        if (::poll(&waiting, 1, 20) <= 0) continue;
        const int client = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        ++connections_;
        const std::lock_guard lock(mutex_);
        relays_.emplace_back([this, client] { relay(client); });
    }
}

void Proxy::relay(int client_fd) {
    const UniqueFd client(client_fd);
    const UniqueFd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback(to_);
    if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    const int on = 1;
    ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(server.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::array<char, 16384> piece{};
    std::size_t answered = 0;  // bytes since the last request
    std::size_t asked = 0;     // bytes since the last answer
    const auto flip = [&](std::size_t before, std::size_t count) {
        const std::size_t at = after_;
        if (before <= at && at < before + count) piece[at - before] = static_cast<char>(piece[at - before] ^ 1);
    };
    while (!over_) {
        std::array<pollfd, 2> waiting{{{client.get(), POLLIN, 0}, {server.get(), POLLIN, 0}}};
        if (::poll(waiting.data(), 2, 20) <= 0) continue;
        const auto mode = mode_.load();
        if (waiting[0].revents != 0) {
            const auto got = ::recv(client.get(), piece.data(), piece.size(), 0);
            if (got <= 0) return;
            ++requests_;
            answered = 0;
            if (mode == Mode::close) return;
            if (mode == Mode::hang) continue;
            if (mode == Mode::busy) {
                std::this_thread::sleep_for(std::chrono::milliseconds(after_));
                (void)send_all(client.get(), kBusy.data(), kBusy.size());
                return;
            }
            if (mode == Mode::flip_request) flip(asked, static_cast<std::size_t>(got));
            asked += static_cast<std::size_t>(got);
            if (!send_all(server.get(), piece.data(), static_cast<std::size_t>(got))) return;
        }
        if (waiting[1].revents != 0) {
            const auto got = ::recv(server.get(), piece.data(), piece.size(), 0);
            if (got <= 0) return;
            if (asked > 0) ++answers_;
            if (mode == Mode::late) std::this_thread::sleep_for(std::chrono::milliseconds(after_));
            auto count = static_cast<std::size_t>(got);
            const bool limited = mode == Mode::cut || mode == Mode::stall;
            const std::size_t after = after_;
            if (limited) count = std::min(count, after - std::min(after, answered));
            if (mode == Mode::flip) flip(answered, count);
            answered += count;
            asked = 0;
            if (!send_all(client.get(), piece.data(), count)) return;
            if (mode == Mode::cut && answered >= after) return;
        }
    }
}

}  // namespace cadre::blobs::s3::testing
