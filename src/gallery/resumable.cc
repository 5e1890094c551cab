#include "gallery/resumable.h"

#include <fmt/format.h>

#include <algorithm>

#include "gallery/upload_head.h"

namespace cadre::gallery {
namespace {

/// As much as the scratch folder gives to one who is alone (ScratchRoom), or one file.
std::uint64_t bound_of(const Policy& policy) { return std::max(policy.scratch_bytes / 2, policy.max_upload); }

Error too_many(std::size_t count, std::uint64_t bytes, std::uint64_t bound) {
    return {
        Code::too_many_uploads,
        fmt::format("You would have {} unfinished uploads of {} MB together; {} of {} MB are the most. Finish one, or "
                    "give it up; what is left alone counts no longer after a day.",
                    count, bytes / 1'000'000, kMaxResumables, bound / 1'000'000)};
}

/// What one may have begun is looked at when one's own stands already, so that of several at once none slips by.
Result<void> check_bound(const std::map<std::string, ListedUpload>& uploads, const Policy& policy, WallTime now) {
    std::size_t count = 0;
    std::uint64_t bytes = 0;
    for (const auto& [id, listed] : uploads) {
        if (!listed.length || listed.ended || has_expired(listed, now)) continue;
        ++count;
        bytes += std::min(*listed.length, policy.max_upload);
    }
    const auto bound = bound_of(policy);
    if (count <= kMaxResumables && bytes <= bound) return {};
    return fail(too_many(count, bytes, bound));
}

}  // namespace

Task<Resumable> Resumables::begin(Viewer viewer, UploadOptions options, std::string metadata) {
    CO_TRY(const auto user, require_user(viewer));
    const auto& stores = gallery_.stores();
    const auto length = options.announced.value_or(0);
    if (length == 0) co_return fail(Code::file_empty, "The file is empty.");
    if (length > gallery_.policy().max_upload) co_return fail(file_too_large(gallery_.policy().max_upload));
    const Id id = make_id(stores.clock, stores.random);
    const auto prefix = upload_prefix(user.id, id);
    const auto head = head_key(prefix, length);
    std::vector<blobs::Put> puts;
    puts.push_back({head, encode(UploadHead{std::move(options), metadata})});
    CO_CHECK(co_await stores.blobs.put(std::move(puts)));
    const auto uploads = co_await list_uploads(stores.blobs, uploads_of(user.id));
    const auto now = stores.clock.now();
    const auto within = uploads ? check_bound(*uploads, gallery_.policy(), now) : fail(uploads.error());
    if (!within) {
        std::vector<std::string> own{head};
        (void)co_await stores.blobs.remove(std::move(own));
        co_return fail(within.error());
    }
    co_return Resumable{id, length, 0, now + kResumableFor, std::move(metadata), std::nullopt};
}

Task<Resumable> Resumables::find(Viewer viewer, Id id) {
    CO_TRY(const auto user, require_user(viewer));
    const auto& stores = gallery_.stores();
    CO_TRY(const auto listed, co_await find_upload(stores.blobs, user.id, id));
    CO_CHECK(check_expired(listed, stores.clock.now()));
    const auto prefix = upload_prefix(user.id, id);
    CO_TRY(auto head, co_await read_head(stores.blobs, prefix, listed));
    Resumable found{id, *listed.length, listed.offset(), listed.newest + kResumableFor, std::move(head.metadata), {}};
    if (listed.ended) {
        CO_TRY(found.photo, co_await read_photo(stores.blobs, prefix));
    }
    co_return found;
}

Task<std::unique_ptr<Piece>> Resumables::go_on(Viewer viewer, Id id, PieceOptions options) {
    CO_CHECK(require_user(viewer));
    std::unique_ptr<Piece> piece(new Piece(gallery_, std::move(viewer), id, std::move(options)));
    auto opened = co_await piece->open();
    if (!opened) {
        (void)co_await piece->close();
        co_return fail(std::move(opened).error());
    }
    co_return piece;
}

/// The head first: without it the rest is nothing.
Task<void> Resumables::give_up(Viewer viewer, Id id) {
    CO_TRY(const auto user, require_user(viewer));
    auto& blobs = gallery_.stores().blobs;
    auto found = co_await find_upload(blobs, user.id, id);
    if (!found) co_return fail(std::move(found).error());
    co_return co_await blobs.remove(std::move(found->keys));
}

}  // namespace cadre::gallery
