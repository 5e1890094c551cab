#include "api/object_body.h"

#include <utility>

namespace cadre::api {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;

/// `object` is the producer's own: it lives as long as the body.
Task<std::optional<std::string>> next_piece(std::shared_ptr<blobs::Object> object) {
    std::string piece(kPiece, '\0');
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
    return http::StreamBody{[shared] { return next_piece(shared); }, range.length};
}

}  // namespace cadre::api
