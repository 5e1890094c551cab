#include "places/places.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

#include "base/testing.h"

namespace cadre::places {
namespace {

struct Town {
    double lat, lon;
    std::uint32_t people;
    std::string english, french;
};

/// A map of zones: what its cells say from the north-west on, and after 24 rows of 48 in blocks of four.
struct Zones {
    std::vector<std::string> names;
    std::vector<std::uint16_t> cells;
};
constexpr std::uint16_t kOfZone = 0x8000;

/// As tools/places/make.mjs writes it; every town is in one region.
std::string file_of(const std::vector<Town>& towns, const Zones& zones = {}) {
    std::string texts(1, '\0');
    const auto text = [&texts](const std::string& said) {
        const auto at = static_cast<std::uint32_t>(texts.size());
        texts += said;
        texts += '\0';
        return at;
    };
    std::vector<std::uint32_t> words;
    for (const auto& town : towns) {
        for (const double degrees : {town.lat, town.lon})
            words.push_back(static_cast<std::uint32_t>(static_cast<std::int32_t>(degrees * 1e5)));
        words.insert(words.end(), {town.people, text(town.english), text(town.french), 0});
    }
    for (const auto* name : {"Brittany", "Bretagne", "France", "France"}) words.push_back(text(name));
    words.push_back('F' | 'R' << 8);
    for (const auto& name : zones.names) words.push_back(text(name));
    const auto count = [](const auto& of) { return static_cast<std::uint32_t>(of.size()); };
    const std::array header = {count(towns), 1U, count(zones.names), count(zones.cells), count(texts)};
    std::string bytes = "CADREPL2";
    bytes.append(reinterpret_cast<const char*>(header.data()), sizeof header);
    bytes.append(reinterpret_cast<const char*>(words.data()), words.size() * sizeof words[0]);
    bytes.append(reinterpret_cast<const char*>(zones.cells.data()), zones.cells.size() * sizeof zones.cells[0]);
    return bytes + texts;
}

/// The sea, with Brittany divided once and once more.
Zones zones_of_brittany() {
    Zones zones{{"Etc/UTC", "Europe/Paris", "Europe/Jersey"}, std::vector<std::uint16_t>(24 * 48, kOfZone)};
    zones.cells[5 * 48 + 23] = 0;  // 45° to 52.5° north, 7.5° to 0° west
    zones.cells.insert(zones.cells.end(), {kOfZone | 2, 1, kOfZone | 1, kOfZone | 1});
    zones.cells.insert(zones.cells.end(), {kOfZone, kOfZone | 2, kOfZone, kOfZone | 1});
    return zones;
}

class PlacesTest : public ::testing::Test {
protected:
    Result<std::unique_ptr<const Places>> load(const std::string& bytes) {
        const auto file = folder_.path() / "places.bin";
        std::ofstream(file, std::ios::binary) << bytes;
        return Places::load(file);
    }
    std::string name_at(const std::vector<Town>& towns, double lat, double lon, Language language = Language::en) {
        const auto places = load(file_of(towns)).value();
        const auto place = places->at(lat, lon, language);
        return place ? std::string(place->name) : "none";
    }

private:
    test::TemporaryFolder folder_;
};

TEST_F(PlacesTest, ATownIsNamedInBothLanguages) {
    const auto places =
        load(file_of({{48.676, -1.852, 5751, "Cancale", "Cancale"}, {48, -4.1, 63849, "Quimper", "Kemper"}})).value();
    const auto place = places->at(47.99, -4.11, Language::fr);
    ASSERT_TRUE(place);
    EXPECT_EQ(place->name, "Kemper");
    EXPECT_EQ(place->region, "Bretagne");
    EXPECT_EQ(place->country, "France");
    EXPECT_EQ(place->country_code, "FR");
    EXPECT_EQ(places->at(47.99, -4.11, Language::en)->region, "Brittany");
}

TEST_F(PlacesTest, AllNamesOfATownAreToldOnce) {
    const auto places = load(file_of({{48, -4.1, 63849, "Quimper", "Kemper"}})).value();
    const auto names = places->names_at(48, -4.1);
    EXPECT_EQ(names.english, (std::vector<std::string>{"Quimper", "Brittany"}));
    EXPECT_EQ(names.french, (std::vector<std::string>{"Kemper", "Bretagne"}));
    EXPECT_EQ(names.countries, (std::vector<std::string>{"France", "FR"}));
    EXPECT_TRUE(places->names_at(0, 0).english.empty());
    EXPECT_EQ(places->names_at(0, 0).town, 0);
}

TEST_F(PlacesTest, ATownIsKnownByItsNumberInEveryFile) {
    const Town quimper{48.00001, -4.1, 63849, "Quimper", "Kemper"}, date_line{-16.5, -180, 2000, "West", "Ouest"};
    const auto places = load(file_of({quimper, date_line, {48.00002, -4.1, 20, "Beside", "Contre"}})).value();
    const auto number = places->names_at(47.99, -4.11).town;
    EXPECT_EQ(places->town(number, Language::en)->name, "Quimper");
    EXPECT_EQ(places->town(number, Language::fr)->name, "Kemper");
    EXPECT_EQ(places->town(places->names_at(-16.5, 179.9).town, Language::en)->name, "West");
    const auto newer = load(file_of({date_line, quimper})).value();
    EXPECT_EQ(newer->town(number, Language::en)->name, "Quimper");
    const auto moved = load(file_of({{48.01, -4.1, 63849, "Quimper", "Kemper"}})).value();
    EXPECT_EQ(moved->town(number, Language::fr)->name, "Kemper") << "what is there now";
    for (const std::int64_t none : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()})
        EXPECT_FALSE(places->town(none, Language::en)) << none;
}

TEST_F(PlacesTest, ACityReachesFurtherThanAVillage) {
    // The thirteenth arrondissement is nearer to the middle of Gentilly than to that of Paris.
    const std::vector<Town> towns = {{48.853, 2.349, 2138551, "Paris", "Paris"},
                                     {48.813, 2.345, 16000, "Gentilly", "Gentilly"}};
    EXPECT_EQ(name_at(towns, 48.829, 2.356), "Paris");
    EXPECT_EQ(name_at(towns, 48.813, 2.344), "Gentilly");
}

TEST_F(PlacesTest, FarFromEveryTownIsNowhere) {
    const std::vector<Town> towns = {{48, -4.1, 63849, "Quimper", "Quimper"}};
    EXPECT_EQ(name_at(towns, 48, -4.7), "Quimper");  // 45 km
    EXPECT_EQ(name_at(towns, 48, -4.85), "none");    // 56 km
    EXPECT_EQ(name_at(towns, -48, 175.9), "none");   // the other side of the earth
    EXPECT_EQ(name_at({}, 48, -4.1), "none");
}

TEST_F(PlacesTest, ThePolesAndTheDateLineAreNoEdges) {
    const std::vector<Town> towns = {{-16.5, 179.99, 2000, "East", "Est"}, {89.9, 100, 1000, "North", "Nord"}};
    EXPECT_EQ(name_at(towns, -16.5, -179.99), "East");
    EXPECT_EQ(name_at(towns, 89.95, -80), "North");
}

TEST_F(PlacesTest, WhatIsNoSuchFileIsToldAsThat) {
    const auto whole = file_of({{48, -4.1, 63849, "Quimper", "Kemper"}});
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(load(whole.substr(0, size))) << size;
    EXPECT_FALSE(load(whole + "more"));
    auto astray = whole;
    astray[8 + 20 + 20] = 9;  // the town's region
    const auto refused = load(astray);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().message.ends_with("is no file of places, or is damaged.")) << refused.error().message;
    EXPECT_FALSE(Places::load("/nowhere/places.bin"));
}

