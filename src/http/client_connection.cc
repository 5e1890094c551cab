#include "http/client_connection.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace cadre::http {
namespace {

constexpr std::size_t kHeadLimit = std::size_t{64} << 10;
constexpr std::chrono::milliseconds kContinueTime{1'000};

tl::unexpected<Error> broken_off(const ClientConnection& connection, std::string_view why) {
    return fail(ErrorKind::unavailable, "The connection to " + connection.key + " broke off.", std::string(why));
}

tl::unexpected<Error> ended(const ClientConnection& connection, bool nothing_came) {
    if (connection.wire.ended() == Wire::Ended::timed_out)
        return fail(ErrorKind::unavailable, "The answer of " + connection.key + " took too long.", "time limit");
    return broken_off(connection, nothing_came ? kNothingCame : "closed in the middle of an answer");
}

/// Leaves the pool's care when it goes, unless it was given back.
class Held {
public:
    Held(std::unique_ptr<ClientConnection> connection, ClientPool& pool)
        : connection_(std::move(connection)), pool_(&pool) {}
    Held(Held&& other) noexcept = default;
    Held& operator=(Held&&) = delete;
    ~Held() { drop(); }

    void drop() {
        if (connection_) pool_->forget(*connection_);
        connection_.reset();
    }
    void give_back() {
        if (connection_) pool_->give_back(std::move(connection_));
    }
    [[nodiscard]] bool there() const { return connection_ != nullptr; }
    ClientConnection& operator*() const { return *connection_; }
    ClientConnection* operator->() const { return connection_.get(); }

private:
    std::unique_ptr<ClientConnection> connection_;
    ClientPool* pool_;
};

class AnswerBody final : public BodyReader {
public:
    AnswerBody(Held connection, const Head& head, std::chrono::milliseconds read_timeout, bool none)
        : connection_(std::move(connection)), head_(head), read_timeout_(read_timeout) {
        left_ = head.content_length.value_or(0);
        if (none || (!head.chunked && !head.until_close && left_ == 0)) finish();
    }

    Task<std::size_t> read_some(std::span<std::uint8_t> into) override {
        if (into.empty()) co_return std::size_t{0};
        if (complete_) co_return std::size_t{0};
        if (!connection_.there()) co_return fail(ErrorKind::unavailable, "The answer broke off.");
        ClientConnection& connection = *connection_;
        while (true) {
            const auto got = take(into);
            if (broken_) {
                connection_.drop();
                co_return fail(ErrorKind::invalid, "The chunks of the answer are malformed.");
            }
            if (got > 0 || complete_) co_return got;
            Wire::Budget budget{read_timeout_};
            if (!head_.chunked && !head_.until_close) {  // nothing of it has to be looked at
                const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
                const std::size_t count = co_await connection.wire.receive_into(into.first(most), budget);
                if (count > 0) co_return took(count);
            } else {
                const std::size_t more = co_await connection.wire.receive(kHeadLimit, budget);
                if (more > 0) continue;
            }
            if (head_.until_close && connection.wire.ended() == Wire::Ended::closed) {
                complete_ = true;
                connection_.drop();
                co_return std::size_t{0};
            }
            auto error = ended(connection, false);
            connection_.drop();
            co_return error;
        }
    }

    std::shared_ptr<ClientPool> pool;  // outlives connection_, which is destroyed first

private:
    /// What is there already.
    std::size_t take(std::span<std::uint8_t> into) {
        Wire& wire = connection_->wire;
        const auto pending = wire.pending();
        if (head_.chunked) {
            const auto piece = connection_->parser.parse_chunked(pending, into);
            wire.consume(piece.consumed);
            broken_ = piece.broken || (piece.written == 0 && !piece.done && wire.pending().size() >= kHeadLimit);
            if (piece.done) finish();
            return piece.written;
        }
        auto count = std::min(pending.size(), into.size());
        if (!head_.until_close) count = static_cast<std::size_t>(std::min<std::uint64_t>(count, left_));
        std::memcpy(into.data(), pending.data(), count);
        wire.consume(count);
        return head_.until_close ? count : took(count);
    }

    std::size_t took(std::size_t count) {
        left_ -= count;
        if (count > 0 && left_ == 0) finish();
        return count;
    }

    void finish() {
        complete_ = true;
        if (head_.keep_alive && connection_->wire.pending().empty())
            connection_.give_back();
        else
            connection_.drop();
    }

    Held connection_;
    Head head_;
    std::chrono::milliseconds read_timeout_;
    std::uint64_t left_ = 0;
    bool complete_ = false;
    bool broken_ = false;
};

std::string head_of(const ClientRequest& request) {
    std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", to_string(request.method), request.url.target,
                                   request.url.authority());
    for (std::size_t i = 0; i < request.headers.size(); ++i) head += request.headers.line(i);
    const auto length = length_of(request.body);
    const bool takes_body =
        request.method == Method::post || request.method == Method::put || request.method == Method::patch;
    if (!length)
        head += "Transfer-Encoding: chunked\r\n";
    else if (*length > 0 || takes_body)
        head += fmt::format("Content-Length: {}\r\n", *length);
    if (request.expect_continue) head += "Expect: 100-continue\r\n";
    head += "\r\n";
    return head;
}

Wire::Budget send_budget(const ClientOptions& options) { return {options.send_timeout, 2048}; }

asio::awaitable<bool> send_stream(ClientConnection& connection, StreamBody stream, ClientOptions options) {
    while (true) {
        Result<std::optional<std::string>> chunk = co_await stream.produce();
        if (!chunk) co_return false;
        Wire::Budget budget = send_budget(options);
        if (!*chunk) {
            if (stream.length) co_return true;
            co_return co_await connection.wire.send("0\r\n\r\n", {}, budget);
        }
        std::string data = std::move(**chunk);
        if (data.empty()) continue;
        if (!stream.length) data = fmt::format("{:x}\r\n", data.size()) + data + "\r\n";
        const bool sent = co_await connection.wire.send(data, {}, budget);
        if (!sent) co_return false;
    }
}

asio::awaitable<bool> send_body(ClientConnection& connection, std::string head, const ClientRequest& request,
                                ClientOptions options) {
    Wire::Budget budget = send_budget(options);
    Wire& wire = connection.wire;
    if (const auto* text = std::get_if<std::string>(&request.body)) co_return co_await wire.send(head, *text, budget);
    if (const auto* text = std::get_if<std::shared_ptr<const std::string>>(&request.body))
        co_return co_await wire.send(head, **text, budget);
    const auto* file = std::get_if<FileBody>(&request.body);
    const bool begun = co_await wire.send(head, {}, budget, file != nullptr && file->length > 0);
    if (!begun) co_return false;
    if (file != nullptr) co_return co_await wire.send_file(file->fd->get(), file->offset, file->length, budget);
    if (const auto* stream = std::get_if<StreamBody>(&request.body))
        co_return co_await send_stream(connection, *stream, options);
    co_return true;
}

/// The next header, whatever its status; `head` is filled.
Task<void> read_head(ClientConnection& connection, std::chrono::milliseconds time, bool to_head, Head& head,
                     Headers& headers) {
    Wire::Budget budget{time};
    std::size_t looked_at = 0;
    while (true) {
        const auto pending = connection.wire.pending();
        if (const auto end = end_of_head(pending, looked_at)) {
            head = {};
            headers.clear();
            const auto wrong = connection.parser.parse_head(pending.substr(0, *end), head, headers, to_head);
            if (wrong) co_return fail(ErrorKind::invalid, "The answer of " + connection.key + " is malformed.");
            connection.wire.consume(*end);
            co_return Result<void>{};
        }
        looked_at = pending.size();
        if (looked_at >= kHeadLimit)
            co_return fail(ErrorKind::invalid, "The header of the answer of " + connection.key + " is too large.");
        const std::size_t count = co_await connection.wire.receive(kHeadLimit, budget);
        if (count == 0) co_return ended(connection, looked_at == 0);
    }
}

}  // namespace

