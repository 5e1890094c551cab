#include "http/wire.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <tuple>

#include "http/io_thread.h"

namespace cadre::http {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kFirstCapacity = 4096;
constexpr std::uint64_t kMostCounted = std::uint64_t{1} << 40;  // bytes at once: more would overflow, and buys no more

}  // namespace

std::chrono::milliseconds Wire::Budget::left() const {
    return std::min(grace - std::chrono::floor<std::chrono::milliseconds>(used), most - waited);
}

void Wire::Budget::wait(std::chrono::milliseconds time) {
    used += time;
    waited += time;
}

void Wire::Budget::move(std::uint64_t bytes) {
    if (min_rate == 0) return;
    const std::chrono::microseconds bought(std::min<std::uint64_t>(bytes, kMostCounted) * 1'000'000 / min_rate);
    used = std::max(used - bought, std::chrono::microseconds(0));
}

Wire::Wire(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {
    [[maybe_unused]] static const auto before = ::signal(SIGPIPE, SIG_IGN);
}

void Wire::consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
}

std::span<std::uint8_t> Wire::room(std::size_t capacity) {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) buffer_.resize(std::min(capacity, std::max(kFirstCapacity, buffer_.size() * 2)));
    return {reinterpret_cast<std::uint8_t*>(buffer_.data()) + end_, buffer_.size() - end_};
}

void Wire::begin_wait(Waits how, Budget& budget) {
    waits_ = how;
    budget_ = &budget;
    late_ = false;
    began_ = coarse_now();
    if (how == Waits::to_send) credit_acknowledged();
    deadline_ = began_ + std::max<std::int64_t>(budget.left().count(), 1);
}

void Wire::spend(std::int64_t now) {
    budget_->wait(std::chrono::milliseconds(now - began_));
    began_ = now;
    if (waits_ == Waits::to_send) credit_acknowledged();
}

bool Wire::end_wait(bool came_to_something) {
    spend(coarse_now());
    waits_ = Waits::no;
    budget_ = nullptr;
    if (!came_to_something) ended_ = late_ ? Ended::timed_out : Ended::closed;
    return came_to_something;
}

/// What counts is what the other side has taken: the socket takes megabytes at once, and says "ready" again only when
/// much of that is gone.
void Wire::credit_acknowledged() {
    int queued = 0;
    if (::ioctl(socket_.native_handle(), SIOCOUTQ, &queued) != 0 || queued < 0) return;
    const auto taken = sent_ - std::min<std::uint64_t>(sent_, static_cast<std::uint64_t>(queued));
    if (taken <= acknowledged_) return;
    budget_->move(taken - acknowledged_);
    acknowledged_ = taken;
}

asio::awaitable<std::size_t> Wire::receive(std::size_t capacity, Budget& budget) {
    const auto into = room(capacity);
    const std::size_t count = co_await receive_into(into, budget);
    end_ += count;
    co_return count;
}

asio::awaitable<std::size_t> Wire::receive_into(std::span<std::uint8_t> into, Budget& budget) {
    begin_wait(Waits::to_receive, budget);
    const auto [error, count] = co_await socket_.async_receive(asio::buffer(into.data(), into.size()), kAwait);
    if (!end_wait(!error && count > 0)) co_return 0;
    budget.move(count);
    co_return count;
}

asio::awaitable<bool> Wire::wait_to_send(Budget& budget) {
    begin_wait(Waits::to_send, budget);
    const auto [error] = co_await socket_.async_wait(asio::ip::tcp::socket::wait_write, kAwait);
    co_return end_wait(!error);
}

bool Wire::send_now(std::string_view& first, std::string_view& second, bool more) {
    while (!first.empty() || !second.empty()) {
        iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                          {const_cast<char*>(second.data()), second.size()}};
        msghdr message{};
        message.msg_iov = first.empty() ? parts + 1 : parts;
        message.msg_iovlen = first.empty() || second.empty() ? 1 : 2;
        const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) return true;
        if (sent < 0) {
            ended_ = Ended::closed;
            return false;
        }
        const auto count = static_cast<std::size_t>(sent);
        const auto of_first = std::min(count, first.size());
        first.remove_prefix(of_first);
        second.remove_prefix(count - of_first);
        sent_ += count;
        if (!first.empty() || !second.empty()) return true;  // what it did not take it takes later
    }
    return true;
}

asio::awaitable<bool> Wire::send(std::string_view first, std::string_view second, Budget& budget, bool more) {
    while (true) {
        if (!send_now(first, second, more)) co_return false;
        if (first.empty() && second.empty()) co_return true;
        const bool ready = co_await wait_to_send(budget);
        if (!ready) co_return false;
    }
}

asio::awaitable<bool> Wire::send_file(int file, std::uint64_t offset, std::uint64_t length, Budget& budget) {
    constexpr std::uint64_t kAtOnce = std::uint64_t{1} << 30;
    auto at = static_cast<off_t>(offset);
    while (length > 0) {
        const auto sent = ::sendfile(socket_.native_handle(), file, &at, std::min(length, kAtOnce));
        if (sent < 0 && errno == EINTR) continue;
        if (sent == 0 || (sent < 0 && errno != EAGAIN)) {  // the file is shorter than it was, or the client is gone
            ended_ = Ended::closed;
            co_return false;
        }
        if (sent > 0) {
            length -= static_cast<std::uint64_t>(sent);
            sent_ += static_cast<std::uint64_t>(sent);
            if (length == 0) break;
        }
        const bool ready = co_await wait_to_send(budget);
        if (!ready) co_return false;
    }
    co_return true;
}

void Wire::check_deadline(std::int64_t now) {
    if (waits_ == Waits::no || late_ || now < deadline_) return;
    spend(now);
    deadline_ = now + budget_->left().count();
    if (deadline_ > now) return;  // it took something meanwhile
    late_ = true;
    cancel();
}

void Wire::cancel() {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Wire::shut_sending() {
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Wire::cut() {
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    cancel();
}

}  // namespace cadre::http
