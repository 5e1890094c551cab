// Answers on their way out.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "http/access_log.h"
#include "http/connection.h"

namespace cadre::http {
namespace {

/// Below this a file is read and sent with its header in one call; above it sendfile is cheaper.
constexpr std::uint64_t kReadBelow = std::uint64_t{64} << 10;

Wire::Budget send_budget(const ServerOptions& options) { return {options.stall_grace, options.min_rate}; }

}  // namespace

/// Whether all of it was sent. The header lies in out_ until the first bytes of the body go with it.
asio::awaitable<bool> Connection::send(Response& response, bool keep_alive) {
    const auto& shared = thread_.shared;
    const bool http_1_0 = head_.version == 10;
    const bool head_only = request_.method == Method::head;
    const Framing framing = framing_of(response, http_1_0);
    const bool streams = std::holds_alternative<EventBody>(response.body) || framing.kind == Framing::Kind::until_close;
    write_head(out_, response, framing,
               {thread_.date(), request_.id, shared.standing_fields, keep_alive && (!streams || head_only), http_1_0});
    if (head_only || framing.kind == Framing::Kind::none) response.body = {};

    std::string_view body;
    if (in_memory(response.body, body)) {
        Wire::Budget budget = send_budget(shared.options);
        std::string_view head = out_;
        const auto length = body.size();
        bool sent = wire_.send_now(head, body);
        if (sent && !(head.empty() && body.empty())) sent = co_await wire_.send(head, body, budget);
        if (sent) sent_ += length;
        co_return sent;
    }
    if (const auto* file = std::get_if<FileBody>(&response.body)) co_return co_await send_file(*file);
    if (auto* stream = std::get_if<StreamBody>(&response.body)) {
        const bool sent = co_await send_stream(std::move(stream->produce), framing);
        co_return sent&& framing.kind != Framing::Kind::until_close;
    }
    if (auto* sequence = std::get_if<SequenceBody>(&response.body))
        co_return co_await send_sequence(std::move(*sequence));
    co_await send_events(std::move(std::get<EventBody>(response.body).produce), framing);
    co_return false;  // what the client sent meanwhile was thrown away
}

/// Whether the body is in memory, or a file so small that it now is.
bool Connection::in_memory(const Body& body, std::string_view& bytes) {
    if (std::holds_alternative<std::monostate>(body)) return true;
    if (const auto* text = std::get_if<std::string>(&body)) {
        bytes = *text;
        return true;
    }
    if (const auto* text = std::get_if<std::shared_ptr<const std::string>>(&body)) {
        if (*text) bytes = **text;
        return true;
    }
    const auto* file = std::get_if<FileBody>(&body);
    if (file == nullptr || file->length > kReadBelow || !read_small(*file)) return false;
    bytes = {piece_.data(), file->length};
    return true;
}

bool Connection::read_small(const FileBody& file) {
    if (piece_.size() < file.length) piece_.resize(file.length);
    const auto got = ::pread(file.fd->get(), piece_.data(), file.length, static_cast<off_t>(file.offset));
    if (got >= 0 && static_cast<std::uint64_t>(got) == file.length) return true;
    // sendfile would come to the same end
    log::error("a file is shorter than it was", {{"id", request_.id}, {"path", shown_path(request_.path)}});
    return false;
}

asio::awaitable<bool> Connection::send_file(const FileBody& file) {
    Wire::Budget budget = send_budget(thread_.shared.options);
    const bool begun = co_await wire_.send(out_, {}, budget, file.length > 0);
    if (!begun) co_return false;
    const bool sent = co_await wire_.send_file(file.fd->get(), file.offset, file.length, budget);
    if (sent) sent_ += file.length;
    co_return sent;
}

asio::awaitable<bool> Connection::send_chunk(std::string_view data, Framing::Kind kind, Wire::Budget& budget) {
    if (data.empty()) co_return true;
    if (kind == Framing::Kind::chunked) {
        fmt::format_to(std::back_inserter(out_), "{:x}\r\n", data.size());
        out_ += data;
        out_ += "\r\n";
        data = {};
    }
    const bool sent = co_await wire_.send(out_, data, budget);
    out_.clear();
    co_return sent;
}

asio::awaitable<bool> Connection::send_stream(Producer produce, Framing framing) {
    std::uint64_t left = framing.length;
    Wire::Budget budget = send_budget(thread_.shared.options);  // the producer's time is not the client's
    while (true) {
        Result<std::optional<std::string>> chunk = co_await produce();
        if (!chunk) {
            log::warn("an answer broke off", {{"id", request_.id},
                                              {"path", shown_path(request_.path)},
                                              {"reason", chunk.error().message},
                                              {"detail", chunk.error().detail}});
            co_return false;
        }
        if (!*chunk) break;
        const std::string& data = **chunk;
        if (framing.kind == Framing::Kind::length) {
            if (data.size() > left) co_return false;  // a producer that lies about its length
            left -= data.size();
        }
        const bool sent = co_await send_chunk(data, framing.kind, budget);
        if (!sent) co_return false;
        sent_ += data.size();
    }
    if (framing.kind == Framing::Kind::length && left > 0) co_return false;
    if (framing.kind == Framing::Kind::chunked) out_ += "0\r\n\r\n";
    co_return co_await wire_.send(out_, {}, budget);
}

/// A part of a file behind what waits in out_, with which a small one is sent.
asio::awaitable<bool> Connection::send_part(const FileBody& file, Wire::Budget& budget, bool more) {
    if (file.length > kReadBelow) {
        const bool begun = co_await wire_.send(out_, {}, budget, true);
        out_.clear();
        if (!begun) co_return false;
        co_return co_await wire_.send_file(file.fd->get(), file.offset, file.length, budget);
    }
    if (!read_small(file)) co_return false;
    const std::string_view bytes(piece_.data(), file.length);
    const bool sent = co_await wire_.send(out_, bytes, budget, more);
    out_.clear();
    co_return sent;
}

/// Bytes are held back for what follows them, so that the small ones go with the large ones.
asio::awaitable<bool> Connection::send_sequence(SequenceBody body) {
    std::uint64_t left = body.length;
    Wire::Budget budget = send_budget(thread_.shared.options);
    while (left > 0) {
        Result<std::optional<SequenceBody::Piece>> piece = co_await body.produce();
        if (!piece) {
            log::warn("an answer broke off", {{"id", request_.id},
                                              {"path", shown_path(request_.path)},
                                              {"reason", piece.error().message},
                                              {"detail", piece.error().detail}});
            co_return false;
        }
        if (!*piece) co_return false;  // a producer that lies about its length
        const auto* file = std::get_if<FileBody>(&**piece);
        const auto* text = std::get_if<std::string>(&**piece);
        const std::uint64_t length = file != nullptr ? file->length : text->size();
        if (length > left) co_return false;
        bool sent = true;
        if (file != nullptr) {
            sent = co_await send_part(*file, budget, left > length);
        } else if (out_.size() + length <= kReadBelow) {
            out_ += *text;
        } else {
            sent = co_await wire_.send(out_, *text, budget, left > length);
            out_.clear();
        }
        if (!sent) co_return false;
        left -= length;
        sent_ += length;
    }
    co_return co_await wire_.send(out_, {}, budget);
}

/// Notices that the client goes away while nothing is sent. What it sends meanwhile is thrown away.
void Connection::watch_for_end() {
    wire_.socket().async_receive(asio::buffer(ignored_),
                                 [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                                     if (!self->streaming_) return;
                                     if (!error) {
                                         self->watch_for_end();
                                         return;
                                     }
                                     self->gone_ = true;
                                     self->end_events_.emit(asio::cancellation_type::terminal);
                                 });
}

asio::awaitable<bool> Connection::send_events(Producer produce, Framing framing) {
    Wire::Budget budget = send_budget(thread_.shared.options);
    const bool begun = co_await wire_.send(out_, {}, budget);
    if (!begun) co_return false;
    out_.clear();
    streaming_ = true;
    gone_ = false;
    watch_for_end();
    bool sent = true;
    while (sent && !gone_ && !thread_.shared.closing.load(std::memory_order_relaxed)) {
        // Spawned, so that the producer alone is cancelled: what is being sent goes on.
        Result<std::optional<std::string>> chunk;
        try {
            chunk = co_await asio::co_spawn(wire_.socket().get_executor(), produce(),
                                            asio::bind_cancellation_slot(end_events_.slot(), asio::use_awaitable));
        } catch (const boost::system::system_error& cancelled) {
            if (cancelled.code() != asio::error::operation_aborted) throw;
            break;
        }
        if (!chunk || !*chunk) break;
        sent = co_await send_chunk(**chunk, framing.kind, budget);
        sent_ += (*chunk)->size();
    }
    streaming_ = false;
    if (sent && !gone_ && framing.kind == Framing::Kind::chunked) sent = co_await wire_.send("0\r\n\r\n", {}, budget);
    wire_.cancel();  // the watch
    co_return sent;
}

}  // namespace cadre::http
