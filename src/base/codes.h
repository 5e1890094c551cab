// Codes of refusals and failures. One never changes and never vanishes: clients translate them, `type` of every problem
// is /problems/<code>, and what is stored of a photo's failure is one. The table (codes.cc) is the only list of them;
// docs/reference/problems.md and the pages under /problems are made from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cadre {

/// In the order of the table: by status, and among those by subject. No number of it is stored.
enum class Code : std::uint8_t {
    // 400
    invalid_request,
    malformed_http,
    malformed_address,
    malformed_json,
    invalid_fields,
    too_many_changes,
    tls_only,
    digest_differs,
    body_incomplete,
    // 401
    not_logged_in,
    wrong_name_or_password,
    token_not_valid,
    setup_link_wrong,
    share_locked,
    wrong_share_password,
    // 403
    not_allowed,
    administrators_only,
    owner_only,
    album_role_needed,
    share_may_not,
    token_may_not,
    other_site,
    // 404
    not_found,
    photo_not_found,
    user_not_found,
    token_not_found,
    session_not_found,
    picture_not_found,
    month_not_found,
    album_not_found,
    share_not_found,
    archive_not_found,
    upload_not_found,
    already_set_up,
    // 405, 408
    method_not_allowed,
    too_slow,
    // 409
    conflict,
    last_administrator,
    name_taken,
    password_changed,
    user_has_photos,
    too_many_tokens,
    token_chain_too_long,
    month_changed,
    look_alikes_changed,
    upload_offset_differs,
    // 410
    archive_outdated,
    upload_expired,
    // 411, 412, 413, 414
    length_required,
    changed_meanwhile,
    tus_version,
    body_too_large,
    file_too_large,
    address_too_long,
    // 415
    wrong_content_type,
    format_not_accepted,
    raw_not_accepted,
    file_empty,
    // 416, 417
    range_not_satisfiable,
    expectation_failed,
    // 422
    picture_unreadable,
    file_truncated,
    file_damaged,
    too_many_pixels,
    too_many_progressive_pixels,
    picture_needs_memory,
    picture_needs_time,
    picture_too_dear,
    decoder_crashed,
    decoder_too_old,
    original_missing,
    record_unreadable,
    album_circle,
    archive_empty,
    search_not_understood,
    date_unknown,
    date_not_exact,
    date_without_offset,
    date_out_of_range,
    date_of_file_unknown,
    // 423, 429, 431, 460
    upload_locked,
    too_many_attempts,
    too_many_uploads,
    header_too_large,
    checksum_differs,
    // 500, 501
    fault,
    not_implemented,
    // 503
    unavailable,
    busy,
    too_many_connections,
    stores_away,
    index_incomplete,
    change_uncertain,
    decoder_interrupted,
    decoder_unavailable,
    picture_in_the_making,
    archive_in_the_making,
    search_in_the_making,
    // 505, 507
    http_version,
    no_space,
};

/// A title, and what happened and what to do about it, in one language.
struct Explained {
    std::string_view title;  // without a full stop
    std::string_view text;   // sentences
};

struct CodeName {
    Code code;
    std::string_view name;  // "photo-not-found"
    int status;
};

struct CodeEntry : CodeName {
    Explained en;
    Explained fr;
};

[[nodiscard]] std::span<const CodeEntry> codes_table();
[[nodiscard]] const CodeEntry& entry_of(Code code);
[[nodiscard]] inline std::string_view name_of(Code code) { return entry_of(code).name; }
/// Nothing for what is no code.
[[nodiscard]] std::optional<Code> parse_code(std::string_view name);

/// "/problems/photo-not-found", relative to the gallery's address.
[[nodiscard]] std::string address_of(Code code);

/// docs/reference/problems.md.
[[nodiscard]] std::string codes_reference();

}  // namespace cadre
