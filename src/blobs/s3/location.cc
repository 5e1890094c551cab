#include "blobs/s3/location.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/headers.h"

namespace cadre::blobs::s3 {
namespace {

constexpr std::string_view kScheme = "s3://";

tl::unexpected<Error> wrong(std::string_view text, std::string_view why) {
    return fail(ErrorKind::invalid, fmt::format("The blob store “{}” {}.", text, why));
}

/// Amazon's rule for names that work everywhere.
bool is_bucket(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    return name.size() >= 3 && name.size() <= 63 && std::all_of(name.begin(), name.end(), allowed) &&
           name.front() != '-' && name.front() != '.' && name.back() != '-' && name.back() != '.';
}

Result<std::vector<http::Url>> parse_endpoints(std::string_view list) {
    std::vector<http::Url> endpoints;
    for (const auto member : http::split_list(list)) {
        TRY(auto url, http::parse_url(member));
        if (url.target != "/")
            return fail(ErrorKind::invalid, fmt::format("The endpoint “{}” must have no path.", member));
        if (url.scheme != "http")
            return fail(ErrorKind::invalid,
                        fmt::format("The endpoint “{}” must be http://: TLS is not there yet.", member));
        endpoints.push_back(std::move(url));
    }
    return endpoints;
}

}  // namespace

Result<Location> parse_location(std::string_view text) {
    if (!text.starts_with(kScheme)) return wrong(text, "does not begin with s3://");
    const auto rest = text.substr(kScheme.size());
    const auto question = rest.find('?');
    Location location;
    location.bucket = rest.substr(0, question);
    if (!is_bucket(location.bucket))
        return wrong(text, "names no bucket: 3 to 63 of a-z, 0-9, “-” and “.”, as in s3://photos?endpoint=…");
    auto query = question == std::string_view::npos ? std::string_view{} : rest.substr(question + 1);
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        const auto name = pair.substr(0, equals);
        const auto value =
            http::percent_decode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
        if (!value || value->empty()) return wrong(text, fmt::format("gives “{}” no value that can be read", name));
        if (name == "endpoint") {
            TRY(location.endpoints, parse_endpoints(*value));
        } else if (name == "region") {
            location.region = *value;
        } else if (name == "choose" && (*value == "first" || *value == "turns")) {
            location.choice = *value == "first" ? Choice::first : Choice::turns;
        } else if (name == "choose") {
            return wrong(text, "must have “first” or “turns” for “choose”");
        } else {
            return wrong(text, fmt::format("has “{}”, which is unknown: endpoint, region and choose are not", name));
        }
    }
    if (location.endpoints.empty()) return wrong(text, "says no endpoint, as in ?endpoint=http://localhost:3900");
    return location;
}

}  // namespace cadre::blobs::s3
