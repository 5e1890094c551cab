#include <algorithm>

#include "base/encoding.h"
#include "base/hash.h"
#include "gallery/photo.h"
#include "gallery/reindex.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Ref;
using FindingKind = Finding::Kind;

constexpr std::size_t kListPage = 1000;
constexpr std::size_t kReadPiece = std::size_t{1} << 20;
constexpr Kind kKinds[] = {Kind::photo, Kind::user, Kind::album, Kind::share, Kind::token, Kind::settings};

/// One run: what it looks at, and how many findings it made.
class Verifier {
public:
    Verifier(Gallery& gallery, VerifyOptions options, const std::function<void(const Finding&)>& report)
        : gallery_(gallery), stores_(gallery.stores()), options_(options), report_(report) {}

    Task<std::uint64_t> run() {
        for (const auto kind : kKinds) {
            CO_CHECK(co_await listed_records(kind));
            CO_CHECK(co_await catalog_only(kind));
        }
        CO_CHECK(co_await media());
        CO_CHECK(co_await strangers());
        co_return findings_;
    }

private:
    void say(FindingKind kind, std::string key, std::string detail) {
        if (kind != FindingKind::note) ++findings_;
        report_({kind, std::move(key), std::move(detail)});
    }

    /// The records of one kind that the blobs know, one after the other: objects of an id come together.
    Task<void> listed_records(Kind kind) {
        const std::string prefix = std::string(catalog::folder_of(kind)) + "/";
        std::optional<Ref> current;
        std::string cursor;
        do {
            CO_TRY(auto page, co_await stores_.blobs.list(prefix, std::move(cursor), kListPage));
            cursor = std::move(page.next);
            for (const auto& item : page.items) {
                const std::string_view rest = std::string_view(item.key).substr(prefix.size());
                const auto id = parse_id(rest.substr(0, rest.find('/')));
                if (!id) {
                    say(FindingKind::superfluous, item.key, "This key belongs to nothing.");
                    continue;
                }
                const Ref ref{kind, *id};
                if (current == ref) continue;
                current = ref;
                CO_CHECK(co_await record(ref));
            }
        } while (!cursor.empty());
        co_return Result<void>();
    }

    Task<void> record(Ref ref) {
        auto listed = co_await gallery_.ledger().read(ref);
        if (!listed && listed.error().kind == ErrorKind::unprocessable) {
            say(FindingKind::damaged, text_of(ref), listed.error().detail);
            co_return Result<void>();
        }
        if (!listed) co_return fail(std::move(listed).error());
        if (listed->truth.purged) {
            for (const auto* keys : {&listed->facts, &listed->derived, &listed->others})
                for (const auto& key : *keys)
                    say(FindingKind::superfluous, key, "It was deleted for good, but this is still there.");
        } else if (!listed->alive() && !listed->empty()) {
            unfinished(*listed);
            co_return Result<void>();
        }
        CO_CHECK(co_await against_catalog(ref, listed->truth));
        if (ref.kind == Kind::photo && listed->alive()) CO_CHECK(co_await photo(ref, *listed));
        co_return Result<void>();
    }

    void unfinished(const Listed& listed) {
        const bool young = stores_.clock.now() - listed.newest < kUnfinishedFor;
        for (const auto* keys : {&listed.derived, &listed.others})
            for (const auto& key : *keys)
                say(young ? FindingKind::note : FindingKind::superfluous, key,
                    young ? "An unfinished upload left this, less than 48 hours ago."
                          : "An unfinished upload left this, more than 48 hours ago.");
    }

    Task<void> against_catalog(Ref ref, const catalog::Truth& truth) {
        CO_TRY(const auto entry, co_await stores_.catalog.get(ref));
        const std::string key = "catalog:" + text_of(ref);
        if (!entry)
            say(FindingKind::missing, key, "The catalog does not know it. Run `cadre reindex`.");
        else if (truth.purged ? !entry->truth.purged : entry->truth != truth)
            say(FindingKind::damaged, key, "The catalog says something else than its facts. Run `cadre reindex`.");
        co_return Result<void>();
    }

