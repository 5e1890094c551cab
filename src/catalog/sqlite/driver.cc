#include "catalog/sqlite/driver.h"

#include <algorithm>

#include "catalog/sqlite/catalog.h"
#include "catalog/sqlite/entries.h"
#include "catalog/sqlite/leases.h"
#include "catalog/sqlite/sessions.h"
#include "catalog/sqlite/timelines.h"

namespace cadre::catalog::sqlite {
namespace {

Error incomplete() {
    Error error{Code::index_incomplete, "The library's index is being rebuilt. Try again in a moment."};
    error.retry_after = std::chrono::seconds(5);
    return error;
}

/// The readers may find damage first: then the writer stops too.
Rescue rescue_of_kept(const Readers& readers, const std::function<bool()>& make_room) {
    return {make_room, {}, readers.damage()};
}

/// What every request of a person asks for, and other processes may change.
bool is_cached(Kind kind) {
    return kind == Kind::user || kind == Kind::token || kind == Kind::settings || kind == Kind::album;
}

}  // namespace

Driver::Driver(Parts parts, const Clock& clock, Random& random)
    : clock_(clock),
      random_(random),
      declared_(parts.declared),
      kept_(std::move(parts.kept), rescue_of_kept(*parts.readers, parts.make_room)),
      passing_(std::move(parts.passing), {parts.make_room, std::move(parts.renew_passing), {}}),
      readers_(std::move(parts.readers)) {
    caches_.complete = parts.complete;
}

template <class Value>
bool Driver::fresh(const Timed<Value>& timed) const {
    return clock_.monotonic() - timed.read < kFreshFor;
}

// The mark is read in the same transaction as what it vouches for.
template <class Read>
auto Driver::when_complete(Read read) -> asio::awaitable<std::invoke_result_t<Read&, Connection&>> {
    using Outcome = std::invoke_result_t<Read&, Connection&>;
    auto work = [read = std::move(read)](Connection& db) mutable -> Outcome {
        if (!read_complete(db)) return fail(incomplete());
        return read(db);
    };
    co_return co_await readers_->run(std::move(work));
}

// ---- records
// ---------------------------------------------------------------------------------------------------------

Task<std::optional<Entry>> Driver::get(Ref ref) {
    const auto key = entry_key(ref);
    if (is_cached(ref.kind))
        if (const auto known = caches_.entries.get(key); known && fresh(*known)) co_return *known->value;
    const auto ticket = caches_.entries.ticket(key);
    const auto now = clock_.monotonic();
    auto read = [ref](Connection& db) -> Result<std::optional<Entry>> {
        TRY(auto entry, read_entry(db, ref));
        if (!entry && !read_complete(db)) return fail(incomplete());
        return entry;
    };
    CO_TRY(auto entry, co_await readers_->run(std::move(read)));
    if (entry && is_cached(ref.kind)) caches_.entries.fill(key, {std::make_shared<const Entry>(*entry), now}, ticket);
    co_return entry;
}

Task<std::vector<std::optional<Entry>>> Driver::get_many(Kind kind, std::vector<Id> ids) {
    auto read = [kind, ids = std::move(ids)](Connection& db) -> Result<std::vector<std::optional<Entry>>> {
        const bool complete = read_complete(db);
        std::vector<std::optional<Entry>> entries;
        entries.reserve(ids.size());
        for (const auto& id : ids) {
            TRY(auto entry, read_entry(db, {kind, id}));
            if (!entry && !complete) return fail(incomplete());
            entries.push_back(std::move(entry));
        }
        return entries;
    };
    co_return co_await readers_->run(std::move(read));
}

Task<Entry> Driver::apply(Ref ref, Truth truth) {
    auto write = [this, ref, truth = std::move(truth)](Transaction& transaction) {
        return apply_entry({transaction, caches_, declared_, random_}, ref, truth);
    };
    co_return co_await kept_.run(std::move(write));
}

Task<bool> Driver::replace(Ref ref, std::uint64_t expected, std::optional<Truth> truth) {
    auto write = [this, ref, expected, truth = std::move(truth)](Transaction& transaction) {
        return replace_entry({transaction, caches_, declared_, random_}, ref, expected, truth);
    };
    co_return co_await kept_.run(std::move(write));
}

Task<Page<Listed>> Driver::scan(Kind kind, std::string cursor, std::size_t limit) {
    auto read = [kind, cursor = std::move(cursor), limit](Connection& db) {
        return read_page(db, kind, cursor, limit);
    };
    co_return co_await readers_->run(std::move(read));
}

std::optional<Id> Driver::known(Index index, std::string_view key) {
    if (!caches_.complete.load(std::memory_order_acquire)) return std::nullopt;
    if (index == Index::photo_by_key) return caches_.media.get(key);
    if (index == Index::token_by_hash)
        if (const auto known = caches_.tokens.get(key); known && fresh(*known)) return known->value;
    return std::nullopt;
}

Task<std::vector<std::optional<Id>>> Driver::find(Index index, std::vector<std::string> keys) {
    std::vector<std::optional<Id>> ids;
    ids.reserve(keys.size());
    for (const auto& key : keys)
        if (ids.emplace_back(known(index, key)); !ids.back()) break;
    if (ids.size() == keys.size() && (ids.empty() ? caches_.complete.load() : ids.back().has_value())) co_return ids;

    std::vector<std::uint64_t> tickets;
    for (const auto& key : keys)
        tickets.push_back(index == Index::photo_by_key ? caches_.media.ticket(key) : caches_.tokens.ticket(key));
    const auto now = clock_.monotonic();
    auto read = [index, &keys](Connection& db) -> Result<std::vector<std::optional<Id>>> {
        std::vector<std::optional<Id>> found;
        found.reserve(keys.size());
        for (const auto& key : keys) found.push_back(read_lookup(db, index, key));
        return found;
    };
    CO_TRY(ids, co_await when_complete(std::move(read)));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!ids[i]) continue;
        if (index == Index::photo_by_key) caches_.media.fill(keys[i], *ids[i], tickets[i]);
        if (index == Index::token_by_hash) caches_.tokens.fill(keys[i], {*ids[i], now}, tickets[i]);
    }
    co_return ids;
}

