// One process of cadre-decode and the server's end of its socket.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/task.h"
#include "media/decoders.h"
#include "media/protocol.h"

namespace cadre::media {

/// Whose doing it is that a decoder ended without an answer.
enum class Blame {
    nobody,   // it had been idle for long, and ended itself as the request came
    picture,  // it broke over the bytes: a crash, a system call that is forbidden, a file that grows too large
    time,     // the picture wanted more processor time than it may have
    outside,  // somebody killed it: the kernel out of memory, an operator. The next try may well succeed
    sandbox,  // it could not lock itself in, and so did not begin
};

/// How a process ended.
struct Ending {
    std::optional<int> signal;  // else it exited
    int status = 0;
    bool ours = false;  // the server killed it: it did not answer as it should
    [[nodiscard]] std::string text() const;
    [[nodiscard]] Blame blame() const;
};

/// The nice value of what takes long; it is under SCHED_IDLE as well.
inline constexpr int kSlowedNice = 19;

/// How long an answer may take. What takes more processor time than `patience` goes on at the lowest priority: it may
/// have what others leave.
struct Patience {
    std::chrono::milliseconds patience{0};
    std::chrono::milliseconds limit{0};
};

/// Owns a process: it is killed and waited for at the latest when this goes. Not thread-safe.
class Worker {
public:
    /// Starts one, by posix_spawn (vfork and exec, so that a server of many threads may do it at any time), in a
    /// process group of its own, with an empty environment, no descriptors but its socket, and no output.
    [[nodiscard]] static Result<Worker> start(const Options& options, int nice);

    Worker(Worker&& other) noexcept;
    Worker& operator=(Worker&& other) noexcept;
    ~Worker();

    /// False if it has ended, as an idle one does after a while.
    [[nodiscard]] bool alive() const;

    /// Hands a request over, with at most five descriptors. False if the process is gone.
    [[nodiscard]] bool send(const Request& request, std::span<const int> descriptors);

    /// Waits for the answer. Nothing if the process ended or sent what can't be an answer; ErrorKind::unavailable if
    /// the time is up.
    /// Its socket once more, to wait at; none, with errno, where the process has no descriptors left.
    [[nodiscard]] UniqueFd watched() const;
    [[nodiscard]] Task<std::optional<std::string>> receive(UniqueFd watched, Patience patience);

    /// Kills it, unless it has ended, and says how it ended. Waits a second at most: a process can be slow to go when
    /// it has to give much memory back.
    [[nodiscard]] asio::awaitable<Ending> end();

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Its processor time since it was started, while it runs.
    [[nodiscard]] std::chrono::milliseconds cpu_used() const;

    std::string owner;    // whose photos it has seen; empty if none yet
    int photos = 0;       // how many it has seen; those that a library refused count more
    bool slowed = false;  // it goes on at the lowest priority, which it can't leave again

private:
    Worker(pid_t pid, UniqueFd socket) : pid_(pid), socket_(std::move(socket)) {}
    /// Takes the exit status, if it has ended or `options` lets it wait.
    std::optional<Ending> reap(int options);

    pid_t pid_ = -1;
    UniqueFd socket_;
};

/// What can be read from a decoder's socket, as Worker::receive. `slow` is called when the patience is over, and says
/// how long it lasts after all; at 0 it is not asked again.
[[nodiscard]] Task<std::optional<std::string>> receive_answer(UniqueFd watched, Patience patience,
                                                              std::function<std::chrono::milliseconds()> slow);

}  // namespace cadre::media
