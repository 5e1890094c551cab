#include "places/places.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/testing.h"

namespace cadre::places {
namespace {

struct Town {
    double lat, lon;
    std::uint32_t people;
    std::string english, french;
};

/// As tools/places/make.mjs writes it; every town is in one region.
std::string file_of(const std::vector<Town>& towns) {
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
    const std::array header = {static_cast<std::uint32_t>(towns.size()), 1U, static_cast<std::uint32_t>(texts.size())};
    std::string bytes = "CADREPL1";
    bytes.append(reinterpret_cast<const char*>(header.data()), sizeof header);
    bytes.append(reinterpret_cast<const char*>(words.data()), words.size() * sizeof words[0]);
    return bytes + texts;
}

class PlacesTest : public testing::Test {
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
    EXPECT_EQ(names.places, (std::vector<std::string>{"Quimper", "Brittany", "Kemper", "Bretagne"}));
    EXPECT_EQ(names.countries, (std::vector<std::string>{"France", "FR"}));
    EXPECT_TRUE(places->names_at(0, 0).places.empty());
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
    astray[8 + 12 + 20] = 9;  // the town's region
    const auto refused = load(astray);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().message.ends_with("is no file of places, or is damaged.")) << refused.error().message;
    EXPECT_FALSE(Places::load("/nowhere/places.bin"));
}

}  // namespace
}  // namespace cadre::places