Task<Page<Id>> Driver::find_all(Index index, std::string key, std::string cursor, std::size_t limit) {
    auto read = [index, key = std::move(key), cursor = std::move(cursor), limit](Connection& db) {
        return read_lookups(db, index, key, cursor, limit);
    };
    co_return co_await when_complete(std::move(read));
}

// ---- timelines
// -------------------------------------------------------------------------------------------------------

Task<std::string> Driver::version(View view) {
    const auto key = view_key(view);
    if (caches_.complete.load(std::memory_order_acquire))
        if (const auto known = caches_.scopes.get(key)) co_return version_text(*known);
    const auto ticket = caches_.scopes.ticket(key);
    auto read = [view](Connection& db) -> Result<std::uint64_t> { return read_digest(db, view); };
    CO_TRY(const auto digest, co_await when_complete(std::move(read)));
    caches_.scopes.fill(key, digest, ticket);
    co_return version_text(digest);
}

Task<Timeline> Driver::timeline(View view) {
    auto read = [view](Connection& db) -> Result<Timeline> { return read_timeline(db, view); };
    co_return co_await when_complete(std::move(read));
}

Task<std::vector<Summary>> Driver::summaries(std::vector<View> views) {
    auto read = [views = std::move(views)](Connection& db) -> Result<std::vector<Summary>> {
        std::vector<Summary> all;
        all.reserve(views.size());
        for (const auto& view : views) all.push_back(read_summary(db, view));
        return all;
    };
    co_return co_await when_complete(std::move(read));
}

Task<MonthVersion> Driver::month_version(View view, Month month) {
    const auto key = month_key(view, month);
    if (caches_.complete.load(std::memory_order_acquire))
        if (auto known = caches_.months.get(key)) co_return std::move(*known);
    const auto ticket = caches_.months.ticket(key);
    auto read = [view, month](Connection& db) -> Result<MonthVersion> { return read_month_version(db, view, month); };
    CO_TRY(auto version, co_await when_complete(std::move(read)));
    caches_.months.fill(key, version, ticket);
    co_return version;
}

Task<MonthRows> Driver::month(View view, Month month, std::uint32_t offset, std::uint32_t limit) {
    auto read = [view, month, offset, limit](Connection& db) -> Result<MonthRows> {
        return read_month(db, view, month, offset, limit);
    };
    co_return co_await when_complete(std::move(read));
}

