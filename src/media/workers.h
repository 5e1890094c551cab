// Decoders of one kind: so many processes, and a bounded queue before them.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "media/worker.h"

namespace cadre::media {

/// Thread-safe. Held by shared_ptr, so that who has a worker out can give it back after the server let go.
class Workers : public std::enable_shared_from_this<Workers> {
public:
    Workers(Options options, std::size_t count) : options_(std::move(options)), count_(count) {}

    /// A worker in the hands of one call. What is not given back in order is killed.
    class Lease {
    public:
        Lease(std::shared_ptr<Workers> home, std::string owner) : home_(std::move(home)), owner_(std::move(owner)) {}
        Lease(Lease&&) = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (home_) home_->give_back(std::nullopt);
        }

        [[nodiscard]] Worker& worker() { return *worker_; }
        /// Kills the worker that it holds, if any, says how it ended, and has none then.
        [[nodiscard]] asio::awaitable<Ending> end();
        /// Starts a worker in place of one that ended, or for the first time.
        [[nodiscard]] Result<void> start();
        /// Back to the others, for the next photo.
        void keep();

    private:
        friend class Workers;
        std::shared_ptr<Workers> home_;
        std::string owner_;
        std::optional<Worker> worker_;
    };

    /// Waits for its turn; first come, first served. ErrorKind::unavailable if too many are waiting. The worker has
    /// never seen a photo of another owner.
    [[nodiscard]] Task<Lease> take(std::string owner);

    /// Kills the idle and refuses the waiting and all that come.
    void stop();

private:
    struct Waiter;

    /// Takes an idle worker that has seen this owner's photos or none; else one that has to go first, so that there
    /// are never more than count_.
    std::optional<Worker> pick_idle(const std::string& owner);
    /// Ends a turn: the next in the queue has it.
    void give_back(std::optional<Worker> worker);

    const Options options_;
    const std::size_t count_;
    std::mutex mutex_;
    bool stopped_ = false;
    std::size_t out_ = 0;  // leases; leases and idle workers are at most count_
    std::vector<Worker> idle_;
    std::deque<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace cadre::media
