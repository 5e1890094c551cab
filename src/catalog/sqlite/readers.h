// A bounded pool of threads that read, each with a connection of its own at a time.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "base/pool.h"
#include "base/sqlite.h"
#include "catalog/sqlite/damage.h"

namespace cadre::catalog::sqlite {

using namespace cadre::sqlite;

/// Thread-safe. Must be destroyed before the io_contexts whose coroutines wait on it.
class Readers {
public:
    Readers(const std::filesystem::path& file, std::size_t threads, std::shared_ptr<Damage> damage)
        : damage_(std::move(damage)), pool_(threads, kMostWaiting) {
        for (std::size_t i = 0; i < threads; ++i)
            free_.push_back(std::make_unique<Connection>(file, Connection::Mode::read));
    }

    /// Runs `work` (Connection& → Result<T>) in one read transaction. Errors: those of the work; unavailable if too
    /// many wait, or the file is damaged.
    template <class Work>
    auto run(Work work) -> asio::awaitable<std::invoke_result_t<Work&, Connection&>> {
        using Outcome = std::invoke_result_t<Work&, Connection&>;
        auto call = [this, work = std::move(work)]() mutable -> Outcome {
            const Borrowed connection(*this);
            try {
                const Snapshot snapshot(*connection.held);
                return work(*connection.held);
            } catch (const Fault& fault) {
                if (auto refusal = damage_->refusal(fault)) return fail(std::move(*refusal));
                throw;
            }
        };
        co_return co_await pool_.run(std::move(call));
    }

    /// Whether the file was found to be damaged, by whoever uses it.
    [[nodiscard]] const std::shared_ptr<Damage>& damage() const { return damage_; }

private:
    static constexpr std::size_t kMostWaiting = 8192;

    /// There are as many connections as threads, so that one is always free for the thread that asks.
    struct Borrowed {
        explicit Borrowed(Readers& from) : readers(from) {
            const std::lock_guard lock(readers.mutex_);
            held = std::move(readers.free_.back());
            readers.free_.pop_back();
        }
        ~Borrowed() {
            const std::lock_guard lock(readers.mutex_);
            readers.free_.push_back(std::move(held));
        }
        Borrowed(const Borrowed&) = delete;
        Borrowed& operator=(const Borrowed&) = delete;
        Readers& readers;
        std::unique_ptr<Connection> held;
    };

    const std::shared_ptr<Damage> damage_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> free_;
    Pool pool_;  // last: its threads end before the connections do
};

}  // namespace cadre::catalog::sqlite
