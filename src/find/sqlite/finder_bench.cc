// Measures the SQLite finder: finder_bench FOLDER PHOTOS [QUESTIONS]. Fills it with made photos and asks it mixed
// questions, one after the other. Prints one line of JSON.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <random>
#include <stdexcept>

#include "find/match.h"
#include "find/sqlite/finder.h"

namespace cadre::find {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kAtOnce = 500;  // as the gallery tells it
constexpr int kWords = 20'000;
constexpr int kTowns = 200;
constexpr std::int64_t kNow = 1'760'000'000;
constexpr std::int64_t kTwentyYears = 630'000'000;

template <class T>
T done(Task<T> task) {
    asio::io_context io;
    auto outcome = asio::co_spawn(io, std::move(task), asio::use_future);
    io.run();
    auto result = outcome.get();
    if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Photos and questions, the same in each run. Words are as uneven as those of people.
class World {
public:
    World() {
        const std::vector<std::string> syllables = {"ba",  "che", "di",  "fou", "gra", "ka",  "lo", "mer", "na", "or",
                                                    "pla", "ri",  "sou", "ti",  "ver", "zan", "el", "im",  "un", "ous"};
        std::mt19937 random(1);
        for (int i = 0; i < kWords; ++i) {
            std::string word;
            for (auto n = 2 + random() % 3; n > 0; --n) word += syllables[random() % syllables.size()];
            words_.push_back(std::move(word));
        }
    }
    const std::string& word(std::mt19937& random) const {
        const double u = std::uniform_real_distribution<>(0, 1)(random);
        return words_[static_cast<std::size_t>(u * u * u * (kWords - 1))];
    }
    std::string some(std::mt19937& random, unsigned long count) const {
        std::string text;
        for (; count > 0; --count) text += word(random) + " ";
        return text;
    }

    Document photo(int number) const {
        std::mt19937 random(static_cast<unsigned>(number) + 17);
        const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
        Document document;
        document.id = id_of(number, random() % 256);
        document.owner = chance(90) ? owner() : id_of(static_cast<int>(2 + random() % 4), 0, 1);
        document.at = kNow - static_cast<std::int64_t>(random() % kTwentyYears);
        document.is_public = document.everybody = chance(10);
        if (chance(50)) document.title = some(random, 3);
        if (chance(40)) document.caption = some(random, 12);
        for (auto n = random() % 4; n > 0; --n) document.tags.push_back(words_[random() % 500]);
        if (chance(20)) document.albums.push_back(id_of(static_cast<int>(random() % 300), 0, 2));
        document.camera = fmt::format("Maker{} Model {}", random() % 6, random() % 24);
        document.lens = fmt::format("{}-{}mm f/2.8", 14 + random() % 10, 35 + random() % 40);
        document.type = chance(85) ? "jpeg" : "heic";
        document.iso = 100 << (random() % 8);
        document.aperture = 1.4 + static_cast<double>(random() % 12) / 2;
        document.rating = chance(15) ? static_cast<int>(1 + random() % 5) : 0;
        document.filename = fmt::format("IMG_{:04}.JPG", number % 10'000);
        document.favourite = chance(3);
        document.archived = chance(5);
        if (chance(60)) {
            const auto town = random() % kTowns;
            const auto spread = [&] { return static_cast<double>(random() % 20'000) / 100'000; };
            document.location = {-50 + static_cast<double>(town % 20) * 6 + spread(),
                                 -150 + static_cast<double>(town / 20) * 30 + spread()};
        }
        document.look = look(number);
        return document;
    }
    static Id owner() { return id_of(1, 0, 1); }
    static Asker asker() {
        Asker asker{owner(), {}};
        for (int i = 0; i < 40; ++i) asker.albums.push_back({id_of(i, 0, 2), fmt::format("Album {}", i)});
        return asker;
    }

    /// Of a hundred 3 are copies of the one before, 4 were coded again from it, and 5 are the next take.
    static Look look(int number) {
        std::mt19937_64 random(static_cast<std::uint64_t>(number) + 29);
        const auto taken = static_cast<std::int64_t>(random() % kTwentyYears) * 1'000;
        const Look made{random(), random(), taken, static_cast<std::uint32_t>(random() % 144 + 1), 4000, 3000};
        const auto kind = random() % 100;
        if (number == 0 || kind >= 12) return made;
        const auto bits = kind < 7 ? kind : 12;
        auto of = look(number - 1);
        for (auto i = std::uint64_t{0}; kind >= 3 && i < bits; ++i) of.phash ^= std::uint64_t{1} << (random() % 64);
        if (kind >= 3) of.pixels = made.pixels;
        if (kind >= 7) of.taken += 1'200;
        return of;
    }

private:
    static Id id_of(int number, std::uint64_t random, std::uint8_t kind = 0) {
        Id id;
        id.bytes[0] = kind;
        // The random end of a real one.
        std::uint64_t end = (static_cast<std::uint64_t>(number) + random) * 0x9e3779b97f4a7c15U;
        for (std::size_t i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(end >> (8 * i));
        for (std::size_t i = 0; i < 4; ++i) id.bytes[4 + i] = static_cast<std::uint8_t>(number >> (8 * i));
        return id;
    }
    std::vector<std::string> words_;
};

struct Timed {
    std::vector<double> ms;
    std::uint64_t hits = 0;
    std::string json() {
        std::sort(ms.begin(), ms.end());
        const auto at = [&](double part) {
            return ms[static_cast<std::size_t>(part * static_cast<double>(ms.size() - 1))];
        };
        return fmt::format(R"({{"count": {}, "p50_ms": {:.2f}, "p99_ms": {:.2f}, "max_ms": {:.2f}, "hits": {}}})",
                           ms.size(), at(0.5), at(0.99), ms.back(), hits);
    }
};

class Bench {
public:
    explicit Bench(const fs::path& folder) : folder_(folder) {
        fs::create_directories(folder);
        auto opened = sqlite::open({.file = folder / "find.db"});
        if (!opened) throw std::runtime_error(opened.error().message);
        finder_ = std::move(*opened);
    }

    double fill(int photos) {
        double told = 0;  // without the making of photos
        done(finder_->begin_pass());
        for (int number = 0; number < photos;) {
            std::vector<Change> changes;
            for (std::size_t i = 0; i < kAtOnce && number < photos; ++i, ++number) {
                auto document = world_.photo(number);
                const Id id = document.id;
                changes.push_back({id, 1, std::move(document)});
            }
            const auto start = std::chrono::steady_clock::now();
            done(finder_->apply(std::move(changes)));
            told += since(start);
        }
        const auto start = std::chrono::steady_clock::now();
        done(finder_->end_pass());
        return told + since(start);
    }

    /// The same photos again, of which nothing changed: what a start costs.
    double again(int photos) { return fill(photos); }

    /// What a replica saves for another one, and how long that one takes to have it; nothing is compressed or sent.
    std::string copy() {
        const auto saved = folder_ / "saved.db", other = folder_ / "other";
        auto start = std::chrono::steady_clock::now();
        done(finder_->save(saved));
        const auto saving = since(start);
        const auto bytes = fs::file_size(saved);
        fs::create_directory(other);
        double taking = 0;
        {
            auto opened = sqlite::open({.file = other / "find.db"});
            if (!opened) throw std::runtime_error(opened.error().message);
            start = std::chrono::steady_clock::now();
            done((*opened)->take(saved));
            taking = since(start);
        }
        fs::remove_all(other);
        return fmt::format(R"({{"save_s": {:.2f}, "take_s": {:.2f}, "bytes": {}}})", saving, taking, bytes);
    }

    void ask(const std::string& kind, const std::string& question, Order order) {
        Wish wish;
        wish.question = parse_question(question).value();
        wish.asker = World::asker();
        wish.order = order;
        const auto start = std::chrono::steady_clock::now();
        const auto hits = done(finder_->search(std::move(wish)));
        note(kind, since(start), hits.total);
    }
    void suggest(const std::string& typed) {
        const auto start = std::chrono::steady_clock::now();
        const auto all = done(finder_->suggest(typed, World::asker(), 10));
        note("suggestions", since(start), all.size());
    }
    void cells(const std::string& kind, Box box, int zoom) {
        const auto start = std::chrono::steady_clock::now();
        const auto all = done(finder_->cells(World::owner(), box, zoom, {}, {}));
        note(kind, since(start), all.size());
    }
    /// All groups of the person who has most of the photos, made from nothing.
    std::string look_alikes() {
        std::ofstream("/proc/self/clear_refs") << 5;  // proc(5): the most that was in memory is counted anew
        const auto before = kib("VmRSS:");
        AlikeWish wish;
        wish.owner = World::owner();
        wish.kinds = {AlikeKind::exact, AlikeKind::near, AlikeKind::burst};
        wish.limit = std::numeric_limits<std::uint32_t>::max();
        const auto start = std::chrono::steady_clock::now();
        const auto page = done(finder_->alike(std::move(wish)));
        return fmt::format(R"({{"seconds": {:.1f}, "groups": {}, "mib": {}}})", since(start), page.groups.size(),
                           (kib("VmHWM:") - before) / 1024);
    }

    void one_change(int number) {
        auto document = world_.photo(number);
        document.title = "changed";
        const Id id = document.id;
        std::vector<Change> changes;
        changes.push_back({id, 2, std::move(document)});
        const auto start = std::chrono::steady_clock::now();
        done(finder_->apply(std::move(changes)));
        note("a change", since(start), 1);
    }

    void questions(int count) {
        std::mt19937 random(5);
        const auto pick = [&](std::initializer_list<const char*> from) {
            return std::string(from.begin()[random() % from.size()]);
        };
        const auto filter = [&] {
            return pick({"year:2015", "from:2012-03 to:2018", "camera:maker3", "iso:>=1600", "f:1.4-2.4", "rating:>=4",
                         "type:heic", "is:favourite", "has:location", "-is:archived", "lens:24", "is:public"});
        };
        for (int i = 0; i < count; ++i) {
            const auto word = world_.word(random);
            const auto order = i % 2 == 0 ? Order::newest : Order::relevance;
            ask("two words and a filter", word + " " + world_.word(random) + " " + filter(), order);
            ask("filters alone", filter() + " " + filter(), order);
            ask("a word", word, order);
            ask("beginnings", word.substr(0, 3), order);
            auto mistyped = word;
            std::swap(mistyped[1], mistyped[2]);
            ask("a mistyped word", mistyped, order);
            suggest(word.substr(0, 1 + random() % 4));
            cells("map: the world", {}, static_cast<int>(random() % 3));
            const auto town = random() % kTowns;
            const double lat = -50 + static_cast<double>(town % 20) * 6,
                         lon = -150 + static_cast<double>(town / 20) * 30;
            cells("map: a town", {lon, lat, lon + 0.2, lat + 0.2}, 11);
        }
        for (int i = 0; i < count / 5; ++i) one_change(static_cast<int>(random() % 1'000));
    }

    std::string json() {
        std::string all;
        for (auto& [kind, timed] : timed_)
            all += fmt::format("{}\"{}\": {}", all.empty() ? "" : ", ", kind, timed.json());
        return "{" + all + "}";
    }
    std::uintmax_t bytes() const {
        std::uintmax_t sum = 0;
        for (const auto& file : fs::directory_iterator(folder_)) sum += file.file_size();
        return sum;
    }

private:
    static std::int64_t kib(const std::string& name) {
        std::ifstream status("/proc/self/status");
        std::string word;
        std::int64_t value = 0;
        while (status >> word)
            if (word == name && status >> value) return value;
        return 0;
    }
    void note(const std::string& kind, double seconds, std::uint64_t hits) {
        auto& timed = timed_[kind];
        timed.ms.push_back(seconds * 1000);
        timed.hits += hits;
    }

    fs::path folder_;
    World world_;
    std::unique_ptr<Finder> finder_;
    std::map<std::string, Timed> timed_;
};

}  // namespace
}  // namespace cadre::find

int main(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "finder_bench FOLDER PHOTOS [QUESTIONS of each kind]\n");
        return 2;
    }
    cadre::find::Bench bench(argv[1]);
    const int photos = std::stoi(argv[2]);
    const double built = bench.fill(photos);
    const auto bytes = bench.bytes();
    const double again = bench.again(photos);
    const auto copy = bench.copy();
    const auto look_alikes = bench.look_alikes();
    bench.questions(argc > 3 ? std::stoi(argv[3]) : 125);
    fmt::print(
        R"({{"photos": {}, "built_s": {:.1f}, "told_again_s": {:.1f}, "bytes_a_photo": {:.0f}, "copy": {}, "look_alikes": {}, )"
        R"("questions": {}}})"
        "\n",
        photos, built, again, static_cast<double>(bytes) / photos, copy, look_alikes, bench.json());
    return 0;
}
