// What the driver costs against a bare client that speaks to the same Garage: three nodes, replication factor 3, fsync.
// Ratios from one run; rounds of both alternate. Not a test.
//
//   build/blobs_s3_bench [rounds [nodes: 1 or 3]]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "base/concurrently.h"
#include "base/hash.h"
#include "blobs/s3/testing/store_bench.h"

namespace cadre::blobs::s3 {
namespace {

using std::chrono::steady_clock;
using testing::Garage;
using testing::GarageBench;
using Work = std::function<Task<void>(std::size_t)>;

/// Signs and sends: no hash of what is sent, no repetition, nothing in its way.
class Bare {
public:
    Bare(const Options& options, const asio::any_io_executor& executor, bool quick_ack)
        : options_(options),
          signer_(options.credentials, options.where.region),
          client_(executor, {.quick_ack = quick_ack}) {}

    Task<http::ClientStream> send(http::Method method, std::string key, http::Body body) {
        http::ClientRequest request;
        request.method = method;
        request.url = options_.where.endpoints.front();
        request.url.target = "/" + options_.where.bucket + "/" + key;
        request.body = std::move(body);
        signer_.sign(http::to_string(method), request.url, "UNSIGNED-PAYLOAD", SystemClock().now(), request.headers);
        co_return co_await client_.open(std::move(request));
    }

    Task<void> get(std::string key) {
        CO_TRY(auto stream, co_await send(http::Method::get, std::move(key), {}));
        std::vector<std::uint8_t> piece(std::size_t{256} << 10);
        while (true) {
            CO_TRY(const auto got, co_await stream.body->read_some(piece));
            if (got == 0) co_return Result<void>();
        }
    }

    Task<void> put(std::string key, http::Body body) {
        CO_TRY(auto stream, co_await send(http::Method::put, std::move(key), std::move(body)));
        CO_CHECK(co_await stream.body->read_all(1000));
        if (stream.status != 200) co_return fail(ErrorKind::unavailable, std::to_string(stream.status));
        co_return Result<void>();
    }

private:
    Options options_;
    Signer signer_;
    http::Client client_;
};

Task<void> stream_all(Store& store, std::string key) {
    CO_TRY(auto object, co_await store.open(std::move(key)));
    std::vector<std::uint8_t> piece(std::size_t{256} << 10);
    while (true) {
        CO_TRY(const auto got, co_await object.read(piece));
        if (got == 0) co_return Result<void>();
    }
}

/// Milliseconds of `count` calls, `at_once` at a time; the sorted times of each.
struct Times {
    double all = 0;
    std::vector<double> each;
};

Times time_of(asio::io_context& io, std::size_t count, std::size_t at_once, const Work& work) {
    Times times;
    const std::function<asio::awaitable<void>(std::size_t)> one = [&](std::size_t n) -> asio::awaitable<void> {
        const auto began = steady_clock::now();
        const auto done = co_await work(n);
        if (!done) throw std::runtime_error(done.error().message + " " + done.error().detail);
        times.each.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - began).count());
    };
    const auto began = steady_clock::now();
    auto future = asio::co_spawn(io, concurrently(count, at_once, one), asio::use_future);
    io.restart();
    io.run();
    future.get();
    times.all = std::chrono::duration<double, std::milli>(steady_clock::now() - began).count();
    std::sort(times.each.begin(), times.each.end());
    return times;
}

/// Both in turns; calls a second of `ours` divided by those of `theirs`.
void compare(const char* what, int rounds, std::size_t count, std::size_t at_once, asio::io_context& io,
             const Work& ours, const Work& theirs) {
    (void)time_of(io, at_once, at_once, ours);
    (void)time_of(io, at_once, at_once, theirs);
    double our_time = 0;
    double their_time = 0;
    std::vector<double> our_median, their_median;
    for (int round = 0; round < rounds; ++round) {
        const auto a = time_of(io, count, at_once, ours);
        const auto b = time_of(io, count, at_once, theirs);
        our_time += a.all;
        their_time += b.all;
        our_median.push_back(a.each[a.each.size() / 2]);
        their_median.push_back(b.each[b.each.size() / 2]);
    }
    std::sort(our_median.begin(), our_median.end());
    std::sort(their_median.begin(), their_median.end());
    const auto calls = static_cast<double>(count) * rounds * 1000;
    fmt::print("{:<44} {:>2} at once: {:7.1f}/s, bare {:7.1f}/s, ratio {:.2f}; p50 {:.1f} ms, bare {:.1f} ms\n", what,
               at_once, calls / our_time, calls / their_time, their_time / our_time, our_median[our_median.size() / 2],
               their_median[their_median.size() / 2]);
    std::fflush(stdout);
}

