#include "catalog/sqlite/writer.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/resumption.h"
#include "base/sqlite_files.h"

namespace cadre::catalog::sqlite {
namespace {

constexpr std::size_t kMostWaiting = 8192;
constexpr std::size_t kMostInGroup = 512;
constexpr int kRescues = 8;  // of one group; each frees some megabytes

}  // namespace

/// Who waits for a write.
struct Writer::Waiter {
    virtual ~Waiter() = default;
    virtual void resume(std::exception_ptr fault) = 0;
};

namespace {

template <class Base, class Handler>
class HandlerWaiter final : public Base {
public:
    explicit HandlerWaiter(Handler handler) : caller_(std::move(handler)) {}
    void resume(std::exception_ptr fault) override { caller_.post(std::move(fault)); }

private:
    Resumption<Handler> caller_;
};

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, Rescue rescue)
    : connection_(std::move(connection)), rescue_(std::move(rescue)) {
    thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

asio::awaitable<std::optional<Error>> Writer::submit(Call call) {
    if (rescue_.damage && rescue_.damage->found()) co_return Damage::error();
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= kMostWaiting || stopping_) {
            Error busy{Code::busy, "The server is busy. Try again in a moment."};
            busy.retry_after = std::chrono::seconds(1);
            co_return busy;
        }
    }
    try {
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
            [this, &call](auto handler) {
                using Handler = decltype(handler);
                Write write{std::move(call), std::make_unique<HandlerWaiter<Waiter, Handler>>(std::move(handler)), {}};
                // Once it is in the queue, the caller may go on elsewhere and this closure be gone.
                Writer& self = *this;
                const std::lock_guard lock(self.mutex_);
                self.waiting_.push_back(std::move(write));
                self.wake_.notify_one();
            },
            asio::use_awaitable);
    } catch (const Fault& fault) {
        auto refusal = rescue_.damage ? rescue_.damage->refusal(fault) : fault.refusal();
        if (refusal) co_return refusal;
        throw;
    }
    co_return std::nullopt;
}

void Writer::loop() {
    std::deque<Write> group;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            while (!waiting_.empty() && group.size() < kMostInGroup) {
                group.push_back(std::move(waiting_.front()));
                waiting_.pop_front();
            }
        }
        commit_or_rescue(group);
        group.clear();
    }
}

void Writer::commit_or_rescue(std::deque<Write>& group) {
    std::exception_ptr fault;
    for (int attempt = 0;; ++attempt) {
        fault = commit(group);
        if (!fault || attempt == kRescues || !rescue(fault, attempt == 0)) break;
    }
    for (auto& write : group) {
        write.call = nullptr;  // what it holds dies before the caller goes on
        write.waiter->resume(fault ? fault : write.fault);
    }
}

/// Whether the group is worth another attempt.
bool Writer::rescue(const std::exception_ptr& fault, bool first) {
    try {
        std::rethrow_exception(fault);
    } catch (const Fault& what) {
        if (what.full() && first && restart_log(*connection_)) return true;
        if (what.full()) return rescue_.make_room && rescue_.make_room();
        if (!what.damaged() || !rescue_.renew) return false;
        connection_.reset();  // before its file is renamed
        auto renewed = rescue_.renew();
        if (renewed) connection_ = std::move(*renewed);
        return renewed.has_value();
    } catch (...) {
        return false;
    }
}

/// What kept all of it from being written, if anything did.
std::exception_ptr Writer::commit(std::deque<Write>& group) {
    if (!connection_)
        return std::make_exception_ptr(Fault(SQLITE_CANTOPEN, "SQLite: the file could not be begun anew"));
    std::vector<std::function<void()>> effects;
    try {
        Query(*connection_, "BEGIN IMMEDIATE").run();
        for (auto& write : group) perform(write, effects);
        Query(*connection_, "COMMIT").run();
    } catch (...) {
        auto fault = std::current_exception();
        try {
            if (connection_->in_transaction()) connection_->execute("ROLLBACK");
        } catch (const Fault&) {  // the next BEGIN says it again
        }
        return fault;
    }
    ++commits_;
    for (auto& effect : effects) effect();
    return nullptr;
}

void Writer::perform(Write& write, std::vector<std::function<void()>>& effects) {
    Transaction transaction(*connection_);
    bool done = false;
    write.fault = nullptr;
    Query(*connection_, "SAVEPOINT one").run();
    try {
        done = write.call(transaction);
    } catch (const Fault& fault) {
        // Then the others can't be kept either: all are tried again once there is room, or the file is begun anew.
        if (fault.full() || fault.damaged() || !connection_->in_transaction()) throw;
        write.fault = std::current_exception();
    } catch (...) {
        write.fault = std::current_exception();
        if (!connection_->in_transaction()) throw;
    }
    if (done)
        for (auto& effect : transaction.effects_) effects.push_back(std::move(effect));
    else
        Query(*connection_, "ROLLBACK TO one").run();
    Query(*connection_, "RELEASE one").run();
}

}  // namespace cadre::catalog::sqlite
