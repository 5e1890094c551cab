// The body of a request, as it comes over the wire: with a length or chunked, bounded in size and time.
#include <algorithm>
#include <array>
#include <cstring>

#include "http/connection.h"

namespace cadre::http {

void Connection::RequestBody::begin(const Head& head, bool expects_continue) {
    chunked_ = head.chunked;
    left_ = head.content_length.value_or(0);
    complete_ = !chunked_ && left_ == 0;
    expects_continue_ = expects_continue && !complete_;
    taken_ = 0;
    broken = 0;
    limit(std::uint64_t{64} << 10, std::chrono::seconds(60));
}

void Connection::RequestBody::limit(std::uint64_t bytes, std::chrono::seconds time) {
    const auto& options = connection_.thread_.shared.options;
    limit_ = bytes;
    budget_ = {options.stall_grace, options.min_rate, time};
}

Task<std::size_t> Connection::RequestBody::read_some(std::span<std::uint8_t> into) {
    if (complete_ || into.empty()) co_return std::size_t{0};
    if (broken != 0) co_return failed(Wire::Ended::closed);
    if (expects_continue_) {
        expects_continue_ = false;
        if (connection_.wire_.pending().empty()) {
            const bool sent = co_await connection_.wire_.send("HTTP/1.1 100 Continue\r\n\r\n", {}, budget_);
            if (!sent) co_return failed(connection_.wire_.ended());
        }
    }
    if (chunked_) co_return co_await read_chunked(into);
    co_return co_await read_plain(into);
}

Task<std::size_t> Connection::RequestBody::read_plain(std::span<std::uint8_t> into) {
    Wire& wire = connection_.wire_;
    const auto most = std::min<std::uint64_t>(into.size(), left_);
    std::size_t got = 0;
    if (const auto pending = wire.pending(); !pending.empty()) {
        got = std::min<std::size_t>(pending.size(), most);
        std::memcpy(into.data(), pending.data(), got);
        wire.consume(got);
    } else {
        got = co_await wire.receive_into(into.first(most), budget_);
        if (got == 0) co_return failed(wire.ended());
    }
    left_ -= got;
    complete_ = left_ == 0;
    co_return count(got);
}

Task<std::size_t> Connection::RequestBody::read_chunked(std::span<std::uint8_t> into) {
    Wire& wire = connection_.wire_;
    const auto capacity = connection_.thread_.shared.options.header_limit;
    while (true) {
        const auto piece = connection_.parser_.parse_chunked(wire.pending(), into);
        wire.consume(piece.consumed);
        complete_ = piece.done;
        if (piece.written > 0 || piece.done) co_return count(piece.written);
        if (piece.broken || wire.pending().size() >= capacity) {
            broken = 400;
            co_return fail(Code::malformed_http, "The chunks of the body are malformed.");
        }
        const std::size_t got = co_await wire.receive(capacity, budget_);
        if (got == 0) co_return failed(wire.ended());
    }
}

Result<std::size_t> Connection::RequestBody::count(std::size_t bytes) {
    taken_ += bytes;
    if (taken_ > limit_) return fail(Code::body_too_large, "The body is larger than allowed here.");
    return bytes;
}

tl::unexpected<Error> Connection::RequestBody::failed(Wire::Ended how) {
    if (broken == 0) broken = how == Wire::Ended::timed_out ? 408 : 400;
    if (broken == 408) return fail(Code::too_slow, "The body of the request came too slowly.");
    return fail(Code::body_incomplete, "The body of the request ended early.");
}

void Connection::RequestBody::drain() {
    if (complete_ || broken != 0 || expects_continue_) return;
    Wire& wire = connection_.wire_;
    if (!chunked_) {
        const auto there = std::min<std::uint64_t>(left_, wire.pending().size());
        wire.consume(there);
        left_ -= there;
        complete_ = left_ == 0;
        return;
    }
    std::array<std::uint8_t, 4096> ignored{};
    while (!complete_) {
        const auto piece = connection_.parser_.parse_chunked(wire.pending(), ignored);
        wire.consume(piece.consumed);
        complete_ = piece.done;
        if (piece.written == 0) return;
    }
}

}  // namespace cadre::http
