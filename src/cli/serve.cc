// `cadre serve`: the gallery, until it is told to stop.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <filesystem>
#include <future>

#include "api/api.h"
#include "base/log.h"
#include "base/sleep.h"
#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/descriptors.h"
#include "cli/finder.h"
#include "cli/fleet/figures.h"
#include "cli/fleet/presence.h"
#include "cli/fleet/store_probe.h"
#include "cli/library.h"
#include "cli/process.h"
#include "cli/version.h"
#include "cli/vitals.h"
#include "gallery/accounts.h"
#include "gallery/duplicates.h"
#include "gallery/generations.h"
#include "gallery/repairs.h"
#include "gallery/search.h"
#include "http/metrics.h"
#include "http/server.h"
#include "places/places.h"
#include "worker/kinds.h"
#include "worker/runner.h"

namespace cadre::cli {
namespace {

constexpr Millis kReserveEvery{15'000};
constexpr Millis kRebuildPause{10'000};
constexpr Millis kDeclaredEvery{3'600'000};
constexpr Millis kLinkEvery{2'000};
constexpr Millis kFollowAgain{20};
constexpr Millis kLookForGeneration{15'000};

/// Why the server is not ready, for /readyz: read by any thread.
enum class Stage { starting, rebuilding, ready, failed };

/// Under which a browser finds it that runs on the same machine: "every address" is none that one can open.
std::string openable(http::Address address) {
    if (address.host == "0.0.0.0" || address.host == "::") address.host = "localhost";
    return "http://" + address.text();
}

Result<http::ServerOptions> server_options(const Settings& settings) {
    http::ServerOptions options;
    TRY(options.listen, http::parse_address(settings.listen));
    if (!settings.metrics_listen.empty()) {
        TRY(options.metrics_listen, http::parse_address(settings.metrics_listen));
    }
    TRY(options.trusted_proxies, http::Networks::parse(settings.trusted_proxies));
    options.threads = static_cast<std::size_t>(settings.io_threads);
    options.name = settings.name;
    TRY(const auto map_tiles, api::map_tiles_of(settings.map_tiles));
    options.fixed_headers = api::security_headers(map_tiles);
    // Who came by TLS once comes by TLS for a year, also where somebody between sends them to plain HTTP.
    if (settings.public_url.starts_with("https://"))
        options.fixed_headers.add("Strict-Transport-Security", "max-age=31536000");
    options.access_log = settings.access_log;
    const auto bounds = connection_bounds(settings);
    options.max_connections = bounds.all;
    options.max_connections_an_address = bounds.an_address;
    return options;
}

class Service {
public:
    Service(const Invocation& invocation, std::unique_ptr<Library> library)
        : invocation_(invocation),
          settings_(invocation.settings),
          library_(std::move(library)),
          identity_(process_of(settings_, "serve", library_->clock())),
          presence_(library_->gallery().stores().catalog, [this] { return self(); }) {}

    /// Serves until a signal comes. Errors: what a start can fail of.
    Result<void> run() {
        CHECK_RESULT(look_around());
        open_search();
        CHECK_RESULT(add_routes());
        bool rebuild = false;
        if (!is_fleet(settings_)) {  // Fleet's catalog is completed by the keeper, and nothing in it is this process's
            TRY(rebuild, loop_.wait_for(library_->must_rebuild()));
            if (!rebuild) CHECK_RESULT(loop_.wait_for(settle()));
        }
        TRY(auto options, server_options(settings_));
        server_.emplace(std::move(options), router_, metrics_);
        TRY(const auto address, server_->start());
        make_runner();
        if (!rebuild) be_ready();
        if (auto printed = print_addresses(address); !printed) return stop_after(std::move(printed).error());
        if (rebuild) begin_rebuilding();
        signal_.wait();
        stop();
        if (failure_) return fail(std::move(*failure_));
        return {};
    }

private:
    /// All else works without it.
    void open_search() {
        auto finder = open_finder(settings_);
        if (!finder) {
            log::error("there is no search", {{"why", finder.error().message}, {"detail", finder.error().detail}});
            return;
        }
        finder_ = std::move(*finder);
        search_.emplace(library_->gallery(), *finder_.finder,
                        [this](double lat, double lon) { return names_of(lat, lon); });
        look_alikes_.emplace(library_->gallery(), *finder_.finder);
        if (!is_fleet(settings_)) return;
        generations_.emplace(library_->gallery(), *finder_.finder);
        search_->begin_from(*generations_);
    }

    Result<void> look_around() {
        TRY(auto machines, Machines::parse(settings_.machines));
        gallery::Fleet::Options options;
        options.shared = is_fleet(settings_);
        options.self = [this] { return self(); };
        options.probe = make_store_probe(*library_, settings_, std::move(machines));
        fleet_.emplace(library_->gallery().stores(), std::move(options));
        metrics_.append([this] { return figures_of(fleet_->known()); });
        return {};
    }

    /// How this process is now. Thread-safe.
    gallery::Process self() const {
        auto process = identity_;
        if (stopping_)
            process.state = "stopping";
        else
            process.state = name_of(stage_);
        vitals_.fill(process);
        return process;
    }

    static std::string name_of(Stage stage) {
        switch (stage) {
            case Stage::starting:
                return "starting";
            case Stage::rebuilding:
                return "rebuilding";
            case Stage::failed:
                return "failed";
            case Stage::ready:
                return "ready";
        }
        return "failed";
    }

    Result<void> add_routes() {
        api::Options options;
        options.version = kVersion;
        options.public_url = settings_.public_url;
        options.reasons = [this] { return reasons(); };
        options.fleet = &*fleet_;
        if (search_) options.search = &*search_;
        if (look_alikes_) options.look_alikes = &*look_alikes_;
        CHECK_RESULT(load_places());
        options.places = places_;
        TRY(options.map_tiles, api::map_tiles_of(settings_.map_tiles));
        if (asked_for("web") || std::filesystem::exists(std::filesystem::path(settings_.web) / "index.html"))
            options.web = settings_.web;
        else
            log::warn("there is no web interface, only the API is served", {{"folder", settings_.web}});
        return api::add_routes(router_, library_->gallery(), std::move(options));
    }

    [[nodiscard]] gallery::PlaceNames names_of(double lat, double lon) const {
        if (!places_) return {};
        auto names = places_->names_at(lat, lon);
        return {{std::move(names.english), std::move(names.french)}, std::move(names.countries), names.town};
    }

    [[nodiscard]] bool asked_for(std::string_view setting) const {
        return invocation_.origins.find(setting)->second != Origin::built_in;
    }

    Result<void> load_places() {
        const auto loaded = library_->places();
        if (!loaded && asked_for("places")) return fail(loaded.error());
        if (loaded)
            places_ = *loaded;
        else
            log::warn("positions are not named, and have no time zone", {{"reason", loaded.error().message}});
        return {};
    }

    std::vector<std::string> reasons() const {
        if (server_->stopping()) return {"The program is stopping."};
        switch (stage_.load()) {
            case Stage::starting:
                return {"The program is starting."};
            case Stage::rebuilding:
                return {"The catalog is being rebuilt."};
            case Stage::failed:
                return {"The catalog could not be rebuilt."};
            case Stage::ready:
                return {};
        }
        return {};
    }

    /// What the last process left half done is finished or undone.
    Task<std::size_t> settle() {
        CO_TRY(const auto settled, co_await gallery::settle_interrupted(library_->gallery()));
        if (settled > 0) log::info("what was interrupted is settled", {{"records", settled}});
        co_return settled;
    }

    void begin_rebuilding() {
        stage_ = Stage::rebuilding;
        asio::co_spawn(loop_.io(), rebuild_and_settle(), [this](const std::exception_ptr& fault, Result<void> rebuilt) {
            if (fault) rebuilt = fail(ErrorKind::internal, "The catalog could not be rebuilt.");
            if (rebuilt) {
                be_ready();
            } else {
                stage_ = Stage::failed;
                failure_ = rebuilt.error();
                loop_.io().stop();
            }
        });
    }

    /// Waits for a disk that is full or away: there is nothing that an end of the program would make better.
    Task<void> rebuild_and_settle() {
        while (true) {
            const auto rebuilt = co_await library_->rebuild();
            if (rebuilt) break;
            const auto& error = rebuilt.error();
            if (error.kind != ErrorKind::no_space && error.kind != ErrorKind::unavailable) co_return fail(error);
            log::error("the catalog cannot be rebuilt now, and it is tried again",
                       {{"why", error.message}, {"detail", error.detail}});
            co_await sleep_for(kRebuildPause);
        }
        CO_CHECK(co_await settle());
        co_return Result<void>();
    }

    void be_ready() {
        runner_->start();
        stage_ = Stage::ready;
    }

    void make_runner() {
        std::vector<worker::Chore> chores;
        if (is_fleet(settings_))
            chores.push_back(worker::learn_of_clocks(library_->gallery()));
        else
            chores = worker::chores_of(library_->gallery(), true);
        auto& queue = library_->gallery().stores().jobs;
        auto& our_gallery = library_->gallery();
        chores.push_back({"declared", Millis(0), kDeclaredEvery,
                          [&our_gallery] { return gallery::audit_after_update(our_gallery); }});
        chores.push_back({"vitals", Millis(0), gallery::kBeatEvery, [this] { return sample(); }, true});
        chores.push_back(be_present(presence_, is_fleet(settings_)));
        if (is_fleet(settings_))
            chores.push_back({"set-up link", Millis(0), kLinkEvery, [this] { return tell_setup_link_late(); }, true});
        for (auto& part : fleet_->parts())
            chores.push_back({part.name, Millis(0), gallery::Fleet::kLookEvery, part.renew, true});
        chores.push_back({"reserve", Millis(0), kReserveEvery, [this] { return library_->keep_reserve(); }});
        if (search_) chores.push_back({"search", Millis(0), kFollowAgain, [this] { return search_->follow(); }, true});
        if (generations_)
            chores.push_back(
                {"generations of search", Millis(0), kLookForGeneration, [this] { return keep_generation(); }});
        worker::Options options;
        options.workers = static_cast<std::size_t>(settings_.workers);
        options.guests = guests_of(settings_);
        runner_.emplace(queue, library_->clock(), worker::kinds_of(library_->gallery()), std::move(chores), options);
    }

    Task<void> keep_generation() {
        gallery::Stands stands = [this] { return search_->standing(); };
        co_return co_await generations_->keep(std::move(stands));
    }

    Task<void> sample() {
        vitals_.sample(library_->clock().monotonic());
        co_return Result<void>();
    }

    /// The lines that programs read: no others go to standard output.
    Result<void> print_addresses(const http::Address& address) {
        link_begin_ = settings_.public_url.empty() ? openable(address) : settings_.public_url;
        // Together, so that who has read the first has the second. A fleet's stores may be away for now, or not be
        // formed yet: they must not keep a replica from starting, and the chore tells the link when they are there.
        std::string link;
        if (!is_fleet(settings_)) {
            TRY(link, loop_.wait_for(setup_line()));
        }
        fmt::print("Cadre is listening on http://{}\n{}", address.text(), link);
        std::fflush(stdout);
        link_known_ = true;
        log::info("listening", {{"address", address.text()}, {"version", kVersion}, {"data", settings_.data}});
        if (const auto metrics = server_->metrics_address()) log::info("metrics", {{"address", metrics->text()}});
        return {};
    }

    /// The set-up link with the words around it; nothing where it is not needed. Errors: the stores do not answer.
    Task<std::string> setup_line() {
        auto& accounts = library_->gallery().accounts();
        CO_TRY(const bool needed, co_await accounts.setup_needed());
        if (!needed) co_return std::string();
        CO_TRY(const auto token, co_await accounts.setup_token());
        co_return fmt::format("Set up the first administrator here (once): {}/#setup={}\n", link_begin_, token);
    }

    /// Once in the life of the process.
    Task<void> tell_setup_link_late() {
        if (!link_known_ || link_told_) co_return Result<void>();
        CO_TRY(const auto line, co_await setup_line());
        fmt::print("{}", line);
        std::fflush(stdout);
        link_told_ = true;
        co_return Result<void>();
    }

    Result<void> stop_after(Error error) {
        stop();
        return fail(std::move(error));
    }

    void stop() {
        stopping_ = true;
        if (is_fleet(settings_)) loop_.try_for(presence_.leave(), kToLeave);
        auto jobs_ended = std::async(std::launch::async, [this] { return runner_->stop(kToFinish); });
        const bool answered = server_->stop({.drain = settings_.drain, .bound = kToFinish});
        const bool handed_back = jobs_ended.get();
        const bool interrupted = stage_ == Stage::rebuilding;
        log::info("stopped", {{"requests_finished", answered}, {"jobs_handed_back", handed_back}});
        const bool telling = library_->gallery().afterwards().busy();
        if (!answered || !handed_back || interrupted || telling) leave(kDone);
        library_.reset();  // before the threads' io_contexts, on which its coroutines ran
        finder_ = {};      // as well
    }

    const Invocation& invocation_;
    const Settings& settings_;
    Loop loop_;  // of the main thread: signals, and rebuilding
    StopSignal signal_{loop_.io()};
    http::Metrics metrics_;
    Vitals vitals_{metrics_};
    std::atomic<Stage> stage_{Stage::starting};
    std::atomic<bool> stopping_{false};
    std::string link_begin_;  // of the set-up link; written before link_known_
    std::atomic<bool> link_known_{false};
    bool link_told_ = false;  // of the chore's thread
    std::optional<Error> failure_;
    std::optional<http::Server> server_;
    std::optional<worker::Runner> runner_;
    http::Router router_;
    std::unique_ptr<Library> library_;
    OwnFinder finder_;
    std::optional<gallery::Generations> generations_;
    std::optional<gallery::Search> search_;
    std::optional<gallery::LookAlikes> look_alikes_;
    const gallery::Process identity_;
    gallery::Presence presence_;
    const places::Places* places_ = nullptr;
    std::optional<gallery::Fleet> fleet_;
};

int serve(const Invocation& invocation) {
    prepare_process();
    if (auto decoder = check_decoder(invocation.settings.decoder); !decoder) return report(decoder.error());
    auto library = Library::open(invocation.settings, Access::owner);
    if (!library) return report(library.error());
    Service service(invocation, std::move(*library));
    const auto served = service.run();
    return served ? kDone : report(served.error());
}

}  // namespace

Command serve_command() {
    return {{"serve", "", "Serves the gallery until it is told to stop (SIGTERM, SIGINT).", {}}, serve};
}

}  // namespace cadre::cli
