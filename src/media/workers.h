// Decoders of one kind: so many processes, and a bounded queue before them in which people take turns.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "media/dear.h"
#include "media/worker.h"

namespace cadre::media {

/// Thread-safe. Held by shared_ptr, so that who has a worker out can give it back after the server let go.
class Workers : public std::enable_shared_from_this<Workers> {
public:
    /// `dear`: whose workers begin at the lowest priority.
    explicit Workers(Options options, Slots slots, std::shared_ptr<const Dear> dear = nullptr)
        : options_(std::move(options)), slots_(slots), dear_(std::move(dear)) {}

    /// A worker in the hands of one call. What is not given back in order is killed.
    class Lease {
    public:
        Lease(std::shared_ptr<Workers> home, std::string owner, std::string turn)
            : home_(std::move(home)),
              owner_(std::move(owner)),
              turn_(std::move(turn)),
              slow_(home_->dear_ && home_->dear_->holds(turn_)) {}
        Lease(Lease&&) = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (home_) home_->give_back(turn_, std::nullopt);
        }

        [[nodiscard]] Worker& worker() { return *worker_; }
        [[nodiscard]] const std::string& turn() const { return turn_; }
        /// Whether it began at the lowest priority.
        [[nodiscard]] bool slow() const { return slow_; }
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
        std::string turn_;
        bool slow_;
        std::optional<Worker> worker_;
    };

    /// Waits for a turn of `turn`, whoever that is: of all who wait, it is the turn of whom the fewest are in hand, and
    /// of these of who has waited longest since the last one. ErrorKind::unavailable if too many are waiting: then it
    /// is the last one of whom most are waiting that has to go. The worker has never seen a photo of another `owner`.
    /// It has the lowest priority where what is of `turn` has taken long lately.
    [[nodiscard]] Task<Lease> take(std::string owner, std::string turn);

    /// Somebody has killed a decoder, most probably for its memory: for a while one at a time does all the work.
    void be_careful();

    [[nodiscard]] Load load() const;

    /// Kills the idle and refuses the waiting and all that come.
    void stop();

private:
    struct Waiter;
    /// Whose turn it is.
    struct Line {
        std::deque<std::shared_ptr<Waiter>> waiting;
        std::size_t running = 0;
        std::uint64_t since = 0;  // the number of its last turn, or of when it came
    };
    using Lines = std::map<std::string, Line>;

    // All below with the mutex held.
    [[nodiscard]] bool careful() const { return std::chrono::steady_clock::now() < careful_until_; }
    [[nodiscard]] bool may_run(const Line& line) const;
    [[nodiscard]] Lines::iterator line_of(const std::string& turn);
    void forget_if_empty(Lines::iterator line);
    void begin(Line& line);
    /// Ends the wait of as many as may run now.
    void grant();
    /// Whether there is room in the queue for one more of this line; the last of a longer one may have to go for it.
    [[nodiscard]] bool make_room(const Line& line);

    /// Takes an idle worker of that priority that has seen this owner's photos or none; else one that has to go first,
    /// so that there are never more than there are slots.
    std::optional<Worker> pick_idle(const std::string& owner, bool slow);
    /// Ends a turn: the next in the queue has it.
    void give_back(const std::string& turn, std::optional<Worker> worker);
    void leave(const std::string& turn, const std::shared_ptr<Waiter>& waiter);

    const Options options_;
    const Slots slots_;
    const std::shared_ptr<const Dear> dear_;
    mutable std::mutex mutex_;
    bool stopped_ = false;
    std::size_t out_ = 0;      // leases; leases and idle workers are at most as many as slots
    std::size_t waiting_ = 0;  // in all lines
    std::uint64_t turns_ = 0;
    std::vector<Worker> idle_;
    Lines lines_;
    std::chrono::steady_clock::time_point careful_until_{};
};

}  // namespace cadre::media
