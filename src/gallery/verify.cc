#include <algorithm>
#include <array>

#include "base/concurrently.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "gallery/leftovers.h"
#include "gallery/photo.h"
#include "gallery/reindex.h"
#include "gallery/repairs.h"
#include "gallery/sweep.h"
#include "gallery/walk.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Ref;
using FindingKind = Finding::Kind;

constexpr std::size_t kReadPiece = std::size_t{1} << 20;
constexpr int kLooks = 3;

/// One run: what it looks at, and how many findings it made. It goes once through a listing of everything, in which the
/// objects of a record come together, and holds a page of it.
class Verifier {
public:
    Verifier(Gallery& gallery, VerifyOptions options, const std::function<void(const Finding&)>& report)
        : gallery_(gallery), stores_(gallery.stores()), options_(options), report_(report) {}

    Task<std::uint64_t> run() {
        before_ = stores_.clock.now() - kYoung;
        CO_CHECK(co_await gallery_.lifetime().learn());
        Walk walk(stores_.blobs, "");
        while (!walk.done()) {
            CO_TRY(const auto page, co_await walk.next());
            const auto look = [&](std::size_t i) -> Task<void> { return this->look(page[i]); };
            CO_CHECK(co_await each(page.size(), kRecordsAtOnce, look));
        }
        for (const auto kind : kRecordKinds) CO_CHECK(co_await catalog_only(kind));
        co_return findings_;
    }

private:
    void say(FindingKind kind, std::string key, std::string detail) {
        if (kind != FindingKind::note) ++findings_;
        report_({kind, std::move(key), std::move(detail)});
    }

    Task<void> look(const Shown& shown) {
        if (const auto ref = shown.ref()) {
            if (!is_young(ref->id, before_)) tally_of(ref->kind).add(ref->id);
            co_return co_await record(*ref, shown);
        }
        if (shown.folder == "media") co_return co_await media(shown);
        // What nobody goes on with expires, and generations of search are damaged at nobody's cost.
        if (shown.folder == "uploads" || shown.folder == "archives" || shown.folder == "find") co_return Result<void>();
        for (const auto& item : shown.items) say(FindingKind::superfluous, item.key, "This key belongs to nothing.");
        co_return Result<void>();
    }

    Tally& tally_of(Kind kind) { return tallies_.at(static_cast<std::size_t>(kind)); }

    Task<void> record(Ref ref, const Shown& shown) {
        auto listed = co_await gallery_.ledger().read(ref, shown.items);
        if (!listed && is_unreadable(listed.error())) co_return damaged(ref, listed.error());
        if (!listed) co_return fail(std::move(listed).error());
        if (listed->truth.purged) {
            for (const auto* keys : {&listed->facts, &listed->derived, &listed->others})
                for (const auto& key : *keys)
                    say(FindingKind::superfluous, key, "It was deleted for good, but this is still there.");
        } else if (!listed->alive()) {
            if (!listed->empty()) unfinished(*listed);
            co_return Result<void>();
        }
        CO_CHECK(co_await against_catalog(ref, listed->truth));
        if (ref.kind == Kind::photo && listed->alive()) CO_CHECK(co_await photo(ref, *listed, shown));
        co_return Result<void>();
    }

    Result<void> damaged(const Ref& ref, const Error& error) {
        say(FindingKind::damaged, text_of(ref), error.detail);
        return {};
    }

    void unfinished(const Listed& listed) {
        const bool young = gallery_.lifetime().age_of(listed.newest) < kUnfinishedFor;
        for (const auto* keys : {&listed.derived, &listed.others})
            for (const auto& key : *keys)
                say(young ? FindingKind::note : FindingKind::superfluous, key,
                    young ? "An unfinished upload left this, less than 48 hours ago."
                          : "An unfinished upload left this, more than 48 hours ago.");
    }

    /// Somebody may be writing it: what differs is looked at again, the entry first.
    Task<void> against_catalog(Ref ref, catalog::Truth truth) {
        const std::string key = "catalog:" + text_of(ref);
        for (int looks = 1;; ++looks) {
            CO_TRY(const auto entry, co_await stores_.catalog.get(ref));
            if (looks > 1) {
                auto again = co_await gallery_.ledger().read(ref);
                if (!again && is_unreadable(again.error())) co_return damaged(ref, again.error());
                CO_TRY(auto listed, std::move(again));
                if (listed.empty()) co_return Result<void>();
                truth = std::move(listed.truth);
            }
            if (entry && (truth.purged ? entry->truth.purged : same(entry->truth, truth))) co_return Result<void>();
            if (looks < kLooks) continue;
            if (!entry)
                say(FindingKind::missing, key, "The catalog does not know it. Run `cadre reindex`.");
            else
                say(FindingKind::damaged, key, "The catalog says something else than its facts. Run `cadre reindex`.");
            co_return Result<void>();
        }
    }

    static bool same(const catalog::Truth& one, const catalog::Truth& other) {
        return one == other || catalog::without_removed(one) == catalog::without_removed(other);
    }

