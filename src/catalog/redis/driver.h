// The catalog's calls as scripts in Redis. One file a group of calls: entries.cc, timelines.cc, passing.cc (what ends
// by itself), completeness.cc, audit.cc.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/together.h"
#include "catalog/cache.h"
#include "catalog/catalog.h"
#include "catalog/redis/catalog.h"
#include "catalog/redis/coding.h"
#include "catalog/redis/follow.h"
#include "catalog/redis/layout.h"
#include "catalog/redis/months.h"
#include "redis/cluster.h"

namespace cadre::catalog::redis {

/// Of a part that was lost or is being rebuilt.
[[nodiscard]] Error incomplete();

/// A call that may be sent again if its answer is lost, since doing it twice is doing it once.
[[nodiscard]] cadre::redis::ScriptCall safe_call(const cadre::redis::Script& script, std::vector<std::string> keys,
                                                 std::vector<std::string> arguments);

class Driver final : public Catalog {
public:
    Driver(cadre::redis::Cluster& cluster, Options options, const Clock& clock, Random& random);

    Task<std::optional<Entry>> get(Ref ref) override;
    Task<std::vector<std::optional<Entry>>> get_many(Kind kind, std::vector<Id> ids) override;
    Task<Entry> apply(Ref ref, Truth truth) override;
    Task<bool> replace(Ref ref, std::uint64_t expected, std::optional<Truth> truth) override;
    Task<Page<Listed>> scan(Kind kind, std::string cursor, std::size_t limit) override;
    Task<std::vector<std::optional<Id>>> find(Index index, std::vector<std::string> keys) override;
    Task<Page<Id>> find_all(Index index, std::string key, std::string cursor, std::size_t limit) override;

    Task<std::string> version(View view) override;
    Task<Timeline> timeline(View view) override;
    Task<std::vector<Summary>> summaries(std::vector<View> views) override;
    Task<MonthVersion> month_version(View view, Month month) override;
    Task<MonthRows> month(View view, Month month, std::uint32_t offset, std::uint32_t limit) override;
    Task<std::vector<Row>> newest(View view, std::optional<Place> after, std::uint32_t limit) override;
    Task<Page<Word>> words(Family family, Id person, std::string after, std::size_t limit) override;

    Task<Lease> lease(std::string name, Millis ttl) override;
    Task<Lease> renew(Lease lease, Millis ttl) override;
    Task<void> release(Lease lease) override;
    Task<void> intend(Ref ref) override;
    Task<void> settle(Ref ref) override;
    Task<std::vector<Ref>> unsettled() override;

    Task<void> put_session(Session session) override;
    Task<std::optional<Session>> get_session(std::string hash) override;
    Task<void> remove_session(std::string hash) override;
    Task<std::vector<Session>> sessions_of(Id user) override;
    Task<Counted> count(std::string name, Millis window, std::int64_t most) override;
    Task<void> uncount(std::string name) override;
    Task<void> see(std::string owner, std::string item, std::size_t most) override;
    Task<std::vector<Seen>> seen(std::string owner) override;
    Task<void> post(std::string board, std::string item, std::string text, Millis ttl, std::size_t most) override;
    Task<std::vector<Posted>> posted(std::string board) override;
    Task<std::string> keep(std::string name, std::string value) override;

    Task<bool> complete() override;
    Task<std::string> begin_rebuild(bool everything) override;
    Task<void> end_rebuild(std::string mark) override;
    Task<Page<Ref>> audit(std::string cursor, std::size_t limit) override;
    Task<void> check() override;

private:
    /// An entry as a partition has it.
    struct Looked {
        bool complete = false;  // the partition
        std::optional<Stored> stored;
    };
    enum class Mode { apply, again, replace, remove };
    /// What the script `write` answered.
    struct Written {
        bool done = false;
        std::optional<Stored> stored;
        std::uint64_t version = 0;
    };
    /// The counters of a month.
    struct Head {
        Month month;
        std::uint32_t count = 0;
        std::uint64_t digest = 0;
        std::vector<Day> days;  // newest first
    };

    /// Months of one partition, and its marker's and their heads' keys.
    struct Group {
        std::vector<std::string> keys;
        std::vector<Month> months;
    };

    template <class Value>
    [[nodiscard]] bool fresh(const Timed<Value>& timed) const {
        return clock_.monotonic() - timed.read < kFreshFor;
    }
    Task<std::vector<Looked>> look(std::vector<Ref> refs);
    /// `version` is what the entry's must at least become (again), or must be (replace, remove).
    Task<Written> write(Ref ref, Mode mode, std::string truth, std::uint64_t version);
    /// Tells what follows from an entry to where it follows; true if anything there was changed.
    Task<bool> tell(Ref ref, Stored stored, Standing further);
    void forget_tokens(const Ref& ref, const Truth& truth);
    Task<bool> forget(Ref ref, Standing was, std::uint64_t version);
    [[nodiscard]] std::vector<cadre::redis::ScriptCall> calls_of(const Ref& ref, const Truth& truth,
                                                                 std::uint64_t version, const Standing& formers);

    Task<MonthVersion> read_month_version(MonthOf of);
    Task<std::string> read_version(View view);
    Task<MonthRows> read_month(View view, Month month, std::uint32_t offset, std::uint32_t limit);
    Task<std::vector<Head>> heads(View view, std::string what);
    static Result<std::vector<Head>> heads_from(const std::vector<Month>& asked,
                                                const Result<cadre::redis::Reply>& reply);
    /// The months of each partition that has any.
    [[nodiscard]] std::vector<Group> by_partition(const View& view, const KnownMonths::Months& months) const;
    [[nodiscard]] cadre::redis::ScriptCall members_call(const View& view) const;

    Task<Page<Ref>> audit_entries(Kind kind, std::string cursor, std::size_t limit);
    Task<Page<Ref>> audit_rows(std::string cursor);
    Task<Page<Ref>> audit_lookups(std::string cursor);
    Task<Page<Ref>> audit_lists(std::string cursor, std::size_t limit);
    /// Those of which nobody knows of what kind they are: whichever has an entry is asked.
    Task<std::vector<Ref>> set_right_claims(std::map<Id, Standing> stands, std::uint64_t seen);
    Task<Page<Id>> find_listed(Index index, std::string key, std::optional<Id> after, std::size_t limit);
    Task<std::vector<Ref>> set_right(std::vector<std::pair<Ref, Standing>> suspects, std::uint64_t seen);

    cadre::redis::Cluster& cluster_;
    const Layout layout_;
    const std::size_t rows_per_bucket_;
    const Clock& clock_;
    Random& random_;
    const std::string watched_;  // as the script `write` takes it
    KnownMonths months_;
    // What every hot read of a timeline asks for: those of one turn of the loop wait for one answer.
    Together<MonthOf, MonthVersion> month_versions_{[this](MonthOf of) { return read_month_version(of); }};
    Together<View, std::string> versions_{[this](View view) { return read_version(view); }};
    // What every request of a person asks for, believed for kFreshFor.
    Cache<Timed<std::shared_ptr<const Entry>>> people_{1 << 12};  // users, tokens, settings, albums, by entry's name
    Cache<Timed<Id>> tokens_{1 << 12};                            // by SHA-256 of the token, hex
    Cache<Timed<std::shared_ptr<const Session>>> sessions_{1 << 12};  // by SHA-256 of the cookie's value, hex
};

}  // namespace cadre::catalog::redis
