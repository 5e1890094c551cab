#include "api/timeline_json.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/encoding.h"
#include "base/taken_at.h"

namespace cadre::api {
namespace {

constexpr double kThousand = 1000;
constexpr std::size_t kBytesOfRow = 192;  // about

template <class Write>
void column(JsonWriter& out, std::string_view name, const std::vector<catalog::Row>& rows, Write write) {
    out.key(name).begin_array();
    for (const auto& row : rows) write(row);
    out.end_array();
}

/// A row has the date as the facts have it; most are whole.
std::string beginning_of(const std::string& taken_at) {
    const auto taken = is_reduced(taken_at) ? parse_taken_at(taken_at) : std::nullopt;
    return taken ? rfc3339(taken->time) : taken_at;
}

std::string_view precision_of(const std::string& taken_at) {
    if (taken_at.empty()) return {};
    const auto taken = is_reduced(taken_at) ? parse_taken_at(taken_at) : std::nullopt;
    return text_of(taken ? taken->precision : Precision::time);
}

/// 128 is a square, each 32 more twice as wide for its height. What has no size yet is shown as a square.
std::uint8_t aspect_byte(std::uint32_t width, std::uint32_t height) {
    if (width == 0 || height == 0) return 128;
    const double doublings = std::log2(static_cast<double>(width) / static_cast<double>(height));
    return static_cast<std::uint8_t>(std::clamp(std::lround(128 + 32 * doublings), 0L, 255L));
}

/// 1…31, as the photo's own clock had it.
std::uint8_t day_of(const catalog::Place& place) {
    using namespace std::chrono;
    const auto day = floor<days>(sys_seconds(seconds(place.at)));
    return static_cast<std::uint8_t>(static_cast<unsigned>(year_month_day(day).day()));
}

void text_or_null(JsonWriter& out, std::string_view text) {
    if (text.empty())
        out.value(nullptr);
    else
        out.value(text);
}

}  // namespace

std::string timeline_json(const catalog::Timeline& timeline) {
    JsonWriter out(256 + 512 * timeline.months.size());
    out.begin_object().member("version", timeline.version).member("total", timeline.total);
    out.key("months").begin_array();
    for (const auto& month : timeline.months) {
        out.begin_object().member("month", month.month.text()).member("count", month.count);
        out.key("days").begin_array();
        for (const auto& day : month.days) {
            out.begin_array().value(day.day).value(day.count);
            out.value(static_cast<double>(day.aspect) / kThousand).end_array();
        }
        out.end_array().end_object();
    }
    out.end_array().end_object();
    return out.take();
}

void Layout::add(const catalog::Row& row) {
    aspects += static_cast<char>(aspect_byte(row.width, row.height));
    days += static_cast<char>(day_of(row.place));
}

std::string layout_json(const catalog::MonthVersion& month, const Layout& layout) {
    JsonWriter out(256 + 3 * layout.aspects.size());
    out.begin_object().member("version", month.version).member("count", month.count);
    out.member("aspect", base64(as_bytes(layout.aspects))).member("day", base64(as_bytes(layout.days))).end_object();
    return out.take();
}

std::string month_json(const catalog::MonthRows& month, std::uint32_t offset, bool favourites) {
    JsonWriter out(256 + kBytesOfRow * month.rows.size());
    out.begin_object().member("version", month.month.version).member("count", month.month.count);
    out.member("offset", offset);
    write_columns(out, month.rows, favourites);
    out.end_object();
    return out.take();
}

void write_columns(JsonWriter& out, const std::vector<catalog::Row>& rows, bool favourites) {
    using catalog::Row;
    column(out, "id", rows, [&](const Row& row) { out.value(row.place.id); });
    column(out, "key", rows, [&](const Row& row) { out.value(row.key); });
    column(out, "taken_at", rows, [&](const Row& row) { text_or_null(out, beginning_of(row.taken_at)); });
    column(out, "taken_precision", rows, [&](const Row& row) { text_or_null(out, precision_of(row.taken_at)); });
    column(out, "width", rows, [&](const Row& row) { out.value(row.width); });
    column(out, "height", rows, [&](const Row& row) { out.value(row.height); });
    column(out, "thumbhash", rows, [&](const Row& row) { text_or_null(out, row.thumbhash); });
    column(out, "title", rows, [&](const Row& row) { out.value(row.title); });
    column(out, "favourite", rows, [&](const Row& row) { out.value(row.favourite && favourites); });
    column(out, "state", rows, [&](const Row& row) { out.value(row.state); });
}

}  // namespace cadre::api
