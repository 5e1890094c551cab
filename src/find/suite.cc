#include "find/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>

#include "base/testing.h"
#include "find/match.h"
#include "find/suite_parts.h"
#include "find/words.h"

namespace cadre::find {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FinderSuite);

namespace {

using test::run;
using namespace suite;
using test::value;

Asker anna() { return {kAnna, {{kSummer, "Été à Brest"}}}; }
Asker bela() { return {kBela, {}}; }

Hits ask(Finder& finder, const std::string& question, Asker asker = anna(), Order order = Order::newest) {
    Wish wish;
    wish.question = parse_question(question).value();
    wish.asker = std::move(asker);
    wish.order = order;
    wish.limit = 1'000;
    return value(finder.search(std::move(wish)));
}

std::vector<int> numbers(const std::vector<Id>& ids) {
    std::vector<int> numbers;
    for (const auto& id : ids) numbers.push_back(id.bytes[15] | id.bytes[14] << 8);
    return numbers;
}
std::vector<int> found(Finder& finder, const std::string& question, Asker asker = anna()) {
    return numbers(ask(finder, question, std::move(asker)).ids);
}

/// A library with a bit of everything, the same in each run.
std::vector<Document> library(int count) {
    std::mt19937 random(7);
    const auto pick = [&](const std::vector<std::string>& from) { return from[random() % from.size()]; };
    const std::vector<std::string> words = {"plage", "Plages", "été",   "bateau", "boat",   "boats",   "rouge",
                                            "red",   "l'île",  "Brest", "marché", "cheval", "chevaux", "2023"};
    std::vector<Document> all;
    for (int i = 1; i <= count; ++i) {
        auto document = photo(i);
        document.at = kIn2024 - (static_cast<std::int64_t>(random() % 1'500)) * kDay + (i % 3);
        document.owner = random() % 3 == 0 ? kBela : kAnna;
        document.is_public = random() % 3 == 0;
        document.everybody = document.is_public && random() % 5 != 0;
        if (random() % 2 == 0) document.title = pick(words) + " " + pick(words);
        if (random() % 2 == 0) document.caption = pick(words) + ", " + pick(words) + " " + pick(words);
        for (auto k = random() % 3; k > 0; --k) document.tags.push_back(pick(words));
        if (random() % 5 == 0) document.albums.push_back(random() % 2 == 0 ? kSummer : kSecret);
        document.camera = pick({"", "NIKON D750", "Canon EOS R5", "Apple iPhone 12"});
        document.lens = pick({"", "24-70mm f/2.8", "EF 50mm f/1.4"});
        document.type = pick({"jpeg", "png", "heic"});
        document.iso = random() % 4 == 0 ? 0 : 100 << (random() % 6);
        document.aperture = random() % 4 == 0 ? 0 : 1.4 + static_cast<double>(random() % 4);
        document.rating = static_cast<int>(random() % 6);
        document.filename = "IMG_" + std::to_string(1000 + i) + ".jpg";
        document.favourite = random() % 6 == 0;
        document.archived = random() % 8 == 0;
        if (random() % 3 == 0) {
            document.location = {48.0 + i % 10, -4.0 + i % 7};
            const std::string town = i % 2 == 0 ? "Cancale" : "Saint-Malo";
            document.places = {{town, "Brittany"}, {town, "Bretagne"}};
            document.town = 1 + i % 2;
            document.countries = {"France", "FR"};
        }
        all.push_back(std::move(document));
    }
    return all;
}

// clang-format off
const std::vector<std::string> kQuestions = {
    "", "plage", "ete", "\"plage\"", "plag rouge", "bateau,boat", "-plage", "plage -rouge", "\"red boat\"",
    "tag:plage", "tag:plage,ÉTÉ", "-tag:plage", "album:brest", "-album:brest", "brest", "camera:nikon",
    "camera:\"eos r5\",iphone", "-camera:nikon", "lens:50mm", "type:jpeg", "type:png,heic", "-type:png",
    "year:2023", "year:2021,2023", "year:2021-2022", "-year:2023", "from:2023-03", "to:2022-12-31",
    "from:2022-02 to:2023-01-15", "date:2023-03,2022-05", "iso:100", "iso:>400", "iso:200-800", "iso:100,3200",
    "-iso:100", "f:2.4", "f:<=2.4", "rating:5", "rating:>=4", "-rating:1-3", "is:favourite", "-is:favourite",
    "is:public", "is:private", "is:archived", "-is:archived", "is:video", "has:location", "-has:location",
    "has:title", "-has:title", "IMG_1012", "IMG_1012,IMG_1013", "2023", "mars", "chevaux", "cheval", "île",
    "plage camera:nikon year:2022-2023", "place:cancale", "-place:cancale", "place:\"saint malo\"", "malo",
    "bretagne", "country:fr", "place:brest", "\"cancale brittany\"", "box:-4,48,0,52", "-box:-4,48,0,52",
    "box:-180,-90,180,90", "box:2.5,49,-3.5,60", "box:-4,48,-4,48", "box:-4,48,0,52 plage", "(plage OR rouge)",
    "AND", "NEAR(plage)", "\"", "title:\"*", "*",
};
// clang-format on

/// Asks a finder that was told all of them every question, as people who see different parts. How many photos are
/// found, each number once.
std::set<std::size_t> compare(Finder& finder, const std::vector<Document>& all) {
    std::set<std::size_t> sizes;
    for (const auto& question : kQuestions) {
        const auto parsed = parse_question(question);
        if (!parsed) continue;
        for (const auto& asker : {anna(), bela(), Asker{}}) {
            auto expected = all;
            std::erase_if(expected, [&](const Document& one) { return !match(*parsed, one, asker); });
            const auto hits = ask(finder, question, asker);
            if (expected.empty()) continue;  // a mistyped word may have been meant
            SCOPED_TRACE(question);
            EXPECT_EQ(hits.total, expected.size());
            std::set<Id> wanted, got(hits.ids.begin(), hits.ids.end());
            for (const auto& one : expected) wanted.insert(one.id);
            EXPECT_EQ(got, wanted);
            std::vector<std::int64_t> times;
            for (const auto& id : hits.ids) times.push_back(std::ranges::find(all, id, &Document::id)->at);
            EXPECT_TRUE(std::ranges::is_sorted(times, std::greater<>()));
            sizes.insert(expected.size());
        }
    }
    return sizes;
}

TEST_P(FinderSuite, FindsWhatTheQuestionMeansAndNothingElseNewestFirst) {
    const auto all = library(600);
    fill(finder(), all);
    EXPECT_GT(compare(finder(), all).size(), 20U) << "the questions tell photos apart";
}

TEST_P(FinderSuite, WhoOwnsAllFindsTheSame) {
    auto all = library(300);
    for (auto& document : all) document.owner = kAnna;
    fill(finder(), all);
    compare(finder(), all);
}

TEST_P(FinderSuite, WhoOwnsMostAmongManyFindsTheSame) {
    auto all = library(600);
    for (std::size_t i = 0; i < all.size(); i += 10) all[i].owner = id_of(static_cast<int>(3 + i), 1);
    fill(finder(), all);
    compare(finder(), all);
}

TEST_P(FinderSuite, WhoOwnsMostNoLongerStillFindsTheSame) {
    auto all = library(300);
    fill(finder(), all);
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i % 4 != 0) all[i].owner = kBela;
    std::vector<Change> changes;
    for (const auto& document : all) changes.push_back(change(document, 2));
    value(finder().apply(std::move(changes)));
    compare(finder(), all);
}

TEST_P(FinderSuite, WhatWasToldBeforeFindsNothingAnyMore) {
    auto all = library(300);
    fill(finder(), all);
    const auto before = all;
    std::vector<Change> changes;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto id = all[i].id;
        all[i] = before[(i + 1) % all.size()];
        all[i].id = id;
        changes.push_back(change(all[i], 2));
    }
    value(finder().apply(std::move(changes)));
    compare(finder(), all);
}

TEST_P(FinderSuite, WhatIsTheOwnersAloneFindsNothingOfOthers) {
    auto theirs = photo(1);
    theirs.is_public = theirs.everybody = true;
    theirs.filename = "vacances_secretes.jpg";
    theirs.favourite = theirs.archived = true;
    theirs.location = {48.4, -4.5};
    theirs.places = {{"Brest"}, {"Brest"}};
    theirs.countries = {"France"};
    theirs.albums = {kSecret};
    fill(finder(), {theirs});
    for (const auto* question :
         {"secretes", "is:favourite", "is:archived", "has:location", "brest", "place:brest", "country:france"}) {
        EXPECT_EQ(found(finder(), question), std::vector{1}) << question;
        EXPECT_TRUE(found(finder(), question, bela()).empty()) << question;
        EXPECT_TRUE(found(finder(), question, {}).empty()) << question;
    }
    EXPECT_EQ(found(finder(), "-has:location", bela()), std::vector{1});
    EXPECT_TRUE(found(finder(), "divorce", {kBela, {{kSummer, "Divorce"}}}).empty()) << "it is in another album";
    EXPECT_EQ(found(finder(), "divorce", {kBela, {{kSecret, "Divorce"}}}), std::vector{1});
}

TEST_P(FinderSuite, AMemberFindsWhatStandsInTheAlbum) {
    auto theirs = photo(1);
    theirs.title = "plage";
    theirs.albums = {kSummer};
    fill(finder(), {theirs});
    EXPECT_TRUE(found(finder(), "plage", bela()).empty());
    EXPECT_EQ(found(finder(), "plage", {kBela, {{kSummer, "x"}}}), std::vector{1});
    EXPECT_TRUE(found(finder(), "plage", {}).empty());
}

TEST_P(FinderSuite, AMistypedWordFindsWhatItWasMeantToBe) {
    auto one = photo(1), two = photo(2);
    one.title = "Une belle plage";
    two.tags = {"Guirlandes"};
    fill(finder(), {one, two});
    for (const auto* typed : {"palge", "plagge", "plge", "blage", "plagez"})
        EXPECT_EQ(found(finder(), typed), std::vector{1}) << typed;
    EXPECT_EQ(found(finder(), "guirlnde"), std::vector{2});
    EXPECT_EQ(found(finder(), "gjirlandes"), std::vector{2});
    EXPECT_TRUE(found(finder(), "\"palge\"").empty()) << "in quotes it is meant so";
    EXPECT_TRUE(found(finder(), "palxge").empty());
    EXPECT_TRUE(found(finder(), "palge", bela()).empty());
}

TEST_P(FinderSuite, AMistypedWordIsNotCorrectedToWhatOthersAloneHave) {
    auto mine = photo(1), theirs = photo(2);
    mine.title = "bateau";
    theirs.owner = kBela;
    theirs.title = "bateaux gateau";
    fill(finder(), {mine, theirs});
    EXPECT_EQ(found(finder(), "gateau"), std::vector{1}) << "one letter from bateau, and Anna has no gateau";
    EXPECT_EQ(found(finder(), "gateau", bela()), std::vector{2});
}

TEST_P(FinderSuite, AChangeReplacesWhatWasAndWhatIsGoneIsNotFound) {
    auto document = photo(1);
    document.title = "plage";
    fill(finder(), {document, photo(2)});
    document.title = "montagne";
    document.at += 400 * kDay;
    value(finder().apply({change(document, 2)}));
    EXPECT_TRUE(found(finder(), "plage").empty());
    EXPECT_EQ(found(finder(), "montagne year:2025"), std::vector{1});
    EXPECT_EQ(found(finder(), ""), (std::vector{1, 2}));
    value(finder().apply({{document.id, 3, {}}}));
    EXPECT_EQ(found(finder(), ""), std::vector{2});
    value(finder().apply({{document.id, 4, {}}, {id_of(77), 1, {}}}));
    EXPECT_EQ(found(finder(), ""), std::vector{2});
}

TEST_P(FinderSuite, WhatAPassDoesNotTellIsForgotten) {
    fill(finder(), {photo(1), photo(2), photo(3)});
    value(finder().begin_pass());
    value(finder().apply({change(photo(2)), change(photo(4))}));
    EXPECT_EQ(found(finder(), "").size(), 4U) << "meanwhile all is found";
    value(finder().end_pass());
    EXPECT_EQ(found(finder(), ""), (std::vector{4, 2}));
}

TEST_P(FinderSuite, UntilAllWasToldOnceNothingIsAnswered) {
    EXPECT_FALSE(value(finder().moment()).whole);
    value(finder().begin_pass());
    value(finder().apply({change(photo(1))}));
    const auto refused = run(finder().search({}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::search_in_the_making);
    EXPECT_EQ(run(finder().suggest("x", anna(), 10)).error().code, Code::search_in_the_making);
    EXPECT_EQ(run(finder().cells(kAnna, {}, 3, {}, {})).error().code, Code::search_in_the_making);
    value(finder().end_pass());
    EXPECT_EQ(found(finder(), ""), std::vector{1});
    EXPECT_TRUE(value(finder().moment()).whole);
}

TEST_P(FinderSuite, AllOfAFirstPassIsThereHoweverMuchItIs) {
    constexpr int kPhotos = 9'000, kAtOnce = 500, kKinds = 300;
    const auto titled = [](int number, const std::string& kind) {
        auto document = photo(number);
        document.title = kind;
        return document;
    };
    value(finder().begin_pass());
    value(finder().apply({change(titled(0, "kind1"))}));  // of a pass that is not ended
    value(finder().begin_pass());
    for (int number = 1; number <= kPhotos;) {
        std::vector<Change> changes;
        for (int i = 0; i < kAtOnce; ++i, ++number)
            changes.push_back(change(titled(number, "kind" + std::to_string(number % kKinds))));
        value(finder().apply(std::move(changes)));
    }
    value(finder().apply({change(titled(1, "another"), 2), change(titled(kPhotos, "another"), 2)}));
    value(finder().apply({{id_of(301), 2, {}}}));
    value(finder().end_pass());
    for (const int kind : {2, 7, 299})
        EXPECT_EQ(ask(finder(), "\"kind" + std::to_string(kind) + "\"").total, kPhotos / kKinds);
    EXPECT_EQ(ask(finder(), "\"kind1\"").total, kPhotos / kKinds - 2) << "one is another, and one is gone";
    EXPECT_EQ(ask(finder(), "\"kind0\"").total, kPhotos / kKinds - 1);
    EXPECT_EQ(found(finder(), "another"), (std::vector{kPhotos, 1}));
}

TEST_P(FinderSuite, KeepsWhatItWasToldAndSaysOfWhichMomentItIs) {
    const WallTime moment{Millis(1'700'000'000'000)};
    fill(finder(), {photo(1)});
    value(finder().follows(moment));
    EXPECT_EQ(value(finder().moment()).at, moment);
    bench_->restart();
    EXPECT_EQ(found(finder(), ""), std::vector{1});
    EXPECT_TRUE(value(finder().moment()).whole);
}

TEST_P(FinderSuite, WhatIsTakenAwayOrSpoiltIsMadeAnew) {
    for (const bool spoilt : {false, true}) {
        fill(finder(), {photo(1)});
        if (spoilt) {
            bench_->spoil();
        } else {
            bench_->wipe();
        }
        EXPECT_FALSE(value(finder().moment()).whole);
        EXPECT_EQ(run(finder().search({})).error().code, Code::search_in_the_making);
        fill(finder(), {photo(1), photo(2)});
        EXPECT_EQ(found(finder(), ""), (std::vector{2, 1}));
    }
}

TEST_P(FinderSuite, WhatOneSavedAnotherTakesAndGoesOn) {
    const auto all = library(60);
    fill(finder(), all);
    value(finder().follows(WallTime(Millis(5'000'000))));
    auto more = photo(1'000);
    more.title = "written down with the moment";
    value(finder().apply({change(more)}));
    const auto other = GetParam()();
    const auto saved = finder().file().string() + ".saved";
    value(finder().save(saved));
    value(finder().apply({{id_of(1'000), 2, std::nullopt}}));

    value(other->finder().apply({change(photo(2'000))}));  // what it had begun goes
    value(other->finder().take(saved));
    EXPECT_FALSE(std::filesystem::exists(saved));
    EXPECT_EQ(other->finder().form(), finder().form());
    EXPECT_TRUE(value(other->finder().moment()).whole);
    EXPECT_EQ(value(other->finder().moment()).at, WallTime(Millis(5'000'000)));
    value(other->finder().apply({{id_of(1'000), 2, std::nullopt}, change(photo(2'001))}));
    value(finder().apply({change(photo(2'001))}));
    for (const auto* question : {"", "plage", "rouge -bateau", "has:location", "type:jpeg"}) {
        EXPECT_FALSE(found(finder(), question).empty()) << question;
        EXPECT_EQ(found(other->finder(), question), found(finder(), question)) << question;
    }
    other->restart();
    EXPECT_EQ(found(other->finder(), ""), found(finder(), ""));
}

TEST_P(FinderSuite, WhatIsNotWholeIsNeitherSavedNorTaken) {
    const auto saved = finder().file().string() + ".saved";
    EXPECT_EQ(run(finder().save(saved)).error().code, Code::search_in_the_making);
    fill(finder(), {photo(1)});
    std::ofstream(saved) << "no finder has saved this";
    EXPECT_EQ(run(finder().take(saved)).error().kind, ErrorKind::unprocessable);
    EXPECT_EQ(found(finder(), ""), std::vector{1}) << "it lost what it had";
    EXPECT_EQ(run(finder().take(finder().file().string() + ".none")).error().kind, ErrorKind::unprocessable);
    EXPECT_EQ(found(finder(), ""), std::vector{1});
}

TEST_P(FinderSuite, PagesShowEachHitOnceInBothOrders) {
    auto all = library(300);
    for (auto& one : all) one.at = kIn2024;  // all in one second
    fill(finder(), all);
    for (const auto order : {Order::newest, Order::relevance}) {
        const auto once = ask(finder(), "plage,rouge", anna(), order);
        std::vector<Id> paged;
        Wish wish;
        wish.question = parse_question("plage,rouge").value();
        wish.order = order;
        wish.limit = 7;
        do {
            wish.asker = anna();
            const auto hits = value(finder().search(wish));
            EXPECT_EQ(hits.total, once.total);
            paged.insert(paged.end(), hits.ids.begin(), hits.ids.end());
            wish.cursor = hits.next;
        } while (!wish.cursor.empty());
        EXPECT_EQ(paged, once.ids);
        EXPECT_GT(paged.size(), 50U);
    }
    Wish wish;
    wish.cursor = "none";
    EXPECT_EQ(test::refusal(finder().search(wish)), ErrorKind::invalid);
}

TEST_P(FinderSuite, ByRelevanceATitleComesBeforeACaptionThatIsNewer) {
    auto titled = photo(1), told = photo(2);
    titled.title = "Plage";
    told.caption = "Nous sommes allés loin de la plage, ce jour, et il a plu";
    fill(finder(), {titled, told});
    EXPECT_EQ(numbers(ask(finder(), "plage", anna(), Order::relevance).ids), (std::vector{1, 2}));
    EXPECT_EQ(numbers(ask(finder(), "plage").ids), (std::vector{2, 1}));
}

TEST_P(FinderSuite, SuggestsWhatGoesOnFromWhatIsTyped) {
    auto mine = photo(1), theirs = photo(2), wall = photo(3);
    mine.tags = {"Été", "Bord de mer"};
    mine.camera = "NIKON D750";
    mine.places = {{"Saint-Malo"}, {"Saint-Malo"}};
    theirs.places = wall.places = {{"Malmö"}, {"Malmö"}};
    mine.albums = {kSummer};
    theirs.owner = kBela;
    theirs.tags = {"étrange"};
    wall.owner = kBela;
    wall.everybody = wall.is_public = true;
    wall.tags = {"Été"};
    fill(finder(), {mine, theirs, wall});
    const auto suggested = [&](const std::string& typed, Asker asker) {
        std::vector<std::string> all;
        for (const auto& one : value(finder().suggest(typed, std::move(asker), 10)))
            all.push_back(one.kind + " " + one.value + " " + std::to_string(one.count));
        return all;
    };
    using Texts = std::vector<std::string>;
    EXPECT_EQ(suggested("et", anna()), (Texts{"tag Été 2", "album Été à Brest 1"}));
    EXPECT_EQ(suggested("et", bela()), (Texts{"tag Été 1", "tag étrange 1"}));
    EXPECT_EQ(suggested("et", {}), Texts{"tag Été 1"});
    EXPECT_EQ(suggested("d7", anna()), Texts{"camera NIKON D750 1"});
    EXPECT_TRUE(suggested("d7", bela()).empty());
    EXPECT_EQ(suggested("malo", anna()), Texts{"place Saint-Malo 1"});
    EXPECT_TRUE(suggested("malm", anna()).empty());
    EXPECT_EQ(suggested("malm", bela()), Texts{"place Malmö 2"});
    EXPECT_TRUE(suggested("malm", {}).empty());
    EXPECT_EQ(suggested("mer", anna()), Texts{"tag Bord de mer 1"});
    EXPECT_EQ(suggested("202", anna()), Texts{"year 2024 2"});
    EXPECT_EQ(suggested("tag:", anna()).size(), 2U);
    EXPECT_TRUE(suggested("tag:nikon", anna()).empty());
    EXPECT_TRUE(suggested("", anna()).empty());
    EXPECT_TRUE(suggested("\"*", anna()).empty());
}

TEST_P(FinderSuite, PlacesAreSuggestedInTheLanguageOfWhoAsks) {
    auto mine = photo(1), theirs = photo(2);
    mine.places = {{"London", "England"}, {"Londres", "Angleterre"}};
    theirs.owner = kBela;
    theirs.places = {{"Londonderry"}, {"Londonderry"}};
    fill(finder(), {mine, theirs});
    const auto suggested = [&](const std::string& typed, Language language) {
        auto asker = anna();
        asker.language = language;
        std::vector<std::string> all;
        for (const auto& one : value(finder().suggest(typed, asker, 10))) all.push_back(one.value);
        return all;
    };
    using Texts = std::vector<std::string>;
    EXPECT_EQ(suggested("lon", Language::en), Texts{"London"});
    EXPECT_EQ(suggested("lon", Language::fr), Texts{"Londres"});
    EXPECT_EQ(suggested("place:lon", Language::fr), Texts{"Londres"});
    EXPECT_EQ(suggested("londr", Language::en), Texts{"Londres"}) << "what is typed is no English";
    EXPECT_EQ(suggested("london", Language::fr), Texts{"London"}) << "others alone have a French one";
    EXPECT_EQ(found(finder(), "place:londres"), (std::vector{1}));
    EXPECT_EQ(found(finder(), "place:london"), (std::vector{1}));
}

TEST_P(FinderSuite, TownsCountOnesOwnPhotos) {
    const auto towns = [&](const Id& owner) {
        std::vector<std::string> all;
        for (const auto& town : value(finder().towns(owner)))
            all.push_back(fmt::format("{}: {}, {}", town.number, town.count, numbers({town.newest}).front()));
        return all;
    };
    std::vector<Document> all;
    for (int i = 1; i <= 6; ++i) {
        auto document = photo(i);
        document.location = {48.38, -4.49};
        document.town = i <= 4 ? 7'000'000'000 : 1;
        all.push_back(document);
    }
    all[3].owner = kBela;
    all[3].everybody = all[3].is_public = true;
    all.push_back(photo(7));
    all.push_back(photo(8));
    all.back().location = {0, 0};  // far from every town
    fill(finder(), all);
    using Texts = std::vector<std::string>;
    EXPECT_EQ(towns(kAnna), (Texts{"7000000000: 3, 3", "1: 2, 6"}));
    EXPECT_EQ(towns(kBela), (Texts{"7000000000: 1, 4"}));
    EXPECT_TRUE(towns(id_of(3, 1)).empty());

    auto moved = all[2];
    moved.town = 1;
    value(finder().apply({change(moved, 2), {all[0].id, 2, std::nullopt}}));
    EXPECT_EQ(towns(kAnna), (Texts{"1: 3, 6", "7000000000: 1, 2"}));
}

TEST_P(FinderSuite, CellsCountOnesOwnPhotosInTheBox) {
    std::vector<Document> all;
    for (int i = 1; i <= 50; ++i) {
        auto document = photo(i);
        document.location = {48.38 + 0.0001 * i, -4.49};
        if (i % 2 == 0) document.tags = {"even"};
        all.push_back(document);
    }
    auto far = photo(60), theirs = photo(61), nowhere = photo(62);
    far.location = {-17.7, 178.9};
    theirs.owner = kBela;
    theirs.location = {48.38, -4.49};
    theirs.everybody = theirs.is_public = true;
    for (const auto& one : {far, theirs, nowhere}) all.push_back(one);
    fill(finder(), all);
    const auto cells = [&](Box box, int zoom, const std::string& question = "") {
        return value(finder().cells(kAnna, box, zoom, parse_question(question).value(), {}));
    };
    const auto count = [](const std::vector<Cell>& all_cells) {
        std::uint64_t sum = 0;
        for (const auto& cell : all_cells) sum += cell.count;
        return sum;
    };
    const auto world = cells({}, 0);
    EXPECT_EQ(count(world), 51U);
    EXPECT_EQ(world.size(), 2U);
    EXPECT_EQ(count(cells({-5, 48, -4, 49}, 8)), 50U);
    EXPECT_EQ(cells({-5, 48, -4, 49}, 8).front().newest, id_of(50));
    EXPECT_GT(cells({-4.5, 48.38, -4.48, 48.39}, 18).size(), 3U) << "nearer, they come apart";
    EXPECT_EQ(count(cells({170, -30, -170, 0}, 3)), 1U) << "across the date line";
    EXPECT_EQ(count(cells({0, 0, 10, 10}, 3)), 0U);
    EXPECT_EQ(count(cells({}, 0, "tag:even")), 25U);
    EXPECT_NEAR(cells({}, 0, "tag:even").back().lat, 48.3826, 0.001);

    value(finder().apply({{id_of(50), 2, {}}, {id_of(60), 2, {}}}));
    EXPECT_EQ(count(cells({}, 0)), 49U);
    for (const int zoom : {0, 4, 9, 14, 20}) {
        const auto left = cells({-5, 48, -4, 49}, zoom);
        EXPECT_TRUE(std::ranges::any_of(left, [](const Cell& cell) { return cell.newest == id_of(49); })) << zoom;
    }
    EXPECT_TRUE(value(finder().cells(id_of(9, 1), {}, 0, {}, {})).empty());
}

}  // namespace
}  // namespace cadre::find
