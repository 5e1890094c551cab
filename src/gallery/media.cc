#include "gallery/media.h"

#include <algorithm>

#include "base/concurrently.h"
#include "base/sleep.h"
#include "gallery/photo.h"

namespace cadre::gallery {
namespace {

constexpr Millis kMakeAgainFor{10'000};
constexpr Millis kLookEvery{100};

bool is_variant(std::string_view name) {
    return std::any_of(std::begin(kVariantRules), std::end(kVariantRules),
                       [name](const VariantRule& rule) { return rule.name == name; });
}

tl::unexpected<Error> no_such_picture() { return fail(Code::picture_not_found, "There is no such picture."); }

}  // namespace

Task<blobs::Object> Media::open(std::string key, std::string variant) {
    if (!is_media_key(key) || !is_variant(variant)) co_return no_such_picture();
    const auto& stores = gallery_.stores();
    std::string blob = media_blob(key, variant);
    std::vector<std::string> keys;
    keys.push_back(std::move(key));
    // Both may be a network away, so they are asked at once; nothing of the object is answered before the catalog says
    // that this key is still somebody's.
    Result<std::vector<std::optional<Id>>> found;
    Result<blobs::Object> object;
    const std::function<asio::awaitable<void>(std::size_t)> ask = [&](std::size_t which) -> asio::awaitable<void> {
        if (which == 0) {
            found = co_await stores.catalog.find(catalog::Index::photo_by_key, std::move(keys));
        } else {
            object = co_await stores.blobs.open(blob);
        }
    };
    co_await concurrently(2, 2, ask);
    if (!found) co_return fail(std::move(found).error());
    if (!found->at(0)) co_return no_such_picture();
    if (object || object.error().kind != ErrorKind::not_found) co_return object;
    co_return co_await make_again(*found->at(0), std::move(blob));
}

Task<void> Media::is_shown(std::string key, std::string variant) {
    if (!is_media_key(key) || !is_variant(variant)) co_return no_such_picture();
    std::vector<std::string> keys;
    keys.push_back(std::move(key));
    CO_TRY(const auto found, co_await gallery_.stores().catalog.find(catalog::Index::photo_by_key, std::move(keys)));
    if (!found.at(0)) co_return no_such_picture();
    co_return Result<void>();
}

std::optional<blobs::OpenFile> Media::at_hand(std::string_view key, std::string_view variant) const {
    const auto& stores = gallery_.stores();
    if (!is_variant(variant) || !stores.catalog.known(catalog::Index::photo_by_key, key)) return std::nullopt;
    return stores.blobs.at_hand(media_blob(key, variant));
}

/// Asks for the derivatives and looks until they are there. The queue holds one job however many ask.
Task<blobs::Object> Media::make_again(Id id, std::string blob) {
    const auto& stores = gallery_.stores();
    CO_TRY(const auto entry, co_await stores.catalog.get({catalog::Kind::photo, id}));
    if (!entry) co_return no_such_picture();
    const Photo photo = photo_of(id, entry->truth);
    if (photo.state != State::ready) co_return no_such_picture();
    CO_CHECK(co_await stores.jobs.push(jobs::make_job(job::kDeriveNow, id.text(), photo.owner.text())));
    const auto until = stores.clock.monotonic() + kMakeAgainFor;
    while (stores.clock.monotonic() < until) {
        co_await sleep_for(kLookEvery);
        auto object = co_await stores.blobs.open(blob);
        if (object || object.error().kind != ErrorKind::not_found) co_return object;
    }
    Error error{Code::picture_in_the_making, "This picture is being made again. Try again in a moment."};
    error.retry_after = std::chrono::seconds(5);
    co_return fail(std::move(error));
}

}  // namespace cadre::gallery
