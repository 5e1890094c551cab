#include "places/places.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nanoflann.hpp>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

namespace cadre::places {
namespace {

// The file: this, then the header, the towns, the regions, and their names, each with a NUL after it. Numbers are
// little-endian, names are offsets into the last part.
constexpr std::string_view kMagic = "CADREPL1";

struct Header {
    std::uint32_t towns, regions, texts;
};

struct Town {
    std::int32_t lat, lon;  // in 1/100,000 degree
    std::uint32_t people;
    std::array<std::uint32_t, 2> name;  // by Language
    std::uint32_t region;
};

struct Region {
    std::array<std::uint32_t, 2> name, country;  // by Language
    std::array<char, 4> code;                    // two letters and two NUL
};

constexpr double kEarthKm = 6371;
constexpr double kFarthestKm = 50;
/// A town of n people reaches sqrt(n) times this far: Paris 5 km, a village 100 m.
constexpr double kReachKm = 0.0034;
/// Of the towns around that many are compared: a city among its suburbs is one of them.
constexpr std::size_t kCompared = 24;

using Point = std::array<float, 3>;  // on the unit sphere

Point point_of(double lat, double lon) {
    const double phi = lat * std::numbers::pi / 180;
    const double lambda = lon * std::numbers::pi / 180;
    return {static_cast<float>(std::cos(phi) * std::cos(lambda)), static_cast<float>(std::cos(phi) * std::sin(lambda)),
            static_cast<float>(std::sin(phi))};
}

/// Below 0 within the town's reach, by what part of it; else in km from there. So who stands in a suburb that is within
/// a city's reach is in the suburb, and beside both in what is nearer.
double distance_from(const Town& town, double km) {
    const double reach = kReachKm * std::sqrt(static_cast<double>(town.people));
    return km < reach ? km / reach - 1 : km - reach;
}

/// As nanoflann asks for points.
struct Cloud {
    std::vector<Point> points;
    [[nodiscard]] std::size_t kdtree_get_point_count() const { return points.size(); }
    [[nodiscard]] float kdtree_get_pt(std::size_t index, std::size_t axis) const { return points[index][axis]; }
    template <typename Box>
    bool kdtree_get_bbox(Box& /*box*/) const {
        return false;
    }
};

using Tree = nanoflann::KDTreeSingleIndexAdaptor<nanoflann::L2_Simple_Adaptor<float, Cloud, float, std::uint32_t>,
                                                 Cloud, 3, std::uint32_t>;

/// Takes `count` rows from the front of `bytes`; nothing if they are not all there.
template <typename Row>
std::optional<std::vector<Row>> take(std::string_view& bytes, std::size_t count) {
    if (bytes.size() / sizeof(Row) < count) return std::nullopt;
    std::vector<Row> rows(count);
    if (count > 0) std::memcpy(rows.data(), bytes.data(), count * sizeof(Row));  // of none there is no address
    bytes.remove_prefix(count * sizeof(Row));
    return rows;
}

}  // namespace

struct Places::Index {
    std::vector<Town> towns;
    std::vector<Region> regions;
    std::string texts;
    Cloud cloud;
    std::optional<Tree> tree;  // over `cloud`

    /// Nothing for bytes that are no such file, whole and in itself right.
    static std::unique_ptr<Index> of(std::string_view bytes) {
        if (!bytes.starts_with(kMagic)) return nullptr;
        bytes.remove_prefix(kMagic.size());
        const auto header = take<Header>(bytes, 1);
        if (!header) return nullptr;
        auto towns = take<Town>(bytes, header->front().towns);
        auto regions = towns ? take<Region>(bytes, header->front().regions) : std::nullopt;
        if (!regions || bytes.size() != header->front().texts || !bytes.ends_with('\0')) return nullptr;
        auto index = std::make_unique<Index>();
        index->towns = std::move(*towns);
        index->regions = std::move(*regions);
        index->texts = bytes;
        if (!index->sound()) return nullptr;
        index->plant();
        return index;
    }

    [[nodiscard]] bool sound() const {
        const auto named = [this](std::span<const std::uint32_t> names) {
            for (const auto at : names)
                if (at >= texts.size()) return false;
            return true;
        };
        for (const auto& town : towns)
            if (town.region >= regions.size() || !named(town.name)) return false;
        for (const auto& region : regions)
            if (!named(region.name) || !named(region.country) || region.code[2] != '\0') return false;
        return true;
    }

    void plant() {
        cloud.points.reserve(towns.size());
        for (const auto& town : towns) cloud.points.push_back(point_of(town.lat * 1e-5, town.lon * 1e-5));
        tree.emplace(3, cloud);
    }

    [[nodiscard]] std::string_view text(std::uint32_t at) const { return texts.data() + at; }
};

Places::Places(std::unique_ptr<Index> index) : index_(std::move(index)) {}
Places::~Places() = default;

Result<std::unique_ptr<const Places>> Places::load(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return fail(ErrorKind::internal, fmt::format("{} cannot be read.", file.string()));
    const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    auto index = Index::of(bytes);
    if (!index) return fail(ErrorKind::internal, fmt::format("{} is no file of places, or is damaged.", file.string()));
    return std::unique_ptr<const Places>(new Places(std::move(index)));
}

std::optional<Place> Places::at(double lat, double lon, Language language) const {
    const auto here = point_of(lat, lon);
    std::array<std::uint32_t, kCompared> found{};
    std::array<float, kCompared> squares{};  // of the chords' lengths
    const auto count = index_->tree->knnSearch(here.data(), kCompared, found.data(), squares.data());
    const Town* best = nullptr;
    double least = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& town = index_->towns[found[i]];
        const double km = kEarthKm * 2 * std::asin(std::min(1.0, std::sqrt(double{squares[i]}) / 2));
        if (km > kFarthestKm) break;  // the nearest come first
        const double distance = distance_from(town, km);
        if (best == nullptr || distance < least) best = &town, least = distance;
    }
    if (best == nullptr) return std::nullopt;
    const auto& region = index_->regions[best->region];
    const auto in = static_cast<std::size_t>(language);
    return Place{.name = index_->text(best->name[in]),
                 .region = index_->text(region.name[in]),
                 .country = index_->text(region.country[in]),
                 .country_code = region.code.data()};
}

Names Places::names_at(double lat, double lon) const {
    Names names;
    const auto add = [](std::vector<std::string>& to, std::string_view name) {
        if (!name.empty() && std::ranges::find(to, name) == to.end()) to.emplace_back(name);
    };
    for (const auto language : {Language::en, Language::fr}) {
        const auto place = at(lat, lon, language);
        if (!place) break;
        add(names.places, place->name);
        add(names.places, place->region);
        add(names.countries, place->country);
        add(names.countries, place->country_code);
    }
    return names;
}

}  // namespace cadre::places
