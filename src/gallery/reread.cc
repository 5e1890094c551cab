#include "gallery/reread.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "base/unicode.h"
#include "gallery/announcer.h"
#include "gallery/derivatives.h"
#include "gallery/file_facts.h"
#include "gallery/likeness.h"
#include "gallery/photo.h"
#include "gallery/photo_date.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Kind;
using catalog::Ref;
using catalog::Stamp;
using catalog::Truth;

constexpr std::size_t kRereadSlice = 25;  // photos
constexpr Millis kSliceTime{10'000};
/// The one record of requests like these.
const Ref kRequests{Kind::settings, *parse_id("00000000-0000-7000-8000-000000000001")};
constexpr std::string_view kAsked = "reread_asked";
constexpr std::string_view kDone = "reread_done";

constexpr std::string_view kFromFile[] = {field::kTakenAt, field::kTakenFrom, field::kTitle, field::kCaption,
                                          field::kCamera,  field::kLocation,  field::kRating};

bool is_tag(std::string_view name) { return name.starts_with(field::kTagPrefix); }
bool is_from_file(std::string_view name) { return is_tag(name) || std::ranges::count(kFromFile, name) != 0; }

/// Which stamps are a reading's.
class Readings {
public:
    explicit Readings(const Truth& truth) : fields_(truth.facts.fields), dated_by_hand_(is_dated_by_hand(truth)) {
        for (const auto name : {field::kSha256, field::kReadWith})
            if (const auto found = fields_.find(name); found != fields_.end()) stamps_.insert(found->second.stamp);
        const auto* last = truth.facts.find(field::kReadWith);
        const auto* tags = last != nullptr && last->is_object() ? last->get_object().if_contains("tags") : nullptr;
        if (tags == nullptr || !tags->is_array()) return;
        for (const auto& tag : tags->get_array())
            if (tag.is_string())
                tags_.insert(std::string(field::kTagPrefix) + composed(std::string_view(tag.get_string())));
        for (const auto& [name, field] : fields_)
            if (is_tag(name) && field.value == true && stamps_.contains(field.stamp) && composed(name) != name)
                composed_now_.insert(composed(name));
    }

    /// Whether the field is the last reading's, or is absent and may become this one's.
    [[nodiscard]] bool may_set(const std::string& name) const {
        // Who sets a date, and takes it back, leaves it to readings again.
        if (name == field::kTakenAt || name == field::kTakenFrom) return !dated_by_hand_;
        const auto found = fields_.find(name);
        if (found != fields_.end()) return stamps_.contains(found->second.stamp);
        // A tag that the file had before and the photo has no more was taken off, long enough ago to be forgotten.
        return !tags_.contains(name) || composed_now_.contains(name);
    }
    [[nodiscard]] bool set(const std::string& name) const { return fields_.contains(name) && may_set(name); }

private:
    const std::map<std::string, catalog::Field, std::less<>>& fields_;
    std::set<Stamp> stamps_;
    std::set<std::string> tags_;
    std::set<std::string> composed_now_;  // that it has as readers before 28 November 2026 left them: not composed
    bool dated_by_hand_;
};

std::int64_t reader_of(const Truth& truth) {
    const auto* value = truth.facts.find(field::kReadWith);
    const auto* again = truth.derived.find(field::kReadWith);
    const auto reader = [](const json::value* of) {
        return of != nullptr && of->is_object() ? get_int(of->get_object(), "reader").value_or(0) : std::int64_t{0};
    };
    return std::max(reader(value), reader(again));
}

/// When it was read the last time.
std::int64_t read_at(const Truth& truth) {
    std::int64_t at = 0;
    for (const auto* record : {&truth.facts, &truth.derived})
        if (const auto found = record->fields.find(field::kReadWith); found != record->fields.end())
            at = std::max(at, found->second.stamp.n);
    return at;
}

json::object counts_json(const RereadCounts& counts) {
    return {{"photos", counts.photos}, {"changed", counts.changed}, {"unreadable", counts.unreadable}};
}

RereadCounts counts_from(const json::object& object) {
    const auto number = [&](std::string_view name) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(0, get_int(object, name).value_or(0)));
    };
    return {number("photos"), number("changed"), number("unreadable")};
}

}  // namespace

json::value read_with(const Changes& facts) {
    json::object value{{"reader", kReader}};
    json::array tags;
    for (const auto& [name, fact] : facts)
        if (is_tag(name)) tags.emplace_back(name.substr(field::kTagPrefix.size()));
    if (!tags.empty()) value["tags"] = std::move(tags);
    return value;
}

