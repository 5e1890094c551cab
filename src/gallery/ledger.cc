#include "gallery/ledger.h"

#include <algorithm>
#include <limits>

#include "base/concurrently.h"
#include "base/log.h"
#include "gallery/bounds.h"
#include "gallery/gallery.h"

namespace cadre::gallery {
namespace {

using catalog::Entry;
using catalog::Record;
using catalog::Ref;
using catalog::Stamp;
using catalog::Truth;

constexpr Millis kLeaseFor{4000};
constexpr int kLeaseTries = 40;
constexpr Millis kLeasePause{50};
constexpr int kReadTries = 8;
constexpr std::size_t kReadAtOnce = 8;  // objects of one record
constexpr std::size_t kFactsPage = 1000;
/// Longer than any listing can last: nobody who listed a covered object is still about to read it.
constexpr std::chrono::minutes kTidyAfter{1};

std::string facts_key(const Ref& ref, const Stamp& stamp) {
    return Ledger::prefix(ref) + "f/" + stamp.text() + ".json";
}
std::string derived_key(const Ref& ref, const Stamp& stamp) {
    return Ledger::prefix(ref) + "d/" + stamp.text() + ".json";
}
std::string tomb_key(const Ref& ref) { return Ledger::prefix(ref) + "tomb"; }

tl::unexpected<Error> may_have_happened(const Error& cause) {
    Error error{Code::change_uncertain,
                "The change could not be confirmed. It may yet take effect; look again in a moment.",
                cause.detail.empty() ? cause.message : cause.detail};
    error.retry_after = std::chrono::seconds(2);
    return fail(std::move(error));
}

tl::unexpected<Error> unreadable(std::string detail) {
    return fail(Code::record_unreadable,
                "What is stored of this cannot be read, so it cannot be changed. It can be deleted for good; `cadre "
                "verify` says what is wrong with it.",
                std::move(detail));
}

/// Of a get: the object is there, and will not be readable the next time either.
bool is_damaged(const Error& error) {
    return error.kind == ErrorKind::too_large || error.kind == ErrorKind::unprocessable;
}

tl::unexpected<Error> gone() { return fail(ErrorKind::not_found, "There is nothing here. It may have been deleted."); }

/// Whether an error says for certain that nothing was written, now or later.
bool is_definite(const Error& error) { return error.kind != ErrorKind::unavailable; }

}  // namespace

bool is_unreadable(const Error& error) { return error.kind == ErrorKind::unprocessable; }

std::string text_of(const Ref& ref) { return std::string(catalog::folder_of(ref.kind)) + "/" + ref.id.text(); }

std::optional<Ref> parse_ref(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto kind = catalog::kind_of(text.substr(0, slash));
    const auto id = parse_id(text.substr(slash + 1));
    if (!kind || !id) return std::nullopt;
    return Ref{*kind, *id};
}

std::string Ledger::prefix(const Ref& ref) { return text_of(ref) + "/"; }

Stamp Ledger::stamp_after(const Record& joined) {
    const auto now = clock_.now().time_since_epoch().count();
    const auto newest = joined.newest();
    if (newest.n == std::numeric_limits<std::int64_t>::max()) return {newest.n, newest.nonce + 1};
    return {std::max<std::int64_t>(newest.n + 1, now), random_.next_u64()};
}

Task<Listed> Ledger::read(Ref ref) {
    std::string missing;
    int same = 0;  // attempts that missed this one
    for (int attempt = 0; attempt < kReadTries; ++attempt) {
        CO_TRY(auto got, co_await read_once(ref));
        if (got.listed) co_return std::move(*got.listed);
        same = got.missing == missing ? same + 1 : 1;
        missing = std::move(got.missing);
    }
    if (same == kReadTries) co_return unreadable(missing + ": it is listed, but not there.");
    co_return fail(Code::busy, "This is changing too fast to be read. Try again in a moment.");
}

Listed Ledger::sort(const Ref& ref, const std::vector<blobs::Item>& items) {
    const auto base = prefix(ref).size();
    Listed listed;
    for (const auto& item : items) {
        const std::string_view rest = std::string_view(item.key).substr(base);
        listed.newest = std::max(listed.newest, item.modified);
        if (rest == "tomb")
            listed.truth.purged = true;
        else if (rest.starts_with("f/"))
            listed.facts.push_back(item.key);
        else if (rest.starts_with("d/"))
            listed.derived.push_back(item.key);
        else
            listed.others.push_back(item.key);
    }
    return listed;
}

bool Ledger::agrees(const Ref& ref, const Listed& shown, const std::optional<Entry>& entry) {
    if (!entry) return false;
    if (shown.truth.purged) return entry->truth.purged && shown.only_tomb();
    if (entry->truth.purged || shown.facts.size() != 1 || shown.derived.size() > 1) return false;
    if (shown.facts[0] != facts_key(ref, entry->truth.facts.newest())) return false;
    if (shown.derived.empty()) return entry->truth.derived.fields.empty();
    return shown.derived[0] == derived_key(ref, entry->truth.derived.newest());
}

Task<Listed> Ledger::read(Ref ref, std::vector<blobs::Item> items) {
    auto shown = sort(ref, items);
    CO_TRY(auto got, co_await read_shown(std::move(shown)));
    if (got.listed) co_return std::move(*got.listed);
    co_return co_await read(ref);
}

Task<Ledger::Read> Ledger::read_once(Ref ref) {
    std::vector<blobs::Item> items;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await blobs_.list(prefix(ref), cursor, kFactsPage));
        std::move(page.items.begin(), page.items.end(), std::back_inserter(items));
        cursor = std::move(page.next);
    } while (!cursor.empty());
    auto shown = sort(ref, items);
    co_return co_await read_shown(std::move(shown));
}