    Task<void> photo(Ref ref, const Listed& listed) {
        const std::string key = Ledger::prefix(ref) + "original";
        for (const auto& other : listed.others)
            if (other != key) say(FindingKind::superfluous, other, "This key belongs to nothing.");
        const Photo photo = photo_of(ref.id, listed.truth);
        auto object = co_await stores_.blobs.open(key);
        if (!object && object.error().kind == ErrorKind::not_found) {
            say(FindingKind::missing, key, "The original of \"" + photo.filename + "\" is gone.");
            co_return Result<void>();
        }
        if (!object) co_return fail(std::move(object).error());
        if (object->size != photo.size)
            say(FindingKind::damaged, key, "The original has another length than when it was sent.");
        else if (options_.hashes)
            CO_CHECK(co_await original_hash(key, photo.sha256, std::move(*object)));
        if (photo.state == State::ready) CO_CHECK(co_await derivatives_of(photo));
        co_return Result<void>();
    }

    Task<void> original_hash(std::string key, std::string expected, blobs::Object object) {
        Sha256 hash;
        std::vector<std::uint8_t> piece(kReadPiece);
        for (;;) {
            CO_TRY(const std::size_t got, co_await object.read(piece));
            if (got == 0) break;
            hash.update(std::span<const std::uint8_t>(piece.data(), got));
        }
        if (hex(hash.finish()) != expected)
            say(FindingKind::damaged, key, "The original's bytes are not those that were sent.");
        co_return Result<void>();
    }

    Task<void> derivatives_of(const Photo& photo) {
        for (const auto& rule : kVariantRules) {
            const std::string key = media_blob(photo.media_key, rule.name);
            auto object = co_await stores_.blobs.open(key);
            if (!object && object.error().kind != ErrorKind::not_found) co_return fail(std::move(object).error());
            if (!object)
                say(FindingKind::note, key, "This derivative is missing; it is made again when it is asked for.");
        }
        co_return Result<void>();
    }

    Task<void> catalog_only(Kind kind) {
        std::string cursor;
        do {
            CO_TRY(auto page, co_await stores_.catalog.scan(kind, std::move(cursor), kListPage));
            cursor = std::move(page.next);
            for (const auto& listed : page.items) {
                const Ref ref{kind, listed.id};
                CO_TRY(const auto there, co_await stores_.blobs.list(Ledger::prefix(ref), "", 1));
                if (there.items.empty())
                    say(FindingKind::superfluous, "catalog:" + text_of(ref), "The catalog knows what no blob knows.");
            }
        } while (!cursor.empty());
        co_return Result<void>();
    }

    /// Derivatives under keys that are nobody's.
    Task<void> media() {
        std::string cursor;
        std::string last_key;
        bool last_known = false;
        do {
            CO_TRY(auto page, co_await stores_.blobs.list("media/", std::move(cursor), kListPage));
            cursor = std::move(page.next);
            for (const auto& item : page.items) {
                const std::string rest = item.key.substr(std::string_view("media/").size());
                const std::string key = rest.substr(0, rest.find('/'));
                if (key != last_key) {
                    last_key = key;
                    std::vector<std::string> keys{key};
                    CO_TRY(const auto found,
                           co_await stores_.catalog.find(catalog::Index::photo_by_key, std::move(keys)));
                    last_known = found[0].has_value();
                }
                if (!last_known)
                    say(FindingKind::superfluous, item.key, "No photo has this media key.");
                else if (std::none_of(std::begin(kVariantRules), std::end(kVariantRules),
                                      [&](const VariantRule& rule) { return item.key == media_blob(key, rule.name); }))
                    say(FindingKind::superfluous, item.key, "This key belongs to nothing.");
            }
        } while (!cursor.empty());
        co_return Result<void>();
    }

    /// Keys in no known folder.
    Task<void> strangers() {
        static constexpr std::string_view kFolders[] = {"photos/", "users/",    "albums/", "shares/",
                                                        "tokens/", "settings/", "media/",  "uploads/"};
        std::string cursor;
        do {
            CO_TRY(auto page, co_await stores_.blobs.list("", std::move(cursor), kListPage));
            cursor = std::move(page.next);
            for (const auto& item : page.items)
                if (std::none_of(std::begin(kFolders), std::end(kFolders),
                                 [&](std::string_view folder) { return item.key.starts_with(folder); }))
                    say(FindingKind::superfluous, item.key, "This key belongs to nothing.");
        } while (!cursor.empty());
        co_return Result<void>();
    }

    Gallery& gallery_;
    const Stores& stores_;
    VerifyOptions options_;
    const std::function<void(const Finding&)>& report_;
    std::uint64_t findings_ = 0;
};

}  // namespace

Task<std::uint64_t> verify(Gallery& gallery, VerifyOptions options, std::function<void(const Finding&)> report) {
    Verifier verifier(gallery, options, report);
    co_return co_await verifier.run();
}

}  // namespace cadre::gallery
