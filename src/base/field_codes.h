// Codes of what is wrong with a field of a request: the `errors` of a problem. As a problem's, one never changes and
// never vanishes, and clients translate them. The table (field_codes.cc) is the only list of them; a part of
// docs/reference/problems.md, the page /problems/invalid-fields and the sentences of the web are made from it or held
// to it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace cadre {

/// In the order of the table, by subject. No number of it is stored.
enum class FieldCode : std::uint8_t {
    // Of what form a field is
    missing,
    unknown_field,
    given_twice,
    not_text,
    not_texts,
    not_boolean,
    not_object,
    not_utf8,
    not_id,
    not_in_range,
    not_one_of,
    not_some_of,
    not_sha256,
    not_time,
    not_cursor,
    not_event_id,
    not_entity_tag,
    not_digest,
    // How long a text or a list is
    too_many_bytes,
    text_too_long,
    control_characters,
    too_many_members,
    member_count,
    count_differs,
    // What goes together
    nothing_to_change,
    change_or_purge,
    album_or_photos,
    photos_or_scope,
    no_photo,
    no_photo_kept,
    neither_added_nor_removed,
    added_and_removed,
    too_many_added_and_removed,
    tokens_without_password,
    one_place,
    named_twice,
    neighbour_not_in_album,
    neighbour_moves,
    not_album_place,
    // Accounts
    name_length,
    name_unseen,
    password_length,
    current_password_wrong,
    not_end_of_photos,
    no_such_heir,
    // Photos
    no_such_photo,
    photo_of_other,
    photo_in_trash,
    photo_gone_meanwhile,
    photo_deleted_meanwhile,
    photo_not_in_group,
    tag_empty,
    too_many_tags,
    tags_full,
    not_location,
    location_out_of_range,
    not_box,
    not_right_angle,
    // Dates of photos
    not_date,
    not_date_or_null,
    one_change_of_date,
    not_duration,
    duration_too_long,
    time_zone_unknown,
    time_zone_missing,
    camera_time_zone_alone,
    // Albums
    no_such_album,
    album_title_empty,
    album_in_itself,
    albums_too_deep,
    cover_not_in_album,
    owner_needs_no_role,
    album_members_full,
    owner_cannot_leave,
    // Shares and archives
    moment_passed,
    moment_too_late,
    upload_needs_album,
    photo_shares_full,
    archive_too_large,
    // What is searched for
    search_not_number,
    search_not_date,
    search_not_box,
    search_value_unknown,
    search_value_near,
    search_filter_unknown,
    search_filter_near,
    search_filter_empty,
    search_too_long,
};

struct FieldCodeEntry {
    FieldCode code;
    std::string_view name;  // "text-too-long"
    // Sentences; {max} stands for the parameter of that name.
    std::string_view en;
    std::string_view fr;
};

/// The parameter of not_one_of and not_some_of.
[[nodiscard]] inline std::vector<FieldParam> choices(std::vector<std::string> of) {
    return {{"choices", std::move(of)}};
}

[[nodiscard]] std::span<const FieldCodeEntry> field_codes_table();
[[nodiscard]] const FieldCodeEntry& entry_of(FieldCode code);

}  // namespace cadre
