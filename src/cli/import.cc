// `cadre import`: sends folders of photographs to a gallery.
#include <fmt/format.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <filesystem>
#include <thread>

#include "base/quantity.h"
#include "cli/command.h"
#include "cli/import/pipeline.h"
#include "cli/import/progress.h"
#include "cli/import/shelf.h"

namespace cadre::cli {
namespace {

constexpr std::int64_t kSendAtOnce = 4;
constexpr std::int64_t kMostAtOnce = 32;

struct Wanted {
    std::vector<std::filesystem::path> paths;
    http::Url server;
    Pipeline::Options options;
};

Result<Wanted> read_wanted(const Invocation& invocation) {
    Wanted wanted;
    if (invocation.operands.empty()) return fail(ErrorKind::invalid, "Name at least one folder or file.");
    if (invocation.settings.token.empty())
        return fail(ErrorKind::invalid, "Say who sends: --token-file FILE, with a token of `cadre token create`.");
    TRY(wanted.server, http::parse_url(invocation.settings.server));
    for (const auto& operand : invocation.operands) wanted.paths.emplace_back(operand);

    wanted.options.visibility = invocation.option("--visibility");
    if (const auto& said = wanted.options.visibility; said && said != "private" && said != "public")
        return fail(ErrorKind::invalid, "--visibility is “public” or “private”.");
    std::int64_t at_once = kSendAtOnce;
    if (const auto text = invocation.option("--at-once")) at_once = parse_integer(*text).value_or(0);
    if (at_once < 1 || at_once > kMostAtOnce)
        return fail(ErrorKind::invalid, fmt::format("--at-once is a number from 1 to {}.", kMostAtOnce));
    wanted.options.send_at_once = static_cast<std::size_t>(at_once);
    wanted.options.hash_at_once = std::max(1U, std::thread::hardware_concurrency());
    wanted.options.wait = invocation.has("--wait");
    wanted.options.restore = invocation.has("--restore");
    wanted.options.albums = invocation.has("--albums");
    return wanted;
}

/// Walks ahead of the import, for the bar to know how far there is to go.
class Count {
public:
    explicit Count(std::vector<std::filesystem::path> paths)
        : thread_([this, walker = std::make_unique<Walker>(std::move(paths))] {
              while (!stop_ && walker->next()) ++total;
              counted = !stop_;
          }) {}
    ~Count() {
        stop_ = true;
        thread_.join();
    }

    std::atomic<std::uint64_t> total{0};
    std::atomic<bool> counted{false};

private:
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

template <class T>
Result<T> wait_for(asio::io_context& io, Task<T> task) {
    Result<T> outcome = fail(ErrorKind::internal, "");
    asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& fault, Result<T> answer) {
        if (fault) std::rethrow_exception(fault);
        outcome = std::move(answer);
        io.stop();
    });
    io.run();
    io.restart();
    return outcome;
}

/// Says who the token's owner is before anything is sent. Errors: no gallery there, or it does not know the token.
Result<void> greet(asio::io_context& io, Remote& remote) {
    TRY(const auto name, wait_for(io, remote.who_am_i()));
    fmt::print("Sending as {}.\n", name);
    return {};
}

/// Makes the albums that exports among the paths list.
Result<void> make_albums(asio::io_context& io, Shelf& shelf, const std::vector<std::filesystem::path>& paths) {
    std::vector<std::string> problems;
    auto listed = find_album_lists(paths, problems);
    for (const auto& problem : problems) complain(problem);
    if (listed.empty()) return {};
    return wait_for(io, shelf.make(std::move(listed)));
}

int import_photos(const Invocation& invocation) {
    auto wanted = read_wanted(invocation);
    if (!wanted) return wrong_usage("import", wanted.error().message);
    std::signal(SIGPIPE, SIG_IGN);

    asio::io_context io{1};
    asio::signal_set signals(io, SIGINT, SIGTERM);
    Remote remote(io.get_executor(), wanted->server, invocation.settings.token, {});
    if (auto met = greet(io, remote); !met) return report(met.error());

    Shelf shelf(io.get_executor(), remote);
    if (auto made = make_albums(io, shelf, wanted->paths); !made) return report(made.error());

    Walker walker(wanted->paths);
    Report told;
    Pool pool(wanted->options.hash_at_once, wanted->options.hash_at_once);
    Pipeline pipeline(io, pool, walker, remote, shelf, told, wanted->options);
    Count count(wanted->paths);
    Progress progress(told, pipeline, count.total, count.counted);
    bool interrupted = false;
    signals.async_wait([&](const boost::system::error_code& stopped, int) {
        interrupted = !stopped;
        io.stop();
    });
    asio::co_spawn(io, progress.run(), asio::detached);
    pipeline.start();
    io.run();
    pool.stop();
    progress.clear();

    told.print({wanted->options.wait, invocation.has("--verbose")});
    if (interrupted) fmt::print("Interrupted. The same command goes on where it stopped.\n");
    if (const auto path = invocation.option("--report")) {
        if (auto written = told.write_json(*path); !written) return report(written.error());
    }
    if (pipeline.fatal()) return report(*pipeline.fatal());
    return pipeline.complete() && told.failed() == 0 ? kDone : kFailed;
}

}  // namespace

Command import_command() {
    return {{"import",
             "PATH…",
             "Sends folders of photographs to a gallery; what it has already is skipped.",
             {{"--visibility", "public|private",
               "Whether everybody may see them; private, unless said here or by a sidecar of `cadre export`."},
              {"--albums", "", "Makes an album of each folder with photographs, in those of the folders around it."},
              {"--wait", "", "Waits until every photo is ready, or could not be decoded, and reports that too."},
              {"--restore", "", "Takes what is in the trash out of it; without it, that stays there."},
              {"--verbose", "", "Names all that is left out, and why."},
              {"--report", "FILE", "Writes what became of the files as JSON."},
              {"--at-once", "N", "Files that are sent at the same time; 4 unless said otherwise."}}},
            import_photos};
}

}  // namespace cadre::cli
