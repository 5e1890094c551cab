// Fills a library's catalog with public photos that are nowhere else, for measurements of what shows them:
// catalog_fill FOLDER PHOTOS LARGEST_MONTH [OWNER ALBUM]. Of the newest month but one there are LARGEST_MONTH, the
// others lie unevenly in twenty years. Those of that month are OWNER's, and stand in ALBUM; the others are somebody
// else's. The same in each run, but for ids and stamps.
#include <fmt/format.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <filesystem>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "base/hash.h"
#include "catalog/sqlite/catalog.h"

namespace cadre::catalog {
namespace {

namespace fs = std::filesystem;

constexpr int kAtOnce = 64;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kNewest = 1'719'792'000;       // 1 July 2024
constexpr std::int64_t kLargestFrom = 1'714'521'600;  // May 2024
constexpr std::int64_t kLargestLasts = 31 * kDay;
constexpr std::int64_t kTwentyYears = 20 * 365 * kDay;
/// Of cameras, phones held upright, films, screens, squares and panoramas.
constexpr std::array<std::pair<int, int>, 8> kShapes = {
    {{6000, 4000}, {6000, 4000}, {4032, 3024}, {3024, 4032}, {4000, 6000}, {1920, 1080}, {3000, 3000}, {12000, 3000}}};

class Library {
public:
    Library(const fs::path& folder, int photos, int largest_month)
        : photos_(photos), largest_month_(largest_month), owner_(make_id(clock_, random_)), owner_of_month_(owner_) {
        fs::create_directories(folder);
        catalog_ = must(sqlite::open({folder / "catalog.db", folder / "volatile.db"}, clock_, random_));
    }

    void give_month_to(std::string_view owner, std::string_view album) {
        owner_of_month_ = must(parse(owner));
        album_ = must(parse(album));
    }

    void fill() {
        asio::io_context io;
        const auto rethrow = [](const std::exception_ptr& fault) {
            if (fault) std::rethrow_exception(fault);
        };
        asio::co_spawn(io, begin(), rethrow);
        io.run();
        io.restart();
        for (int i = 0; i < kAtOnce; ++i) asio::co_spawn(io, add(), rethrow);
        io.run();
    }

private:
    template <class T>
    static T must(Result<T> result) {
        if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }

    static Result<Id> parse(std::string_view text) {
        if (const auto id = parse_id(text)) return *id;
        return fail(ErrorKind::invalid, std::string(text) + " is no id.");
    }

    asio::awaitable<void> begin() {
        const auto mark = must(co_await catalog_->begin_rebuild(false));
        must(co_await catalog_->end_rebuild(mark));
    }

    asio::awaitable<void> add() {
        while (made_ < photos_) {
            const int number = made_++;
            const Ref ref{Kind::photo, make_id(clock_, random_)};
            must(co_await catalog_->apply(ref, photo(number)));
        }
    }

    /// Squared, so that there are more of late, and in bursts of days as people take them.
    std::int64_t taken(int number, std::mt19937& random) const {
        if (number < largest_month_) return kLargestFrom + static_cast<std::int64_t>(random() % kLargestLasts);
        const double u = std::uniform_real_distribution<>(0, 1)(random);
        const auto day = static_cast<std::int64_t>(u * u * static_cast<double>(kTwentyYears)) / kDay;
        return kNewest - (day - day % 3) * kDay - static_cast<std::int64_t>(random() % (kDay / 2));
    }

    Truth photo(int number) {
        std::mt19937 random(static_cast<unsigned>(number) + 1);
        const Stamp stamp{1'719'800'000'000 + number, random_.next_u64()};
        Truth photo;
        const auto set = [&](std::string_view name, json::value value) {
            photo.facts.set(std::string(name), std::move(value), stamp);
        };
        const auto [width, height] = kShapes.at(random() % kShapes.size());
        const bool of_month = number < largest_month_;
        set(field::kOwner, json::string((of_month ? owner_of_month_ : owner_).text()));
        if (of_month && album_) set(std::string(field::kAlbumPrefix) + album_->text(), true);
        set(field::kSha256, json::string(sha256_hex(std::to_string(number))));
        set(field::kSize, 4'000'000);
        set(field::kContentType, "image/jpeg");
        set(field::kFilename, json::string(fmt::format("IMG_{:07}.JPG", number)));
        set(field::kUploadedAt, stamp.n);
        set(field::kTakenAt, json::string(rfc3339(LocalTime{taken(number, random), 120})));
        set(field::kWidth, width);
        set(field::kHeight, height);
        const auto key = base64url(sha256(fmt::format("key {}", number))).substr(0, 22);
        set(field::kAccess, json::object{{"visibility", "public"}, {"key", json::string(key)}});
        photo.derived.set(std::string(field::kState), "ready", stamp);
        photo.derived.set(std::string(field::kThumbhash), "1QcSHQRnh493V4dIh4eXh1h4kJUI", stamp);
        return photo;
    }

    SystemClock clock_;
    SystemRandom random_;
    int photos_;
    int largest_month_;
    int made_ = 0;
    Id owner_, owner_of_month_;
    std::optional<Id> album_;
    std::unique_ptr<Catalog> catalog_;
};

}  // namespace
}  // namespace cadre::catalog

int main(int count, char** arguments) {
    if (count != 4 && count != 6) {
        fmt::print(stderr, "usage: catalog_fill FOLDER PHOTOS LARGEST_MONTH [OWNER ALBUM]\n");
        return 2;
    }
    cadre::catalog::Library library(arguments[1], std::stoi(arguments[2]), std::stoi(arguments[3]));
    if (count == 6) library.give_month_to(arguments[4], arguments[5]);
    library.fill();
    return 0;
}
