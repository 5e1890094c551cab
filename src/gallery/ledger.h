// The write protocol: how a record gets into the blob store and the catalog so that nothing acknowledged is lost and
// nothing purged comes back, although blobs have no compare-and-swap and the catalog may forget its last second.
// docs/explanation/write-protocol.md explains it; gallery/simulation searches it for schedules that break it.
//
// A record's objects are never overwritten: every write puts the whole join under a new name, and the truth is the join
// of what is listed. All calls are thread-safe.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/sleep.h"
#include "base/task.h"
#include "blobs/store.h"
#include "catalog/catalog.h"
#include "jobs/queue.h"

namespace cadre::gallery {

/// New values by field name; JSON's null hides what was derived.
using Changes = std::map<std::string, json::value, std::less<>>;

/// What the blob store has under a record's prefix.
struct Listed {
    catalog::Truth truth;              // the join of all objects; purged if there is a tomb
    std::vector<std::string> facts;    // keys of the objects that were joined, of f/ and …
    std::vector<std::string> derived;  // … of d/
    std::vector<std::string> others;   // the original, if there is one, and what does not belong there
    WallTime newest{};                 // when the youngest object was written
    [[nodiscard]] bool empty() const { return facts.empty() && derived.empty() && others.empty() && !truth.purged; }
    /// Whether a tomb, if there is one, has nothing left to bury.
    [[nodiscard]] bool only_tomb() const { return facts.empty() && derived.empty() && others.empty(); }
    [[nodiscard]] bool alive() const { return !facts.empty() && !truth.purged; }
};

/// An entry before and after a change, as the catalog had it.
struct Changed {
    catalog::Truth before;
    catalog::Truth after;
};

enum class Repaired {
    fine,      // the catalog had it right
    mended,    // the catalog was set to the truth, or a purge was finished
    removed,   // nothing is left of it; the catalog has let go
    waiting,   // an original without facts, younger than 48 hours: an upload may be under way
    contended  // it changed while it was repaired; ask again
};

/// An original without facts is an interrupted upload for this long, and rubbish after it.
inline constexpr std::chrono::hours kUnfinishedFor{48};
/// A tomb stays this long: longer than any put can be late.
inline constexpr std::chrono::days kTombFor{30};

/// How long ago a moment was, as far as the clock can be believed.
using Age = std::function<Millis(WallTime)>;

/// Whether an error says that what is stored of one record cannot be read, now or later: the others can.
[[nodiscard]] bool is_unreadable(const Error& error);

/// Whether a record whose facts cannot be read may be deleted for good by what the catalog knows of it.
enum class Unread { refuse, by_entry };

/// Begins work whose end nobody waits for; or, where there is nothing that could end it later, does it at once.
using Aside = std::function<asio::awaitable<void>(asio::awaitable<void>)>;

class Ledger {
public:
    /// `aside` takes what the promise of an answer does not need: the release of a lease, which ends by itself too, and
    /// the job that removes covered objects. `age` says how old something is.
    Ledger(blobs::Store& blobs, catalog::Catalog& catalog, jobs::Queue& jobs, const Clock& clock, Random& random,
           Aside aside, Age age, Sleep sleep = sleep_for)
        : blobs_(blobs),
          catalog_(catalog),
          jobs_(jobs),
          clock_(clock),
          random_(random),
          aside_(std::move(aside)),
          age_(std::move(age)),
          sleep_(std::move(sleep)) {}

    /// "photos/<id>/", …
    [[nodiscard]] static std::string prefix(const catalog::Ref& ref);

    /// What a listing shows of a record, before anything is read: the truth holds only whether there is a tomb.
    [[nodiscard]] static Listed sort(const catalog::Ref& ref, const std::vector<blobs::Item>& items);

    /// Whether this entry was made of exactly what is shown: one object of facts and at most one of derived facts, each
    /// under the stamp that is the entry's newest. Since an object holds the whole join of its writer, nothing has to
    /// be read then. Equal newest stamps beside further objects are no agreement: those may hold what the entry lacks.
    [[nodiscard]] static bool agrees(const catalog::Ref& ref, const Listed& shown,
                                     const std::optional<catalog::Entry>& entry);

    /// The truth of a record, from blobs. An object that was listed and is gone means: list again. Errors:
    /// unprocessable where some of its facts cannot be read (is_unreadable()).
    Task<Listed> read(catalog::Ref ref);
    /// The same from what a listing has shown; lists again where one of these objects has gone since.
    Task<Listed> read(catalog::Ref ref, std::vector<blobs::Item> items);