    Task<void> photo(Ref ref, const Listed& listed, const Shown& shown) {
        const std::string key = Ledger::prefix(ref) + "original";
        for (const auto& other : listed.others)
            if (other != key) say(FindingKind::superfluous, other, "This key belongs to nothing.");
        const Photo photo = photo_of(ref.id, listed.truth);
        const auto original = std::find_if(shown.items.begin(), shown.items.end(),
                                           [&](const blobs::Item& item) { return item.key == key; });
        if (original == shown.items.end()) {
            CO_CHECK(co_await missing_original(ref, photo));
        } else if (original->size != photo.size) {
            say(FindingKind::damaged, key, "The original has another length than when it was sent.");
        } else if (options_.hashes) {
            CO_CHECK(co_await original_hash(key, photo.sha256));
        }
        if (options_.hashes && photo.state == State::ready) CO_CHECK(co_await derivatives_of(photo));
        co_return Result<void>();
    }

    /// Unless it was deleted for good since the listing, or the listing was one of a moment before it was there.
    Task<void> missing_original(Ref ref, const Photo& photo) {
        const std::string key = Ledger::prefix(ref) + "original";
        for (int looks = 1; looks < kLooks; ++looks) {
            const auto opened = co_await stores_.blobs.open(key, 0, 1);
            if (opened) co_return Result<void>();
            if (opened.error().kind != ErrorKind::not_found) co_return fail(opened.error());
            const auto now = co_await gallery_.ledger().read(ref);
            if (!now && is_unreadable(now.error())) co_return damaged(ref, now.error());
            if (!now) co_return fail(now.error());
            if (!now->alive()) co_return Result<void>();
        }
        say(FindingKind::missing, key, "The original of \"" + photo.filename + "\" is gone.");
        co_return Result<void>();
    }

    Task<std::string> hash_of(blobs::Object object) {
        Sha256 hash;
        std::vector<std::uint8_t> piece(kReadPiece);
        for (;;) {
            CO_TRY(const std::size_t got, co_await object.read(piece));
            if (got == 0) co_return hex(hash.finish());
            hash.update(std::span<const std::uint8_t>(piece.data(), got));
        }
    }

    Task<void> original_hash(std::string key, std::string expected) {
        auto opened = co_await stores_.blobs.open(key);
        if (!opened && opened.error().kind == ErrorKind::not_found) co_return Result<void>();  // deleted since
        Result<std::string> hashed = std::string();
        if (opened)
            hashed = co_await hash_of(std::move(*opened));
        else
            hashed = fail(std::move(opened).error());
        if (!hashed && is_unreadable(hashed.error())) {
            say(FindingKind::damaged, key, hashed.error().message + " " + hashed.error().detail);
            co_return Result<void>();
        }
        CO_TRY(const auto actual, std::move(hashed));
        if (actual != expected) say(FindingKind::damaged, key, "The original's bytes are not those that were sent.");
        co_return Result<void>();
    }

    Task<void> derivatives_of(const Photo& photo) {
        const std::string folder = "media/" + photo.media_key + "/";
        CO_TRY(const auto there, co_await stores_.blobs.list(folder, "", std::size(kVariantRules) + 1));
        for (const auto& rule : kVariantRules) {
            const std::string key = media_blob(photo.media_key, rule.name);
            if (std::none_of(there.items.begin(), there.items.end(), [&](const auto& item) { return item.key == key; }))
                say(FindingKind::note, key, "This derivative is missing; it is made again when it is asked for.");
        }
        co_return Result<void>();
    }

    Task<void> catalog_only(Kind kind) {
        Leftovers leftovers(stores_.catalog, kind, std::move(tally_of(kind)), before_);
        while (!leftovers.done()) {
            CO_TRY(auto candidates, co_await leftovers.next());
            CO_TRY(const auto unknown, co_await unknown_to_blobs(gallery_, std::move(candidates)));
            for (const auto& ref : unknown)
                say(FindingKind::superfluous, "catalog:" + text_of(ref), "The catalog knows what no blob knows.");
        }
        co_return Result<void>();
    }

    /// Derivatives under a key that is nobody's, or that nobody asks for.
    Task<void> media(const Shown& shown) {
        std::vector<std::string> keys{shown.name};
        CO_TRY(const auto found, co_await stores_.catalog.find(catalog::Index::photo_by_key, std::move(keys)));
        // A purge or a change of key that was broken off leaves pictures for the sweep.
        const bool young = gallery_.lifetime().age_of(shown.newest()) < 2 * kStrayMediaFor;
        for (const auto& item : shown.items) {
            if (!found[0])
                say(young ? FindingKind::note : FindingKind::superfluous, item.key,
                    young ? "No photo has this media key any more; it goes within two hours."
                          : "No photo has this media key.");
            else if (std::none_of(std::begin(kVariantRules), std::end(kVariantRules), [&](const VariantRule& rule) {
                         return item.key == media_blob(shown.name, rule.name);
                     }))
                say(FindingKind::superfluous, item.key, "This key belongs to nothing.");
        }
        co_return Result<void>();
    }

    Gallery& gallery_;
    const Stores& stores_;
    VerifyOptions options_;
    const std::function<void(const Finding&)>& report_;
    WallTime before_{};
    std::array<Tally, std::size(kRecordKinds)> tallies_;
    std::uint64_t findings_ = 0;
};

}  // namespace

std::string_view name_of(Finding::Kind kind) {
    switch (kind) {
        case Finding::Kind::damaged:
            return "damaged";
        case Finding::Kind::missing:
            return "missing";
        case Finding::Kind::superfluous:
            return "superfluous";
        case Finding::Kind::note:
            return "note";
    }
    return "";
}

Task<std::uint64_t> verify(Gallery& gallery, VerifyOptions options, std::function<void(const Finding&)> report) {
    Verifier verifier(gallery, options, report);
    co_return co_await verifier.run();
}

}  // namespace cadre::gallery
