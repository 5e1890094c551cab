// Group commit: one thread owns the writing connection of a database, takes all writes that wait, and commits them as
// one transaction.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/sqlite.h"
#include "base/task.h"
#include "catalog/sqlite/damage.h"

namespace cadre::catalog::sqlite {

using namespace cadre::sqlite;

/// What one write works in.
class Transaction {
public:
    explicit Transaction(Connection& connection) : db(connection) {}
    Connection& db;
    /// Runs `effect` on the writer's thread after the commit and before the write is answered; never if it failed.
    /// Effects of a group run in the order of its writes.
    void after_commit(std::function<void()> effect) { effects_.push_back(std::move(effect)); }

private:
    friend class Writer;
    std::vector<std::function<void()>> effects_;
};

/// What a writer can do about a disk that is full and a file that is damaged; each may be empty.
struct Rescue {
    std::function<bool()> make_room{};                             // whether it freed something
    std::function<Result<std::unique_ptr<Connection>>()> renew{};  // begins the file anew
    std::shared_ptr<Damage> damage{};                              // else it is noted here
};

/// Thread-safe. Must be destroyed before the io_contexts whose coroutines wait on it.
class Writer {
public:
    explicit Writer(std::unique_ptr<Connection> connection, Rescue rescue = {});
    /// Commits what was accepted, then stops.
    ~Writer();

    /// Runs `work` (Transaction& → Result<T>) in the next group and resumes the caller on its own executor once that is
    /// committed. A work that returns an error, or throws, is undone and takes no other with it; it is run again where
    /// the disk was full and room was made, or the file was begun anew. Errors: those of the work; unavailable if too
    /// many wait, another process writes for too long, or the file is damaged; no_space.
    template <class Work>
    auto run(Work work) -> asio::awaitable<std::invoke_result_t<Work&, Transaction&>> {
        using Outcome = std::invoke_result_t<Work&, Transaction&>;
        struct State {
            Work work;
            std::optional<Outcome> outcome;
        };
        auto state = std::make_shared<State>(State{std::move(work), std::nullopt});
        Call call = [state](Transaction& transaction) {
            state->outcome.emplace(state->work(transaction));
            return state->outcome->has_value();
        };
        auto refused = co_await submit(std::move(call));
        if (refused) co_return fail(std::move(*refused));
        co_return std::move(*state->outcome);
    }

    /// Commits so far.
    [[nodiscard]] std::uint64_t commits() const { return commits_.load(); }

private:
    using Call = std::function<bool(Transaction&)>;  // false: undo
    struct Waiter;
    struct Write {
        Call call;
        std::unique_ptr<Waiter> waiter;
        std::exception_ptr fault;
    };

    /// Nothing when the call was run; throws what is no refusal.
    asio::awaitable<std::optional<Error>> submit(Call call);
    void loop();
    std::exception_ptr commit(std::deque<Write>& group);
    void commit_or_rescue(std::deque<Write>& group);
    bool rescue(const std::exception_ptr& fault, bool first);
    void perform(Write& write, std::vector<std::function<void()>>& effects);

    std::unique_ptr<Connection> connection_;
    const Rescue rescue_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Write> waiting_;
    bool stopping_ = false;
    std::atomic<std::uint64_t> commits_{0};
    std::thread thread_;
};

}  // namespace cadre::catalog::sqlite
