#include "catalog/redis/follow.h"

#include <algorithm>

#include "base/number.h"
#include "catalog/redis/scripts.h"

namespace cadre::catalog::redis {
namespace {

using cadre::redis::Repeat;
using cadre::redis::ScriptCall;

/// No row takes it out.
ScriptCall row_call(const Layout& layout, const MonthOf& month, const Id& id, const Row* row, std::uint64_t version,
                    const std::set<Place>& places, std::size_t rows_per_bucket) {
    ScriptCall call;
    call.script = &scripts().row;
    call.repeat = Repeat::safe;
    const auto home = layout.home_of(month);
    call.keys = {layout.head(home), layout.directory(home), layout.names(home.partition), layout.row_mark(home, id)};
    call.arguments = {layout.rows(home),
                      home.text,
                      bytes_of(id),
                      std::to_string(version),
                      row ? bytes_of(row->place) : std::string(),
                      row ? pack(*row, version) : std::string(),
                      std::to_string(rows_per_bucket)};
    // What a release before ranks wrote stands elsewhere within its second.
    std::set<std::string> all;
    for (const auto& place : places) all.insert({bytes_of(place), bytes_of(unranked(place))});
    call.arguments.push_back(places.size() > 1 ? "1" : "");
    call.arguments.insert(call.arguments.end(), all.begin(), all.end());
    return call;
}

ScriptCall lookup_call(const Layout& layout, const LookupDigest& digest, const Id& id, bool claim,
                       std::uint64_t version, bool listed) {
    ScriptCall call;
    call.script = listed ? &scripts().list : &scripts().claim;
    call.repeat = Repeat::safe;
    call.keys = {listed ? layout.lists(digest) : layout.lookups(digest), layout.lookup_mark(digest, id)};
    call.arguments = {digest, bytes_of(id), std::to_string(version), claim ? big_endian(version) : std::string()};
    return call;
}

void lookup_calls(std::vector<ScriptCall>& calls, const Layout& layout, const Id& id, std::uint64_t version,
                  const std::set<LookupDigest>& now, const std::set<LookupDigest>& formers, bool listed) {
    for (const auto& digest : now) calls.push_back(lookup_call(layout, digest, id, true, version, listed));
    for (const auto& digest : formers)
        if (!now.contains(digest)) calls.push_back(lookup_call(layout, digest, id, false, version, listed));
}

}  // namespace

void Standing::add(const Declarations& declared, const Ref& ref, const Truth& truth) {
    for (const auto& [index, key] : declared.lookups_of(ref, truth)) {
        const auto* lookup = declared.find(index);
        (lookup != nullptr && lookup->many ? lists : lookups).insert(digest_of(index, key));
    }
    for (auto& [view, place] : declared.postings_of(ref, truth).all)
        rows[{std::move(view), month_of(place)}].insert(place);
}

std::vector<ScriptCall> follow(const Layout& layout, const Ref& ref, const Truth& truth, std::uint64_t version,
                               const Standing& formers, std::size_t rows_per_bucket) {
    std::vector<ScriptCall> calls;
    Standing now;
    now.add(layout.declared(), ref, truth);
    auto row = now.rows.empty() ? std::nullopt : row_of(ref.id, truth);
    for (const auto& [month, places] : now.rows) {
        row->place = *places.begin();  // a thing stands in a view once
        auto all = places;
        if (const auto old = formers.rows.find(month); old != formers.rows.end())
            all.insert(old->second.begin(), old->second.end());
        calls.push_back(row_call(layout, month, ref.id, &*row, version, all, rows_per_bucket));
    }
    for (const auto& [month, places] : formers.rows)
        if (!now.rows.contains(month))
            calls.push_back(row_call(layout, month, ref.id, nullptr, version, places, rows_per_bucket));
    lookup_calls(calls, layout, ref.id, version, now.lookups, formers.lookups, false);
    lookup_calls(calls, layout, ref.id, version, now.lists, formers.lists, true);
    return calls;
}

Result<Followed> followed(const std::vector<Result<cadre::redis::Reply>>& replies) {
    Followed all;
    for (const auto& reply : replies) {
        if (!reply) return fail(reply.error());
        const auto& parts = reply->array();
        const auto outcome = parts.at(0).integer();
        all.changed = all.changed || outcome == 1;
        if (outcome != 2) continue;
        all.newer = std::max(all.newer, parse_number<std::uint64_t>(parts.at(1).text()).value_or(0));
    }
    return all;
}

}  // namespace cadre::catalog::redis