Task<Ledger::Read> Ledger::read_shown(Listed listed) {
    Read read;
    if (listed.truth.purged) {  // beats all: the rest need not be read
        read.listed = std::move(listed);
        co_return read;
    }
    // Some at once: where the store is slow, one after the other would outlast the lease of an edit. Each is joined as
    // it comes, so that no more of them are held.
    std::vector<std::string> keys = listed.facts;
    keys.insert(keys.end(), listed.derived.begin(), listed.derived.end());
    std::optional<Error> failure;
    const std::function<asio::awaitable<void>(std::size_t)> get = [&](std::size_t i) -> asio::awaitable<void> {
        if (failure || !read.missing.empty()) co_return;
        const bool derived = i >= listed.facts.size();
        const auto text = co_await blobs_.get(keys[i]);
        if (!text && text.error().kind == ErrorKind::not_found) {
            read.missing = keys[i];
            co_return;
        }
        Result<Record> record = fail(ErrorKind::invalid, "");
        if (text)
            record = catalog::decode(*text);
        else
            record = fail(text.error());
        if (record) {
            catalog::join(derived ? listed.truth.derived : listed.truth.facts, *record);
        } else if (!text && !is_damaged(text.error())) {
            failure = text.error();
        } else if (!derived) {
            // Derived facts can be made again; decisions cannot, and a join without them would lose some.
            failure = unreadable(keys[i] + ": " + record.error().message).value();
        }
    };
    co_await concurrently(keys.size(), kReadAtOnce, get);
    if (failure) co_return fail(std::move(*failure));
    if (read.missing.empty()) read.listed = std::move(listed);
    co_return read;
}

Task<std::vector<std::string>> Ledger::keys_of(Ref ref) {
    std::vector<std::string> keys;
    std::string cursor;
    do {
        CO_TRY(const auto page, co_await blobs_.list(prefix(ref), cursor, kFactsPage));
        for (const auto& item : page.items) keys.push_back(item.key);
        cursor = page.next;
    } while (!cursor.empty());
    co_return keys;
}

