#include "api/upload_input.h"

#include "api/digest_field.h"
#include "base/time.h"

namespace cadre::api {

void read_modified(std::string_view text, Wrong& wrong, gallery::UploadOptions& options) {
    const auto time = parse_rfc3339(text);
    if (!time || !time->offset_minutes) return wrong.add("modified", FieldCode::not_time);
    options.modified = WallTime(std::chrono::seconds(time->seconds) - std::chrono::minutes(*time->offset_minutes) +
                                Millis(time->microseconds / 1000));
    options.modified_offset = time->offset_minutes;
}

void read_visibility(std::string_view text, Wrong& wrong, gallery::UploadOptions& options) {
    if (const auto visibility = gallery::parse_visibility(text))
        options.visibility = *visibility;
    else
        wrong.add("visibility", FieldCode::not_one_of, choices({"public", "private"}));
}

void read_expected(const http::Request& request, Wrong& wrong, gallery::UploadOptions& options) {
    const auto field = request.headers.joined("Repr-Digest");
    if (!field) return;
    if (auto digest = parse_repr_digest(*field))
        options.expected = *digest;
    else
        wrong.add("Repr-Digest", FieldCode::not_digest);
}

Task<void> read_piece(http::BodyReader& body, std::span<std::uint8_t> piece, std::size_t& filled) {
    while (filled < piece.size()) {
        CO_TRY(const std::size_t more, co_await body.read_some(piece.subspan(filled)));
        if (more == 0) break;
        filled += more;
    }
    co_return Result<void>{};
}

}  // namespace cadre::api
