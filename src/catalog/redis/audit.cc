// The audit: what follows from the entries is compared with them, from both ends. First every entry is told again to
// where it belongs, which changes nothing where that is so; then every row and every claim of a look-up asks its entry
// whether it belongs there, which finds what a lost removal left behind.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/concurrently.h"
#include "base/encoding.h"
#include "base/number.h"
#include "catalog/redis/driver.h"
#include "catalog/redis/scripts.h"

namespace cadre::catalog::redis {
namespace {

constexpr std::size_t kTellAtOnce = 32;

tl::unexpected<Error> no_cursor() { return fail(ErrorKind::invalid, "This cursor is none that an audit gave."); }

std::optional<std::size_t> number_from(std::string_view text, std::size_t below) {
    const auto number = parse_number<std::size_t>(text);
    return number && *number < below ? number : std::nullopt;
}

/// The text before the first '|', which is taken off with it.
std::string_view take(std::string_view& text) {
    const auto end = std::min(text.find('|'), text.size());
    const auto first = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return first;
}

}  // namespace

// Cursors: "entries|<kind>|<scan's cursor>", "rows|<partition>|<month>|<bucket's lower bound, hex>",
// "lookups|<partition>|<bucket>", "lists|<partition>|<bucket>|<the last member, hex>".
Task<Page<Ref>> Driver::audit(std::string cursor, std::size_t limit) {
    if (cursor.empty()) cursor = fmt::format("entries|{}|", folder_of(layout_.declared().kinds().front()));
    std::string_view rest = cursor;
    const auto part = take(rest);
    if (part == "entries") {
        const auto kind = kind_of(take(rest));
        if (!kind) co_return no_cursor();
        std::string from(rest);
        co_return co_await audit_entries(*kind, std::move(from), limit);
    }
    std::string from(rest);
    if (part == "rows") co_return co_await audit_rows(std::move(from));
    if (part == "lookups") co_return co_await audit_lookups(std::move(from));
    if (part == "lists") co_return co_await audit_lists(std::move(from), limit);
    co_return no_cursor();
}

Task<Page<Ref>> Driver::audit_entries(Kind kind, std::string cursor, std::size_t limit) {
    CO_TRY(const auto listed, co_await scan(kind, std::move(cursor), limit));
    std::vector<Ref> refs;
    for (const auto& item : listed.items) refs.push_back({kind, item.id});
    CO_TRY(auto looked, co_await look(refs));
    Page<Ref> page;
    std::optional<Error> fault;
    co_await concurrently(refs.size(), kTellAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        if (!looked[i].stored || fault) co_return;
        Standing nowhere_else;
        auto told = co_await tell(refs[i], std::move(*looked[i].stored), std::move(nowhere_else));
        if (!told)
            fault = std::move(told).error();
        else if (*told)
            page.items.push_back(refs[i]);
    });
    if (fault) co_return fail(std::move(*fault));
    const auto& kinds = layout_.declared().kinds();
    const auto here = std::ranges::find(kinds, kind);
    const auto next = here == kinds.end() ? here : here + 1;
    if (!listed.next.empty())
        page.next = fmt::format("entries|{}|{}", folder_of(kind), listed.next);
    else if (next != kinds.end())
        page.next = fmt::format("entries|{}|", folder_of(*next));
    else
        page.next = "rows|0||";
    co_return page;
}

/// Suspects stand where `Standing` says, with versions up to `seen`; those whose entry says otherwise are set right.
Task<std::vector<Ref>> Driver::set_right(std::vector<std::pair<Ref, Standing>> suspects, std::uint64_t seen) {
    std::vector<Ref> refs;
    for (const auto& [ref, stands] : suspects) refs.push_back(ref);
    CO_TRY(auto looked, co_await look(refs));
    std::vector<Ref> wrong;
    for (std::size_t i = 0; i < refs.size(); ++i) {
        auto& [ref, stands] = suspects[i];
        auto& [complete, stored] = looked[i];
        if (!stored) {
            // In a partition that is being rebuilt its entry may be still to come.
            if (!complete) continue;
            CO_TRY(const bool changed, co_await forget(ref, std::move(stands), seen));
            if (changed) wrong.push_back(ref);
            continue;
        }
        Standing now;
        now.add(layout_.declared(), ref, stored->entry.truth);
        const bool right = std::ranges::includes(now.lookups, stands.lookups) &&
                           std::ranges::includes(now.lists, stands.lists) &&
                           std::ranges::all_of(stands.rows, [&](const auto& one) {
                               const auto found = now.rows.find(one.first);
                               return found != now.rows.end() && found->second == one.second;
                           });
        if (right) continue;
        CO_TRY(const bool changed, co_await tell(ref, std::move(*stored), std::move(stands)));
        if (changed) wrong.push_back(ref);
    }
    co_return wrong;
}

