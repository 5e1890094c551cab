#include "redis/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "redis/slots.h"

namespace cadre::redis {
namespace {

constexpr std::size_t kBuffer = std::size_t{32} << 10;
constexpr std::size_t kMostPending = 100'000;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kKept = std::size_t{1} << 20;  // a buffer that grew larger is given back

using boost::system::error_code;
using Clock = std::chrono::steady_clock;

}  // namespace

void Awaited::settle(std::size_t index, Outcome outcome) {
    outcomes[index] = std::move(outcome);
    news = true;
    if (--left == 0 || each) wake.cancel();
}

asio::awaitable<Awaited::Ended> Awaited::wait(std::shared_ptr<Awaited> self, Deadline until, bool each) {
    self->each = each;
    self->wake.expires_at(until);
    while (self->left > 0 && !(each && self->news)) {
        error_code error;
        co_await self->wake.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (self->left == 0 || (each && self->news)) break;
        if (!error) co_return Ended::late;
        co_return Ended::cancelled;
    }
    self->news = false;
    co_return Ended::settled;
}

Connection::Connection(const asio::any_io_executor& executor, Endpoint node, std::shared_ptr<const Setup> setup)
    : executor_(executor),
      node_(std::move(node)),
      setup_(std::move(setup)),
      stream_(make_stream(executor, setup_->tls)),
      timer_(executor),
      buffer_(kBuffer) {}

void Connection::start() {
    state_ = State::opening;
    opening_until_ = Clock::now() + setup_->options.connect_timeout;
    watch_time();
    asio::co_spawn(executor_, open(shared_from_this()), asio::detached);
}

asio::awaitable<void> Connection::open(std::shared_ptr<Connection> self) {
    error_code error;
    co_await self->stream_->open(self->node_, error);
    if (self->closed()) {  // too late: closed while a name was looked up
        self->stream_->close();
        co_return;
    }
    if (error) co_return self->close(error.message());
    const bool welcome = co_await self->greet();
    if (!welcome || self->closed()) co_return;
    self->state_ = State::open;
    self->was_open_ = true;
    if (self->pending_.empty()) self->timer_.cancel();
    self->heard_ = Clock::now();
    self->pump();
}

asio::awaitable<bool> Connection::greet() {
    std::string hello;
    const bool secret = !setup_->options.password.empty();
    if (secret) append_command(hello, std::vector<std::string>{"AUTH", setup_->options.password});
    append_command(hello, std::vector<std::string>{"PING"});
    error_code error;
    co_await stream_->write(asio::buffer(hello), error);
    for (int answers = secret ? 2 : 1; answers > 0 && !error; --answers) {
        Answer answer;
        const bool came = co_await read_answer(answer);
        if (!came) co_return false;
        // A node that loads its data, or lost its master, is alive: it says so to every command.
        if (answer.error && !answer.error->starts_with("LOADING") && !answer.error->starts_with("MASTERDOWN")) {
            epitaph_ = {Outcome::Kind::answered, std::move(answer), {}};
            close("refused");
            co_return false;
        }
    }
    if (error) close(error.message());
    co_return !error;
}

asio::awaitable<bool> Connection::read_answer(Answer& answer) {
    while (true) {
        const auto got = reader_.next(answer);
        if (got == Reader::Got::answer) co_return true;
        if (got == Reader::Got::broken) {
            close("it does not speak Redis' protocol");
            co_return false;
        }
        error_code error;
        const std::size_t count = co_await stream_->read_some(asio::buffer(buffer_), error);
        if (closed()) co_return false;
        if (error) {
            close(error.message());
            co_return false;
        }
        reader_.feed({buffer_.data(), count});
    }
}

void Connection::send(std::span<const std::string> words, std::shared_ptr<Awaited> awaited, std::size_t index,
                      Millis patience) {
    if (closed()) {
        if (awaited) awaited->settle(index, epitaph_);
        return;
    }
    if (pending_.size() >= kMostPending || out_.size() >= kMostBytes) {
        if (awaited)
            awaited->settle(index,
                            {Outcome::Kind::not_sent, {}, fmt::format("too many wait for {}", to_string(node_))});
        return;
    }
    const auto before = out_.size();
    append_command(out_, words);
    pending_.push_back({std::move(awaited), index, queued_, Clock::now(), patience});
    queued_ += out_.size() - before;
    pump();
}

void Connection::pump() {
    if (state_ != State::open) return;
    if (!writing_ && !out_.empty()) {
        writing_ = true;  // co_spawn begins it in the loop's next turn, so that it takes all of this turn's commands
        asio::co_spawn(executor_, write_all(shared_from_this()), asio::detached);
    }
    if (!reading_ && !pending_.empty()) {
        reading_ = true;
        asio::co_spawn(executor_, read_all(shared_from_this()), asio::detached);
    }
    if (!pending_.empty()) watch_time();
}

asio::awaitable<void> Connection::write_all(std::shared_ptr<Connection> self) {
    while (!self->closed() && !self->out_.empty()) {
        std::swap(self->out_, self->sending_);
        self->handed_ += self->sending_.size();
        error_code error;
        co_await self->stream_->write(asio::buffer(self->sending_), error);
        if (error && !self->closed()) self->close(error.message());
        self->sending_.clear();
        if (self->sending_.capacity() > kKept) self->sending_.shrink_to_fit();
    }
    self->writing_ = false;
}

asio::awaitable<void> Connection::read_all(std::shared_ptr<Connection> self) {
    while (!self->closed() && !self->pending_.empty()) {
        error_code error;
        const std::size_t count = co_await self->stream_->read_some(asio::buffer(self->buffer_), error);
        if (self->closed()) break;
        if (error) {
            self->close(error.message());
            break;
        }
        self->heard_ = Clock::now();
        self->reader_.feed({self->buffer_.data(), count});
        if (!self->take_answers()) self->close("it does not speak Redis' protocol");
    }
    self->reading_ = false;
    if (self->pending_.empty()) self->timer_.cancel();
}

bool Connection::take_answers() {
    while (true) {
        Outcome outcome{Outcome::Kind::answered, {}, {}};
        const auto got = reader_.next(outcome.answer);
        if (got == Reader::Got::nothing) return true;
        if (got == Reader::Got::broken || pending_.empty()) return false;
        const Pending first = std::move(pending_.front());
        pending_.pop_front();
        if (first.awaited) first.awaited->settle(first.index, std::move(outcome));
    }
}

Deadline Connection::deadline() const {
    if (state_ == State::opening) return opening_until_;
    if (pending_.empty()) return Deadline::max();
    const auto& first = pending_.front();
    return std::max(heard_, first.sent) + setup_->options.answer_timeout + first.patience;
}

void Connection::watch_time() {
    if (timing_ || closed()) return;
    timing_ = true;
    timer_.expires_at(deadline());
    timer_.async_wait([self = shared_from_this()](error_code) {
        self->timing_ = false;
        if (self->closed()) return;
        if (Clock::now() >= self->deadline())
            self->close(self->state_ == State::opening ? "no connection within the time limit"
                                                       : "no answer within the time limit");
        else if (self->state_ == State::opening || !self->pending_.empty())
            self->watch_time();
    });
}

void Connection::close(const std::string& why) {
    if (closed()) return;
    state_ = State::closed;
    closed_at_ = Clock::now();
    stream_->close();
    timer_.cancel();
    const auto sentence = fmt::format("redis {}: {}", to_string(node_), why);
    if (epitaph_.kind == Outcome::Kind::waiting) epitaph_ = {Outcome::Kind::not_sent, {}, sentence};
    for (auto& waiting : std::exchange(pending_, {})) {
        if (!waiting.awaited) continue;
        if (waiting.begins < handed_)
            waiting.awaited->settle(waiting.index, {Outcome::Kind::lost, {}, sentence});
        else
            waiting.awaited->settle(waiting.index, epitaph_);
    }
    out_.clear();
}

bool Connection::abandoned() {
    return closed() || (state_ == State::open && pending_.empty() && !reading_ && stream_->ended());
}

}  // namespace cadre::redis
