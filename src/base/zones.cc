#include "base/zones.h"

#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>

#include "base/time.h"

namespace cadre {
namespace {

constexpr std::size_t kLongestName = 64;  // "America/Argentina/ComodRivadavia" has 32

const date::time_zone& rules_of(const void* rules) { return *static_cast<const date::time_zone*>(rules); }

int in_minutes(std::chrono::seconds offset) {
    return static_cast<int>(std::chrono::round<std::chrono::minutes>(offset).count());
}

/// What tzdata has beside zones are files that no name of one leads to: letters, digits, '/', '_', '-', '+'.
bool may_be_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
               c == '-' || c == '+';
    });
}

/// "+02:00" as RFC 3339 has it behind a time.
std::optional<int> fixed_offset(std::string_view name) {
    if (name.empty() || (name[0] != '+' && name[0] != '-' && name[0] != 'Z' && name[0] != 'z')) return std::nullopt;
    const auto time = parse_rfc3339("2000-01-01T00:00:00" + std::string(name));
    return time ? time->offset_minutes : std::nullopt;
}

}  // namespace

std::optional<Zone> Zone::named(std::string_view name) {
    if (const auto offset = fixed_offset(name)) return Zone(nullptr, *offset);
    if (!may_be_name(name)) return std::nullopt;
    try {
        const auto* zone = date::locate_zone(std::string(name));
        (void)zone->get_info(date::sys_seconds{});  // reads its file, which may be damaged
        return Zone(zone, 0);
    } catch (const std::exception&) {
        return std::nullopt;  // the library throws runtime_error for what is not there, and for having no tzdata at all
    }
}

int Zone::offset_of_clock(std::int64_t local_seconds) const {
    if (rules_ == nullptr) return fixed_;
    const auto info = rules_of(rules_).get_info(date::local_seconds(std::chrono::seconds(local_seconds)));
    return in_minutes(info.first.offset);  // of two, the earlier; of none, the one before
}

int Zone::offset_at(std::int64_t utc_seconds) const {
    if (rules_ == nullptr) return fixed_;
    return in_minutes(rules_of(rules_).get_info(date::sys_seconds(std::chrono::seconds(utc_seconds))).offset);
}

}  // namespace cadre
