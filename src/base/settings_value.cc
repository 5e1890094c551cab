// What a setting is called in each source, and its value as text.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "base/quantity.h"
#include "base/settings_table.h"

namespace cadre {
namespace {

namespace ip = boost::asio::ip;

struct CommandBit {
    std::string_view name;
    unsigned bit;
};
constexpr CommandBit kCommands[] = {
    {"serve", by_serve},
    {"import", by_import},
    {"reindex", by_reindex},
    {"verify", by_verify},
    {"user", by_user},
    {"token", by_token},
    {"healthcheck", by_healthcheck},
    {"worker", by_worker},
    {"keeper", by_keeper},
    {"copy", by_copy},
    {"jobs", by_jobs},
    {"reread", by_reread},
    {"export", by_export},
};

std::string replaced(std::string_view text, char from, char to) {
    std::string result(text);
    std::ranges::replace(result, from, to);
    return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

bool is_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return false;
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    const auto port = parse_integer(digits);
    if (!port || *port < 0 || *port > 65535 || digits.size() > 5) return false;
    if (host.starts_with('[') != host.ends_with(']')) return false;
    if (host.starts_with('[')) {
        boost::system::error_code error;
        ip::make_address_v6(std::string(host.substr(1, host.size() - 2)), error);
        return !error;
    }
    return host.find_first_of(": /[]@") == std::string_view::npos;
}

bool is_network(std::string_view text) {
    boost::system::error_code no_address, no_v4, no_v6;
    ip::make_address(std::string(text), no_address);
    ip::make_network_v4(std::string(text), no_v4);
    ip::make_network_v6(std::string(text), no_v6);
    return !no_address || !no_v4 || !no_v6;
}

bool are_networks(std::string_view text) { return std::ranges::all_of(split(text, ','), is_network); }

bool is_url(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (text.starts_with(scheme))
            return text.size() > scheme.size() && text.find_first_of(" ?#\"<>") == std::string_view::npos;
    return false;
}

bool is_place(std::string_view text, std::string_view schemes) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) return false;
    auto scheme = text.substr(0, colon);
    if (scheme == "rediss") scheme = "redis";  // with TLS
    return std::ranges::count(split(schemes, '|'), scheme) == 1;
}

/// What is wrong with a text, "is no …", or empty.
std::string wrong_text(const Setting& setting, std::string_view text) {
    switch (setting.kind) {
        case Kind::address:
            return is_address(text) ? "" : "is not host:port, such as 127.0.0.1:8080 or [::1]:8080";
        case Kind::networks:
            return are_networks(text) ? "" : "is not a list of networks, such as 10.0.0.0/8,::1";
        case Kind::url:
            return is_url(text) ? "" : "is not an address such as https://photos.example.org";
        case Kind::choice:
            return std::ranges::count(split(setting.choices, '|'), text) == 1
                       ? ""
                       : fmt::format("is none of {}", replaced(setting.choices, '|', ' '));
        case Kind::place:
            return is_place(text, setting.choices) ? ""
                                                   : fmt::format("must begin with {}:, and something must follow",
                                                                 fmt::join(split(setting.choices, '|'), ": or "));
        default:
            if (text.find_first_of(std::string_view("\0\n\r", 3)) != std::string_view::npos)
                return "holds a character that it may not";
            if (setting.high > 0 && std::cmp_greater(text.size(), setting.high))
                return fmt::format("is longer than {} characters", setting.high);
            return "";
    }
}

std::optional<std::int64_t> parse_number(const Setting& setting, std::string_view text) {
    if (setting.kind == Kind::size) return parse_size(text);
    if (setting.kind != Kind::duration) return parse_integer(text);
    const auto duration = parse_duration(text);
    return duration ? std::optional(duration->count()) : std::nullopt;
}

std::string number_text(const Setting& setting, std::int64_t number) {
    if (setting.kind == Kind::size) return format_size(number);
    if (setting.kind == Kind::duration) return format_duration(std::chrono::milliseconds(number));
    return fmt::format("{}", number);
}

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::size:
            return "size, such as 512MiB";
        case Kind::duration:
            return "duration, such as 90s";
        default:
            return "whole number";
    }
}

}  // namespace

