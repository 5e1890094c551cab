#include "gallery/simulation/fakes.h"

#include <algorithm>
#include <stdexcept>

#include "gallery/bounds.h"
#include "gallery/gallery.h"

namespace cadre::gallery::simulation {
namespace {

using catalog::Record;

/// The ledger must not need what these would answer.
template <class T = void>
Task<T> not_asked() {
    throw std::logic_error("the simulation does not answer this");
    co_return fail(ErrorKind::internal, "");
}

tl::unexpected<Error> no_answer() { return fail(ErrorKind::unavailable, "No answer came."); }

/// The stamp that a put brings is the name of its object.
std::string stamp_in(const std::string& key) {
    const auto start = key.rfind('/') + 1;
    return key.substr(start, key.rfind('.') - start);
}

}  // namespace

// ---- blobs ---------------------------------------------------------------------------------------------------------

blobs::Traits FakeBlobs::traits() const {
    // The planted bug believes that listings are atomic where they are not.
    return {quirks_.atomic_listing || quirks_.bug == Bug::delete_at_once};
}

Task<void> FakeBlobs::disturbed(std::string what, std::function<void()> effect) {
    co_await world_.step(what);
    if (!world_.spend_bad_call()) {
        effect();
        co_return Result<void>();
    }
    switch (world_.choices().pick(3)) {
        case 0:
            world_.note("   … its answer is lost");
            effect();
            break;
        case 1:
            world_.note("   … it is late");
            world_.later(std::move(what), std::move(effect));
            break;
        default:
            world_.note("   … it is lost");
    }
    co_return no_answer();
}

std::string FakeBlobs::mutated(const std::string& key, std::string content) const {
    switch (quirks_.bug) {
        case Bug::restamp_join:
        case Bug::stamp_by_clock:
        case Bug::stamp_by_catalog:
        case Bug::forget_at_once:
            break;
        default:
            return content;
    }
    if (key.find("/f/") == std::string::npos) return content;
    Record record = catalog::decode(content).value();
    forget(record);
    const auto newest = record.newest();
    for (auto& [name, field] : record.fields) {
        if (quirks_.bug == Bug::restamp_join) field.stamp = newest;
        if (quirks_.bug == Bug::stamp_by_clock && field.stamp == newest)
            field.stamp.n = world_.now().time_since_epoch().count();
        if (quirks_.bug == Bug::stamp_by_catalog && field.stamp == newest)
            field.stamp.n = std::max<std::int64_t>(known_newest() + 1, world_.now().time_since_epoch().count());
    }
    return catalog::encode(record);
}

/// Sooner than the ledger would.
void FakeBlobs::forget(Record& record) const {
    if (quirks_.bug != Bug::forget_at_once) return;
    const auto newest = record.newest();
    (void)forget_removed(record, [&](const catalog::Stamp& stamp) { return stamp != newest; });
}

Task<void> FakeBlobs::put(std::vector<blobs::Put> puts) {
    for (auto& put : puts) {
        if (quirks_.bug == Bug::no_tomb && put.key.ends_with("/tomb")) continue;
        std::string content = mutated(put.key, std::get<std::string>(std::move(put.content)));
        if (quirks_.bug == Bug::delete_before_put && put.key.find("/f/") != std::string::npos) {
            const std::string folder = put.key.substr(0, put.key.rfind('/') + 1);
            std::erase_if(objects_, [&](const auto& object) { return object.first.starts_with(folder); });
        }
        std::string what = "put " + put.key.substr(put.key.find('/', 8) + 1);
        auto effect = [this, key = put.key, content, now = world_.now()] { objects_[key] = {content, now}; };
        auto done = co_await disturbed(std::move(what), std::move(effect));
        if (!done) co_return done;
    }
    co_return Result<void>();
}

Task<std::string> FakeBlobs::get(std::string key) {
    co_await world_.step("get " + stamp_in(key));
    const auto found = objects_.find(key);
    if (found == objects_.end()) co_return fail(ErrorKind::not_found, "There is no such object.");
    co_return found->second.content;
}

Task<blobs::Listing> FakeBlobs::list(std::string prefix, std::string, std::size_t) {
    co_await world_.step("list");
    auto seen = objects_;
    if (!quirks_.atomic_listing) {
        // What came or went while the listing ran may or may not be in it.
        co_await world_.step("list, its end");
        for (const auto& [key, content] : objects_)
            if (!seen.contains(key) && world_.choices().pick(2) == 0) seen[key] = content;
        for (auto it = seen.begin(); it != seen.end();)
            it = !objects_.contains(it->first) && world_.choices().pick(2) == 0 ? seen.erase(it) : std::next(it);
    }
    blobs::Listing listing;
    for (const auto& [key, stored] : seen)
        if (key.starts_with(prefix)) listing.items.push_back({key, stored.content.size(), stored.modified});
    if (quirks_.bug == Bug::repair_looks_once && !world_.is_calm())
        co_return first_listings_.emplace(world_.current(), std::move(listing)).first->second;
    co_return listing;
}

/// One that is lost does not keep the others from going.
Task<void> FakeBlobs::remove(std::vector<std::string> keys) {
    Result<void> outcome;
    for (auto& key : keys) {
        auto effect = [this, key] { objects_.erase(key); };
        std::string what = "delete " + stamp_in(key);
        auto done = co_await disturbed(std::move(what), std::move(effect));
        if (!done) outcome = std::move(done);
    }
    co_return outcome;
}

Task<blobs::Object> FakeBlobs::open(std::string, std::uint64_t, std::uint64_t) { return not_asked<blobs::Object>(); }
Task<void> FakeBlobs::copy(std::string, std::string, blobs::Durability) { return not_asked(); }
Task<void> FakeBlobs::check() { return not_asked(); }

// ---- catalog -------------------------------------------------------------------------------------------------------

FakeCatalog::FakeCatalog(World& world, Quirks quirks) : world_(world), quirks_(quirks) {
    remember();
    rows_history_.push_back(rows_);
    world_.fail_over = [this] {
        if (quirks_.rows_apart && world_.choices().pick(2) == 1) {
            const std::size_t lost = world_.choices().pick(std::min<std::size_t>(rows_history_.size(), 4));
            rows_history_.resize(rows_history_.size() - lost);
            rows_ = rows_history_.back();
            return;
        }
        const std::size_t kept = world_.choices().pick(std::min<std::size_t>(history_.size(), 4));
        const State& older = history_[history_.size() - 1 - kept];
        for (const auto& [name, held] : state_.leases)
            if (!older.leases.contains(name) && held.until > world_.monotonic()) lost_a_lease_ = true;
        state_ = older;
        history_.resize(history_.size() - kept);
    };
}

const catalog::Truth* FakeCatalog::truth_of(catalog::Ref ref) const {
    const auto found = state_.entries.find(ref);
    return found == state_.entries.end() ? nullptr : &found->second.truth;
}

const catalog::Truth* FakeCatalog::row_of(catalog::Ref ref) const {
    const auto found = rows_.find(ref);
    return found == rows_.end() || !found->second.truth ? nullptr : &*found->second.truth;
}

void FakeCatalog::remember() { history_.push_back(state_); }

asio::awaitable<void> FakeCatalog::put_row(catalog::Ref ref, std::optional<catalog::Truth> truth,
                                           std::uint64_t version) {
    if (!quirks_.rows_apart) co_return;
    co_await world_.step("catalog rows");
    auto& row = rows_[ref];
    if (row.version < version) row = {std::move(truth), version};
    rows_history_.push_back(rows_);
}

Task<std::optional<catalog::Entry>> FakeCatalog::get(catalog::Ref ref) {
    co_await world_.step("catalog get");
    const auto found = state_.entries.find(ref);
    if (found == state_.entries.end()) co_return std::optional<catalog::Entry>();
    co_return found->second;
}

Task<catalog::Entry> FakeCatalog::apply(catalog::Ref ref, catalog::Truth truth) {
    co_await world_.step("catalog apply");
    auto& entry = state_.entries[ref];
    catalog::join(entry.truth, truth);
    entry.version = ++versions_;
    const catalog::Entry joined = entry;
    remember();
    co_await put_row(ref, joined.truth, joined.version);
    co_return joined;
}

Task<bool> FakeCatalog::replace(catalog::Ref ref, std::uint64_t expected, std::optional<catalog::Truth> truth) {
    co_await world_.step("catalog replace");
    const auto found = state_.entries.find(ref);
    const std::uint64_t version = found == state_.entries.end() ? 0 : found->second.version;
    if (version != expected && quirks_.bug != Bug::repair_without_compare) co_return false;
    if (quirks_.bug == Bug::repair_skips_equal && truth && version != 0 && found->second.truth == *truth)
        co_return true;
    ++versions_;
    const auto now = versions_;
    if (truth)
        state_.entries[ref] = {*truth, now};
    else
        state_.entries.erase(ref);
    remember();
    co_await put_row(ref, std::move(truth), now);
    co_return true;
}

Task<std::vector<std::optional<Id>>> FakeCatalog::find(catalog::Index index, std::vector<std::string> keys) {
    co_await world_.step("catalog find");
    std::vector<std::optional<Id>> found(keys.size());
    for (const auto& [ref, entry] : state_.entries)
        for (const auto& [of, key] : catalog::lookups_of(ref, entry.truth))
            for (std::size_t i = 0; i < keys.size(); ++i)
                if (of == index && key == keys[i] && !found[i]) found[i] = ref.id;
    co_return found;
}

Task<catalog::Lease> FakeCatalog::lease(std::string name, Millis ttl) {
    const auto free = [this, name] {
        const auto found = state_.leases.find(name);
        return quirks_.bug == Bug::no_lease || found == state_.leases.end() ||
               found->second.until <= world_.monotonic();
    };
    co_await world_.step("lease", free);
    catalog::Lease lease{name, world_.token(8), world_.monotonic() + ttl};
    state_.leases[name] = {lease.token, lease.until};
    remember();
    co_return lease;
}

Task<catalog::Lease> FakeCatalog::renew(catalog::Lease lease, Millis ttl) {
    co_await world_.step("renew");
    const auto found = state_.leases.find(lease.name);
    if (found == state_.leases.end() || found->second.token != lease.token || found->second.until <= world_.monotonic())
        co_return fail(ErrorKind::conflict, "This lease has ended.");
    lease.until = found->second.until = world_.monotonic() + ttl;
    remember();
    co_return lease;
}

Task<void> FakeCatalog::release(catalog::Lease lease) {
    co_await world_.step("release");
    const auto found = state_.leases.find(lease.name);
    if (found != state_.leases.end() && found->second.token == lease.token) state_.leases.erase(found);
    remember();
    co_return Result<void>();
}

Task<void> FakeCatalog::intend(catalog::Ref) { co_return Result<void>(); }
Task<void> FakeCatalog::settle(catalog::Ref) { co_return Result<void>(); }
Task<bool> FakeCatalog::complete() { co_return true; }

Task<std::vector<std::optional<catalog::Entry>>> FakeCatalog::get_many(catalog::Kind, std::vector<Id>) {
    return not_asked<std::vector<std::optional<catalog::Entry>>>();
}
Task<catalog::Page<catalog::Listed>> FakeCatalog::scan(catalog::Kind, std::string, std::size_t) {
    return not_asked<catalog::Page<catalog::Listed>>();
}
Task<std::string> FakeCatalog::version(catalog::View) { return not_asked<std::string>(); }
Task<catalog::Timeline> FakeCatalog::timeline(catalog::View) { return not_asked<catalog::Timeline>(); }
Task<std::vector<catalog::Summary>> FakeCatalog::summaries(std::vector<catalog::View>) {
    return not_asked<std::vector<catalog::Summary>>();
}
Task<catalog::MonthVersion> FakeCatalog::month_version(catalog::View, catalog::Month) {
    return not_asked<catalog::MonthVersion>();
}
Task<catalog::MonthRows> FakeCatalog::month(catalog::View, catalog::Month, std::uint32_t, std::uint32_t) {
    return not_asked<catalog::MonthRows>();
}
Task<std::vector<catalog::Row>> FakeCatalog::newest(catalog::View, std::optional<catalog::Place>, std::uint32_t) {
    return not_asked<std::vector<catalog::Row>>();
}
Task<catalog::Page<catalog::Word>> FakeCatalog::words(catalog::Family, Id, std::string, std::size_t) {
    return not_asked<catalog::Page<catalog::Word>>();
}
Task<std::vector<catalog::Ref>> FakeCatalog::unsettled() { return not_asked<std::vector<catalog::Ref>>(); }
Task<void> FakeCatalog::put_session(catalog::Session) { return not_asked(); }
Task<std::optional<catalog::Session>> FakeCatalog::get_session(std::string) {
    return not_asked<std::optional<catalog::Session>>();
}
Task<void> FakeCatalog::remove_session(std::string) { return not_asked(); }
Task<std::vector<catalog::Session>> FakeCatalog::sessions_of(Id) { return not_asked<std::vector<catalog::Session>>(); }
Task<catalog::Page<Id>> FakeCatalog::find_all(catalog::Index, std::string, std::string, std::size_t) {
    return not_asked<catalog::Page<Id>>();
}
Task<catalog::Counted> FakeCatalog::count(std::string, Millis, std::int64_t) { return not_asked<catalog::Counted>(); }
Task<void> FakeCatalog::uncount(std::string) { return not_asked(); }
Task<void> FakeCatalog::see(std::string, std::string, std::size_t) { return not_asked(); }
Task<std::vector<catalog::Seen>> FakeCatalog::seen(std::string) { return not_asked<std::vector<catalog::Seen>>(); }
Task<void> FakeCatalog::post(std::string, std::string, std::string, Millis, std::size_t) { return not_asked(); }
Task<std::vector<catalog::Posted>> FakeCatalog::posted(std::string) {
    return not_asked<std::vector<catalog::Posted>>();
}
Task<std::string> FakeCatalog::keep(std::string, std::string) { return not_asked<std::string>(); }
Task<std::string> FakeCatalog::begin_rebuild(bool) { return not_asked<std::string>(); }
Task<void> FakeCatalog::end_rebuild(std::string) { return not_asked(); }
Task<catalog::Page<catalog::Ref>> FakeCatalog::audit(std::string, std::size_t) {
    co_await world_.step("catalog audit");
    rows_.clear();
    for (const auto& [ref, entry] : state_.entries) rows_[ref] = {entry.truth, entry.version};
    rows_history_.push_back(rows_);
    co_return catalog::Page<catalog::Ref>();
}
Task<void> FakeCatalog::check() { return not_asked(); }

// ---- jobs ----------------------------------------------------------------------------------------------------------

Task<void> FakeJobs::push(jobs::Job job) {
    if (job.kind != gallery::job::kTidy) co_return Result<void>();  // repair runs at the end of every scenario
    std::vector<std::string> keys;
    for (const auto& key : job.payload.at("keys").as_array()) keys.emplace_back(key.as_string());
    const auto asked = world_.moment();
    world_.spawn("tidy", [this, keys, asked]() -> asio::awaitable<void> {
        const auto quiet = [this, asked] { return world_.quiet_since(asked); };
        co_await world_.step("much later", quiet);
        (void)co_await blobs_.remove(keys);
    });
    co_return Result<void>();
}

Task<std::optional<jobs::Taken>> FakeJobs::take(std::vector<std::string>, Millis, Millis, jobs::Turn) {
    return not_asked<std::optional<jobs::Taken>>();
}
Task<void> FakeJobs::renew(jobs::Taken, Millis) { return not_asked(); }
Task<void> FakeJobs::done(jobs::Taken) { return not_asked(); }
Task<void> FakeJobs::retry(jobs::Taken, WallTime) { return not_asked(); }
Task<void> FakeJobs::bury(jobs::Taken, std::string) { return not_asked(); }
Task<bool> FakeJobs::holds(std::string, std::string) { return not_asked<bool>(); }
Task<jobs::Stats> FakeJobs::stats() { return not_asked<jobs::Stats>(); }
Task<std::vector<jobs::Dead>> FakeJobs::dead(std::size_t) { return not_asked<std::vector<jobs::Dead>>(); }
Task<void> FakeJobs::resend(std::string) { return not_asked(); }

}  // namespace cadre::gallery::simulation
