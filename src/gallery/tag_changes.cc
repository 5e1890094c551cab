#include "gallery/tag_changes.h"

#include <algorithm>

#include "base/concurrently.h"
#include "base/log.h"
#include "base/unicode.h"
#include "gallery/account_records.h"
#include "gallery/announcer.h"
#include "gallery/photo.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Family;
using catalog::Kind;
using catalog::Truth;

/// Of a user: an array of [tag, name], the name "" where it is taken off.
constexpr std::string_view kPending = "tag_changes";
constexpr std::uint32_t kTaggedPage = 100;
constexpr std::size_t kTagsAtOnce = 4;
constexpr Millis kSlice{2'000};

std::string tag_field(const std::string& tag) { return std::string(field::kTagPrefix) + tag; }
catalog::View view_of(const Id& user, const std::string& tag) { return {Family::tag, user, tag}; }

std::vector<TagChange> pending_of(const Truth& user) {
    std::vector<TagChange> pending;
    const auto* value = user.find(kPending);
    if (value == nullptr || !value->is_array()) return pending;
    for (const auto& one : value->get_array()) {
        const auto* pair = one.if_array();
        if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string()) continue;
        pending.push_back({std::string((*pair)[0].get_string()), std::string((*pair)[1].get_string())});
    }
    return pending;
}

Changes with(const std::vector<TagChange>& pending) {
    json::array list;
    for (const auto& one : pending) list.push_back(json::array{json::value(one.tag), json::value(one.to)});
    Changes changes;
    changes[std::string(kPending)] = list.empty() ? json::value(nullptr) : json::value(std::move(list));
    return changes;
}

Result<void> check_name(const TagChange& change) {
    if (change.to.empty()) return {};
    PhotoChange asked;
    asked.add_tags.push_back(change.to);
    const auto checked = check(asked);
    if (checked) return {};
    auto wrong = checked.error().fields.front();
    wrong.field = "name";
    return wrong_field(std::move(wrong));
}

/// What is refused of one photo, and would be again.
bool is_lasting(const Error& error) { return error.kind == ErrorKind::invalid || is_unreadable(error); }

}  // namespace

Task<std::uint64_t> TagChanges::count_of(Id user, std::string tag) {
    std::vector<catalog::View> views;
    views.push_back(view_of(user, tag));
    CO_TRY(const auto summaries, co_await gallery_.stores().catalog.summaries(std::move(views)));
    co_return summaries.at(0).total;
}

Task<std::uint64_t> TagChanges::ask(Viewer viewer, TagChange change) {
    CO_TRY(const auto user, require_user(viewer));
    CO_CHECK(check_name(change));
    change.to = composed(change.to);
    CO_TRY(const auto count, co_await count_of(user.id, change.tag));
    if (count == 0) co_return fail(ErrorKind::not_found, "None of your photos has this tag.");
    if (change.to == change.tag) co_return count;
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        auto pending = pending_of(truth);
        if (!pending.empty() && pending.back() == change) return Changes();
        if (pending.size() >= kMaxTagChanges)
            return fail(ErrorKind::conflict, "Too many changes of your tags are under way. Try again in a while.");
        pending.push_back(change);
        return with(pending);
    };
    const catalog::Ref ref{Kind::user, user.id};
    CO_CHECK(co_await gallery_.ledger().edit(ref, decide));
    co_await gallery_.afterwards().queue(jobs::make_job(kChangeTags, user.id.text(), user.id.text()));
    co_return count;
}

/// A run that changed something is followed by one that looks whether that was all: people go on tagging meanwhile. One
/// that can change nothing more is the last, also where some photos refuse.
Task<bool> TagChanges::step(Id user) {
    CO_TRY(const auto entry, co_await entry_now(gallery_.stores().catalog, Kind::user, user));
    const auto pending = entry ? pending_of(entry->truth) : std::vector<TagChange>();
    if (pending.empty()) co_return true;
    const TagChange& change = pending.front();
    CO_TRY(std::size_t changed, co_await change_view(user, change));
    if (changed == 0) {
        CO_TRY(changed, co_await change_trash(user, change));
    }
    if (changed > 0) co_return false;
    CO_CHECK(co_await finish(user, change));
    co_await tell(user, change);
    co_return pending.size() == 1;
}

