// A socket with a buffer and a deadline: what is tried at once and awaited only where the kernel says "later".
#pragma once

#include <sys/uio.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace cadre::http {

namespace asio = boost::asio;

/// Belongs to one thread. No operation has a timer of its own: whoever owns the wires calls check_deadline now and
/// then.
class Wire {
public:
    enum class Ended { no, closed, timed_out };

    /// Time for waiting on the other side. It begins with a grace, waiting uses it up, and bytes buy it back at the
    /// least rate that is borne, but never more than the grace: who is silent for so long is shed, whatever came
    /// before, and so is who is slower than that rate for longer than the grace makes up for. All waits together never
    /// last longer than `most`. Only time spent waiting counts.
    struct Budget {
        std::chrono::milliseconds grace{0};
        std::uint64_t min_rate = 0;  // bytes a second; 0: bytes buy nothing
        std::chrono::milliseconds most{std::chrono::hours(24)};
        std::chrono::microseconds used{0};  // of the grace
        std::chrono::milliseconds waited{0};

        [[nodiscard]] std::chrono::milliseconds left() const;
        void wait(std::chrono::milliseconds time);
        void move(std::uint64_t bytes);
    };

    /// The first one makes the process ignore SIGPIPE: sendfile has no flag against it.
    explicit Wire(asio::ip::tcp::socket socket);

    [[nodiscard]] asio::ip::tcp::socket& socket() { return socket_; }

    /// Received and not yet consumed.
    [[nodiscard]] std::string_view pending() const { return {buffer_.data() + begin_, end_ - begin_}; }
    void consume(std::size_t count);
    /// Receives more behind what is pending, up to `capacity` bytes in all. Bytes received, 0 where it ended.
    asio::awaitable<std::size_t> receive(std::size_t capacity, Budget& budget);
    /// Receives past the buffer, which must be empty.
    asio::awaitable<std::size_t> receive_into(std::span<std::uint8_t> into, Budget& budget);

    /// Sends what the socket takes at once and moves both past it; they are empty when nothing is left. `more`:
    /// something follows at once. False where the connection has ended.
    bool send_now(std::string_view& first, std::string_view& second, bool more = false);
    /// Sends all of both in as few calls as it takes.
    asio::awaitable<bool> send(std::string_view first, std::string_view second, Budget& budget, bool more = false);
    /// `offset` moves on with what was sent.
    asio::awaitable<bool> send_file(int file, std::uint64_t offset, std::uint64_t length, Budget& budget);

    /// Why the last receive or send came to nothing.
    [[nodiscard]] Ended ended() const { return ended_; }
    void check_deadline(std::int64_t now);
    /// Ends a wait of another coroutine, which sees Ended::closed.
    void cancel();
    /// Nothing more will be sent.
    void shut_sending();
    /// Both ways, whoever waits.
    void cut();

private:
    /// Free space behind what is pending.
    std::span<std::uint8_t> room(std::size_t capacity);
    enum class Waits { no, to_receive, to_send };
    /// The deadline holds between the two. The second returns whether the wait came to something.
    void begin_wait(Waits how, Budget& budget);
    bool end_wait(bool came_to_something);
    void spend(std::int64_t now);
    void credit_acknowledged();
    asio::awaitable<bool> wait_to_send(Budget& budget);

    asio::ip::tcp::socket socket_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    Waits waits_ = Waits::no;
    Budget* budget_ = nullptr;  // of the wait
    std::int64_t began_ = 0;    // by coarse_now, or when it was last looked at
    std::int64_t deadline_ = 0;
    std::uint64_t sent_ = 0;          // bytes that the socket took
    std::uint64_t acknowledged_ = 0;  // of these, as far as they bought time
    Ended ended_ = Ended::no;
    bool late_ = false;
};

}  // namespace cadre::http