TEST_F(PlacesTest, AZoneIsThatOfTheCellHoweverOftenThatIsDivided) {
    const auto places = load(file_of({}, zones_of_brittany())).value();
    EXPECT_EQ(places->zone_at(48.1, -1.7), "Europe/Paris");
    EXPECT_EQ(places->zone_at(47, -6), "Europe/Paris");
    EXPECT_EQ(places->zone_at(51, -5), "Europe/Jersey");
    EXPECT_EQ(places->zone_at(51.5, -1), "Europe/Jersey");
    EXPECT_EQ(places->zone_at(49, -1), "Europe/Paris");
    for (const auto& [lat, lon] :
         {std::pair{52.0, -3.0}, {0.0, 0.0}, {90.0, 0.0}, {-90.0, 180.0}, {-90.0, -180.0}, {91.0, 0.0}, {0.0, 181.0}})
        EXPECT_EQ(places->zone_at(lat, lon), "") << lat << " " << lon;
    EXPECT_EQ(load(file_of({})).value()->zone_at(48, -2), "") << "a file without a map";
}

TEST_F(PlacesTest, OnABeachTheZoneIsThatOfTheTown) {
    const auto places = load(file_of({{49.4, -2.0, 5000, "Town", "Ville"}}, zones_of_brittany())).value();
    EXPECT_EQ(places->zone_at(49.4, -2.3), "") << "whose own cell is of the sea here";
    const auto near = load(file_of({{49, -1.7, 5000, "Town", "Ville"}}, zones_of_brittany())).value();
    EXPECT_EQ(near->zone_at(49.3, -1.95), "Europe/Paris");
    EXPECT_EQ(near->zone_at(50.2, -3.0), "") << "too far out";
}

TEST_F(PlacesTest, AMapThatLeadsAstrayIsNone) {
    const auto broken = [&](auto change) {
        auto zones = zones_of_brittany();
        change(zones.cells);
        return load(file_of({}, zones)).has_value();
    };
    EXPECT_TRUE(broken([](auto&) {}));
    EXPECT_FALSE(broken([](auto& cells) { cells[0] = kOfZone | 3; })) << "a zone that is not there";
    EXPECT_FALSE(broken([](auto& cells) { cells[0] = 2; })) << "a block that is not there";
    EXPECT_FALSE(broken([](auto& cells) { cells[24 * 48 + 4] = 1; })) << "a cell within itself";
    EXPECT_FALSE(broken([](auto& cells) { cells[24 * 48 + 4] = 0; })) << "a circle";
    EXPECT_FALSE(broken([](auto& cells) { cells.pop_back(); }));
    EXPECT_FALSE(broken([](auto& cells) { cells.resize(24 * 48 - 1); }));
}

}  // namespace
}  // namespace cadre::places
