// What the processes of a fleet say of themselves, on boards of the catalog: signs of life, each second, and notes of
// what happened. None of it is a promise: what is lost is said again, or was of a moment.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "catalog/catalog.h"

namespace cadre::gallery {

/// One start of `cadre serve`, `worker` or `keeper`.
struct Process {
    std::string id;       // of this start
    std::string name;     // of the replica; its successor has the same
    std::string role;     // "serve", "worker", "keeper"
    std::string machine;  // on which it runs
    std::string version;
    std::string state;  // "starting", "rebuilding", "ready", "stopping", "failed"; a keeper's: "active", "standby"
    WallTime started;
    // Of serve only.
    std::optional<double> requests_per_s{};  // of the last seconds
    std::optional<double> errors_per_s{};    // answers of 500 and more
    std::optional<double> p99_ms{};          // from a request's header to the last byte of its answer; nothing of none
    std::vector<std::uint32_t> requests{};   // in each second of the last minute, the oldest first
    Millis age{0};                           // since it said so, when that was read
    [[nodiscard]] bool lost() const;
};

/// As it stands on a board: a later release may add members, and what is not known here is passed over.
[[nodiscard]] std::string text_of(const Process& process);
/// Nothing if it makes no sense.
[[nodiscard]] std::optional<Process> parse_process(std::string_view text);

/// Something that happened: a code of docs/reference/cluster.md, what it happened to, and who saw it.
struct Note {
    std::string kind;
    std::string subject;
    std::string by;
    WallTime at{};
};

inline constexpr Millis kBeatEvery{1'000};
/// A process that said nothing for so long is called lost.
inline constexpr Millis kSilentFor{5'000};
/// From then on nothing is known of it.
inline constexpr Millis kUnknownAfter{60'000};

inline bool Process::lost() const { return age >= kSilentFor; }

/// One process's own. Thread-safe.
class Presence {
public:
    /// `self` says how this process is now. The catalog outlives it.
    Presence(catalog::Catalog& catalog, std::function<Process()> self) : catalog_(catalog), self_(std::move(self)) {}

    [[nodiscard]] Process self() const { return self_(); }
    /// To be called every kBeatEvery.
    Task<void> beat();
    /// The last sign of life of one that ends in order: nobody is to look for it.
    Task<void> leave();
    Task<void> note(std::string kind, std::string subject);

private:
    catalog::Catalog& catalog_;
    std::function<Process()> self_;
    std::atomic<std::uint64_t> noted_{0};
};

/// Those that said something in the last kUnknownAfter; by role, then name. Of several starts of one name those that
/// are silent are left out if one is not.
Task<std::vector<Process>> processes(catalog::Catalog& catalog);
/// The newest first; `clock` turns ages into times.
Task<std::vector<Note>> notes(catalog::Catalog& catalog, const Clock& clock);

}  // namespace cadre::gallery