std::string photo(std::size_t n) { return fmt::format("photos/01900000-0000-7000-8000-{:012x}/", n); }

int run_all(int rounds, std::size_t nodes) {
    if (!Garage::binary()) {
        fmt::print("skipped: {}\n", Garage::kMissing);
        return 0;
    }
    Garage garage({.nodes = nodes, .fsync = true});
    GarageBench bench(garage);
    asio::io_context io;
    Bare bare(bench.options(), io.get_executor(), true);
    Bare delayed(bench.options(), io.get_executor(), false);
    auto& store = bench.store();
    const std::string derivative(200 << 10, 'd');
    const std::string fact(600, 'f');
    std::FILE* file = std::tmpfile();
    const std::string megabyte(1 << 20, 'o');
    std::fwrite(megabyte.data(), 1, megabyte.size(), file);
    std::fflush(file);
    const auto original = std::make_shared<const UniqueFd>(::dup(::fileno(file)));
    const std::size_t kept = 50;
    for (std::size_t n = 0; n < kept; ++n) {
        std::vector<Put> puts{{photo(n) + "d", derivative, Durability::disposable},
                              {photo(n) + "f/1", fact, Durability::synced}};
        if (const auto done = testing::run(store.put(puts)); !done) throw std::runtime_error(done.error().detail);
    }

    for (const std::size_t at_once : {1U, 8U}) {
        compare(
            "GET 200 KiB", rounds, 200, at_once, io,
            [&](std::size_t n) { return stream_all(store, photo(n % kept) + "d"); },
            [&](std::size_t n) { return bare.get(photo(n % kept) + "d"); });
    }
    compare(
        "GET 600 B", rounds, 200, 1, io, [&](std::size_t n) { return stream_all(store, photo(n % kept) + "f/1"); },
        [&](std::size_t n) { return bare.get(photo(n % kept) + "f/1"); });
    compare(
        "GET 600 B, bare without TCP_QUICKACK", 1, 50, 1, io,
        [&](std::size_t n) { return stream_all(store, photo(n % kept) + "f/1"); },
        [&](std::size_t n) { return delayed.get(photo(n % kept) + "f/1"); });

    std::size_t next = kept;
    for (const std::size_t at_once : {1U, 8U})
        compare(
            "PUT 200 KiB", rounds, 24, at_once, io,
            [&](std::size_t) -> Task<void> {
                std::vector<Put> puts(1);
                puts[0] = {photo(next++) + "d", derivative, Durability::disposable};
                co_return co_await store.put(std::move(puts));
            },
            [&](std::size_t) { return bare.put(photo(next++) + "d", derivative); });
    for (const std::size_t at_once : {1U, 8U})
        compare(
            "an upload: PUT 1 MiB, then PUT 600 B", rounds, 24, at_once, io,
            [&](std::size_t) -> Task<void> {
                const auto id = photo(next++);
                std::vector<Put> puts(2);
                puts[0] = {id + "original", FileRange{original->get(), 0, megabyte.size()}, Durability::synced};
                puts[1] = {id + "f/1", fact, Durability::synced};
                co_return co_await store.put(std::move(puts));
            },
            [&](std::size_t) -> Task<void> {
                const auto id = photo(next++);
                http::Body body = http::FileBody{original, 0, megabyte.size()};
                http::Body text = fact;
                CO_CHECK(co_await bare.put(id + "original", std::move(body)));
                co_return co_await bare.put(id + "f/1", std::move(text));
            });

    for (const std::size_t batch : {10U, 100U, 1000U}) {
        std::vector<std::string> keys;
        for (std::size_t n = 0; n < batch; ++n) keys.push_back(photo(n + 1'000'000) + "f/1");
        std::vector<Put> puts;
        for (const auto& key : keys) puts.push_back({key, std::string("x"), Durability::disposable});
        if (batch <= 100 && !testing::run(store.put(puts))) throw std::runtime_error("put");
        const auto began = steady_clock::now();
        const auto removed = testing::run(store.remove(keys));
        fmt::print("remove {:>4} keys{}: {:.0f} ms{}\n", batch, batch <= 100 ? "" : " that are not there",
                   std::chrono::duration<double, std::milli>(steady_clock::now() - began).count(),
                   removed ? "" : " FAILED " + removed.error().detail);
    }
    std::fclose(file);
    return 0;
}

}  // namespace
}  // namespace cadre::blobs::s3

int main(int count, char** arguments) {
    const int rounds = count > 1 ? std::max(1, std::atoi(arguments[1])) : 5;
    const bool one = count > 2 && std::atoi(arguments[2]) == 1;
    return cadre::blobs::s3::run_all(rounds, one ? 1 : 3);
}
