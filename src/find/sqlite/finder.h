// The finder in one SQLite file of its own: FTS5 for all that is asked, squares kept for the map.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>

#include "find/finder.h"

namespace cadre::find::sqlite {

struct Options {
    std::filesystem::path file;            // made if it is not there; no other process may have it
    std::size_t readers = 2;               // questions that are answered at once
    std::function<bool()> make_room = {};  // on a full disk; may be null
};

/// Blocks. What is damaged, or of another version, is set aside and begun anew, now and later: then nothing was told.
/// Errors: a sentence for a file that cannot be written.
[[nodiscard]] Result<std::unique_ptr<Finder>> open(Options options);

}  // namespace cadre::find::sqlite
