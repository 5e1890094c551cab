// GET /api/v1/places: the towns in which one took photos, by country.
#include "places/places.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "api/answers.h"
#include "api/json_writer.h"
#include "api/language.h"
#include "api/photo_answers.h"
#include "api/routes.h"
#include "gallery/search.h"

namespace cadre::api {
namespace {

struct NamedTown {
    gallery::Town town;
    places::Place place;
};
struct Country {
    std::vector<NamedTown> towns;  // as gallery::Search::towns() says
    std::uint64_t count = 0;
};

/// Those with the most photos first, else by code.
std::vector<Country> by_country(std::vector<gallery::Town> towns, const places::Places& places, Language language) {
    std::map<std::string_view, Country> countries;
    for (auto& town : towns) {
        const auto place = places.town(town.number, language);
        if (!place) continue;
        auto& country = countries[place->country_code];
        country.count += town.count;
        country.towns.push_back({std::move(town), *place});
    }
    std::vector<Country> sorted;
    for (auto& [code, country] : countries) sorted.push_back(std::move(country));
    const auto code_of = [](const Country& country) { return country.towns.front().place.country_code; };
    std::ranges::sort(sorted, [&](const Country& a, const Country& b) {
        return a.count != b.count ? a.count > b.count : code_of(a) < code_of(b);
    });
    return sorted;
}

std::string filter(std::string_view name, std::string_view value) {
    std::string quoted(value);
    std::erase(quoted, '"');
    return fmt::format("{}:\"{}\"", name, quoted);
}

/// What search finds the town's photos by; with the region where the country has two of the name.
std::string question_for(const NamedTown& one, const Country& country) {
    const auto& place = one.place;
    auto question = filter("place", place.name);
    const auto namesakes =
        std::ranges::count(country.towns, place.name, [](const NamedTown& other) { return other.place.name; });
    if (namesakes > 1 && !place.region.empty()) question += " " + filter("place", place.region);
    return question + " " + filter("country", place.country);
}

Task<http::Response> get_places(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(auto* search, search_of(call));
    CO_TRY(auto towns, co_await search->towns(call.viewer));
    const bool more = towns.size() == find::kMostTowns;
    std::vector<Country> countries;
    if (const auto* places = call.context.options.places)
        countries = by_country(std::move(towns), *places, preferred_language(call.request));
    JsonWriter out;
    out.begin_object().key("countries").begin_array();
    for (const auto& country : countries) {
        const auto& place = country.towns.front().place;
        out.begin_object().member("code", place.country_code).member("name", place.country);
        out.member("count", country.count).key("towns").begin_array();
        for (const auto& one : country.towns) {
            const auto& [town, named] = one;
            out.begin_object().member("name", named.name);
            out.member("region", named.region.empty() ? std::nullopt : std::optional(named.region));
            out.member("count", town.count).member("question", question_for(one, country));
            out.member("id", town.id).member("key", town.key).end_object();
        }
        out.end_array().end_object();
    }
    out.end_array().member("more", more).end_object();
    co_return in_the_askers_words(personal_json(call.request, "", out.take()));
}

}  // namespace

void add_places(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/places", get_places);
}

}  // namespace cadre::api
