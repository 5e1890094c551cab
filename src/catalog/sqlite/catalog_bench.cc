// Measures the SQLite catalog: catalog_bench FOLDER (on the disk to be measured). Prints one line a figure.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <stdexcept>

#include "base/encoding.h"
#include "base/hash.h"
#include "catalog/sqlite/catalog.h"

namespace cadre::catalog {
namespace {

namespace fs = std::filesystem;

class Bench {
public:
    explicit Bench(const fs::path& folder) : owner_(make_id(clock_, random_)) {
        fs::create_directories(folder);
        auto opened = sqlite::open({folder / "catalog.db", folder / "volatile.db"}, clock_, random_);
        if (!opened) throw std::runtime_error(opened.error().message);
        catalog_ = std::move(*opened);
        seconds([this]() -> asio::awaitable<void> {
            auto mark = co_await catalog_->begin_rebuild(false);
            must(mark);
            must(co_await catalog_->end_rebuild(*mark));
        });
    }

    /// Adds photos of the last 2,000 days, `at_once` at a time; the seconds that it took.
    double fill(int count, int at_once) {
        const int until = made_ + count;
        const auto start = std::chrono::steady_clock::now();
        asio::io_context io;
        for (int i = 0; i < at_once; ++i) asio::co_spawn(io, add_until(until), asio::detached);
        io.run();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

    /// Microseconds a call of `step`, which is a coroutine.
    template <class Step>
    double each(int times, Step step) {
        const auto taken = seconds([&]() -> asio::awaitable<void> {
            for (int i = 0; i < times; ++i) co_await step();
        });
        return taken * 1e6 / times;
    }

    double timeline(int times) {
        return each(times, [this]() -> asio::awaitable<void> { must(co_await catalog_->timeline({})); });
    }
    /// A page of `limit` rows, from the newest month on.
    double page(int times, std::uint32_t limit, std::uint32_t offset) {
        return each(times, [this, limit, offset]() -> asio::awaitable<void> {
            auto rows = co_await catalog_->month({}, {2024, 5}, offset, limit);
            must(rows);
            if (rows->rows.size() != limit) throw std::runtime_error("the page is short");
        });
    }
    double newest(int times) {
        return each(times, [this]() -> asio::awaitable<void> {
            must(co_await catalog_->newest({}, Place{1'650'000'000, {}, {}}, 100));
        });
    }
    double find(int times) {
        return each(times, [this]() -> asio::awaitable<void> {
            std::vector<std::string> keys(1, key_of(1));
            must(co_await catalog_->find(Index::photo_by_key, std::move(keys)));
        });
    }
    double version(int times) {
        return each(times, [this]() -> asio::awaitable<void> { must(co_await catalog_->version({})); });
    }
    double get(int times) {
        const Ref ref{Kind::photo, first_};
        return each(times, [this, ref]() -> asio::awaitable<void> { must(co_await catalog_->get(ref)); });
    }
    double lease(int times) {
        return each(times, [this]() -> asio::awaitable<void> {
            auto lease = co_await catalog_->lease("photo", Millis(4000));
            must(lease);
            must(co_await catalog_->release(*lease));
        });
    }

private:
    template <class T>
    static void must(const Result<T>& result) {
        if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
    }

    template <class Body>
    double seconds(Body body) {
        asio::io_context io;
        const auto start = std::chrono::steady_clock::now();
        asio::co_spawn(io, body(), [](const std::exception_ptr& fault) {
            if (fault) std::rethrow_exception(fault);
        });
        io.run();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

    static std::string key_of(int number) { return base64url(sha256(fmt::format("key {}", number))).substr(0, 22); }

    Truth photo(int number) {
        Truth photo;
        const Stamp stamp{1'714'557'600'000 + number, random_.next_u64()};
        const auto set = [&](std::string_view name, json::value value) {
            photo.facts.set(std::string(name), std::move(value), stamp);
        };
        // 1,500 in May 2024, whatever the number; the others over the years before.
        const std::int64_t at =
            number < 1500 ? 1'714'600'000 + number * 1500LL : 1'714'000'000 - number % 2000 * 86'400LL;
        set(field::kOwner, json::string(owner_.text()));
        set(field::kSha256, json::string(sha256_hex(std::to_string(number))));
        set(field::kSize, 4'000'000 + number);
        set(field::kContentType, "image/jpeg");
        set(field::kFilename, json::string(fmt::format("IMG_{:05}.JPG", number)));
        set(field::kUploadedAt, stamp.n);
        set(field::kTakenAt, json::string(rfc3339(LocalTime{at, 120})));
        set(field::kWidth, 6000);
        set(field::kHeight, 4000);
        set(field::kCamera, json::object{{"make", "Ricoh"}, {"model", "GR III"}, {"iso", 200}, {"aperture", 2.8}});
        set(field::kAccess, json::object{{"visibility", "public"}, {"key", json::string(key_of(number))}});
        photo.derived.set(std::string(field::kState), "ready", stamp);
        photo.derived.set(std::string(field::kThumbhash), "1QcSHQRnh493V4dIh4eXh1h4kJUI", stamp);
        return photo;
    }

    asio::awaitable<void> add_until(int until) {
        while (made_ < until) {
            const int number = made_++;
            const Ref ref{Kind::photo, make_id(clock_, random_)};
            if (number == 0) first_ = ref.id;
            must(co_await catalog_->apply(ref, photo(number)));
        }
    }

    SystemClock clock_;
    SystemRandom random_;
    Id owner_;
    Id first_;
    int made_ = 0;
    std::unique_ptr<Catalog> catalog_;
};

void measure(const fs::path& folder) {
    Bench bench(folder);
    fmt::print("applies, one by one: {:.0f}/s\n", 500 / bench.fill(500, 1));
    fmt::print("applies, 8 at once: {:.0f}/s\n", 500 / bench.fill(500, 8));
    bench.fill(1000, 32);
    const auto read = [&](std::string_view library) {
        fmt::print(
            "{}: timeline {:.1f} us, page of 1,000 {:.1f} us, page of 100 at 1,400 {:.1f} us, newest 100 {:.1f} us, "
            "photo {:.1f} us\n",
            library, bench.timeline(300), bench.page(200, 1000, 0), bench.page(500, 100, 1400), bench.newest(500),
            bench.get(2000));
    };
    read("2,000 photos");
    bench.fill(3000, 32);
    read("5,000 photos");
    fmt::print("applies, 32 at once: {:.0f}/s\n", 95'000 / bench.fill(95'000, 32));
    read("100,000 photos");
    bench.find(1);
    fmt::print("find by key, cached: {:.0f} ns\n", bench.find(300'000) * 1000);
    bench.version(1);
    fmt::print("version of a timeline, cached: {:.0f} ns\n", bench.version(300'000) * 1000);
    fmt::print("lease and release: {:.1f} us\n", bench.lease(1000));
}

}  // namespace
}  // namespace cadre::catalog

int main(int count, char** arguments) {
    if (count != 2) {
        fmt::print(stderr, "usage: catalog_bench FOLDER\n");
        return 2;
    }
    cadre::catalog::measure(arguments[1]);
    return 0;
}
