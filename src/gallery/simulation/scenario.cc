#include "gallery/simulation/scenario.h"

#include <algorithm>
#include <limits>

#include "gallery/ledger.h"

namespace cadre::gallery::simulation {
namespace {

using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr const char* kTitle = "title";
constexpr const char* kCaption = "caption";
constexpr const char* kTag = "tag:x";
constexpr const char* kRenamed = "tag:y";
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

/// One request, as its client saw it.
struct Request {
    Role role = Role::edit_title;
    std::string value;  // what it writes: the request's own number
    std::uint64_t began = 0;
    std::uint64_t ended = kNever;
    bool acknowledged = false;
    bool wrote = false;  // a tag: what is there, or not, already is written by nobody
    int actor = -1;
};

const char* field_of(Role role) {
    switch (role) {
        case Role::edit_title:
        case Role::edit_unchanged:
            return kTitle;
        case Role::edit_caption:
            return kCaption;
        case Role::tag:
        case Role::untag:
        case Role::rename:
            return kTag;
        default:
            return nullptr;
    }
}

class Run {
public:
    Run(const Scenario& scenario, Choices& choices, std::uint64_t seed)
        : scenario_(scenario),
          world_(choices, scenario.budget, seed),
          blobs_(world_, scenario.quirks),
          catalog_(world_, scenario.quirks),
          jobs_(world_, blobs_),
          ledger_(
              blobs_, catalog_, jobs_, world_, world_, [](asio::awaitable<void> work) { return work; },
              [this](WallTime moment) { return world_.now() - moment; },
              [this](Millis) -> asio::awaitable<void> { co_await world_.step("sleep"); }),
          ref_{Kind::photo, make_id(world_, world_)} {
        blobs_.known_newest = [this] {
            const Truth* known = catalog_.truth_of(ref_);
            return known == nullptr ? 0 : known->facts.newest().n;
        };
        world_.may_days_pass = [this] {
            if (uploader_ && world_.is_running(*uploader_)) return false;
            return std::none_of(requests_.begin(), requests_.end(),
                                [this](const Request& request) { return is_under_way(request); });
        };
    }

    std::optional<std::string> go() {
        world_.calm();
        if (!has(Role::upload)) {
            world_.spawn("upload", [this]() -> asio::awaitable<void> {
                auto made = co_await upload();
                if (!made) violate("the upload was refused in calm weather");
            });
        }
        world_.run();
        world_.storm();
        world_.spread_clocks(scenario_.clock_spread);
        requests_.resize(scenario_.roles.size());
        for (std::size_t i = 0; i < scenario_.roles.size(); ++i) {
            requests_[i].role = scenario_.roles[i];
            requests_[i].value = std::to_string(i + 1);
            requests_[i].actor = world_.spawn("actor " + requests_[i].value, [this, i] { return act(requests_[i]); });
            if (requests_[i].role == Role::upload) uploader_ = requests_[i].actor;
        }
        world_.run();
        world_.calm();
        world_.run();
        finish();
        return violation_;
    }

private:
    void violate(const std::string& what) {
        if (!violation_) violation_ = what + "\n" + world_.trace();
    }

    /// A person's request. What repairs may be interrupted for days.
    bool is_under_way(const Request& request) const {
        const bool writes = field_of(request.role) != nullptr || request.role == Role::purge;
        return writes && request.began > 0 && request.actor >= 0 && world_.is_running(request.actor);
    }

    bool has(Role role) const {
        return std::find(scenario_.roles.begin(), scenario_.roles.end(), role) != scenario_.roles.end();
    }

    Task<catalog::Entry> upload() {
        Changes facts;
        facts[kTitle] = "0";
        facts[kCaption] = "0";
        facts[kTag] = "0";
        std::vector<blobs::Put> original;
        if (has(Role::upload)) original.push_back({Ledger::prefix(ref_) + "original", std::string("bytes")});
        return ledger_.create(ref_, std::move(facts), std::move(original));
    }

