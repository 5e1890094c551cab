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

// The file: this, then the header, the towns, the regions, the time zones, the cells of the map of these, and all
// names, each with a NUL after it. Numbers are little-endian, names are offsets into the last part.
constexpr std::string_view kMagic = "CADREPL2";

struct Header {
    std::uint32_t towns, regions, zones, cells, texts;
};

// The map of time zones: rows of cells from the north-west to the south-east, then blocks of four, each what a cell
// before it is divided into. A cell has a zone's number and kOfZone, or a block's number.
using Cell = std::uint16_t;
constexpr Cell kOfZone = 0x8000;
constexpr std::size_t kRows = 24, kColumns = 48;
constexpr std::size_t kBlock = 4;

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

constexpr double kDegree = 1e-5;  // a town's position counts these
constexpr std::int64_t kHalfTurn = 18'000'000, kQuarterTurn = 9'000'000;
constexpr std::int64_t kColumn = 2 * kHalfTurn + 1;

/// Of a town, by its position; above 0.
constexpr std::int64_t number_of(std::int64_t lat, std::int64_t lon) {
    return (lat + kQuarterTurn) * kColumn + lon + kHalfTurn + 1;
}

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
    std::vector<std::uint32_t> zones;  // their names
    std::vector<Cell> cells;           // none: no zones are known
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
        auto zones = regions ? take<std::uint32_t>(bytes, header->front().zones) : std::nullopt;
        auto cells = zones ? take<Cell>(bytes, header->front().cells) : std::nullopt;
        if (!cells || bytes.size() != header->front().texts || !bytes.ends_with('\0')) return nullptr;
        auto index = std::make_unique<Index>();
        index->towns = std::move(*towns);
        index->regions = std::move(*regions);
        index->zones = std::move(*zones);
        index->cells = std::move(*cells);
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
        return named(zones) && sound_cells();
    }

    [[nodiscard]] bool sound_cells() const {
        constexpr std::size_t kFirst = kRows * kColumns;
        if (cells.empty()) return true;
        if (cells.size() < kFirst || (cells.size() - kFirst) % kBlock != 0) return false;
        const auto blocks = (cells.size() - kFirst) / kBlock;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool of_zone = (cells[i] & kOfZone) != 0;
            if (of_zone && (cells[i] & ~kOfZone) >= static_cast<int>(zones.size())) return false;
            // Only blocks that stand behind it, so that every way ends.
            const auto first = i < kFirst ? 0 : (i - kFirst) / kBlock + 1;
            if (!of_zone && (cells[i] < first || cells[i] >= blocks)) return false;
        }
        return true;
    }

    /// Empty where none is known, or only that of a ship's clock.
    [[nodiscard]] std::string_view land_zone(double lat, double lon) const {
        if (cells.empty() || !(std::abs(lat) <= 90 && std::abs(lon) <= 180)) return {};
        // So little more than 180 and 360 that the last row and column have an end.
        double row = (90 - lat) / 180.00000000000003 * kRows;
        double column = (180 + lon) / 360.00000000000006 * kColumns;
        auto cell = cells[static_cast<std::size_t>(row) * kColumns + static_cast<std::size_t>(column)];
        while ((cell & kOfZone) == 0) {
            row = (row - std::floor(row)) * 2;
            column = (column - std::floor(column)) * 2;
            cell = cells[kRows * kColumns + kBlock * cell + 2 * static_cast<std::size_t>(row) +
                         static_cast<std::size_t>(column)];
        }
        const auto zone = text(zones[cell & ~kOfZone & 0xffff]);
        return zone.starts_with("Etc/") ? std::string_view() : zone;
    }

    /// The town whose people would say that they live there; null further than kFarthestKm from all.
    [[nodiscard]] const Town* town_at(double lat, double lon) const;
    /// That which stands at this very position; null where none does.
    [[nodiscard]] const Town* town_on(std::int32_t lat, std::int32_t lon) const;
    [[nodiscard]] Place place_of(const Town& town, Language language) const {
        const auto& region = regions[town.region];
        const auto in = static_cast<std::size_t>(language);
        return {.name = text(town.name[in]),
                .region = text(region.name[in]),
                .country = text(region.country[in]),
                .country_code = region.code.data()};
    }

    void plant() {
        cloud.points.reserve(towns.size());
        for (const auto& town : towns) cloud.points.push_back(point_of(town.lat * kDegree, town.lon * kDegree));
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

const Town* Places::Index::town_at(double lat, double lon) const {
    const auto here = point_of(lat, lon);
    std::array<std::uint32_t, kCompared> found{};
    std::array<float, kCompared> squares{};  // of the chords' lengths
    const auto count = tree->knnSearch(here.data(), kCompared, found.data(), squares.data());
    const Town* best = nullptr;
    double least = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& town = towns[found[i]];
        const double km = kEarthKm * 2 * std::asin(std::min(1.0, std::sqrt(double{squares[i]}) / 2));
        if (km > kFarthestKm) break;  // the nearest come first
        const double distance = distance_from(town, km);
        if (best == nullptr || distance < least) best = &town, least = distance;
    }
    return best;
}

const Town* Places::Index::town_on(std::int32_t lat, std::int32_t lon) const {
    constexpr std::size_t kNear = 4;  // single precision may take a neighbour for the nearest
    const auto here = point_of(lat * kDegree, lon * kDegree);
    std::array<std::uint32_t, kNear> found{};
    std::array<float, kNear> squares{};
    const auto count = tree->knnSearch(here.data(), kNear, found.data(), squares.data());
    for (std::size_t i = 0; i < count; ++i)
        if (const auto& town = towns[found[i]]; town.lat == lat && town.lon == lon) return &town;
    return nullptr;
}

std::optional<Place> Places::at(double lat, double lon, Language language) const {
    const auto* const best = index_->town_at(lat, lon);
    if (best == nullptr) return std::nullopt;
    return index_->place_of(*best, language);
}

std::optional<Place> Places::town(std::int64_t number, Language language) const {
    if (number <= 0 || number > number_of(kQuarterTurn, kHalfTurn)) return std::nullopt;
    const auto lat = static_cast<std::int32_t>((number - 1) / kColumn - kQuarterTurn);
    const auto lon = static_cast<std::int32_t>((number - 1) % kColumn - kHalfTurn);
    if (const auto* const town = index_->town_on(lat, lon)) return index_->place_of(*town, language);
    return at(lat * kDegree, lon * kDegree, language);
}

std::string_view Places::zone_at(double lat, double lon) const {
    const auto here = index_->land_zone(lat, lon);
    if (!here.empty()) return here;
    // On a beach, or an island smaller than a cell.
    const auto* const town = index_->town_at(lat, lon);
    return town == nullptr ? std::string_view() : index_->land_zone(town->lat * kDegree, town->lon * kDegree);
}

Names Places::names_at(double lat, double lon) const {
    Names names;
    const auto* const town = index_->town_at(lat, lon);
    if (town == nullptr) return names;
    names.town = number_of(town->lat, town->lon);
    const auto add = [](std::vector<std::string>& to, std::string_view name) {
        if (!name.empty() && std::ranges::find(to, name) == to.end()) to.emplace_back(name);
    };
    for (const auto language : {Language::en, Language::fr}) {
        const auto place = index_->place_of(*town, language);
        auto& places = language == Language::fr ? names.french : names.english;
        add(places, place.name);
        add(places, place.region);
        add(names.countries, place.country);
        add(names.countries, place.country_code);
    }
    return names;
}

}  // namespace cadre::places
