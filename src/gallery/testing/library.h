// What the tests of the gallery share: a library in a folder of its own, over Solo's real stores, whose clock can be
// set ahead, and whose blob store counts what is asked of it and fails when told to.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "blobs/files/store.h"
#include "catalog/sqlite/catalog.h"
#include "events/local/bus.h"
#include "gallery/gallery.h"
#include "gallery/photo.h"
#include "jobs/sqlite/queue.h"

namespace cadre::gallery::testing {

/// The machine's clock, set ahead.
class ClockAhead final : public Clock {
public:
    [[nodiscard]] WallTime now() const override { return system_.now() + ahead_ + wrong_; }
    [[nodiscard]] MonotonicTime monotonic() const override { return system_.monotonic() + ahead_; }
    void advance(Millis by) { ahead_ += by; }
    /// What time it is changes, and no time passes.
    void jump(Millis by) { wrong_ += by; }

private:
    SystemClock system_;
    Millis ahead_{0};
    Millis wrong_{0};
};

/// Refuses as it is told to; else it says of every file the same, and what it derives are empty files of one picture.
class NoDecoders final : public media::Decoders {
public:
    Task<media::Probe> probe(int, media::Limits, std::string) override {
        if (refusal) co_return fail(*refusal);
        if (every) co_return *every;
        co_return fail(ErrorKind::unavailable, "No decoder.");
    }
    Task<media::Derived> derive(int, media::Limits, std::string, int rotation) override {
        ++asked;
        if (meanwhile) {
            const auto work = std::exchange(meanwhile, nullptr);
            CO_CHECK(co_await work());
        }
        if (error) co_return fail(*error);
        media::Derived derived;
        derived.width = derived.height = 1;
        derived.thumbhash = "thumb" + (rotation == 0 ? "" : std::to_string(rotation));
        derived.pixels = "0123456789abcdef";
        derived.phash = 0xfedc'ba98'7654'3210U;
        for (const auto& size : media::kVariantSizes)
            derived.variants.push_back({size.name, 1, 1, UniqueFd(::memfd_create(size.name, MFD_CLOEXEC)), 0});
        co_return derived;
    }
    Task<std::string> about() override { co_return std::string("libraries 1"); }

    std::optional<Error> error = Error{ErrorKind::unavailable, "No decoder."};
    std::function<Task<void>()> meanwhile;  // what happens while the next picture is made, once
    std::optional<Error> refusal;           // of every probe
    std::optional<media::Probe> every;      // what a probe says; nothing: it refuses
    int asked = 0;                          // for derivatives
};

/// Hands every call on, and counts. Refuses with "unavailable" what it was told to.
class WatchedBlobs final : public blobs::Store {
public:
    explicit WatchedBlobs(blobs::Store& store) : store_(store) {}

    Task<void> put(std::vector<blobs::Put> objects) override {
        if (allowed_puts == 0) co_return away();
        if (allowed_puts > 0) --allowed_puts;
        puts += objects.size();
        if (on_put) on_put(objects);
        if (before_put) {
            const auto meanwhile = std::exchange(before_put, nullptr);
            CO_CHECK(co_await meanwhile());
        }
        co_return co_await store_.put(std::move(objects));
    }
    Task<blobs::Object> open(std::string key, std::uint64_t offset, std::uint64_t length) override {
        ++opens;
        co_return co_await store_.open(std::move(key), offset, length);
    }
    Task<std::string> get(std::string key) override {
        ++gets;
        co_return co_await store_.get(std::move(key));
    }
    Task<blobs::Listing> list(std::string prefix, std::string cursor, std::size_t limit) override {
        ++lists;
        if (failing_list == lists) co_return away();
        if (page != 0) limit = page;
        CO_TRY(auto listing, co_await store_.list(std::move(prefix), std::move(cursor), limit));
        std::erase_if(listing.items, [&](const blobs::Item& item) { return item.key == unlisted; });
        co_return listing;
    }
    Task<void> remove(std::vector<std::string> keys) override { co_return co_await store_.remove(std::move(keys)); }
    Task<void> copy(std::string from, std::string to, blobs::Durability durability) override {
        co_return co_await store_.copy(std::move(from), std::move(to), durability);
    }
    Task<void> check() override { return store_.check(); }
    [[nodiscard]] blobs::Traits traits() const override { return store_.traits(); }

    std::size_t puts = 0, opens = 0, gets = 0, lists = 0;  // objects put; the others are calls
    int allowed_puts = -1;                                 // −1: all
    std::function<Task<void>()> before_put;                // what happens meanwhile, once
    std::function<void(const std::vector<blobs::Put>&)> on_put;
    std::size_t failing_list = 0;  // the n-th listing fails; 0: none
    std::size_t page = 0;          // items of a listing; 0: as asked
    std::string unlisted;          // a key that listings do not show, as if they were a moment older

private:
    static tl::unexpected<Error> away() { return fail(ErrorKind::unavailable, "The store is away."); }

