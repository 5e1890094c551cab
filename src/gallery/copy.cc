#include "gallery/copy.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "base/concurrently.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "gallery/repairs.h"
#include "gallery/scratch.h"
#include "gallery/walk.h"

namespace cadre::gallery {
namespace {

using FindingKind = Finding::Kind;

constexpr std::size_t kObjectPiece = std::size_t{1} << 20;
constexpr int kTries = 4;
constexpr std::size_t kCopyPage = 1000;

/// The sizes of what the target has under the keys of one record.
using There = std::map<std::string, std::uint64_t, std::less<>>;

/// The bytes of an object as a file, and what they hash to.
struct Fetched {
    std::shared_ptr<const UniqueFd> file;
    std::uint64_t size = 0;
    std::string sha256;  // hex
};

class Copier {
public:
    Copier(blobs::Store& from, blobs::Store& to, Pool& pool, const CopyOptions& options,
           const std::function<void(const CopyReport&)>& progress, const std::function<void(const Finding&)>& report)
        : from_(from), to_(to), pool_(pool), options_(options), progress_(progress), report_(report) {}

    Task<CopyReport> run() {
        Walk walk(from_, "");
        while (!walk.done()) {
            CO_TRY(const auto page, co_await walk.next());
            const auto one = [&](std::size_t i) -> Task<void> { return copy_shown(page[i]); };
            CO_CHECK(co_await each(page.size(), options_.at_once, one));
            if (progress_) progress_(report_of_);
        }
        co_return report_of_;
    }

private:
    void say(FindingKind kind, std::string key, std::string detail) {
        if (kind != FindingKind::note) ++report_of_.findings;
        report_({kind, std::move(key), std::move(detail)});
    }

    Task<void> copy_shown(const Shown& shown) {
        const bool passes = shown.folder == "uploads" || shown.folder == "archives" || shown.folder == "find";
        if (passes || (shown.folder == "media" && !options_.media)) co_return Result<void>();
        const bool media = shown.folder == "media";
        if (!media && !catalog::kind_of(shown.folder)) {
            for (const auto& item : shown.items)
                say(FindingKind::note, item.key, "This key belongs to nothing; it was not copied.");
            co_return Result<void>();
        }
        CO_TRY(const auto there, co_await listed_in_target(shown));
        if (media) co_return co_await copy_media(shown, there);
        ++report_of_.records;
        std::vector<blobs::Item> items = shown.items;
        for (int attempt = 1;; ++attempt) {
            auto copied = co_await copy_record(shown, items, there);
            if (copied || copied.error().kind != ErrorKind::not_found || attempt == kTries) co_return copied;
            // The source is being written: what was listed has been joined by something newer.
            CO_TRY(items, co_await list_again(shown));
        }
    }

    static std::string prefix_of(const Shown& shown) { return shown.folder + "/" + shown.name + "/"; }

    Task<std::vector<blobs::Item>> list_again(const Shown& shown) {
        std::vector<blobs::Item> items;
        std::string cursor;
        do {
            CO_TRY(auto page, co_await from_.list(prefix_of(shown), cursor, kCopyPage));
            std::move(page.items.begin(), page.items.end(), std::back_inserter(items));
            cursor = std::move(page.next);
        } while (!cursor.empty());
        co_return items;
    }

    /// A folder that the target has nothing of is asked for once.
    Task<There> listed_in_target(const Shown& shown) {
        There there;
        if (const auto known = empty_.find(shown.folder); known != empty_.end() && known->second) co_return there;
        if (!empty_.contains(shown.folder)) {
            CO_TRY(const auto any, co_await to_.list(shown.folder + "/", "", 1));
            // Others of this folder may have put something since it was asked: those are not ours.
            empty_.emplace(shown.folder, any.items.empty());
            if (any.items.empty()) co_return there;
        }
        std::string cursor;
        do {
            CO_TRY(auto page, co_await to_.list(prefix_of(shown), cursor, kCopyPage));
            for (auto& item : page.items) there.emplace(std::move(item.key), item.size);
            cursor = std::move(page.next);
        } while (!cursor.empty());
        co_return there;
    }

