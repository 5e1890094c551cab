#include "api/object_body.h"

#include <algorithm>
#include <utility>

namespace cadre::api {
namespace {

/// Small enough for malloc to keep: a larger one is mapped, cleared and unmapped by the kernel each time.
constexpr std::uint64_t kPiece = std::uint64_t{64} << 10;

/// `object` is the producer's own: it lives as long as the body.
Task<std::optional<std::string>> next_piece(std::shared_ptr<blobs::Object> object, std::size_t most) {
    std::string piece(most, '\0');
    const std::span bytes(reinterpret_cast<std::uint8_t*>(piece.data()), piece.size());
    CO_TRY(const std::size_t read, co_await object->read(bytes));
    if (read == 0) co_return std::nullopt;
    piece.resize(read);
    co_return std::optional(std::move(piece));
}

}  // namespace

http::Body body_of(blobs::Object object, http::ByteRange range) {
    if (object.file) return http::FileBody{std::move(object.file), range.offset, range.length};
    const auto shared = std::make_shared<blobs::Object>(std::move(object));
    const auto most = static_cast<std::size_t>(std::min(kPiece, range.length));
    return http::StreamBody{[shared, most] { return next_piece(shared, most); }, range.length};
}

}  // namespace cadre::api