    blobs::Store& store_;
};

class LibraryTest : public ::testing::Test {
protected:
    LibraryTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "cadre-gallery-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        store_ = value(blobs::files::open({folder_ / "blobs"}, files_));
        blobs_ = std::make_unique<WatchedBlobs>(*store_);
        catalog_ = value(catalog::sqlite::open({folder_ / "catalog.db", folder_ / "volatile.db"}, clock_, random_));
        jobs::sqlite::Options jobs;
        jobs.path = folder_ / "jobs.db";
        jobs_ = value(jobs::sqlite::open(std::move(jobs), clock_, random_));
        events_ = events::local::make({}, clock_, random_);
        Policy policy;
        policy.scratch = folder_;
        open_gallery(std::move(policy));
        ask(catalog_->end_rebuild(ask(catalog_->begin_rebuild(false))));
    }
    /// As a process does that starts with these settings.
    void open_gallery(Policy policy) {
        gallery_ = std::make_unique<Gallery>(
            Stores{*blobs_, *catalog_, *jobs_, *events_, decoders_, clock_, random_, files_, passwords_},
            std::move(policy));
    }
    ~LibraryTest() override {
        passwords_.stop();
        files_.stop();
        gallery_.reset();
        catalog_.reset();
        jobs_.reset();
        std::filesystem::remove_all(folder_);
    }

    template <class T>
    static T value(Result<T> result) {
        if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
        return std::move(*result);
    }
    template <class T>
    Result<T> result_of(Task<T> task) {
        asio::io_context io{1};
        std::optional<Result<T>> result;
        asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& fault, Result<T> got) {
            if (fault) std::rethrow_exception(fault);
            result.emplace(std::move(got));
        });
        io.run();
        return std::move(result.value());
    }
    template <class T>
    T ask(Task<T> task) {
        auto result = result_of(std::move(task));
        if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }

    /// A photo with an original of these bytes, as an upload makes it.
    catalog::Ref add_photo(std::string bytes = "picture") {
        namespace field = catalog::field;
        const catalog::Ref ref{catalog::Kind::photo, make_id(clock_, random_)};
        Changes facts;
        facts[std::string(field::kOwner)] = json::value(owner_.text());
        facts[std::string(field::kSha256)] = json::value(sha256_hex(bytes));
        facts[std::string(field::kSize)] = bytes.size();
        facts[std::string(field::kUploadedAt)] = clock_.now().time_since_epoch().count();
        facts[std::string(field::kAccess)] = json::object{{"visibility", "private"}, {"key", random_.token(16)}};
        facts[std::string(field::kTitle)] = "first";
        std::vector<blobs::Put> original;
        original.push_back({Ledger::prefix(ref) + "original", std::move(bytes)});
        ask(gallery_->ledger().create(ref, std::move(facts), std::move(original)));
        return ref;
    }
    catalog::Truth edit(catalog::Ref ref, std::string field, json::value to) {
        const auto decide = [&](const catalog::Truth&) -> Result<Changes> {
            Changes changes;
            changes[field] = to;
            return changes;
        };
        return ask(gallery_->ledger().edit(ref, decide)).after;
    }
    /// The user whom photos are of.
    void add_owner() {
        namespace field = catalog::field;
        Changes facts;
        facts[std::string(field::kName)] = "owner";
        facts[std::string(field::kRole)] = "member";
        ask(gallery_->ledger().create({catalog::Kind::user, owner_}, std::move(facts), {}));
    }
    void purge(catalog::Ref ref) {
        ask(gallery_->ledger().purge(ref, [](const catalog::Truth&) -> Result<void> { return {}; }));
    }
    void put(std::string key, std::string content) {
        std::vector<blobs::Put> puts;
        puts.push_back({std::move(key), std::move(content)});
        ask(store_->put(std::move(puts)));
    }
    std::vector<std::string> keys(std::string prefix = "") {
        std::vector<std::string> keys;
        std::string cursor;
        do {
            const auto page = ask(store_->list(prefix, cursor, 1000));
            for (const auto& item : page.items) keys.push_back(item.key);
            cursor = page.next;
        } while (!cursor.empty());
        return keys;
    }
    std::optional<catalog::Entry> entry(catalog::Ref ref) { return ask(catalog_->get(ref)); }
    /// Sets the catalog's entry, whatever it was.
    void set_entry(catalog::Ref ref, std::optional<catalog::Truth> truth) {
        const auto now = entry(ref);
        ASSERT_TRUE(ask(catalog_->replace(ref, now ? now->version : 0, std::move(truth))));
    }
    bool agrees(catalog::Ref ref) {
        const auto listed = ask(gallery_->ledger().read(ref));
        const auto known = entry(ref);
        if (listed.empty()) return !known;
        return known && known->truth == listed.truth;
    }

    std::filesystem::path folder_;
    ClockAhead clock_;
    SystemRandom random_;
    Id owner_ = make_id(clock_, random_);
    Pool files_{4, 4096};
    Pool passwords_{1, 64};
    NoDecoders decoders_;
    std::unique_ptr<blobs::Store> store_;
    std::unique_ptr<WatchedBlobs> blobs_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<jobs::Queue> jobs_;
    std::unique_ptr<events::Bus> events_;
    std::unique_ptr<Gallery> gallery_;
};

}  // namespace cadre::gallery::testing
