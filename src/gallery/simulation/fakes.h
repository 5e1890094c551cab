// Stores that can do everything that the real ones have been seen to do wrong, and nothing else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "blobs/store.h"
#include "catalog/catalog.h"
#include "gallery/simulation/world.h"
#include "jobs/queue.h"

namespace cadre::gallery::simulation {

/// Bugs that are planted on purpose: the simulation must find each.
enum class Bug {
    none,
    no_lease,                // everybody gets it
    no_tomb,                 // a purge only deletes
    restamp_join,            // old fields are written with the new stamp
    stamp_by_clock,          // a stamp that may be older than what it replaces
    delete_at_once,          // covered objects go while a listing may be under way
    delete_before_put,       // … and before the new one is acknowledged
    stamp_by_catalog,        // … than what the catalog knows, instead of what the listing shows
    repair_without_compare,  // the catalog is set although it changed meanwhile
    repair_looks_once,       // what is old by now is buried, though the listing that shows it is as old
    repair_skips_equal,      // what the catalog has right is not told to it again
    sweep_by_newest,         // equal newest stamps are taken for agreement
    rename_in_two,           // a tag is taken off, and its new name set by another edit
    forget_at_once,          // what was taken off is forgotten by the next edit, while an older put may be late
    look_before_lease        // what came while one waited for the lease is not looked for
};

struct Quirks {
    bool atomic_listing = true;
    bool rows_apart = false;  // the catalog keeps rows in a shard of their own, written after the entry
    Bug bug = Bug::none;
};

class FakeBlobs final : public blobs::Store {
public:
    FakeBlobs(World& world, Quirks quirks) : world_(world), quirks_(quirks) {}

    Task<void> put(std::vector<blobs::Put> puts) override;
    Task<blobs::Object> open(std::string key, std::uint64_t offset, std::uint64_t length) override;
    Task<std::string> get(std::string key) override;
    Task<blobs::Listing> list(std::string prefix, std::string cursor, std::size_t limit) override;
    Task<void> remove(std::vector<std::string> keys) override;
    Task<void> copy(std::string from, std::string to, blobs::Durability durability) override;
    Task<void> check() override;
    [[nodiscard]] blobs::Traits traits() const override;

    /// What the catalog's entry has as its newest stamp; for a planted bug.
    std::function<std::int64_t()> known_newest;

private:
    /// Runs `effect` now, later or never, and says whether the caller hears that it happened.
    Task<void> disturbed(std::string what, std::function<void()> effect);
    [[nodiscard]] std::string mutated(const std::string& key, std::string content) const;
    void forget(catalog::Record& record) const;

    World& world_;
    Quirks quirks_;
    struct Stored {
        std::string content;
        WallTime modified;
    };
    std::map<std::string, Stored> objects_;
    std::map<int, blobs::Listing> first_listings_;  // by actor, for a planted bug
};

class FakeCatalog final : public catalog::Catalog {
public:
    FakeCatalog(World& world, Quirks quirks);

    Task<std::optional<catalog::Entry>> get(catalog::Ref ref) override;
    Task<catalog::Entry> apply(catalog::Ref ref, catalog::Truth truth) override;
    Task<bool> replace(catalog::Ref ref, std::uint64_t expected, std::optional<catalog::Truth> truth) override;
    Task<std::vector<std::optional<Id>>> find(catalog::Index index, std::vector<std::string> keys) override;
    Task<catalog::Lease> lease(std::string name, Millis ttl) override;
    Task<catalog::Lease> renew(catalog::Lease lease, Millis ttl) override;
    Task<void> release(catalog::Lease lease) override;

