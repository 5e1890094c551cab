// The catalog from the blobs alone; and the question whether the two, and the bytes, agree.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gallery/gallery.h"

namespace cadre::gallery {

struct ReindexReport {
    std::uint64_t records = 0;         // things found in blobs
    std::uint64_t mended = 0;          // entries that were set, or removed
    std::uint64_t unreadable = 0;      // records whose facts cannot be read
    std::vector<std::string> damaged;  // the first thousand of their keys, and why
};

/// Which parts of the catalog answer "unavailable" until it is done: all, or those alone that lost what they had.
enum class Parts { all, missing };

/// Tells the catalog of every record that the blobs know, and has it forget what they do not, while others may go on
/// writing; says "complete" at its end. Memory is bounded by a page. The executor runs one handler at a time.
/// `progress` is called now and then with the number of records so far.
Task<ReindexReport> reindex(Gallery& gallery, std::function<void(std::uint64_t)> progress, Parts parts = Parts::all);

/// What a crash interrupted is finished or undone. For the one process that owns a library, before it says ready.
Task<std::size_t> settle_interrupted(Gallery& gallery);

struct Finding {
    enum class Kind { damaged, missing, superfluous, note };
    Kind kind = Kind::note;
    std::string key;     // of the blob, or "catalog:…" of an entry
    std::string detail;  // a sentence
};

/// "damaged", "missing", "superfluous", "note"
[[nodiscard]] std::string_view name_of(Finding::Kind kind);

struct VerifyOptions {
    bool hashes = true;  // read every original and compare its SHA-256; note derivatives that are missing
};

/// Calls `report` for everything that is damaged, missing or superfluous. What an upload under way left, younger than
/// 48 hours, and derivatives that can be made again are notes. Returns the number of findings that are not notes.
/// Others may go on writing. Memory is bounded by a page; the executor runs one handler at a time.
Task<std::uint64_t> verify(Gallery& gallery, VerifyOptions options, std::function<void(const Finding&)> report);

}  // namespace cadre::gallery
