// Measures the catalog in a Redis Cluster: catalog_redis_bench HOST:PORT PHOTOS. The cluster must be empty; it is
// filled with so many photos of one person over twenty years, all on the wall. Prints one line a figure.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/encoding.h"
#include "base/hash.h"
#include "catalog/redis/catalog.h"

namespace cadre::catalog {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kNewest = 1'714'557'600;  // 2024-05-01
constexpr int kDays = 20 * 365;

template <class T>
void must(const Result<T>& result) {
    if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
}

class Bench {
public:
    explicit Bench(cadre::redis::Options options) : cluster_(std::move(options)), owner_(make_id(clock_, random_)) {
        catalog_ = redis::open(cluster_, {}, clock_, random_);
        const auto begin = [this]() -> asio::awaitable<void> {
            auto mark = co_await catalog_->begin_rebuild(false);
            must(mark);
            must(co_await catalog_->end_rebuild(*mark));
        };
        run(begin);
    }

    /// Photos a second, `at_once` at a time.
    double fill(int count, int at_once) {
        const auto start = std::chrono::steady_clock::now();
        const int until = made_ + count;
        asio::io_context io;
        for (int i = 0; i < at_once; ++i)
            asio::co_spawn(io, add_until(until), [](const std::exception_ptr& fault) {
                if (fault) std::rethrow_exception(fault);
            });
        io.run();
        return count / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

    /// "p50 … p99 … us, … waits each" of a call, one after the other.
    template <class Step>
    std::string each(int times, Step step) {
        std::vector<double> taken;
        std::uint64_t waits = 0;
        const auto all = [&]() -> asio::awaitable<void> {
            for (int i = 0; i < 50; ++i) co_await step(i);  // connects, loads the scripts
            waits = cluster_.waits();
            for (int i = 0; i < times; ++i) {
                const auto start = std::chrono::steady_clock::now();
                co_await step(i);
                taken.push_back(
                    std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
            }
            waits = cluster_.waits() - waits;
        };
        run(all);
        std::ranges::sort(taken);
        const auto at = [&](double part) {
            return taken[static_cast<std::size_t>(part * static_cast<double>(times - 1))];
        };
        return fmt::format("p50 {:.0f} us, p99 {:.0f} us, {:.2f} waits", at(0.5), at(0.99),
                           static_cast<double>(waits) / times);
    }

    /// A month some way down, so that not one partition answers all.
    static Month month_at(int i) { return {2005 + i % 19, 1 + i % 12}; }

    std::string month_version(int times) {
        return each(
            times, [this](int i) -> asio::awaitable<void> { must(co_await catalog_->month_version({}, month_at(i))); });
    }
    std::string page(int times, std::uint32_t limit) {
        return each(times, [this, limit](int i) -> asio::awaitable<void> {
            must(co_await catalog_->month({}, month_at(i), 0, limit));
        });
    }
    std::string newest(int times) {
        return each(times,
                    [this](int) -> asio::awaitable<void> { must(co_await catalog_->newest({}, std::nullopt, 100)); });
    }
    std::string timeline(int times) {
        return each(times, [this](int) -> asio::awaitable<void> { must(co_await catalog_->timeline({})); });
    }
    std::string version(int times) {
        return each(times, [this](int) -> asio::awaitable<void> { must(co_await catalog_->version({})); });
    }
    std::string get(int times) {
        return each(times, [this](int i) -> asio::awaitable<void> {
            const Ref ref{Kind::photo, some_[static_cast<std::size_t>(i) % some_.size()]};
            must(co_await catalog_->get(ref));
        });
    }
    std::string edit(int times) {
        return each(times, [this](int i) -> asio::awaitable<void> {
            const Ref ref{Kind::photo, some_[static_cast<std::size_t>(i) % some_.size()]};
            Truth change;
            change.facts.set("title", i, {kNewest * 1000 + ++edits_, 1});
            must(co_await catalog_->apply(ref, std::move(change)));
        });
    }
    std::string find(int times) {
        return each(times, [this](int i) -> asio::awaitable<void> {
            std::vector<std::string> keys(1, key_of(i));
            must(co_await catalog_->find(Index::photo_by_key, std::move(keys)));
        });
    }

private:
    template <class Body>
    void run(Body& body) {
        asio::io_context io;
        asio::co_spawn(io, body(), [](const std::exception_ptr& fault) {
            if (fault) std::rethrow_exception(fault);
        });
        io.run();
    }

    static std::string key_of(int number) { return base64url(sha256(fmt::format("key {}", number))).substr(0, 22); }

    Truth photo(int number) {
        Truth photo;
        const Stamp stamp{kNewest * 1000 + number, random_.next_u64()};
        const auto set = [&](std::string_view name, json::value value) {
            photo.facts.set(std::string(name), std::move(value), stamp);
        };
        // Days of holidays have many, most have few; every month has some.
        const std::int64_t day = std::int64_t{number} * 7919 % kDays;
        const std::int64_t at = kNewest - day * kDay + std::int64_t{number} * 31 % kDay;
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
        const Stamp later{stamp.n + 2000, random_.next_u64()};
        photo.derived.set(std::string(field::kState), "ready", later);
        const auto hash = random_.token(21);
        photo.derived.set(std::string(field::kThumbhash), json::string(hash), later);
        return photo;
    }

    asio::awaitable<void> add_until(int until) {
        while (made_ < until) {
            const int number = made_++;
            const Ref ref{Kind::photo, make_id(clock_, random_)};
            if (number % 97 == 0 && some_.size() < 5000) some_.push_back(ref.id);
            auto truth = photo(number);
            must(co_await catalog_->apply(ref, std::move(truth)));
        }
    }

    SystemClock clock_;
    SystemRandom random_;
    cadre::redis::Cluster cluster_;
    Id owner_;
    std::vector<Id> some_;
    int made_ = 0;
    std::int64_t edits_ = 10'000'000;
    std::unique_ptr<Catalog> catalog_;
};

void measure(cadre::redis::Options options, int photos) {
    Bench bench(std::move(options));
    const auto read = [&](int count) {
        fmt::print("{} photos: month's version {}\n", count, bench.month_version(3000));
        fmt::print("{} photos: page of 40 {}\n", count, bench.page(3000, 40));
        fmt::print("{} photos: page of 1,000 {}\n", count, bench.page(500, 1000));
        fmt::print("{} photos: newest 100 {}\n", count, bench.newest(1000));
        fmt::print("{} photos: photo {}\n", count, bench.get(3000));
        fmt::print("{} photos: find by key {}\n", count, bench.find(3000));
        fmt::print("{} photos: edit {}\n", count, bench.edit(2000));
        fmt::print("{} photos: timeline {}\n", count, bench.timeline(200));
        fmt::print("{} photos: its version {}\n", count, bench.version(200));
        std::fflush(stdout);
    };
    const int few = std::min(photos, 10'000);
    fmt::print("first {}: {:.0f} applies/s, 64 at once\n", few, bench.fill(few, 64));
    read(few);
    if (photos <= few) return;
    fmt::print("{} more: {:.0f} applies/s, 64 at once\n", photos - few, bench.fill(photos - few, 64));
    read(photos);
}

}  // namespace
}  // namespace cadre::catalog

int main(int count, char** arguments) {
    const std::string node = count == 3 ? arguments[1] : "";
    const auto colon = node.rfind(':');
    int port = 0, photos = 0;
    if (colon != std::string::npos) {
        std::from_chars(node.data() + colon + 1, node.data() + node.size(), port);
        const std::string_view text(arguments[2]);
        std::from_chars(text.data(), text.data() + text.size(), photos);
    }
    if (port <= 0 || photos <= 0) {
        fmt::print(stderr, "usage: catalog_redis_bench HOST:PORT PHOTOS\n");
        return 2;
    }
    cadre::redis::Options options;
    options.seeds.push_back({node.substr(0, colon), static_cast<std::uint16_t>(port)});
    cadre::catalog::measure(std::move(options), photos);
    return 0;
}