    // What the ledger never asks.
    Task<std::vector<std::optional<catalog::Entry>>> get_many(catalog::Kind, std::vector<Id>) override;
    Task<catalog::Page<catalog::Listed>> scan(catalog::Kind, std::string, std::size_t) override;
    Task<std::string> version(catalog::View) override;
    Task<catalog::Timeline> timeline(catalog::View) override;
    Task<std::vector<catalog::Summary>> summaries(std::vector<catalog::View>) override;
    Task<catalog::MonthVersion> month_version(catalog::View, catalog::Month) override;
    Task<catalog::MonthRows> month(catalog::View, catalog::Month, std::uint32_t, std::uint32_t) override;
    Task<std::vector<catalog::Row>> newest(catalog::View, std::optional<catalog::Place>, std::uint32_t) override;
    Task<catalog::Page<catalog::Word>> words(catalog::Family, Id, std::string, std::size_t) override;
    Task<void> intend(catalog::Ref) override;
    Task<void> settle(catalog::Ref) override;
    Task<std::vector<catalog::Ref>> unsettled() override;
    Task<void> put_session(catalog::Session) override;
    Task<std::optional<catalog::Session>> get_session(std::string) override;
    Task<void> remove_session(std::string) override;
    Task<std::vector<catalog::Session>> sessions_of(Id) override;
    Task<catalog::Page<Id>> find_all(catalog::Index, std::string, std::string, std::size_t) override;
    Task<catalog::Counted> count(std::string, Millis, std::int64_t) override;
    Task<void> uncount(std::string) override;
    Task<void> see(std::string, std::string, std::size_t) override;
    Task<std::vector<catalog::Seen>> seen(std::string) override;
    Task<void> post(std::string, std::string, std::string, Millis, std::size_t) override;
    Task<std::vector<catalog::Posted>> posted(std::string) override;
    Task<std::string> keep(std::string, std::string) override;
    Task<bool> complete() override;
    Task<std::string> begin_rebuild(bool) override;
    Task<void> end_rebuild(std::string) override;
    Task<catalog::Page<catalog::Ref>> audit(std::string, std::size_t) override;
    Task<void> check() override;

    [[nodiscard]] const catalog::Truth* truth_of(catalog::Ref ref) const;
    /// What timelines show of it.
    [[nodiscard]] const catalog::Truth* row_of(catalog::Ref ref) const;
    /// Whether a lease that was held was lost in a failover: two holders are then no surprise.
    [[nodiscard]] bool lost_a_lease() const { return lost_a_lease_; }

private:
    struct Held {
        std::string token;
        MonotonicTime until;
    };
    struct State {
        std::map<catalog::Ref, catalog::Entry> entries;
        std::map<std::string, Held> leases;
    };
    /// What follows from an entry: applied only if newer.
    struct Row {
        std::optional<catalog::Truth> truth;
        std::uint64_t version = 0;
    };
    using Rows = std::map<catalog::Ref, Row>;
    void remember();
    asio::awaitable<void> put_row(catalog::Ref ref, std::optional<catalog::Truth> truth, std::uint64_t version);

    World& world_;
    Quirks quirks_;
    State state_;
    std::vector<State> history_;
    Rows rows_;
    std::vector<Rows> rows_history_;
    std::uint64_t versions_ = 0;
    bool lost_a_lease_ = false;
};

/// Jobs run as actors of their own: tidying only when nobody is under way who was when it was asked for.
class FakeJobs final : public jobs::Queue {
public:
    FakeJobs(World& world, FakeBlobs& blobs) : world_(world), blobs_(blobs) {}

    Task<void> push(jobs::Job job) override;
    Task<std::optional<jobs::Taken>> take(std::vector<std::string>, Millis, Millis, jobs::Turn) override;
    Task<void> renew(jobs::Taken, Millis) override;
    Task<void> done(jobs::Taken) override;
    Task<void> retry(jobs::Taken, WallTime) override;
    Task<void> bury(jobs::Taken, std::string) override;
    Task<bool> holds(std::string, std::string) override;
    Task<jobs::Stats> stats() override;
    Task<std::vector<jobs::Dead>> dead(std::size_t) override;
    Task<void> resend(std::string) override;

private:
    World& world_;
    FakeBlobs& blobs_;
};

}  // namespace cadre::gallery::simulation
