// How far an import is: a bar on a terminal, a plain line now and then elsewhere.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "cli/import/pipeline.h"

namespace cadre::cli {

struct Figures {
    std::uint64_t settled = 0;  // files of which it is known what became
    std::uint64_t total = 0;    // files that were found so far; 0: not counted
    bool counted = false;       // whether total will not grow any more
    std::uint64_t refused = 0;
    std::uint64_t failed = 0;
    std::uint64_t waiting = 0;  // photos that are not ready yet
    std::uint64_t bytes = 0;
    Millis passed{0};
};

/// "1234 of 5678 files, 3 refused, 12.3 MB/s"
[[nodiscard]] std::string sentence(const Figures& figures);
/// "[#####-----] " and the sentence, cut to `columns`.
[[nodiscard]] std::string bar(const Figures& figures, std::size_t columns);

/// Prints until it is cancelled. Not thread-safe, but for the atomics that are handed in.
class Progress {
public:
    Progress(const Report& report, const Pipeline& pipeline, const std::atomic<std::uint64_t>& total,
             const std::atomic<bool>& counted);
    boost::asio::awaitable<void> run();
    /// Takes the bar away, so that what follows begins on a line of its own.
    void clear();

private:
    [[nodiscard]] Figures figures() const;

    const Report& report_;
    const Pipeline& pipeline_;
    const std::atomic<std::uint64_t>& total_;
    const std::atomic<bool>& counted_;
    SystemClock clock_;
    MonotonicTime begun_;
    bool on_terminal_;
};

}  // namespace cadre::cli
