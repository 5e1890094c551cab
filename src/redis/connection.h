// One TCP connection to one node: commands go out in the order of the calls, those of one turn of the event loop in one
// write, and answers come back in that order. It lives once: when it fails it stays closed, and what was under way
// is told whether it may have been carried out.
//
// While nobody waits for an answer, nothing is under way on the io_context: an idle connection keeps no loop running.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "redis/cluster.h"
#include "redis/resp.h"
#include "redis/stream.h"

namespace cadre::redis {

using Deadline = std::chrono::steady_clock::time_point;

/// What became of one command.
struct Outcome {
    enum class Kind {
        waiting,
        answered,
        not_sent,  // certainly not carried out
        lost,      // perhaps carried out
    };
    Kind kind = Kind::waiting;
    Answer answer{};
    std::string why{};  // for the log, where there is no answer
};

/// The outcomes that a coroutine waits for, of one command or many. Whoever stops waiting simply lets go: the answers
/// are then read and dropped.
struct Awaited {
    Awaited(const asio::any_io_executor& executor, std::size_t count)
        : outcomes(count), left(count), wake(executor, Deadline::max()) {}

    void settle(std::size_t index, Outcome outcome);

    enum class Ended { settled, late, cancelled };
    /// Until all have settled, or with `each` until another one has.
    static asio::awaitable<Ended> wait(std::shared_ptr<Awaited> self, Deadline until, bool each = false);

    std::vector<Outcome> outcomes;
    std::size_t left;
    bool each = false;  // whether every outcome wakes
    bool news = false;
    asio::steady_timer wake;
};

/// What all connections of a cluster share. Immutable.
struct Setup {
    Options options;
    std::shared_ptr<asio::ssl::context> tls;
};

/// Belongs to the thread of its executor.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(const asio::any_io_executor& executor, Endpoint node, std::shared_ptr<const Setup> setup);

    /// Connects, says the password, and hears a PONG before any command goes out, so that none goes to a node that
    /// hangs.
    void start();

    /// Puts a command at the end of the line; its outcome is told to `awaited` (null: nobody wants it), perhaps at
    /// once. `patience` is what the command itself may wait.
    void send(std::span<const std::string> words, std::shared_ptr<Awaited> awaited, std::size_t index,
              Millis patience = Millis(0));

    /// What is under way is lost, what was not sent is not.
    void close(const std::string& why);

    [[nodiscard]] const Endpoint& node() const { return node_; }
    [[nodiscard]] bool closed() const { return state_ == State::closed; }
    /// It never came to be usable.
    [[nodiscard]] bool failed_to_open() const { return closed() && !was_open_; }
    [[nodiscard]] Deadline closed_at() const { return closed_at_; }
    /// Idle, and the other side has left: of no use. Anything else that is wrong shows itself when used.
    [[nodiscard]] bool abandoned();
    /// The scripts that were sent as a whole over this connection, by SHA-1.
    [[nodiscard]] std::unordered_set<std::string>& scripts() { return scripts_; }

private:
    enum class State { fresh, opening, open, closed };
    struct Pending {
        std::shared_ptr<Awaited> awaited;
        std::size_t index = 0;
        std::uint64_t begins = 0;  // where in the stream of bytes
        Deadline sent{};
        Millis patience{};
    };

    static asio::awaitable<void> open(std::shared_ptr<Connection> self);
    static asio::awaitable<void> write_all(std::shared_ptr<Connection> self);
    static asio::awaitable<void> read_all(std::shared_ptr<Connection> self);
    asio::awaitable<bool> greet();
    asio::awaitable<bool> read_answer(Answer& answer);
    bool take_answers();
    void pump();
    void watch_time();
    [[nodiscard]] Deadline deadline() const;

    const asio::any_io_executor executor_;
    const Endpoint node_;
    const std::shared_ptr<const Setup> setup_;
    const std::unique_ptr<Stream> stream_;
    asio::steady_timer timer_;
    Reader reader_;
    std::vector<char> buffer_;
    std::string out_;           // to be written
    std::string sending_;       // being written
    std::uint64_t queued_ = 0;  // bytes ever put into out_
    std::uint64_t handed_ = 0;  // of these, given to the socket
    std::deque<Pending> pending_;
    State state_ = State::fresh;
    bool was_open_ = false;
    bool writing_ = false;
    bool reading_ = false;
    bool timing_ = false;
    Deadline opening_until_{};
    Deadline heard_{};  // when bytes last came
    Deadline closed_at_{};
    Outcome epitaph_{};  // what a command gets that comes when it is closed
    std::unordered_set<std::string> scripts_;
};

}  // namespace cadre::redis