Task<catalog::Lease> Ledger::lease(Ref ref) {
    const std::string name = text_of(ref);
    for (int attempt = 1;; ++attempt) {
        auto lease = co_await catalog_.lease(name, kLeaseFor);
        if (lease || lease.error().kind != ErrorKind::conflict) co_return lease;
        if (attempt == kLeaseTries) {
            Error busy{Code::busy, "Somebody else is changing this. Try again in a moment."};
            busy.retry_after = std::chrono::seconds(1);
            co_return fail(std::move(busy));
        }
        co_await sleep_(kLeasePause);
    }
}

/// Both take a wait of the catalog's, at the same time.
Task<catalog::Lease> Ledger::lease_unless(Ref ref, Early early) {
    if (!early) co_return co_await lease(ref);
    std::optional<Result<catalog::Lease>> held;
    Result<void> wanted;
    const std::function<asio::awaitable<void>(std::size_t)> one = [&](std::size_t which) -> asio::awaitable<void> {
        if (which == 0) {
            held = co_await catalog_.lease(text_of(ref), kLeaseFor);
        } else {
            wanted = co_await early();
        }
    };
    co_await concurrently(2, 2, one);
    if (!wanted) {
        if (*held) co_await aside_(release(std::move(**held)));
        co_return fail(std::move(wanted).error());
    }
    if (*held || held->error().kind != ErrorKind::conflict) co_return std::move(*held);
    co_return co_await lease(ref);
}

/// One that cannot be released ends by itself.
asio::awaitable<void> Ledger::release(catalog::Lease lease) { (void)co_await catalog_.release(std::move(lease)); }

Task<Entry> Ledger::create(Ref ref, Changes facts, std::vector<blobs::Put> first) {
    const Stamp stamp = stamp_after({});
    Record record;
    for (auto& [name, value] : facts) record.set(name, std::move(value), stamp);

    std::vector<std::string> keys;
    std::vector<blobs::Put> puts = std::move(first);
    puts.push_back({facts_key(ref, stamp), catalog::encode(record)});
    for (const auto& put : puts) keys.push_back(put.key);

    CO_CHECK(co_await catalog_.intend(ref));
    auto stored = co_await blobs_.put(std::move(puts));
    if (!stored) {
        // What may still land is left alone: facts that land late must not find their original gone.
        if (!is_definite(stored.error())) {
            co_await ask_for_repair(ref);
            co_return may_have_happened(stored.error());
        }
        auto undone = co_await blobs_.remove(std::move(keys));
        if (undone) undone = co_await catalog_.settle(ref);
        co_return fail(std::move(stored).error());
    }
    Truth truth;
    truth.facts = std::move(record);
    auto entry = co_await catalog_.apply(ref, std::move(truth));
    if (!entry) {
        co_await ask_for_repair(ref);
        co_return may_have_happened(entry.error());
    }
    CO_CHECK(co_await catalog_.settle(ref));
    if (entry->truth.purged) co_return gone();  // it took days, and repair has buried what was there
    co_return std::move(*entry);
}

/// Puts the whole join under `stamp` and tells the catalog. With a lease, an answer after its end is no promise.
Task<Entry> Ledger::put_join(Ref ref, std::string_view folder, Record whole, Stamp stamp,
                             std::optional<MonotonicTime> until) {
    const std::string key = prefix(ref) + std::string(folder) + stamp.text() + ".json";
    std::vector<blobs::Put> puts;
    puts.push_back({key, catalog::encode(whole)});
    auto stored = co_await blobs_.put(std::move(puts));
    if (!stored) {
        if (is_definite(stored.error())) co_return fail(std::move(stored).error());
        co_await ask_for_repair(ref);
        co_return may_have_happened(stored.error());
    }
    if (until && clock_.monotonic() >= *until) {
        co_await ask_for_repair(ref);
        co_return may_have_happened({ErrorKind::unavailable, "The lease ended before the put was acknowledged."});
    }
    Truth truth;
    (folder == "d/" ? truth.derived : truth.facts) = std::move(whole);
    auto entry = co_await catalog_.apply(ref, std::move(truth));
    if (!entry) {
        co_await ask_for_repair(ref);
        co_return may_have_happened(entry.error());
    }
    co_return std::move(*entry);
}