    /// Makes a record with `facts`; `first` (a photo's original) is put before them. `ref` must be new.
    Task<catalog::Entry> create(catalog::Ref ref, Changes facts, std::vector<blobs::Put> first);

    /// Changes a record. `decide` sees the truth and says what to change, or refuses; nothing to change writes nothing.
    /// Errors: those of `decide`; not_found (a tomb, or nothing there); invalid where the record would grow beyond its
    /// bounds (bounds.h); unavailable, which says so if it may yet take effect.
    using Decide = std::function<Result<Changes>(const catalog::Truth&)>;
    /// Looks, while the lease is taken, whether there is any use in it; its refusal is the answer.
    using Early = std::function<Task<void>()>;
    /// `late` looks again when the lease is held, however long that took, and before anything is read.
    Task<Changed> edit(catalog::Ref ref, Decide decide, Early early = {}, Early late = {});

    /// Adds derived facts (d/), which never wait for a lease: of two that derive at the same time either may stay.
    Task<catalog::Entry> derive(catalog::Ref ref, Changes derived);

    /// Ends a record for good. `allow` sees the truth and may refuse; with Unread::by_entry, where the facts cannot be
    /// read, it sees what the catalog knows (nothing, if that has no entry). What it was is returned, so that the
    /// caller can remove what else belonged to it.
    using Allow = std::function<Result<void>(const catalog::Truth&)>;
    Task<catalog::Truth> purge(catalog::Ref ref, Allow allow, Unread unread = Unread::refuse);

    /// Makes the catalog say what the blobs say of it, and finishes what was begun. What the catalog had right is told
    /// to it again: a driver may have lost what follows from an entry, and not the entry.
    Task<Repaired> repair(catalog::Ref ref);

    /// Tells the catalog what a listing shows, with fewer calls than repair(): it only joins, so that a listing of some
    /// time ago does no harm. What joining does not make equal is repaired.
    Task<Repaired> index(catalog::Ref ref, std::vector<blobs::Item> items);

    /// Lets go of a tomb that has stood for kTombFor and has nothing left to bury, and of its entry. Whether it did.
    Task<bool> expire_tomb(catalog::Ref ref);

    /// Removes what an interrupted upload left: only for the one process that owns a library, where nothing can be
    /// late.
    Task<void> undo_unfinished(catalog::Ref ref);

private:
    /// What of a record could be read; nothing in `listed` if an object went between the listing and its reading.
    struct Read {
        std::optional<Listed> listed;
        std::string missing;  // the key of that object
    };
    Task<Read> read_once(catalog::Ref ref);
    Task<Read> read_shown(Listed shown);
    Task<std::optional<catalog::Entry>> entry_of(catalog::Ref ref);
    Task<std::vector<std::string>> keys_of(catalog::Ref ref);
    Task<catalog::Lease> lease(catalog::Ref ref);
    Task<catalog::Lease> lease_unless(catalog::Ref ref, Early early);
    asio::awaitable<void> release(catalog::Lease lease);
    asio::awaitable<void> queue(jobs::Job job);
    Task<Changed> edit_leased(catalog::Ref ref, Decide decide, MonotonicTime until);
    Task<catalog::Truth> purge_leased(catalog::Ref ref, Allow allow, Unread unread, MonotonicTime until);
    Task<catalog::Truth> last_known(catalog::Ref ref);
    Task<catalog::Truth> forget(catalog::Ref ref, catalog::Entry entry, std::vector<std::string> forgotten);
    Task<catalog::Entry> put_join(catalog::Ref ref, std::string_view folder, catalog::Record whole,
                                  catalog::Stamp stamp, std::optional<MonotonicTime> until);
    Task<void> bury(catalog::Ref ref);
    Task<void> tidy(std::vector<std::string> keys, std::string subject);
    Task<Repaired> repair_from(catalog::Ref ref, std::optional<catalog::Entry> entry, Listed listed);
    asio::awaitable<void> ask_for_repair(catalog::Ref ref);
    [[nodiscard]] catalog::Stamp stamp_after(const catalog::Record& joined);

    blobs::Store& blobs_;
    catalog::Catalog& catalog_;
    jobs::Queue& jobs_;
    const Clock& clock_;
    Random& random_;
    Aside aside_;
    Age age_;
    Sleep sleep_;
};

/// "photos/<id>" as text, for leases and job subjects, and back.
[[nodiscard]] std::string text_of(const catalog::Ref& ref);
[[nodiscard]] std::optional<catalog::Ref> parse_ref(std::string_view text);

}  // namespace cadre::gallery
