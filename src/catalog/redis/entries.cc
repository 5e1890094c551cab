// Entries and look-ups: reading them, and the two waits of a write.
#include <algorithm>
#include <map>

#include "base/number.h"
#include "catalog/redis/driver.h"
#include "catalog/redis/scripts.h"

namespace cadre::catalog::redis {
namespace {

using cadre::redis::Repeat;
using cadre::redis::Reply;
using cadre::redis::ScriptCall;

constexpr int kTellTries = 4;
constexpr std::size_t kMostPartitionsAtOnce = 32;

std::uint64_t number_from(std::string_view text) { return parse_number<std::uint64_t>(text).value_or(0); }

/// What every request of a person asks for.
bool is_cached(Kind kind) {
    return kind == Kind::user || kind == Kind::token || kind == Kind::settings || kind == Kind::album;
}

/// A walk over the buckets of a kind: where the next page begins.
struct ScanPosition {
    std::size_t partition = 0;
    std::size_t bucket = 0;
    std::string after;  // 16 bytes of an id, or "" at a bucket's beginning
};

}  // namespace

// ---- reading -------------------------------------------------------------------------------------------------------

Task<std::vector<Driver::Looked>> Driver::look(std::vector<Ref> refs) {
    std::map<std::size_t, std::vector<std::size_t>> of_partition;
    for (std::size_t i = 0; i < refs.size(); ++i) of_partition[Layout::partition_of(refs[i].id)].push_back(i);
    std::vector<ScriptCall> calls;
    for (const auto& [partition, places] : of_partition) {
        std::vector<std::string> keys{layout_.marker(partition)}, ids;
        for (const auto i : places) {
            keys.push_back(layout_.entries(refs[i]));
            ids.push_back(bytes_of(refs[i].id));
        }
        calls.push_back(safe_call(scripts().get, std::move(keys), std::move(ids)));
    }
    CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
    std::vector<Looked> looked(refs.size());
    std::size_t at = 0;
    for (const auto& [partition, places] : of_partition) {
        const auto& reply = replies[at++];
        if (!reply) co_return fail(reply.error());
        const auto& values = reply->array();
        for (std::size_t i = 0; i < places.size(); ++i) {
            auto& one = looked[places[i]];
            one.complete = values.at(0).integer() == 1;
            const auto& value = values.at(i + 1);
            if (value.is_nil()) continue;
            CO_TRY(one.stored, unpack_stored(value.text()));
        }
    }
    co_return looked;
}

Task<std::optional<Entry>> Driver::get(Ref ref) {
    const bool cached = is_cached(ref.kind);
    const auto key = cached ? layout_.entries(ref) + bytes_of(ref.id) : std::string();
    if (cached)
        if (const auto known = people_.get(key); known && fresh(*known)) co_return *known->value;
    const auto ticket = people_.ticket(key);
    const auto now = clock_.monotonic();
    std::vector<Id> ids{ref.id};
    CO_TRY(auto entries, co_await get_many(ref.kind, std::move(ids)));
    auto& entry = entries.front();
    if (cached && entry) people_.fill(key, {std::make_shared<const Entry>(*entry), now}, ticket);
    co_return std::move(entry);
}

Task<std::vector<std::optional<Entry>>> Driver::get_many(Kind kind, std::vector<Id> ids) {
    std::vector<Ref> refs;
    for (const auto& id : ids) refs.push_back({kind, id});
    CO_TRY(auto looked, co_await look(std::move(refs)));
    std::vector<std::optional<Entry>> entries;
    for (auto& one : looked) {
        if (!one.stored && !one.complete) co_return fail(incomplete());
        entries.emplace_back();
        if (one.stored) entries.back() = std::move(one.stored->entry);
    }
    co_return entries;
}

Task<Page<Listed>> Driver::scan(Kind kind, std::string cursor, std::size_t limit) {
    const auto wanted = std::clamp<std::size_t>(limit, 1, 10'000);
    ScanPosition position;
    if (!cursor.empty()) {
        const auto id = parse_id(cursor);
        if (!id) co_return fail(ErrorKind::invalid, "This cursor is none that a list gave.");
        position = {Layout::partition_of(*id), Layout::bucket_of({kind, *id}), bytes_of(*id)};
    }
    Page<Listed> page;
    // Kinds of which there are few lie in few of the partitions: ask more and more of them at once.
    for (std::size_t at_once = 1; position.partition < kPartitions;
         at_once = std::min(at_once * 2, kMostPartitionsAtOnce)) {
        std::vector<ScriptCall> calls;
        for (std::size_t i = 0; i < at_once && position.partition < kPartitions; ++i) {
            std::vector<std::string> keys{layout_.marker(position.partition)};
            std::vector<std::string> arguments{
                layout_.entries(position.partition, kind), std::to_string(Layout::buckets_of(kind)),
                std::to_string(position.bucket), position.after, std::to_string(wanted + 1 - page.items.size())};
            calls.push_back(safe_call(scripts().scan, std::move(keys), std::move(arguments)));
            position = {position.partition + 1, 0, ""};
        }
        CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
        for (const auto& reply : replies) {
            if (!reply) co_return fail(reply.error());
            const auto& values = reply->array();
            for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
                if (page.items.size() == wanted) {
                    page.next = page.items.back().id.text();
                    co_return page;
                }
                CO_TRY(auto stored, unpack_stored(values[i + 1].text()));
                page.items.push_back({id_of(values[i].text()), std::move(stored.entry)});
            }
        }
    }
    co_return page;
}

Task<Page<Id>> Driver::find_listed(Index index, std::string key, std::optional<Id> after, std::size_t limit) {
    const auto wanted = std::clamp<std::size_t>(limit, 1, 10'000);
    const auto digest = digest_of(index, key);
    std::vector<std::string> names{layout_.marker(Layout::partition_of_digest(digest)), layout_.lists(digest)};
    std::vector<std::string> arguments{digest, after ? bytes_of(*after) : std::string(), std::to_string(wanted + 1)};
    auto call = safe_call(scripts().listed, std::move(names), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    if (reply.is_nil()) co_return fail(incomplete());
    Page<Id> page;
    for (const auto& member : reply.array()) {
        if (page.items.size() == wanted) {
            page.next = page.items.back().text();
            break;
        }
        page.items.push_back(id_of(std::string_view(member.text()).substr(16, 16)));
    }
    co_return page;
}

Task<std::vector<std::optional<Id>>> Driver::find(Index index, std::vector<std::string> keys) {
    std::vector<std::optional<Id>> ids(keys.size());
    if (const auto* lookup = layout_.declared().find(index); lookup != nullptr && lookup->many && !keys.empty()) {
        for (std::size_t i = 0; i < keys.size(); ++i) {
            CO_TRY(const auto first, co_await find_listed(index, keys[i], std::nullopt, 1));
            if (!first.items.empty()) ids[i] = first.items.front();
        }
        co_return ids;
    }
    if (keys.empty()) {
        CO_TRY(const bool whole, co_await complete());
        if (!whole) co_return fail(incomplete());
        co_return ids;
    }
    if (index == Index::token_by_hash && keys.size() == 1)
        if (const auto known = tokens_.get(keys[0]); known && fresh(*known)) {
            ids[0] = known->value;
            co_return ids;
        }
    const auto ticket = tokens_.ticket(keys[0]);
    const auto now = clock_.monotonic();
    std::vector<ScriptCall> calls;
    for (const auto& key : keys) {
        const auto digest = digest_of(index, key);
        std::vector<std::string> names{layout_.marker(Layout::partition_of_digest(digest)), layout_.lookups(digest)};
        std::vector<std::string> arguments{digest};
        calls.push_back(safe_call(scripts().find, std::move(names), std::move(arguments)));
    }
    CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!replies[i]) co_return fail(replies[i].error());
        if (replies[i]->is_nil()) co_return fail(incomplete());
        const auto& value = replies[i]->array().at(0);
        if (value.is_nil()) continue;
        const std::string_view list = value.text();
        for (std::size_t at = 0; at + 24 <= list.size(); at += 24) {
            const auto id = id_of(list.substr(at, 16));
            if (!ids[i] || id < *ids[i]) ids[i] = id;
        }
    }
    if (index == Index::token_by_hash && keys.size() == 1 && ids[0]) tokens_.fill(keys[0], {*ids[0], now}, ticket);
    co_return ids;
}

Task<Page<Id>> Driver::find_all(Index index, std::string key, std::string cursor, std::size_t limit) {
    const auto after = parse_id(cursor);
    if (!cursor.empty() && !after) co_return fail(ErrorKind::invalid, "This cursor is none that a list gave.");
    if (const auto* lookup = layout_.declared().find(index); lookup != nullptr && lookup->many)
        co_return co_await find_listed(index, std::move(key), after, limit);
    const auto digest = digest_of(index, key);
    std::vector<std::string> names{layout_.marker(Layout::partition_of_digest(digest)), layout_.lookups(digest)};
    std::vector<std::string> arguments{digest};
    auto call = safe_call(scripts().find, std::move(names), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    if (reply.is_nil()) co_return fail(incomplete());
    const auto& value = reply.array().at(0);
    std::vector<Id> ids;
    const std::string_view list = value.is_nil() ? std::string_view() : std::string_view(value.text());
    for (std::size_t at = 0; at + 24 <= list.size(); at += 24) {
        const auto id = id_of(list.substr(at, 16));
        if (!after || *after < id) ids.push_back(id);
    }
    std::ranges::sort(ids);
    Page<Id> page;
    const bool more = ids.size() > limit;
    if (more) ids.resize(std::max<std::size_t>(limit, 1));
    if (more) page.next = ids.back().text();
    page.items = std::move(ids);
    co_return page;
}

// ---- writing -------------------------------------------------------------------------------------------------------

Task<Driver::Written> Driver::write(Ref ref, Mode mode, std::string truth, std::uint64_t version) {
    static constexpr const char* kNames[] = {"apply", "again", "replace", "remove"};
    std::vector<std::string> keys{layout_.marker(Layout::partition_of(ref.id)), layout_.entries(ref)};
    // A join may be done twice; what compares the version would refuse its own first try.
    const bool twice = mode == Mode::apply || mode == Mode::again;
    std::vector<std::string> arguments{bytes_of(ref.id), kNames[static_cast<int>(mode)], std::move(truth),
                                       std::to_string(version), watched_};
    auto call = safe_call(scripts().write, std::move(keys), std::move(arguments));
    if (!twice) call.repeat = Repeat::never;
    const auto outcome = co_await cluster_.run(std::move(call));
    if (is_cached(ref.kind)) people_.erase(layout_.entries(ref) + bytes_of(ref.id));
    if (!outcome) co_return fail(outcome.error());
    const auto& parts = outcome->array();
    if (parts.at(0).integer() < 0) co_return fail(incomplete());
    Written written;
    written.done = parts[0].integer() == 1;
    if (!parts.at(1).is_nil()) {
        CO_TRY(written.stored, unpack_stored(parts[1].text()));
    }
    written.version = number_from(parts.at(2).text());
    co_return written;
}

std::vector<ScriptCall> Driver::calls_of(const Ref& ref, const Truth& truth, std::uint64_t version,
                                         const Standing& formers) {
    auto calls = follow(layout_, ref, truth, version, formers, rows_per_bucket_);
    Standing now;
    now.add(layout_.declared(), ref, truth);
    for (const auto& [month, places] : now.rows) {
        if (months_.told(month)) continue;
        std::vector<std::string> keys{layout_.months(month.view)}, arguments{number_of(month.month)};
        calls.push_back(safe_call(scripts().add, std::move(keys), std::move(arguments)));
        if (month.view.word.empty()) continue;
        std::vector<std::string> lists{layout_.words({month.view.family, month.view.of})}, words{month.view.word};
        calls.push_back(safe_call(scripts().add_word, std::move(lists), std::move(words)));
    }
    return calls;
}

void Driver::forget_tokens(const Ref& ref, const Truth& truth) {
    for (const auto& [index, key] : layout_.declared().lookups_of(ref, truth))
        if (index == Index::token_by_hash) tokens_.erase(key);
}

Task<bool> Driver::tell(Ref ref, Stored stored, Standing further) {
    bool changed = false;
    std::string none;
    for (int attempt = 1; attempt <= kTellTries; ++attempt) {
        for (const auto& former : stored.formers) further.add(layout_.declared(), ref, former);
        auto calls = calls_of(ref, stored.entry.truth, stored.entry.version, further);
        if (calls.empty()) co_return changed;
        CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
        forget_tokens(ref, stored.entry.truth);
        for (const auto& former : stored.formers) forget_tokens(ref, former);
        CO_TRY(const auto told, followed(replies));
        changed = changed || told.changed;
        Standing now;
        now.add(layout_.declared(), ref, stored.entry.truth);
        for (const auto& [month, places] : now.rows) months_.tell(month);
        if (told.newer == 0) co_return changed;
        // Either somebody wrote the entry meanwhile, or its partition lost what the other has heard. Both are settled
        // by the entry as it is now, at a version that is not older than what was heard.
        CO_TRY(auto again, co_await write(ref, Mode::again, std::move(none), told.newer));
        if (!again.stored) co_return changed;  // it was removed meanwhile, by somebody who tells it
        stored = std::move(*again.stored);
    }
    // Others write it all the time, and tell it.
    co_return changed;
}

Task<bool> Driver::forget(Ref ref, Standing was, std::uint64_t version) {
    const Truth nothing;
    auto calls = follow(layout_, ref, nothing, version, was, rows_per_bucket_);
    if (calls.empty()) co_return false;
    CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
    CO_TRY(const auto told, followed(replies));
    co_return told.changed;
}

Task<Entry> Driver::apply(Ref ref, Truth truth) {
    auto packed = pack(truth);
    CO_TRY(auto written, co_await write(ref, Mode::apply, std::move(packed), 0));
    auto entry = written.stored.value().entry;
    Standing nowhere_else;
    CO_CHECK(co_await tell(ref, std::move(*written.stored), std::move(nowhere_else)));
    co_return entry;
}

Task<bool> Driver::replace(Ref ref, std::uint64_t expected, std::optional<Truth> truth) {
    if (truth) {
        auto packed = pack(*truth);
        CO_TRY(auto written, co_await write(ref, Mode::replace, std::move(packed), expected));
        if (!written.done) co_return false;
        Standing nowhere_else;
        CO_CHECK(co_await tell(ref, std::move(written.stored.value()), std::move(nowhere_else)));
        co_return true;
    }
    std::string none;
    CO_TRY(auto written, co_await write(ref, Mode::remove, std::move(none), expected));
    if (!written.done) co_return false;
    if (!written.stored) co_return true;
    Standing was;
    was.add(layout_.declared(), ref, written.stored->entry.truth);
    forget_tokens(ref, written.stored->entry.truth);
    for (const auto& former : written.stored->formers) was.add(layout_.declared(), ref, former);
    CO_CHECK(co_await forget(ref, std::move(was), written.version));
    co_return true;
}

}  // namespace cadre::catalog::redis