Task<Page<Ref>> Driver::audit_rows(std::string cursor) {
    std::string_view rest = cursor;
    const auto partition = number_from(take(rest), kPartitions);
    const std::string after(take(rest));
    const auto bound = from_hex(take(rest));
    if (!partition || !bound) co_return no_cursor();
    std::vector<std::string> keys{layout_.marker(*partition), layout_.names(*partition)};
    std::vector<std::string> arguments{layout_.directories(*partition), layout_.rows(*partition), after,
                                       std::string(bound->begin(), bound->end())};
    auto call = safe_call(scripts().walk_rows, std::move(keys), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    const auto& parts = reply.array();
    Page<Ref> page;
    if (parts.empty()) {
        page.next = *partition + 1 < kPartitions ? fmt::format("rows|{}||", *partition + 1) : "lookups|0|0";
        co_return page;
    }
    const auto& name = parts.at(0).text();
    page.next = fmt::format("rows|{}|{}|{}", *partition, name, hex(as_bytes(parts.at(1).text())));
    const auto month = layout_.parse_month_of(name);
    if (!month) co_return page;
    std::vector<std::pair<Ref, Standing>> suspects;
    std::uint64_t seen = 0;
    const auto& rows = parts.at(2).array();
    for (std::size_t i = 0; i + 1 < rows.size(); i += 2) {
        CO_TRY(const auto stored, unpack_row(rows[i].text(), rows[i + 1].text()));
        Standing stands;
        stands.rows[*month].insert(stored.row.place);
        suspects.emplace_back(Ref{Kind::photo, stored.row.place.id}, std::move(stands));
        seen = std::max(seen, stored.version);
    }
    CO_TRY(page.items, co_await set_right(std::move(suspects), seen));
    co_return page;
}

Task<Page<Ref>> Driver::audit_lookups(std::string cursor) {
    std::string_view rest = cursor;
    const auto partition = number_from(take(rest), kPartitions);
    const auto bucket = number_from(take(rest), kLookupBuckets + 1);
    if (!partition || !bucket) co_return no_cursor();
    std::vector<std::string> keys{layout_.marker(*partition)};
    std::vector<std::string> arguments{layout_.lookups(*partition), std::to_string(kLookupBuckets),
                                       std::to_string(*bucket)};
    auto call = safe_call(scripts().walk_lookups, std::move(keys), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    const auto& parts = reply.array();
    Page<Ref> page;
    if (parts.empty()) {
        page.next = *partition + 1 < kPartitions ? fmt::format("lookups|{}|0", *partition + 1) : "lists|0|0|";
        co_return page;
    }
    page.next = fmt::format("lookups|{}|{}", *partition, parts.at(0).integer() + 1);
    std::map<Id, Standing> stands;
    std::uint64_t seen = 0;
    const auto& claims = parts.at(1).array();
    for (std::size_t i = 0; i + 1 < claims.size(); i += 2) {
        const std::string_view list = claims[i + 1].text();
        for (std::size_t at = 0; at + 24 <= list.size(); at += 24) {
            stands[id_of(list.substr(at, 16))].lookups.insert(claims[i].text());
            seen = std::max(seen, big_endian(list.substr(at + 16)));
        }
    }
    CO_TRY(page.items, co_await set_right_claims(std::move(stands), seen));
    co_return page;
}

Task<Page<Ref>> Driver::audit_lists(std::string cursor, std::size_t limit) {
    std::string_view rest = cursor;
    const auto partition = number_from(take(rest), kPartitions);
    const auto bucket = number_from(take(rest), kLookupBuckets + 1);
    const auto after = from_hex(take(rest));
    if (!partition || !bucket || !after) co_return no_cursor();
    std::vector<std::string> keys{layout_.marker(*partition)};
    std::vector<std::string> arguments{layout_.lists(*partition), std::to_string(kLookupBuckets),
                                       std::to_string(*bucket), std::string(after->begin(), after->end()),
                                       std::to_string(std::max<std::size_t>(limit, 1))};
    auto call = safe_call(scripts().walk_lists, std::move(keys), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    const auto& parts = reply.array();
    Page<Ref> page;
    if (parts.empty()) {
        if (*partition + 1 < kPartitions) page.next = fmt::format("lists|{}|0|", *partition + 1);
        co_return page;
    }
    const auto& members = parts.at(1).array();
    page.next = fmt::format("lists|{}|{}|{}", *partition, parts.at(0).integer(), hex(as_bytes(members.back().text())));
    std::map<Id, Standing> stands;
    std::uint64_t seen = 0;
    for (const auto& member : members) {
        const std::string_view text = member.text();
        if (text.size() != 40) continue;
        stands[id_of(text.substr(16, 16))].lists.emplace(text.substr(0, 16));
        seen = std::max(seen, big_endian(text.substr(32)));
    }
    CO_TRY(page.items, co_await set_right_claims(std::move(stands), seen));
    co_return page;
}

Task<std::vector<Ref>> Driver::set_right_claims(std::map<Id, Standing> stands, std::uint64_t seen) {
    const auto& kinds = layout_.declared().kinds();
    std::vector<Ref> candidates;
    for (const auto& [id, claimed] : stands)
        for (const auto kind : kinds) candidates.push_back({kind, id});
    CO_TRY(const auto looked, co_await look(candidates));
    std::vector<std::pair<Ref, Standing>> suspects;
    for (std::size_t i = 0; i < candidates.size(); i += kinds.size()) {
        auto kind = i;
        for (std::size_t one = i; one < i + kinds.size(); ++one)
            if (looked[one].stored) kind = one;
        suspects.emplace_back(candidates[kind], std::move(stands[candidates[i].id]));
    }
    co_return co_await set_right(std::move(suspects), seen);
}

}  // namespace cadre::catalog::redis
