#include "catalog/sqlite/writer.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cadre::catalog::sqlite {
namespace {

constexpr std::size_t kMostWaiting = 8192;
constexpr std::size_t kMostInGroup = 512;

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
    explicit HandlerWaiter(Handler handler)
        : guard_(asio::make_work_guard(asio::get_associated_executor(handler))), handler_(std::move(handler)) {}
    void resume(std::exception_ptr fault) override {
        asio::post(guard_.get_executor(),
                   [handler = std::move(handler_), fault = std::move(fault)]() mutable { handler(std::move(fault)); });
    }

private:
    asio::executor_work_guard<asio::associated_executor_t<Handler>> guard_;
    Handler handler_;
};

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {
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
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= kMostWaiting || stopping_) {
            Error busy{ErrorKind::unavailable, "The server is busy. Try again in a moment."};
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
        if (auto refusal = fault.refusal()) co_return refusal;
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
        commit(group);
        group.clear();
    }
}

void Writer::commit(std::deque<Write>& group) {
    std::vector<std::function<void()>> effects;
    std::exception_ptr fault;
    try {
        Query(*connection_, "BEGIN IMMEDIATE").run();
        for (auto& write : group) perform(write, effects);
        Query(*connection_, "COMMIT").run();
        ++commits_;
        for (auto& effect : effects) effect();
    } catch (...) {
        fault = std::current_exception();
        if (connection_->in_transaction()) connection_->execute("ROLLBACK");
    }
    for (auto& write : group) {
        write.call = nullptr;  // what it holds dies before the caller goes on
        write.waiter->resume(fault ? fault : write.fault);
    }
}

void Writer::perform(Write& write, std::vector<std::function<void()>>& effects) {
    Transaction transaction(*connection_);
    bool done = false;
    Query(*connection_, "SAVEPOINT one").run();
    try {
        done = write.call(transaction);
    } catch (...) {
        write.fault = std::current_exception();
        // A full or broken disk ends the whole transaction: then the others can't be kept either.
        if (!connection_->in_transaction()) throw;
    }
    if (done)
        for (auto& effect : transaction.effects_) effects.push_back(std::move(effect));
    else
        Query(*connection_, "ROLLBACK TO one").run();
    Query(*connection_, "RELEASE one").run();
}

}  // namespace cadre::catalog::sqlite