Changes changes_by_reading(const Truth& truth, Changes facts, const ZoneAt& zone_at) {
    const Readings readings(truth);
    const auto marker = read_with(facts);
    const auto place = facts.find(field::kLocation);
    const auto* const read = place == facts.end() ? nullptr : &place->second;
    const bool of_file = readings.may_set(std::string(field::kLocation));
    add_offset_of_place(facts, of_file ? read : truth.facts.find(field::kLocation), zone_at);
    Changes changes = remembered_date(truth, facts);
    for (auto& [name, value] : facts) {
        const auto* now = truth.facts.find(name);
        if (readings.may_set(name) && (now == nullptr || *now != value)) changes.insert_or_assign(name, value);
    }
    for (const auto& [name, field] : truth.facts.fields)
        if (is_from_file(name) && readings.set(name) && !field.value.is_null() && !facts.contains(name))
            changes.insert_or_assign(name, nullptr);
    auto room = static_cast<std::ptrdiff_t>(kMaxTags);
    for (const auto& [name, field] : truth.facts.fields)
        if (is_tag(name) && !field.value.is_null() && !changes.contains(name)) --room;
    std::erase_if(changes,
                  [&](const auto& change) { return is_tag(change.first) && !change.second.is_null() && --room < 0; });
    if (changes.empty()) return changes;
    // All that a reading has set bears the stamp of the last one, also what it left as it was.
    for (const auto& [name, field] : truth.facts.fields)
        if (is_from_file(name) && readings.set(name)) changes.try_emplace(name, field.value);
    changes.insert_or_assign(std::string(field::kReadWith), marker);
    return changes;
}

json::object to_json(const RereadProgress& progress) {
    auto object = counts_json(progress.counts);
    object["asked"] = progress.asked;
    object["all"] = progress.all;
    object["cursor"] = json::value(progress.cursor);
    return object;
}

std::optional<RereadProgress> progress_from(const json::object& payload) {
    RereadProgress progress;
    progress.asked = get_int(payload, "asked").value_or(0);
    if (progress.asked <= 0) return std::nullopt;
    progress.all = get_bool(payload, "all").value_or(false);
    progress.cursor = get_string(payload, "cursor").value_or("");
    progress.counts = counts_from(payload);
    return progress;
}

Task<RereadProgress> Reread::ask(bool all) {
    const auto& stores = gallery_.stores();
    RereadProgress progress;
    progress.asked = stores.clock.now().time_since_epoch().count();
    progress.all = all;
    Changes facts;
    facts[std::string(kAsked)] = to_json(progress);
    CO_TRY(const auto entry, co_await stores.catalog.get(kRequests));
    if (!entry) {
        CO_CHECK(co_await gallery_.ledger().create(kRequests, std::move(facts), {}));
    } else {
        const auto decide = [facts](const Truth&) -> Result<Changes> { return facts; };
        CO_CHECK(co_await gallery_.ledger().edit(kRequests, decide));
    }
    co_return progress;
}

Task<std::optional<RereadProgress>> Reread::pending() {
    CO_TRY(const auto entry, co_await gallery_.stores().catalog.get(kRequests));
    if (!entry) co_return std::optional<RereadProgress>();
    const auto* asked = entry->truth.find(kAsked);
    const auto* done = entry->truth.find(kDone);
    auto progress = asked != nullptr && asked->is_object() ? progress_from(asked->get_object()) : std::nullopt;
    if (!progress) co_return progress;
    const bool is_done =
        done != nullptr && done->is_object() && get_int(done->get_object(), "asked").value_or(0) >= progress->asked;
    if (is_done) progress.reset();
    co_return progress;
}

Task<std::optional<RereadCounts>> Reread::outcome(std::int64_t asked) {
    CO_TRY(const auto entry, co_await gallery_.stores().catalog.get(kRequests));
    const auto* done = entry ? entry->truth.find(kDone) : nullptr;
    if (done == nullptr || !done->is_object() || get_int(done->get_object(), "asked").value_or(0) < asked)
        co_return std::optional<RereadCounts>();
    co_return counts_from(done->get_object());
}

Task<bool> Reread::begin_pending() {
    CO_TRY(auto progress, co_await pending());
    if (!progress) co_return false;
    auto& jobs = gallery_.stores().jobs;
    const std::string subject = std::to_string(progress->asked);
    CO_TRY(const bool held, co_await jobs.holds(job::kReread, subject));
    if (held) co_return true;
    auto work = jobs::make_job(job::kReread, subject);
    work.payload = to_json(*progress);
    CO_CHECK(co_await jobs.push(std::move(work)));
    co_return true;
}

