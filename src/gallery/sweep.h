// Repair of everything, a page at a time: compares what listings of the blobs show with what the catalog knows, reads
// only what differs, and lets go of what has had its time: tombs, uploads that were left, pictures under keys that are
// nobody's. It runs after a failover was seen, and slowly all the time.
//
// Memory is bounded by a page, whatever the library's size. A round that is broken off is begun again, with no harm.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gallery/derivatives.h"
#include "gallery/gallery.h"
#include "gallery/leftovers.h"
#include "gallery/walk.h"

namespace cadre::gallery {

/// What nobody went on with for so long goes: parts of an upload.
inline constexpr std::chrono::hours kUploadFor{48};
/// Pictures under a key that is nobody's may be of a photo whose entry the catalog is about to know.
inline constexpr std::chrono::hours kStrayMediaFor{1};

struct SweepReport {
    std::uint64_t records = 0;      // that a listing showed
    std::uint64_t differences = 0;  // of them, those that were read
    std::uint64_t mended = 0;       // entries that were set or removed, purges that were finished
    std::uint64_t rows = 0;         // entries that were right and timelines showed wrong
    std::uint64_t damaged = 0;      // records whose facts cannot be read; the log names them
    std::uint64_t requeued = 0;     // photos whose job was lost
    std::uint64_t tombs = 0;        // that had stood for 30 days
    std::uint64_t uploads = 0;      // that nobody went on with
    std::uint64_t media = 0;        // keys that were nobody's
    std::uint64_t archives = 0;     // lists of them that had their time
};

/// Not thread-safe: one coroutine steps it, on an executor that runs one handler at a time.
class Sweep {
public:
    /// Photos that wait for derivatives and have no job are queued again when they are so old.
    explicit Sweep(Gallery& gallery, Millis forgotten_after = kForgottenAfter);

    /// Goes on by one page. True when that was the last of a round; the step after it begins another. Errors:
    /// unavailable, also where a part of the catalog is not complete: it has to be rebuilt first (gallery/reindex.h).
    /// After an error the step is done again.
    Task<bool> step();

    /// Of the round under way, or the one that just ended.
    [[nodiscard]] const SweepReport& report() const { return report_; }

private:
    enum class Stage { records, leftovers, rows, media, uploads, archives };

    void begin_round();
    void begin_kind();
    Task<void> fetch();
    Task<bool> step_records();
    Task<bool> step_leftovers();
    Task<bool> step_rows();
    Task<bool> step_media();
    Task<bool> step_uploads();
    Task<bool> step_archives();
    Task<void> compare(const Shown& shown, const std::optional<catalog::Entry>& entry);
    Task<void> repair(catalog::Ref ref);
    asio::awaitable<void> requeue(catalog::Ref ref, const catalog::Truth& truth);
    void count(const catalog::Ref& ref);

    Gallery& gallery_;
    const Millis forgotten_after_;
    SweepReport report_;
    std::map<catalog::Ref, int> failures_;  // of this page: how often each could not be reached
    bool running_ = false;
    WallTime began_{};
    std::size_t kind_ = 0;
    Stage stage_ = Stage::records;
    std::optional<Walk> walk_;
    std::optional<std::vector<Shown>> page_;  // kept until all of it is done
    Tally tally_;
    std::optional<Leftovers> leftovers_;
    std::string audited_;  // cursor
};

/// One whole round, as fast as it goes.
Task<SweepReport> sweep(Gallery& gallery, Millis forgotten_after = kForgottenAfter);

}  // namespace cadre::gallery