Task<std::vector<Row>> Driver::newest(View view, std::optional<Place> after, std::uint32_t limit) {
    auto read = [view, after, limit](Connection& db) -> Result<std::vector<Row>> {
        return read_newest(db, view, after, limit);
    };
    co_return co_await when_complete(std::move(read));
}

Task<Page<Word>> Driver::words(Family family, Id person, std::string after, std::size_t limit) {
    auto read = [family, person, after = std::move(after), limit](Connection& db) -> Result<Page<Word>> {
        return read_words(db, family, person, after, limit);
    };
    co_return co_await when_complete(std::move(read));
}

// ---- writers
// ---------------------------------------------------------------------------------------------------------

Task<Lease> Driver::lease(std::string name, Millis ttl) {
    // The holder's time runs from before the request, the store's from when it is written: the holder's ends first.
    Lease lease{std::move(name), random_.token(16), clock_.monotonic() + ttl};
    auto write = [this, lease, ttl](Transaction& transaction) {
        return take_lease(transaction.db, lease.name, lease.token, clock_.monotonic(), ttl);
    };
    CO_CHECK(co_await passing_.run(std::move(write)));
    co_return lease;
}

Task<Lease> Driver::renew(Lease lease, Millis ttl) {
    lease.until = clock_.monotonic() + ttl;
    auto write = [this, lease, ttl](Transaction& transaction) {
        return prolong_lease(transaction.db, lease.name, lease.token, clock_.monotonic(), ttl);
    };
    CO_CHECK(co_await passing_.run(std::move(write)));
    co_return lease;
}

Task<void> Driver::release(Lease lease) {
    auto write = [lease = std::move(lease)](Transaction& transaction) -> Result<void> {
        drop_lease(transaction.db, lease.name, lease.token);
        return {};
    };
    co_return co_await passing_.run(std::move(write));
}

Task<void> Driver::intend(Ref ref) {
    auto write = [ref](Transaction& transaction) -> Result<void> {
        write_intention(transaction.db, ref);
        return {};
    };
    co_return co_await passing_.run(std::move(write));
}

Task<void> Driver::settle(Ref ref) {
    auto write = [ref](Transaction& transaction) -> Result<void> {
        drop_intention(transaction.db, ref);
        return {};
    };
    co_return co_await passing_.run(std::move(write));
}

Task<std::vector<Ref>> Driver::unsettled() {
    auto read = [](Transaction& transaction) -> Result<std::vector<Ref>> { return read_intentions(transaction.db); };
    co_return co_await passing_.run(std::move(read));
}

// ---- sessions, counters, words that are said once
// ----------------------------------------------------------------------

Task<void> Driver::put_session(Session session) {
    auto write = [this, session = std::move(session)](Transaction& transaction) -> Result<void> {
        write_session(transaction.db, session, clock_.now());
        transaction.after_commit([this, hash = session.hash] { caches_.sessions.erase(hash); });
        return {};
    };
    co_return co_await kept_.run(std::move(write));
}

Task<std::optional<Session>> Driver::get_session(std::string hash) {
    const auto living = [this](const Session& session) {
        return session.expires > clock_.now() ? std::optional(session) : std::nullopt;
    };
    if (const auto known = caches_.sessions.get(hash); known && fresh(*known)) co_return living(*known->value);
    const auto ticket = caches_.sessions.ticket(hash);
    const auto now = clock_.monotonic();
    auto read = [hash](Connection& db) -> Result<std::optional<Session>> { return read_session(db, hash); };
    CO_TRY(const auto session, co_await readers_->run(std::move(read)));
    if (!session) co_return std::nullopt;
    caches_.sessions.fill(hash, {std::make_shared<const Session>(*session), now}, ticket);
    co_return living(*session);
}

Task<void> Driver::remove_session(std::string hash) {
    auto write = [this, hash = std::move(hash)](Transaction& transaction) -> Result<void> {
        drop_session(transaction.db, hash);
        transaction.after_commit([this, hash] { caches_.sessions.erase(hash); });
        return {};
    };
    co_return co_await kept_.run(std::move(write));
}

Task<std::vector<Session>> Driver::sessions_of(Id user) {
    auto read = [user, now = clock_.now()](Connection& db) -> Result<std::vector<Session>> {
        return read_sessions_of(db, user, now);
    };
    co_return co_await readers_->run(std::move(read));
}

