#include "api/date_json.h"

#include <fmt/format.h>

#include "base/quantity.h"

namespace cadre::api {
namespace {

void read_list(Fields& fields, const json::array& list, Dates& dates) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].is_null())
            dates.emplace_back();
        else if (list[i].is_string() && parse_taken_at(std::string_view(list[i].get_string())))
            dates.emplace_back(std::string_view(list[i].get_string()));
        else
            fields.wrong(fmt::format("taken_at[{}]", i), FieldCode::not_date_or_null);
    }
    if (list.empty()) fields.wrong("taken_at", FieldCode::count_differs, {{"other", "ids"}});
}

void read_taken_at(Fields& fields, gallery::PhotoChange& change, Dates* dates) {
    const auto* taken = fields.find("taken_at");
    if (taken == nullptr) return;
    if (taken->is_null())
        change.taken_at.emplace(std::nullopt);
    else if (dates != nullptr && taken->is_array())
        read_list(fields, taken->get_array(), *dates);
    else if (auto text = fields.text("taken_at"))
        change.taken_at.emplace(std::move(text));
}

void read_precision(Fields& fields, gallery::PhotoChange& change) {
    const auto* value = fields.find("taken_precision");
    if (value == nullptr || value->is_null()) return;
    const auto text = fields.text("taken_precision");
    if (!text) return;
    change.taken_precision = parse_precision(*text);
    if (!change.taken_precision)
        fields.wrong("taken_precision", FieldCode::not_one_of, choices({"year", "month", "day", "time"}));
}

void read_shift(Fields& fields, gallery::PhotoChange& change) {
    const auto* value = fields.find("shift_taken_at");
    if (value == nullptr) return;
    if (value->is_int64()) {
        change.shift_taken_at = value->get_int64();
        return;
    }
    const auto duration = value->is_string() ? parse_iso_duration(std::string_view(value->get_string())) : std::nullopt;
    if (duration)
        change.shift_taken_at = duration->count();
    else
        fields.wrong("shift_taken_at", FieldCode::not_duration);
}

void read_zone(Fields& fields, gallery::PhotoChange& change) {
    const auto zone = fields.text("time_zone");
    const auto keep = fields.text("keep");
    const auto camera = fields.text("camera_time_zone");
    if (keep && *keep != "clock" && *keep != "instant")
        fields.wrong("keep", FieldCode::not_one_of, choices({"clock", "instant"}));
    if (zone)
        change.time_zone = {*zone, keep == "instant", camera.value_or("")};
    else if (keep || camera)
        fields.wrong("time_zone", FieldCode::time_zone_missing);
}

}  // namespace

void read_dates(Fields& fields, gallery::PhotoChange& change, Dates* dates) {
    read_taken_at(fields, change, dates);
    read_precision(fields, change);
    if (const auto from = fields.text("taken_from")) {
        change.taken_from_file = *from == "file";
        if (!change.taken_from_file) fields.wrong("taken_from", FieldCode::not_one_of, choices({"file"}));
    }
    read_shift(fields, change);
    read_zone(fields, change);
    const bool set = change.taken_at || (dates != nullptr && !dates->empty());
    if (set + change.taken_from_file + change.shift_taken_at.has_value() + change.time_zone.has_value() > 1)
        fields.wrong("taken_at", FieldCode::one_change_of_date);
}

}  // namespace cadre::api
