// A library's blobs from one store to another, whatever their drivers: keys are the same in all. The blobs are the
// truth, so the target's catalog is rebuilt from them afterwards.
//
// What is there is skipped, so that a copy which was broken off goes on where it was. Every object that was put is read
// again and compared; originals are compared with the hash that their facts have of them. Memory is bounded by a page
// of a listing, scratch by the originals in hand.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/pool.h"
#include "blobs/store.h"
#include "gallery/reindex.h"

namespace cadre::gallery {

struct CopyOptions {
    bool media = true;         // derivatives too; they can be made again
    bool compare = true;       // read again what was put, and what was there
    std::size_t at_once = 16;  // records in hand
    std::string scratch;       // folder for originals on their way, where a store has no files
};

struct CopyReport {
    std::uint64_t records = 0;   // photos, users, …; media keys are not counted
    std::uint64_t copied = 0;    // objects
    std::uint64_t there = 0;     // objects that the target had already
    std::uint64_t bytes = 0;     // of those that were copied
    std::uint64_t findings = 0;  // that are not notes
};

/// Calls `report` for what is damaged or missing in the source (it is copied as it is), and for what differs in the
/// target after it was put; `progress` now and then. Nobody writes to the target meanwhile; what somebody writes to the
/// source may be left out. `pool` reads and writes scratch. The executor runs one handler at a time. Errors: those of
/// the stores; what was copied stays.
Task<CopyReport> copy(blobs::Store& from, blobs::Store& to, Pool& pool, CopyOptions options,
                      std::function<void(const CopyReport&)> progress, std::function<void(const Finding&)> report);

}  // namespace cadre::gallery