Task<std::size_t> TagChanges::change_view(Id user, TagChange change) {
    const auto& stores = gallery_.stores();
    const auto until = stores.clock.monotonic() + kSlice;
    std::size_t changed = 0;
    std::optional<catalog::Place> after;
    const auto view = view_of(user, change.tag);
    while (changed == 0 || stores.clock.monotonic() < until) {
        CO_TRY(const auto rows, co_await stores.catalog.newest(view, after, kTaggedPage));
        if (rows.empty()) break;
        after = rows.back().place;
        std::vector<Id> photos;
        for (const auto& row : rows) photos.push_back(row.place.id);
        CO_TRY(const auto now, co_await change_all(user, change, std::move(photos)));
        changed += now;
        if (now > 0) co_await tell(user, change);
    }
    co_return changed;
}

/// What is in the trash stands in no view of a tag, and has it when it comes back.
Task<std::size_t> TagChanges::change_trash(Id user, TagChange change) {
    auto& catalog = gallery_.stores().catalog;
    std::size_t changed = 0;
    std::optional<catalog::Place> after;
    const catalog::View view{Family::trash, user, {}};
    for (;;) {
        CO_TRY(const auto rows, co_await catalog.newest(view, after, kTaggedPage));
        if (rows.empty()) co_return changed;
        after = rows.back().place;
        std::vector<Id> photos;
        for (const auto& row : rows) photos.push_back(row.place.id);
        const auto ids = photos;
        CO_TRY(const auto entries, co_await catalog.get_many(Kind::photo, std::move(photos)));
        std::vector<Id> tagged;
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (entries[i] && entries[i]->truth.flag(tag_field(change.tag))) tagged.push_back(ids[i]);
        CO_TRY(const auto now, co_await change_all(user, change, std::move(tagged)));
        changed += now;
    }
}

Task<std::size_t> TagChanges::change_all(Id user, TagChange change, std::vector<Id> photos) {
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        Changes changes;
        if (truth.string(field::kOwner) != user.text() || !truth.flag(tag_field(change.tag))) return changes;
        changes[tag_field(change.tag)] = nullptr;
        if (!change.to.empty()) changes[tag_field(change.to)] = true;
        return changes;
    };
    std::size_t changed = 0;
    const auto one = [&](std::size_t i) -> Task<void> {
        const Id id = photos[i];
        const catalog::Ref ref{Kind::photo, id};
        auto edited = co_await gallery_.ledger().edit(ref, decide);
        if (!edited && is_lasting(edited.error()))
            log::warn("a photo keeps a tag that was renamed or deleted",
                      {{"photo", id.text()}, {"why", edited.error().message}});
        if (!edited && (is_lasting(edited.error()) || edited.error().kind == ErrorKind::not_found))
            co_return Result<void>();
        if (!edited) co_return fail(std::move(edited).error());
        if (edited->before == edited->after) co_return Result<void>();
        ++changed;
        co_await gallery_.announcer().photo_changed(id, std::move(edited->before), std::move(edited->after));
        co_return Result<void>();
    };
    CO_CHECK(co_await each(photos.size(), kTagsAtOnce, one));
    co_return changed;
}

Task<void> TagChanges::finish(Id user, TagChange change) {
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        auto pending = pending_of(truth);
        if (pending.empty() || pending.front() != change) return Changes();
        pending.erase(pending.begin());
        return with(pending);
    };
    const catalog::Ref ref{Kind::user, user};
    auto edited = co_await gallery_.ledger().edit(ref, decide);
    if (!edited && edited.error().kind != ErrorKind::not_found) co_return fail(std::move(edited).error());
    co_return Result<void>();
}

/// How many photos still have it. Whoever misses this asks for the list of tags.
asio::awaitable<void> TagChanges::tell(Id user, TagChange change) {
    const auto left = co_await count_of(user, change.tag);
    if (!left) co_return;
    json::object data{{"tag", change.tag}, {"left", *left}};
    data["name"] = change.to.empty() ? json::value(nullptr) : json::value(change.to);
    co_await gallery_.announcer().tags_changed(user, std::move(data));
}

Task<std::size_t> TagChanges::queue_pending() {
    const auto& stores = gallery_.stores();
    CO_TRY(const auto users, co_await all_of(stores.catalog, Kind::user));
    std::size_t queued = 0;
    for (const auto& listed : users) {
        if (pending_of(listed.entry.truth).empty()) continue;
        const auto user = listed.id.text();
        std::string kind = kChangeTags, subject = user;
        CO_TRY(const bool held, co_await stores.jobs.holds(std::move(kind), std::move(subject)));
        if (!held) CO_CHECK(co_await stores.jobs.push(jobs::make_job(kChangeTags, user, user)));
        ++queued;
    }
    co_return queued;
}

}  // namespace cadre::gallery