Task<Counted> Driver::count(std::string name, Millis window, std::int64_t most) {
    auto write = [this, name = std::move(name), window, most](Transaction& transaction) -> Result<Counted> {
        return count_one(transaction.db, name, clock_.monotonic(), window, most);
    };
    co_return co_await passing_.run(std::move(write));
}

Task<void> Driver::uncount(std::string name) {
    auto write = [name = std::move(name)](Transaction& transaction) -> Result<void> {
        count_back(transaction.db, name);
        return {};
    };
    co_return co_await passing_.run(std::move(write));
}

Task<void> Driver::see(std::string owner, std::string item, std::size_t most) {
    auto write = [this, owner = std::move(owner), item = std::move(item),
                  most](Transaction& transaction) -> Result<void> {
        write_seen(transaction.db, owner, item, clock_.now(), most);
        return {};
    };
    co_return co_await passing_.run(std::move(write));
}

Task<std::vector<Seen>> Driver::seen(std::string owner) {
    auto read = [this, owner = std::move(owner)](Transaction& transaction) -> Result<std::vector<Seen>> {
        return read_seen(transaction.db, owner, clock_.now());
    };
    co_return co_await passing_.run(std::move(read));
}

Task<void> Driver::post(std::string board, std::string item, std::string text, Millis ttl, std::size_t most) {
    auto write = [this, board = std::move(board), item = std::move(item), text = std::move(text), ttl,
                  most](Transaction& transaction) -> Result<void> {
        write_posted(transaction.db, board, item, text, clock_.monotonic(), ttl, most);
        return {};
    };
    co_return co_await passing_.run(std::move(write));
}

Task<std::vector<Posted>> Driver::posted(std::string board) {
    auto read = [this, board = std::move(board)](Transaction& transaction) -> Result<std::vector<Posted>> {
        return read_posted(transaction.db, board, clock_.monotonic());
    };
    co_return co_await passing_.run(std::move(read));
}

Task<std::string> Driver::keep(std::string name, std::string value) {
    auto write = [name = std::move(name), value = std::move(value)](Transaction& transaction) -> Result<std::string> {
        return keep_word(transaction.db, name, value);
    };
    co_return co_await kept_.run(std::move(write));
}

// ---- completeness
// ----------------------------------------------------------------------------------------------------

Task<bool> Driver::complete() {
    auto read = [](Connection& db) -> Result<bool> { return read_complete(db); };
    co_return co_await readers_->run(std::move(read));
}

Task<std::string> Driver::begin_rebuild(bool everything) {
    auto write = [this, everything](Transaction& transaction) -> Result<std::string> {
        if (!everything && read_complete(transaction.db)) return std::string();
        if (auto others = read_rebuild(transaction.db); !everything && !others.empty()) return others;
        auto mark = std::to_string(random_.next_u64() >> 1);
        write_complete(transaction.db, false);
        write_rebuild(transaction.db, mark);
        transaction.after_commit([this] { caches_.complete = false; });
        return mark;
    };
    co_return co_await kept_.run(std::move(write));
}

Task<void> Driver::end_rebuild(std::string mark) {
    auto write = [this, mark = std::move(mark)](Transaction& transaction) -> Result<void> {
        if (read_rebuild(transaction.db) != mark) return {};
        write_complete(transaction.db, true);
        transaction.after_commit([this] { caches_.complete = true; });
        return {};
    };
    co_return co_await kept_.run(std::move(write));
}

Task<Page<Ref>> Driver::audit(std::string, std::size_t) { co_return Page<Ref>(); }

Task<void> Driver::check() {
    // catalog.db can be locked for a write; volatile.db, beside it, takes one without waiting for the disk. A full disk
    // is no reason to send people elsewhere: reading and deleting go on.
    auto lock = [](Transaction&) -> Result<void> { return {}; };
    if (readers_->damage()->found()) co_return fail(Damage::error());
    CO_CHECK(co_await kept_.run(std::move(lock)));
    auto write = [this](Transaction& transaction) -> Result<void> {
        touch(transaction.db, clock_.monotonic());
        return {};
    };
    auto touched = co_await passing_.run(std::move(write));
    if (!touched && touched.error().kind != ErrorKind::no_space) co_return touched;
    co_return Result<void>();
}

}  // namespace cadre::catalog::sqlite