Task<Changed> Ledger::edit(Ref ref, Decide decide, Early early, Early late) {
    CO_TRY(auto held, co_await lease_unless(ref, std::move(early)));
    if (late) {
        auto still = co_await late();
        if (!still) {
            co_await aside_(release(std::move(held)));
            co_return fail(std::move(still).error());
        }
    }
    auto changed = co_await edit_leased(ref, std::move(decide), held.until);
    co_await aside_(release(std::move(held)));
    co_return changed;
}

Task<Changed> Ledger::edit_leased(Ref ref, Decide decide, MonotonicTime until) {
    CO_TRY(auto listed, co_await read(ref));
    if (!listed.alive()) co_return gone();
    CO_TRY(auto changes, decide(listed.truth));
    Changed changed{listed.truth, listed.truth};
    if (changes.empty()) co_return changed;

    const Stamp stamp = stamp_after(listed.truth.facts);
    Record whole = listed.truth.facts;
    for (auto& [name, value] : changes) whole.set(name, std::move(value), stamp);
    const auto is_old = [this](const Stamp& of) { return age_(WallTime(Millis(of.n))) >= kRemovedFor; };
    std::vector<std::string> forgotten;
    if (listed.facts.size() == 1) forgotten = forget_removed(whole, is_old);
    CO_CHECK(check_growth(listed.truth.facts, whole));
    CO_CHECK(co_await catalog_.intend(ref));
    CO_TRY(auto entry, co_await put_join(ref, "f/", std::move(whole), stamp, until));
    if (!forgotten.empty()) {
        CO_TRY(entry.truth, co_await forget(ref, std::move(entry), std::move(forgotten)));
    }
    CO_CHECK(co_await catalog_.settle(ref));
    if (entry.truth.purged) co_return gone();
    // Exactly what this put has joined, and nothing that another one covers.
    CO_CHECK(co_await tidy(std::move(listed.facts), text_of(ref) + " " + stamp.text()));
    changed.after = std::move(entry.truth);
    co_return changed;
}

/// The catalog has joined what was put, and still knows what that has forgotten. What it knows is returned.
Task<Truth> Ledger::forget(Ref ref, Entry entry, std::vector<std::string> forgotten) {
    if (entry.truth.purged) co_return std::move(entry.truth);
    for (const auto& name : forgotten) entry.truth.facts.fields.erase(name);
    CO_TRY(const bool set, co_await catalog_.replace(ref, entry.version, entry.truth));
    if (!set) co_await ask_for_repair(ref);  // somebody wrote meanwhile; until then it knows something harmless
    co_return std::move(entry.truth);
}

Task<Entry> Ledger::derive(Ref ref, Changes derived) {
    CO_TRY(auto listed, co_await read(ref));
    if (!listed.alive()) co_return gone();
    const Stamp stamp = stamp_after(listed.truth.derived);
    Record whole = std::move(listed.truth.derived);
    for (auto& [name, value] : derived) whole.set(name, std::move(value), stamp);
    CO_TRY(auto entry, co_await put_join(ref, "d/", std::move(whole), stamp, std::nullopt));
    // A tomb that came meanwhile may have listed before this was put.
    if (entry.truth.purged) {
        CO_CHECK(co_await bury(ref));
        co_return gone();
    }
    CO_CHECK(co_await tidy(std::move(listed.derived), text_of(ref) + " " + stamp.text()));
    co_return entry;
}