    /// What Sweep does with one record.
    Task<void> sweep() {
        CO_TRY(const auto listing, co_await blobs_.list(Ledger::prefix(ref_), "", 1000));
        CO_TRY(const auto entry, co_await catalog_.get(ref_));
        const auto shown = Ledger::sort(ref_, listing.items);
        bool right = Ledger::agrees(ref_, shown, entry);
        if (scenario_.quirks.bug == Bug::sweep_by_newest && entry && shown.alive()) {
            const auto& [facts, derived, purged] = entry->truth;
            right = !purged && shown.facts.back().ends_with(facts.newest().text() + ".json") &&
                    (shown.derived.empty() || shown.derived.back().ends_with(derived.newest().text() + ".json"));
        }
        if (right) co_return Result<void>();
        for (int i = 0; i < 5; ++i) {
            CO_TRY(const auto repaired, co_await ledger_.repair(ref_));
            if (repaired != Repaired::contended) break;
        }
        co_return Result<void>();
    }

    asio::awaitable<void> act(Request& request) {
        request.began = world_.moment();
        bool acknowledged = false;
        switch (request.role) {
            case Role::edit_title:
            case Role::edit_caption:
            case Role::edit_unchanged:
            case Role::tag:
            case Role::untag:
            case Role::rename: {
                const auto decide = [this, &request](const Truth& truth) { return decide_edit(request, truth); };
                auto changed = co_await ledger_.edit(ref_, decide);
                if (changed && request.role == Role::rename && scenario_.quirks.bug == Bug::rename_in_two)
                    changed = co_await ledger_.edit(ref_, [&request](const Truth&) { return renamed(request); });
                acknowledged = changed.has_value();
                if (!changed) check_still_there(changed.error());
                break;
            }
            case Role::derive: {
                Changes derived;
                derived["state"] = "ready";
                auto entry = co_await ledger_.derive(ref_, std::move(derived));
                acknowledged = entry.has_value();
                if (!entry) check_still_there(entry.error());
                break;
            }
            case Role::purge: {
                auto purged = co_await ledger_.purge(ref_, [](const Truth&) -> Result<void> { return {}; });
                acknowledged = purged.has_value();
                break;
            }
            case Role::repair:
                (void)co_await ledger_.repair(ref_);
                break;
            case Role::sweep:
                (void)co_await sweep();
                break;
            case Role::upload: {
                auto made = co_await upload();
                acknowledged = made.has_value();
                break;
            }
        }
        request.acknowledged = acknowledged;
        request.ended = world_.moment();
        world_.note("actor " + request.value + (acknowledged ? " was acknowledged" : " was not acknowledged"));
    }

    void check_still_there(const Error& error) {
        if (error.kind != ErrorKind::not_found) return;
        for (const auto& request : requests_)
            if (request.role == Role::purge) return;
        violate("a record that nobody purged looked as if it were gone");
    }

    Result<Changes> decide_edit(Request& request, const Truth& truth) {
        check_no_edit_after_a_purge(request);
        if (std::string_view(field_of(request.role)) == kTag) return decide_tag(request, truth);
        const char* field = field_of(request.role);
        const std::string seen = truth.string(field);
        const Request* writer = writer_of(field, seen);
        for (const auto& other : requests_) {
            if (!writes(other, field) || !other.acknowledged || other.ended > request.began) continue;
            if (writer == nullptr || (writer->acknowledged && writer->ended < other.began))
                violate("actor " + request.value +
                        " does not see what was acknowledged before it began: " + other.value);
        }
        if (request.role == Role::edit_unchanged && seen != "0")
            return fail(ErrorKind::precondition_failed, "Changed.");
        Changes changes;
        changes[field] = json::value(request.value);
        return changes;
    }

    void check_no_edit_after_a_purge(const Request& request) {
        for (const auto& other : requests_)
            if (other.role == Role::purge && other.acknowledged && other.ended < request.began)
                violate("actor " + request.value + " edits what was purged before");
    }

