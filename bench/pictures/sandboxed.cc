// The same files as bench_bare_vips, as the gallery reads them: probed and derived by cadre-decode in its sandbox.
// bench_sandboxed CADRE-DECODE FILE… prints one line of JSON; the processor time is the server's and the decoders'.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <span>

#include "media/decoders.h"

namespace {

using namespace cadre;

struct Totals {
    std::uint64_t bytes = 0;
    int failed = 0;
};

Task<std::uint64_t> read_one(media::Decoders& decoders, int fd) {
    CO_CHECK(co_await decoders.probe(fd, media::Limits{}));
    CO_TRY(const media::Derived derived, co_await decoders.derive(fd, media::Limits{}, "owner"));
    std::uint64_t bytes = 0;
    for (const auto& variant : derived.variants) bytes += variant.size;
    co_return bytes;
}

asio::awaitable<void> read_all(media::Decoders& decoders, std::span<char*> paths, Totals& totals) {
    for (const char* path : paths) {
        const UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC));
        const auto bytes = co_await read_one(decoders, file.get());
        if (bytes) {
            totals.bytes += *bytes;
        } else {
            ++totals.failed;
            fmt::print(stderr, "{}: {} ({})\n", path, bytes.error().message, bytes.error().detail);
        }
    }
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_of(int who, long& peak) {
    rusage usage{};
    ::getrusage(static_cast<__rusage_who>(who), &usage);
    peak = usage.ru_maxrss;
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    const std::span<char*> paths(arguments + 2, static_cast<std::size_t>(count - 2));
    Totals totals;
    {
        asio::io_context io;
        media::Options options;
        options.program = arguments[1];
        const auto decoders = media::make_sandboxed_decoders(options);
        asio::co_spawn(io, read_all(*decoders, paths, totals), [](const std::exception_ptr& fault) {
            if (fault) std::rethrow_exception(fault);
        });
        io.run();
    }
    long server_peak = 0;
    long decoder_peak = 0;
    const double server = cpu_of(RUSAGE_SELF, server_peak);
    const double decoders = cpu_of(RUSAGE_CHILDREN, decoder_peak);
    fmt::print(R"({{"files":{},"failed":{},"bytes":{},"cpu_seconds":{:.3f},"server_cpu_seconds":{:.3f},)"
               R"("peak_kib":{},"server_peak_kib":{}}})"
               "\n",
               paths.size(), totals.failed, totals.bytes, server + decoders, server, decoder_peak, server_peak);
}