const Setting* find_setting(std::string_view name) {
    const auto table = settings_table();
    const auto found = std::ranges::find(table, name, &Setting::name);
    return found == table.end() ? nullptr : &*found;
}

bool taken_by(const Setting& setting, std::string_view command) {
    const auto word = command.substr(0, command.find(' '));
    if (word == "config") return true;
    return std::ranges::any_of(
        kCommands, [&](const auto& known) { return known.name == word && (setting.takes & known.bit) != 0; });
}

std::string takers(const Setting& setting) {
    if (setting.takes == kByAll) return "all";
    std::vector<std::string_view> names;
    for (const auto& known : kCommands)
        if (setting.takes & known.bit) names.push_back(known.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string flag_of(const Setting& setting) { return "--" + replaced(key_of(setting), '_', '-'); }

std::string variable_of(const Setting& setting) {
    std::string name(setting.name);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return "CADRE_" + name;
}

std::string key_of(const Setting& setting) {
    return std::string(setting.name) + (setting.kind == Kind::secret ? "_file" : "");
}

std::string value_name(const Setting& setting) {
    switch (setting.kind) {
        case Kind::choice:
            return std::string(setting.choices);
        case Kind::text:
            return setting.name == "name" ? "NAME" : "TEXT";
        case Kind::path:
            return setting.name == "config" || setting.name == "decoder" ? "FILE" : "FOLDER";
        case Kind::secret:
            return "FILE";
        case Kind::address:
            return "HOST:PORT";
        case Kind::networks:
            return "NETWORKS";
        case Kind::url:
            return "URL";
        case Kind::place:
            return "PLACE";
        case Kind::count:
            return "N";
        case Kind::size:
            return "SIZE";
        case Kind::duration:
            return "TIME";
        case Kind::boolean:
            return "[true|false]";
    }
    return {};
}

std::string range_text(const Setting& setting) {
    if (setting.kind == Kind::choice) return replaced(setting.choices, '|', ' ');
    if (setting.kind == Kind::text) return fmt::format("{} … {} characters", setting.low, setting.high);
    if (setting.high == 0) return {};
    return fmt::format("{} … {}", number_text(setting, setting.low), number_text(setting, setting.high));
}

std::string default_text(const Setting& setting) {
    return std::string(setting.fallback == kAuto ? setting.note : setting.fallback);
}

std::string assign(Settings& settings, const Setting& setting, std::string_view text) {
    const bool automatic = text == kAuto && setting.fallback == kAuto;
    if (const auto* member = std::get_if<std::string Settings::*>(&setting.member)) {
        const bool nothing = (text == "off" || text == "none") && text == setting.fallback;
        if (!automatic && !nothing)
            if (const auto wrong = wrong_text(setting, text); !wrong.empty()) return wrong;
        settings.*(*member) = automatic || nothing ? std::string{} : std::string(text);
        return {};
    }
    if (const auto* member = std::get_if<bool Settings::*>(&setting.member)) {
        if (text != "true" && text != "false") return "is neither true nor false";
        settings.*(*member) = text == "true";
        return {};
    }
    const auto number = automatic ? std::optional(kUndecided) : parse_number(setting, text);
    if (!number) return fmt::format("is not a {} ({})", kind_name(setting.kind), range_text(setting));
    if (!automatic && (*number < setting.low || *number > setting.high))
        return fmt::format("is out of range ({})", range_text(setting));
    if (const auto* member = std::get_if<std::int64_t Settings::*>(&setting.member)) {
        settings.*(*member) = *number;
    } else {
        settings.*std::get<std::chrono::milliseconds Settings::*>(setting.member) = std::chrono::milliseconds(*number);
    }
    return {};
}

std::string typed(const Settings& settings, const Setting& setting) {
    if (const auto* text = std::get_if<std::string Settings::*>(&setting.member)) {
        const auto& value = settings.*(*text);
        return value.empty() ? std::string(setting.fallback) : value;
    }
    if (const auto* flag = std::get_if<bool Settings::*>(&setting.member)) return settings.*(*flag) ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t Settings::*>(&setting.member))
        return number_text(setting, settings.*(*number));
    return format_duration(settings.*std::get<std::chrono::milliseconds Settings::*>(setting.member));
}

}  // namespace cadre
