// What requests that bring files have in common.
#pragma once

#include <algorithm>
#include <chrono>
#include <span>
#include <string_view>
#include <vector>

#include "api/input.h"
#include "gallery/uploads.h"
#include "http/message.h"

namespace cadre::api {

/// 1 GiB over 1 Mbit/s takes two and a half hours; what is slower than http::ServerOptions::min_rate is shed earlier.
inline constexpr std::chrono::hours kMaxUploadTime{6};

void read_modified(std::string_view text, Wrong& wrong, gallery::UploadOptions& options);
void read_visibility(std::string_view text, Wrong& wrong, gallery::UploadOptions& options);
/// Of Repr-Digest, where it was sent.
void read_expected(const http::Request& request, Wrong& wrong, gallery::UploadOptions& options);

/// Fills `piece` as far as the body goes; `filled` says how far, also where it breaks off.
Task<void> read_piece(http::BodyReader& body, std::span<std::uint8_t> piece, std::size_t& filled);

/// All of the body into what has Task<void> write(bytes), also what came before it broke off.
template <class Sink>
Task<void> copy_body(http::Request& request, Sink& sink) {
    constexpr std::size_t most = std::size_t{256} << 10;
    std::vector<std::uint8_t> piece(
        std::min<std::uint64_t>(most, std::max<std::uint64_t>(request.content_length.value_or(most), 1)));
    for (;;) {
        std::size_t filled = 0;
        const auto read = co_await read_piece(request.body, piece, filled);
        if (filled != 0) CO_CHECK(co_await sink.write(std::span<const std::uint8_t>(piece).first(filled)));
        if (!read) co_return fail(read.error());
        if (filled < piece.size()) co_return Result<void>{};
    }
}

}  // namespace cadre::api