Task<Truth> Ledger::purge(Ref ref, Allow allow, Unread unread) {
    CO_TRY(auto held, co_await lease(ref));
    auto purged = co_await purge_leased(ref, std::move(allow), unread, held.until);
    co_await aside_(release(std::move(held)));
    co_return purged;
}

/// Nothing where the catalog has no entry, or one of what was purged.
Task<Truth> Ledger::last_known(Ref ref) {
    CO_TRY(auto entry, co_await entry_of(ref));
    if (!entry || entry->truth.purged) co_return Truth();
    co_return std::move(entry->truth);
}

Task<Truth> Ledger::purge_leased(Ref ref, Allow allow, Unread unread, MonotonicTime until) {
    auto listed = co_await read(ref);
    if (listed && !listed->alive()) co_return gone();
    Truth was;
    if (listed) {
        was = std::move(listed->truth);
    } else if (unread == Unread::by_entry && is_unreadable(listed.error())) {
        CO_TRY(was, co_await last_known(ref));
    } else {
        co_return fail(std::move(listed).error());
    }
    CO_CHECK(allow(was));
    if (clock_.monotonic() >= until)
        co_return fail(Code::busy, "The server is too slow at the moment. Nothing was deleted; try again.");
    CO_CHECK(co_await catalog_.intend(ref));
    auto buried = co_await bury(ref);
    if (!buried) {
        co_await ask_for_repair(ref);
        co_return may_have_happened(buried.error());
    }
    CO_CHECK(co_await catalog_.settle(ref));
    co_return was;
}

/// The tomb first, then the catalog, then everything else goes: whoever sees the tomb finishes this.
Task<void> Ledger::bury(Ref ref) {
    const auto now = clock_.now().time_since_epoch().count();
    std::vector<blobs::Put> tomb;
    tomb.push_back({tomb_key(ref), json::serialize(json::object{{"schema", catalog::kSchema}, {"purged_at", now}})});
    CO_CHECK(co_await blobs_.put(std::move(tomb)));
    Truth purged;
    purged.purged = true;
    auto applied = co_await catalog_.apply(ref, purged);
    const bool full = !applied && applied.error().kind == ErrorKind::no_space;
    if (!applied && !full) co_return fail(std::move(applied).error());
    CO_TRY(auto keys, co_await keys_of(ref));
    std::erase(keys, tomb_key(ref));
    CO_CHECK(co_await blobs_.remove(std::move(keys)));
    // The tomb stands: on a disk that is full, what goes makes the room that the catalog needs.
    if (full) CO_CHECK(co_await catalog_.apply(ref, std::move(purged)));
    co_return Result<void>();
}

Task<void> Ledger::tidy(std::vector<std::string> keys, std::string subject) {
    if (keys.empty()) co_return Result<void>();
    if (blobs_.traits().atomic_listing) co_return co_await blobs_.remove(std::move(keys));
    jobs::Job job{job::kTidy, std::move(subject), {}, clock_.now() + kTidyAfter};
    json::array list;
    for (auto& key : keys) list.emplace_back(std::move(key));
    job.payload["keys"] = std::move(list);
    co_await aside_(queue(std::move(job)));
    co_return Result<void>();
}

/// A full queue leaves covered objects behind: the next write joins them again and lets them go.
asio::awaitable<void> Ledger::queue(jobs::Job job) { (void)co_await jobs_.push(std::move(job)); }

asio::awaitable<void> Ledger::ask_for_repair(Ref ref) {
    auto asked = co_await jobs_.push(jobs::make_job(job::kRepair, text_of(ref)));
    if (!asked) log::warn("a repair could not be queued", {{"ref", text_of(ref)}, {"why", asked.error().message}});
}