bool ClientConnection::quiet() {
    char byte = 0;
    const auto there = ::recv(wire.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return there < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

Task<ClientStream> exchange(std::unique_ptr<ClientConnection> owned, const ClientRequest& request,
                            ClientOptions options, ClientPool& pool) {
    Held connection(std::move(owned), pool);
    ClientStream answer;
    Head head;
    std::string request_head = head_of(request);
    const bool to_head = request.method == Method::head;

    if (request.expect_continue) {
        Wire::Budget budget = send_budget(options);
        const bool begun = co_await connection->wire.send(request_head, {}, budget);
        if (!begun) co_return ended(*connection, true);
        request_head.clear();
        const auto first = co_await read_head(*connection, kContinueTime, to_head, head, answer.headers);
        if (!first && connection->wire.ended() != Wire::Ended::timed_out) co_return fail(first.error());
    }
    bool whole = true;
    if (head.status < 200) {
        whole = co_await send_body(*connection, std::move(request_head), request, options);
        if (!whole && connection->wire.ended() == Wire::Ended::timed_out) co_return ended(*connection, false);
        if (!whole && connection->wire.ended() == Wire::Ended::no)
            co_return broken_off(*connection, "the body to be sent could not be read");
        if (options.quick_ack) {
            const int on = 1;
            ::setsockopt(connection->wire.socket().native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
        }
        const auto answer_timeout = request.answer_timeout.value_or(options.answer_timeout);
        do {  // a refusal may be there although not all could be sent
            CO_CHECK(co_await read_head(*connection, answer_timeout, to_head, head, answer.headers));
        } while (head.status < 200);
    } else {
        whole = false;  // refused before the body was sent
    }
    answer.status = head.status;
    if (!whole) head.keep_alive = false;
    const bool none = to_head || head.status == 204 || head.status == 304;
    answer.body = std::make_unique<AnswerBody>(std::move(connection), head, options.read_timeout, none);
    co_return answer;
}

void hold(BodyReader& body, std::shared_ptr<ClientPool> pool) { static_cast<AnswerBody&>(body).pool = std::move(pool); }

}  // namespace cadre::http