    /// Errors: not_found where an object has gone since the listing.
    Task<void> copy_record(const Shown& shown, const std::vector<blobs::Item>& items, const There& there) {
        const auto ref = shown.ref();
        if (!ref) co_return co_await copy_small(keys_of(items), there);  // settings/f/…
        const auto listed = Ledger::sort(*ref, items);
        if (listed.truth.purged) {  // beats all: whatever else the target has, its reindex finishes the purge
            std::vector<std::string> tomb{Ledger::prefix(*ref) + "tomb"};
            co_return co_await copy_small(std::move(tomb), there);
        }
        if (!listed.alive()) {
            say(FindingKind::note, text_of(*ref), "An unfinished upload left this; it was not copied.");
            co_return Result<void>();
        }
        std::vector<std::string> small = listed.facts;
        small.insert(small.end(), listed.derived.begin(), listed.derived.end());
        // A photo's original before its facts, so that what is broken off is an unfinished upload and nothing worse.
        if (ref->kind == catalog::Kind::photo) CO_CHECK(co_await copy_original(*ref, listed, items, there));
        co_return co_await copy_small(std::move(small), there);
    }

    static std::vector<std::string> keys_of(const std::vector<blobs::Item>& items) {
        std::vector<std::string> keys;
        for (const auto& item : items) keys.push_back(item.key);
        return keys;
    }

    /// Facts, tombs: read whole, and put together.
    Task<void> copy_small(std::vector<std::string> keys, const There& there) {
        std::vector<blobs::Put> puts;
        std::map<std::string, std::string> contents;
        for (const auto& key : keys) {
            auto got = co_await from_.get(key);
            if (!got && got.error().kind == ErrorKind::too_large) {
                CO_CHECK(co_await copy_unread(key));
                continue;
            }
            CO_TRY(auto content, std::move(got));
            const auto known = there.find(key);
            if (known != there.end() && known->second == content.size()) {
                CO_TRY(const bool same, co_await is_there(key, content));
                if (same) {
                    ++report_of_.there;
                    continue;
                }
            }
            puts.push_back({key, content});
            contents.emplace(key, std::move(content));
        }
        if (puts.empty()) co_return Result<void>();
        CO_CHECK(co_await to_.put(std::move(puts)));
        for (const auto& [key, content] : contents) {
            ++report_of_.copied;
            report_of_.bytes += content.size();
            CO_TRY(const bool same, co_await is_there(key, content));
            if (!same) say(FindingKind::damaged, key, "What the target has is not what was put there.");
        }
        co_return Result<void>();
    }

    /// Facts that no reader takes.
    Task<void> copy_unread(std::string key) {
        say(FindingKind::damaged, key, "These facts cannot be read. They were copied as they are.");
        auto put = co_await put_stream(std::move(key), blobs::Durability::synced);
        if (!put) co_return fail(std::move(put).error());
        co_return Result<void>();
    }

    Task<bool> is_there(std::string key, const std::string& content) {
        if (!options_.compare) co_return true;
        auto got = co_await to_.get(key);
        if (!got && got.error().kind == ErrorKind::not_found) co_return false;
        if (!got) co_return fail(std::move(got).error());
        co_return *got == content;
    }

    Task<void> copy_original(catalog::Ref ref, const Listed& shown, const std::vector<blobs::Item>& items,
                             const There& there) {
        const std::string key = Ledger::prefix(ref) + "original";
        CO_TRY(const auto expected, co_await hash_in_facts(shown));
        const auto original =
            std::find_if(items.begin(), items.end(), [&](const blobs::Item& item) { return item.key == key; });
        if (original == items.end()) {
            say(FindingKind::missing, key, "The source has facts of this photo, and no original.");
            co_return Result<void>();
        }
        const auto known = there.find(key);
        if (known != there.end() && known->second == original->size) {
            bool same = !options_.compare;
            if (!same) {
                CO_TRY(same, co_await target_has(key, expected));
            }
            if (same) {
                ++report_of_.there;
                co_return Result<void>();
            }
        }
        CO_TRY(const auto fetched, co_await put_stream(key, blobs::Durability::synced));
        if (!expected.empty() && fetched.sha256 != expected)
            say(FindingKind::damaged, key,
                "The source's bytes are not those that were sent. They were copied as they are.");
        co_return Result<void>();
    }

