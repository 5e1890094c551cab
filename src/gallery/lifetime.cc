#include "gallery/lifetime.h"

#include <algorithm>

#include "base/log.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr const char* kField = "lifetime";
constexpr std::size_t kNameBytes = 9;

/// The one record of its kind: a name that no clock makes.
Ref ref_of_lifetime() { return {Kind::settings, *parse_id("00000000-0000-7000-8000-00006c696665")}; }

std::int64_t count(WallTime time) { return time.time_since_epoch().count(); }

json::object to_json(const LifetimeState& state) {
    return {{"lived", to_json(state.lived)},
            {"at", count(state.at)},
            {"even_since", count(state.even_since)},
            {"by", json::value(state.by)}};
}

std::optional<LifetimeState> state_from(const Truth& truth) {
    const auto* value = truth.find(kField);
    if (value == nullptr || !value->is_object()) return std::nullopt;
    const auto& object = value->get_object();
    const auto* lived_value = object.if_contains("lived");
    const auto at = get_int(object, "at");
    const auto even_since = get_int(object, "even_since");
    if (lived_value == nullptr || !at || !even_since) return std::nullopt;
    const auto lived = lived_from(*lived_value);
    if (!lived) return std::nullopt;
    return LifetimeState{*lived, WallTime(Millis(*at)), WallTime(Millis(*even_since)),
                         std::string(get_string(object, "by").value_or(""))};
}

}  // namespace

bool has_passed(Millis time, const Lived& from, const Lived& to) {
    return to.seen - from.seen >= time || to.credited - from.credited >= time + kLongestGap;
}

json::value to_json(const Lived& lived) { return json::array{lived.seen.count(), lived.credited.count()}; }

std::optional<Lived> lived_from(const json::value& value) {
    if (!value.is_array() || value.get_array().size() != 2) return std::nullopt;
    const auto& parts = value.get_array();
    if (!parts[0].is_int64() || !parts[1].is_int64()) return std::nullopt;
    return Lived{Millis(parts[0].get_int64()), Millis(parts[1].get_int64())};
}

LifetimeState next(LifetimeState before, const std::optional<Tick>& last, const Tick& now) {
    const Millis by_wall = now.wall - before.at;
    std::optional<Millis> by_itself;  // by the clock that nobody sets
    if (last && last->wall == before.at) by_itself = now.monotonic - last->monotonic;
    // A handover between two processes is a small step too, if it is one.
    const Millis most = by_itself ? std::min<Millis>(*by_itself, kLongestStep) : Millis(kHandover);
    const bool handed_over = by_itself || by_wall <= kHandover;
    const Millis step = handed_over ? std::clamp<Millis>(by_wall, Millis(0), std::max(most, Millis(0))) : Millis(0);
    before.lived.seen += step;
    before.lived.credited += std::max(step, std::clamp<Millis>(by_wall, Millis(0), kLongestGap));
    const Millis jumped = by_wall - by_itself.value_or(Millis(0));
    if (jumped > kLongestGap || jumped < -kEven) before.even_since = now.wall;
    before.at = now.wall;
    return before;
}

Lifetime::Lifetime(catalog::Catalog& catalog, Ledger& ledger, const Clock& clock, Random& random)
    : catalog_(catalog),
      ledger_(ledger),
      clock_(clock),
      name_(random.token(kNameBytes)),
      even_since_(clock.now()),
      offset_(clock.now().time_since_epoch() - clock.monotonic().time_since_epoch()) {}

Task<void> Lifetime::tick() {
    const Tick now{clock_.now(), clock_.monotonic()};
    if (last_ && now.monotonic - last_->monotonic < kTickEvery) co_return Result<void>();
    LifetimeState after;
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        // What is no state any more begins again: all that waits for its time waits longer.
        const auto before = state_from(truth).value_or(LifetimeState{{}, now.wall, now.wall, name_});
        after = next(before, before.by == name_ ? last_ : std::nullopt, now);
        after.by = name_;
        Changes changes;
        changes[kField] = to_json(after);
        return changes;
    };
    auto changed = co_await ledger_.edit(ref_of_lifetime(), decide);
    if (!changed && changed.error().kind == ErrorKind::not_found) {
        CO_TRY(auto first, decide({}));
        auto made = co_await ledger_.create(ref_of_lifetime(), std::move(first), {});
        if (!made) co_return fail(std::move(made).error());
    } else if (!changed) {
        co_return fail(std::move(changed).error());
    }
    last_ = now;
    adopt(after.even_since);
    co_return Result<void>();
}

Task<std::optional<LifetimeState>> Lifetime::known() {
    CO_TRY(const auto entry, co_await catalog_.get(ref_of_lifetime()));
    if (!entry) co_return std::optional<LifetimeState>();
    co_return state_from(entry->truth);
}

Task<void> Lifetime::learn() {
    CO_TRY(const auto state, co_await known());
    if (!state) co_return Result<void>();
    // Where this clock and that one disagree, its word on when this one was even is worth nothing.
    const Millis behind = clock_.now() - state->at;
    if (behind > -kEven && behind <= kLongestGap) adopt(state->even_since);
    co_return Result<void>();
}

Task<std::optional<Lived>> Lifetime::now() {
    CO_TRY(const auto state, co_await known());
    if (!state) co_return std::optional<Lived>();
    co_return state->lived;
}

Millis Lifetime::age_of(WallTime moment) {
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.now();
    const Millis offset = now.time_since_epoch() - clock_.monotonic().time_since_epoch();
    const Millis jumped = offset - std::exchange(offset_, offset);
    if (jumped > kLongestGap || jumped < -kEven) {
        log::warn("the clock jumped: what waits for its time waits longer", {{"milliseconds", jumped.count()}});
        even_since_ = jumped_at_ = now;
    }
    return now - (moment > now + kEven ? even_since_ : std::max(moment, even_since_));
}

/// An earlier moment than this process knows of, unless its clock has jumped since.
void Lifetime::adopt(WallTime even_since) {
    (void)age_of(WallTime{});
    const std::scoped_lock lock(mutex_);
    even_since_ = std::max(even_since, jumped_at_);
}

}  // namespace cadre::gallery