/// Nothing also where the catalog is not complete and has none: whoever goes on has replace() compare.
Task<std::optional<Entry>> Ledger::entry_of(Ref ref) {
    auto entry = co_await catalog_.get(ref);
    if (!entry && entry.error().kind == ErrorKind::unavailable) {
        CO_TRY(const bool complete, co_await catalog_.complete());
        if (!complete) co_return std::optional<Entry>();
    }
    co_return entry;
}

Task<Repaired> Ledger::repair(Ref ref) {
    // The entry is read before the listing: a change between the two is then seen as a newer version.
    CO_TRY(auto entry, co_await entry_of(ref));
    CO_TRY(auto listed, co_await read(ref));
    auto repaired = co_await repair_from(ref, std::move(entry), std::move(listed));
    if (repaired && *repaired != Repaired::contended && *repaired != Repaired::waiting)
        CO_CHECK(co_await catalog_.settle(ref));
    co_return repaired;
}

Task<Repaired> Ledger::repair_from(Ref ref, std::optional<Entry> entry, Listed listed) {
    const auto version = entry ? entry->version : 0;
    if (listed.truth.purged && !(listed.only_tomb() && entry && entry->truth.purged)) {
        CO_CHECK(co_await bury(ref));
        co_return Repaired::mended;
    }
    if (listed.truth.purged || listed.alive()) {
        const bool equal = entry && entry->truth == listed.truth;
        CO_TRY(const bool set, co_await catalog_.replace(ref, version, std::move(listed.truth)));
        if (!set) co_return Repaired::contended;
        co_return equal ? Repaired::fine : Repaired::mended;
    }
    if (!listed.empty()) {  // an original, or derived facts, without facts
        if (age_(listed.newest) < kUnfinishedFor) co_return Repaired::waiting;
        // The listing may be older than that moment: facts that came since would be buried.
        CO_TRY(const auto again, co_await read(ref));
        if (again.alive()) co_return Repaired::contended;
        CO_CHECK(co_await bury(ref));
        co_return Repaired::mended;
    }
    if (!entry) co_return Repaired::fine;
    CO_TRY(const bool gone, co_await catalog_.replace(ref, version, std::nullopt));
    co_return gone ? Repaired::removed : Repaired::contended;
}

Task<Repaired> Ledger::index(Ref ref, std::vector<blobs::Item> items) {
    auto shown = sort(ref, items);
    if (!shown.alive() && !(shown.truth.purged && shown.only_tomb())) co_return co_await repair(ref);
    CO_TRY(auto got, co_await read_shown(std::move(shown)));
    if (!got.listed) co_return co_await repair(ref);
    CO_TRY(const auto before, co_await entry_of(ref));
    const Truth truth = got.listed->truth;
    CO_TRY(const auto after, co_await catalog_.apply(ref, std::move(got.listed->truth)));
    if (after.truth != truth) co_return co_await repair(ref);
    co_return before && before->truth == truth ? Repaired::fine : Repaired::mended;
}

Task<bool> Ledger::expire_tomb(Ref ref) {
    CO_TRY(const auto entry, co_await entry_of(ref));
    CO_TRY(const auto listed, co_await read(ref));
    if (!listed.truth.purged || !listed.only_tomb() || age_(listed.newest) < kTombFor) co_return false;
    // The tomb first: an entry without one is let go by repair, a tomb without an entry would be put again.
    std::vector<std::string> tomb{tomb_key(ref)};
    CO_CHECK(co_await blobs_.remove(std::move(tomb)));
    if (entry) CO_CHECK(co_await catalog_.replace(ref, entry->version, std::nullopt));
    co_return true;
}

Task<void> Ledger::undo_unfinished(Ref ref) {
    CO_TRY(auto listed, co_await read(ref));
    if (listed.alive() || listed.truth.purged) co_return Result<void>();
    CO_TRY(auto keys, co_await keys_of(ref));
    CO_CHECK(co_await blobs_.remove(std::move(keys)));
    co_return co_await catalog_.settle(ref);
}

}  // namespace cadre::gallery