    /// "" where none of the facts can be read, or none has it.
    Task<std::string> hash_in_facts(const Listed& shown) {
        catalog::Truth truth;
        for (const auto& key : shown.facts) {
            const auto text = co_await from_.get(key);
            if (!text && text.error().kind == ErrorKind::too_large) continue;  // copy_small() names it
            if (!text) co_return fail(text.error());
            const auto record = catalog::decode(*text);
            if (record)
                catalog::join(truth.facts, *record);
            else
                say(FindingKind::damaged, key, "These facts cannot be read. They were copied as they are.");
        }
        co_return truth.string(catalog::field::kSha256);
    }

    Task<void> copy_media(const Shown& shown, const There& there) {
        for (const auto& item : shown.items) {
            const auto known = there.find(item.key);
            if (known != there.end() && known->second == item.size) {
                ++report_of_.there;
                continue;
            }
            auto put = co_await put_stream(item.key, blobs::Durability::disposable);
            if (!put && put.error().kind != ErrorKind::not_found) co_return fail(std::move(put).error());
        }
        co_return Result<void>();
    }

    /// Hashes what the source has on its way, and compares with what the target then has.
    Task<Fetched> put_stream(std::string key, blobs::Durability durability) {
        CO_TRY(auto fetched, co_await fetch(key));
        std::vector<blobs::Put> puts;
        puts.push_back({key, blobs::FileRange{fetched.file->get(), 0, fetched.size}, durability});
        CO_CHECK(co_await to_.put(std::move(puts)));
        ++report_of_.copied;
        report_of_.bytes += fetched.size;
        if (options_.compare) {
            CO_TRY(const bool same, co_await target_has(key, fetched.sha256));
            if (!same) say(FindingKind::damaged, key, "What the target has is not what was put there.");
        }
        co_return fetched;
    }

    /// The store's own file, or a copy in scratch.
    Task<Fetched> fetch(std::string key) {
        CO_TRY(auto object, co_await from_.open(std::move(key)));
        std::optional<UniqueFd> scratch;
        if (!object.file) {
            CO_TRY(scratch, co_await pool_.run([this] { return open_scratch(options_.scratch); }));
        }
        Fetched fetched;
        Sha256 hash;
        std::vector<std::uint8_t> piece(kObjectPiece);
        for (;;) {
            CO_TRY(const std::size_t got, co_await object.read(piece));
            if (got == 0) break;
            fetched.size += got;
            const std::span<const std::uint8_t> bytes(piece.data(), got);
            CO_CHECK(co_await pool_.run([&]() -> Result<void> {
                hash.update(bytes);
                return scratch ? write_all(scratch->get(), bytes) : Result<void>();
            }));
        }
        fetched.sha256 = hex(hash.finish());
        fetched.file = object.file;
        if (scratch) fetched.file = std::make_shared<const UniqueFd>(std::move(*scratch));
        co_return fetched;
    }

    Task<bool> target_has(std::string key, std::string sha256) {
        auto object = co_await to_.open(std::move(key));
        if (!object && object.error().kind == ErrorKind::not_found) co_return false;
        if (!object) co_return fail(std::move(object).error());
        Sha256 hash;
        std::vector<std::uint8_t> piece(kObjectPiece);
        for (;;) {
            CO_TRY(const std::size_t got, co_await object->read(piece));
            if (got == 0) break;
            const std::span<const std::uint8_t> bytes(piece.data(), got);
            CO_CHECK(co_await pool_.run([&]() -> Result<void> {
                hash.update(bytes);
                return {};
            }));
        }
        co_return hex(hash.finish()) == sha256;
    }

    blobs::Store& from_;
    blobs::Store& to_;
    Pool& pool_;
    const CopyOptions& options_;
    const std::function<void(const CopyReport&)>& progress_;
    const std::function<void(const Finding&)>& report_;
    CopyReport report_of_;
    std::map<std::string, bool> empty_;  // folders of the target that were empty when this began
};

}  // namespace

Task<CopyReport> copy(blobs::Store& from, blobs::Store& to, Pool& pool, CopyOptions options,
                      std::function<void(const CopyReport&)> progress, std::function<void(const Finding&)> report) {
    Copier copier(from, to, pool, options, progress, report);
    co_return co_await copier.run();
}

}  // namespace cadre::gallery