    Result<Changes> decide_tag(Request& request, const Truth& truth) {
        check_tag(truth, 0, request.began);
        Changes changes;
        if (request.role == Role::tag) changes[kTag] = json::value(request.value);
        const bool there = truth.find(kTag) != nullptr;
        if (request.role == Role::rename && there && scenario_.quirks.bug != Bug::rename_in_two)
            changes = *renamed(request);
        if (takes_off(request) && there) changes[kTag] = nullptr;
        request.wrote = !changes.empty();
        return changes;
    }

    /// What a job that renames a tag does with one photo (gallery/tag_changes.cc).
    static Result<Changes> renamed(const Request& request) {
        Changes changes;
        changes[kRenamed] = json::value(request.value);
        return changes;
    }

    static bool takes_off(const Request& request) {
        return request.role == Role::untag || request.role == Role::rename;
    }

    static bool writes(const Request& request, std::string_view field) {
        const char* own = field_of(request.role);
        return own != nullptr && field == own;
    }

    /// Nothing for the first value, which the upload wrote.
    const Request* writer_of(std::string_view field, const std::string& value) const {
        for (const auto& request : requests_)
            if (writes(request, field) && request.value == value) return &request;
        return nullptr;
    }

    /// Repairs as the keeper would, then looks.
    void finish() {
        // What was acknowledged is in the catalog at once, unless the catalog itself forgot it since.
        const Truth* indexed = catalog_.truth_of(ref_);
        if (indexed != nullptr && !indexed->purged) {
            check_field(kTitle, *indexed, world_.failed_over_at());
            check_field(kCaption, *indexed, world_.failed_over_at());
            check_tag(*indexed, world_.failed_over_at(), kNever, true);
            check_renaming(*indexed, world_.failed_over_at(), true);
        }
        std::optional<Listed> listed;
        std::optional<catalog::Entry> entry;
        world_.spawn("keeper", [&]() -> asio::awaitable<void> {
            if (scenario_.keeper_sweeps) {
                (void)co_await sweep();
                (void)co_await catalog_.audit("", 1);
            }
            for (int i = 0; i < 5 && !scenario_.keeper_sweeps; ++i) {
                auto repaired = co_await ledger_.repair(ref_);
                if (repaired && *repaired != Repaired::contended) break;
            }
            auto read = co_await ledger_.read(ref_);
            auto known = co_await catalog_.get(ref_);
            if (!read || !known)
                violate("after repair the record cannot be read");
            else {
                listed = std::move(*read);
                entry = std::move(*known);
            }
        });
        world_.run();
        if (!listed) {
            violate("the keeper did not end");
            return;
        }
        check_purges(*listed);
        if (!listed->truth.purged) {
            check_field(kTitle, listed->truth, 0);
            check_field(kCaption, listed->truth, 0);
            check_tag(listed->truth, 0, kNever);
            check_renaming(listed->truth, 0);
        }
        check_exclusion();
        const Truth known = entry ? entry->truth : Truth{};
        if (listed->truth.purged ? !known.purged : without_removed(known) != without_removed(listed->truth))
            violate("after repair the catalog differs from the truth");
        const Truth* row = catalog_.row_of(ref_);
        if (scenario_.quirks.rows_apart && (row == nullptr ? Truth{} : *row) != known)
            violate("after repair the timelines show something else than the catalog's entry");
    }

    bool acknowledged(Role role) const {
        return std::any_of(requests_.begin(), requests_.end(),
                           [&](const Request& request) { return request.role == role && request.acknowledged; });
    }

    void check_purges(const Listed& listed) {
        bool asked = false;
        for (const auto& request : requests_) {
            if (request.role != Role::purge) continue;
            asked = true;
            if (request.acknowledged && !listed.truth.purged) violate("what was purged is back");
        }
        if (has(Role::upload)) {
            if (acknowledged(Role::upload) && !listed.alive()) violate("an upload was acknowledged and is gone");
        } else if (!asked && !listed.alive()) {
            violate("the record is gone and nobody purged it");
        }
        if (listed.truth.purged && !(listed.facts.empty() && listed.derived.empty() && listed.others.empty()))
            violate("a purge left something behind after repair");
    }