/// What the file says now; nothing where it cannot be read. Errors are those that pass.
Task<std::optional<media::Metadata>> Reread::probe(Id id, Id owner) {
    const auto& stores = gallery_.stores();
    auto original = co_await gallery_.derivatives().fetch_original(id);
    if (!original && original.error().kind == ErrorKind::not_found) co_return std::optional<media::Metadata>();
    if (!original) co_return fail(std::move(original).error());
    auto probe = co_await stores.decoders.probe((*original)->get(), limits_of(gallery_.policy()), owner.text());
    if (!probe && Derivatives::is_passing(probe.error())) co_return fail(std::move(probe).error());
    if (!probe) {
        log::warn("a photo's metadata could not be read again",
                  {{"photo", id.text()}, {"owner", owner.text()}, {"why", probe.error().message}});
        co_return std::optional<media::Metadata>();
    }
    co_return std::move(probe->metadata);
}

/// What look-alikes are found by comes from the pixels: where an older release made the derivatives, they are made
/// again.
Task<void> Reread::derive_again(Id id, catalog::Truth truth) {
    if (truth.string(field::kState) != "ready" || has_likeness(truth)) co_return Result<void>();
    co_return co_await gallery_.stores().jobs.push(
        jobs::make_job(job::kDerive, id.text(), truth.string(field::kOwner)));
}

Task<Reread::Outcome> Reread::read_again(Id id, RereadProgress progress) {
    const auto& stores = gallery_.stores();
    const Ref ref{Kind::photo, id};
    CO_TRY(const auto entry, co_await stores.catalog.get(ref));
    if (!entry || entry->truth.purged) co_return Outcome::passed_over;
    CO_CHECK(co_await derive_again(id, entry->truth));
    const bool is_done = progress.all ? read_at(entry->truth) >= progress.asked : reader_of(entry->truth) >= kReader;
    if (is_done) co_return Outcome::passed_over;

    const Photo photo = photo_of(id, entry->truth);
    CO_TRY(const auto metadata, co_await probe(id, photo.owner));
    Changed changed;
    if (metadata) {
        const auto facts = facts_of_file(*metadata, photo.filename, stores.clock.now());
        const auto decide = [&, this](const Truth& truth) -> Result<Changes> {
            return changes_by_reading(truth, facts, gallery_.policy().zone_at);
        };
        auto edited = co_await gallery_.ledger().edit(ref, decide);
        if (!edited && edited.error().kind == ErrorKind::not_found) co_return Outcome::passed_over;
        if (!edited) co_return fail(std::move(edited).error());
        changed = std::move(*edited);
    }
    if (changed.before == changed.after) {
        // Noted apart from what people set, so that it is not read again.
        Changes note;
        note[std::string(field::kReadWith)] = json::object{{"reader", kReader}};
        auto noted = co_await gallery_.ledger().derive(ref, std::move(note));
        if (!noted && noted.error().kind != ErrorKind::not_found) co_return fail(std::move(noted).error());
        co_return metadata ? Outcome::same : Outcome::unreadable;
    }
    co_await gallery_.announcer().photo_changed(id, std::move(changed.before), std::move(changed.after));
    co_return Outcome::changed;
}

Task<RereadProgress> Reread::step(RereadProgress progress) {
    const auto& stores = gallery_.stores();
    const auto begun = stores.clock.monotonic();
    CO_TRY(const auto page, co_await stores.catalog.scan(Kind::photo, progress.cursor, kRereadSlice));
    for (const auto& listed : page.items) {
        if (stores.clock.monotonic() - begun > kSliceTime) co_return progress;
        CO_TRY(const auto outcome, co_await read_again(listed.id, progress));
        progress.cursor = listed.id.text();
        ++progress.counts.photos;
        if (outcome == Outcome::changed) ++progress.counts.changed;
        if (outcome == Outcome::unreadable) ++progress.counts.unreadable;
    }
    progress.ended = page.next.empty();
    co_return progress;
}

Task<void> Reread::finish(RereadProgress progress) {
    auto done = counts_json(progress.counts);
    done["asked"] = progress.asked;
    Changes facts;
    facts[std::string(kDone)] = std::move(done);
    const auto decide = [facts](const Truth&) -> Result<Changes> { return facts; };
    auto noted = co_await gallery_.ledger().edit(kRequests, decide);
    if (!noted && noted.error().kind != ErrorKind::not_found) co_return fail(std::move(noted).error());
    log::info("the metadata of the photos was read again", {{"photos", progress.counts.photos},
                                                            {"changed", progress.counts.changed},
                                                            {"unreadable", progress.counts.unreadable}});
    co_return Result<void>();
}

}  // namespace cadre::gallery
