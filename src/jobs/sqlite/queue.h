// The queue in a SQLite file of one process: write-ahead log, synchronous=NORMAL, one connection and one thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "jobs/queue.h"

namespace cadre::jobs::sqlite {

struct Options {
    std::filesystem::path path;     // "<data>/jobs.db"; its folder exists
    std::size_t limit = 1'000'000;  // jobs waiting and running; one more is refused
    std::size_t dead_limit = 1000;  // the oldest dead make room for new ones
    /// Asked when the disk is full: frees some of it, if it can. May be empty.
    std::function<bool()> make_room{};
};

/// Jobs that ran when the process ended can be taken at once. A file that is damaged, or of another version, is set
/// aside as "jobs.db.broken" with a warning, and begun anew: jobs carry no promise. `clock` and `random` outlive the
/// queue. Blocks. Errors: no_space or unavailable with a sentence, if the file cannot be made or written.
[[nodiscard]] Result<std::unique_ptr<Queue>> open(Options options, const Clock& clock, Random& random);

}  // namespace cadre::jobs::sqlite
