// One process of cadre-decode and the server's end of its socket.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/task.h"
#include "media/decoders.h"
#include "media/protocol.h"

namespace cadre::media {

/// How a process ended.
struct Ending {
    std::optional<int> signal;  // else it exited
    int status = 0;
    [[nodiscard]] std::string text() const;
};

/// Owns a process: it is killed and waited for at the latest when this goes. Not thread-safe.
class Worker {
public:
    /// Starts one, by posix_spawn (vfork and exec, so that a server of many threads may do it at any time), in a
    /// process group of its own, with an empty environment, no descriptors but its socket, and no output.
    [[nodiscard]] static Result<Worker> start(const Options& options);

    Worker(Worker&& other) noexcept;
    Worker& operator=(Worker&& other) noexcept;
    ~Worker();

    /// False if it has ended, as an idle one does after a while.
    [[nodiscard]] bool alive() const;

    /// Hands a request over, with at most five descriptors. False if the process is gone.
    [[nodiscard]] bool send(const Request& request, std::span<const int> descriptors);

    /// Waits until `limit` for the answer. Nothing if the process ended or sent what can't be an answer;
    /// ErrorKind::unavailable if the time is up.
    [[nodiscard]] Task<std::optional<std::string>> receive(std::chrono::seconds limit);

    /// Kills it, unless it has ended, and says how it ended. Waits a second at most: a process can be slow to go when
    /// it has to give much memory back.
    [[nodiscard]] asio::awaitable<Ending> end();

    [[nodiscard]] pid_t pid() const { return pid_; }

    std::string owner;  // whose photos it has seen; empty if none yet
    int photos = 0;     // how many it has seen

private:
    Worker(pid_t pid, UniqueFd socket) : pid_(pid), socket_(std::move(socket)) {}
    /// Takes the exit status, if it has ended or `options` lets it wait.
    std::optional<Ending> reap(int options);

    pid_t pid_ = -1;
    UniqueFd socket_;
};

}  // namespace cadre::media