    /// Of the requests that began after `since`, none that was acknowledged is missing in `truth`.
    void check_field(const char* field, const Truth& truth, std::uint64_t since) {
        const Request* winner = writer_of(field, truth.string(field));
        for (const auto& other : requests_) {
            if (&other == winner || !writes(other, field) || !other.acknowledged || other.began < since) continue;
            const bool lost = winner == nullptr;
            // A put without an answer may take effect at any time, but not over a later one where clocks agree.
            const bool later = winner != nullptr && other.began > winner->ended &&
                               (winner->acknowledged || scenario_.clock_spread == Millis(0));
            if (lost || later)
                violate(std::string("the ") + field + " of actor " + other.value + " was acknowledged and lost");
        }
    }

    /// Of the requests that ended before `until`: what was taken off after it was set stays off, and what was set after
    /// it was taken off stays on.
    void check_tag(const Truth& truth, std::uint64_t since, std::uint64_t until, bool of_catalog = false) {
        const std::string value = truth.string(kTag);
        const Request* setter = value.empty() || value == "0" ? nullptr : writer_of(kTag, value);
        for (const auto& other : requests_) {
            if (!writes(other, kTag) || !other.acknowledged) continue;
            if (other.began < since || other.ended > until || &other == setter) continue;
            // What it saw in the truth, somebody may have died before telling the catalog.
            if (of_catalog && !other.wrote) continue;
            if (takes_off(other) && !value.empty() && is_before(setter, other))
                violate("what actor " + other.value + " took off is back");
            if (other.role == Role::tag && !may_follow(other, value, setter))
                violate("the tag of actor " + other.value + " was acknowledged and lost");
        }
    }

    /// A photo that had the tag has one of the two, unless somebody took it off.
    void check_renaming(const Truth& truth, std::uint64_t since, bool of_catalog = false) {
        if (!truth.string(kRenamed).empty()) return;
        for (const auto& request : requests_)
            if (request.role == Role::rename && request.acknowledged && request.wrote && request.began >= since)
                violate("the new name that actor " + request.value + " gave the tag was acknowledged and lost");
        // What the catalog has forgotten in a failover it lacks until the repair.
        if (!of_catalog && has(Role::rename) && !has(Role::untag) && !has(Role::upload) && truth.string(kTag).empty())
            violate("a tag that was renamed has neither name");
    }

    /// Whether what `setter` wrote (nobody: the upload) can't be later than `request`.
    bool is_before(const Request* setter, const Request& request) const {
        if (setter == nullptr) return true;
        return setter->ended < request.began && (setter->acknowledged || scenario_.clock_spread == Millis(0));
    }

    /// Whether somebody may have replaced the tag that `request` set by `value`.
    bool may_follow(const Request& request, const std::string& value, const Request* setter) const {
        if (!value.empty()) return setter != nullptr && !is_before(setter, request);
        return std::any_of(requests_.begin(), requests_.end(), [&](const Request& other) {
            return takes_off(other) && other.began > 0 && !(other.acknowledged && other.ended < request.began);
        });
    }

    void check_exclusion() {
        int accepted = 0;
        for (const auto& request : requests_)
            if (request.role == Role::edit_unchanged && request.acknowledged) ++accepted;
        if (accepted > 1 && !catalog_.lost_a_lease()) violate("two edits with the same If-Match were accepted");
    }

    const Scenario& scenario_;
    std::optional<std::string> violation_;
    std::vector<Request> requests_;
    World world_;
    FakeBlobs blobs_;
    FakeCatalog catalog_;
    FakeJobs jobs_;
    Ledger ledger_;
    Ref ref_;
    std::optional<int> uploader_;
};

}  // namespace

std::optional<std::string> run(const Scenario& scenario, Choices& choices, std::uint64_t seed) {
    return Run(scenario, choices, seed).go();
}

}  // namespace cadre::gallery::simulation
