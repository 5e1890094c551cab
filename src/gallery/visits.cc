// Shares, as whoever has the link visits them.
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/encoding.h"
#include "base/hash.h"
#include "base/log.h"
#include "gallery/account_records.h"
#include "gallery/accounts.h"
#include "gallery/shares.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Index;
using catalog::Kind;
using catalog::Ref;

// The cookie: when it ends (milliseconds, 8 bytes), and a MAC of that and of the share's id by the secret of its lock.
using Mac = std::array<std::uint8_t, crypto_auth_BYTES>;
constexpr std::size_t kSigned = 8;

std::optional<Mac> mac_of(const Share& share, std::span<const std::uint8_t> head) {
    if (!share.lock) return std::nullopt;
    const auto secret = from_base64(share.lock->secret);
    if (!secret || secret->size() != crypto_auth_KEYBYTES) return std::nullopt;
    std::vector<std::uint8_t> text(head.begin(), head.end());
    text.insert(text.end(), share.id.bytes.begin(), share.id.bytes.end());
    Mac mac{};
    crypto_auth(mac.data(), text.data(), text.size(), secret->data());
    return mac;
}

std::string make_cookie(const Share& share, WallTime until) {
    std::vector<std::uint8_t> bytes(kSigned);
    const auto end = static_cast<std::uint64_t>(until.time_since_epoch().count());
    for (std::size_t i = 0; i < kSigned; ++i) bytes[kSigned - 1 - i] = static_cast<std::uint8_t>(end >> (8 * i));
    const auto mac = mac_of(share, bytes);
    if (!mac) return {};
    bytes.insert(bytes.end(), mac->begin(), mac->end());
    return base64url(bytes);
}

bool opens(const std::string& cookie, const Share& share, WallTime now) {
    if (cookie.empty() || cookie.size() > 2 * (kSigned + crypto_auth_BYTES)) return false;
    const auto bytes = from_base64(cookie);
    if (!bytes || bytes->size() != kSigned + crypto_auth_BYTES) return false;
    const auto head = std::span(*bytes).first(kSigned);
    const auto mac = mac_of(share, head);
    if (!mac || sodium_memcmp(mac->data(), bytes->data() + kSigned, mac->size()) != 0) return false;
    std::uint64_t end = 0;
    for (const auto byte : head) end = end << 8 | byte;
    return end > static_cast<std::uint64_t>(now.time_since_epoch().count());
}

tl::unexpected<Error> is_locked() {
    return fail(Code::share_locked, "This share is locked. Unlock it with its password.");
}

bool locked(const Share& share, const std::string& cookie, WallTime now) {
    return share.lock.has_value() && !opens(cookie, share, now);
}

}  // namespace

/// What is known of owner and album may be 200 ms old where another replica has changed it; the share itself is as it
/// is now, so that one that was revoked is gone for every replica at once.
Task<std::optional<Share>> Shares::shown(Share share) {
    auto& catalog = gallery_.stores().catalog;
    const Ref whose{Kind::user, share.owner};
    CO_TRY(const auto owner, co_await catalog.get(whose));
    if (!owner || owner->truth.purged || owner->truth.flag(field::kDisabled) || is_leaving(owner->truth))
        co_return std::optional<Share>();
    if (!share.album) co_return std::optional(std::move(share));
    const Ref of{Kind::album, *share.album};
    CO_TRY(const auto entry, co_await catalog.get(of));
    if (!entry || entry->truth.purged) co_return std::optional<Share>();
    const auto album = album_of(*share.album, entry->truth);
    if (album.owner != share.owner) co_return std::optional<Share>();
    share.own_order = album.order == AlbumOrder::own;
    co_return std::optional(std::move(share));
}

Task<std::optional<Share>> Shares::open_share(std::string key) {
    if (!is_share_key(key)) co_return std::optional<Share>();
    const auto& stores = gallery_.stores();
    CO_TRY(const auto found, co_await find_one(stores.catalog, Kind::share, Index::share_by_key, sha256_hex(key)));
    if (!found) co_return std::optional<Share>();
    auto share = share_of(found->id, found->entry.truth);
    if (!equal_in_constant_time(share.key, key)) co_return std::optional<Share>();
    CO_TRY(auto shown, co_await this->shown(std::move(share)));
    // Asked last: what took its time is not shown beyond the end.
    if (shown && shown->expired(stores.clock.now())) shown.reset();
    co_return shown;
}

Task<std::string> Shares::title_of(Share share) {
    if (!share.title.empty() || !share.album) co_return share.title;
    const Ref of{Kind::album, *share.album};
    CO_TRY(const auto album, co_await gallery_.stores().catalog.get(of));
    co_return album ? album->truth.string(field::kTitle) : std::string();
}

Task<ShareDoor> Shares::look(std::string key, std::string cookie, std::string address) {
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(auto share, co_await open_share(std::move(key)));
    if (!share) co_return no_such_share();
    ShareDoor door;
    door.locked = locked(*share, cookie, gallery_.stores().clock.now());
    CO_TRY(door.owner_name, co_await gallery_.accounts().name_of(share->owner));
    CO_TRY(door.title, co_await title_of(*share));
    if (!door.locked) {
        std::vector<catalog::View> view{share->view()};
        CO_TRY(const auto summaries, co_await catalog.summaries(std::move(view)));
        door.count = summaries.at(0).total;
        co_await note_view(*share, std::move(address));
    }
    door.share = std::move(*share);
    co_return door;
}

Task<Viewer> Shares::visit(std::string key, std::string cookie) {
    CO_TRY(auto share, co_await open_share(std::move(key)));
    if (!share) co_return no_such_share();
    if (locked(*share, cookie, gallery_.stores().clock.now())) co_return is_locked();
    Viewer viewer;
    viewer.share = std::move(*share);
    co_return viewer;
}

Task<Viewer> Shares::still(Viewer visitor) {
    const Share before = visitor.share.value();
    CO_TRY(const auto entry, co_await entry_now(gallery_.stores().catalog, Kind::share, before.id));
    if (!entry) co_return no_such_share();
    CO_TRY(auto share, co_await shown(share_of(before.id, entry->truth)));
    if (!share || share->expired(gallery_.stores().clock.now())) co_return no_such_share();
    if (share->lock && (!before.lock || before.lock->secret != share->lock->secret)) co_return is_locked();
    visitor.share = std::move(share);
    co_return visitor;
}

Task<Share> Shares::require_gifts(std::string key, std::string cookie) {
    CO_TRY(auto visitor, co_await visit(std::move(key), std::move(cookie)));
    auto& share = *visitor.share;
    if (!share.allow.upload || !share.album) co_return share_may_not();
    // Who deletes the user or the album either sees the photo, or is seen here.
    CO_TRY(const auto owner, co_await entry_now(gallery_.stores().catalog, Kind::user, share.owner));
    if (!owner || owner->truth.flag(field::kDisabled)) co_return no_such_share();
    CO_TRY(const auto album, co_await entry_now(gallery_.stores().catalog, Kind::album, *share.album));
    if (!album) co_return no_such_share();
    co_return std::move(share);
}

/// Guesses are counted as those at a log-in are: by network and site, together with those, and by share, as by a name
/// that nobody can have.
Task<Unlocked> Shares::unlock(std::string key, std::string password, Arrival from) {
    CO_TRY(const auto share, co_await open_share(key));
    if (!share) co_return no_such_share();
    if (!share->lock) co_return Unlocked{};
    auto& accounts = gallery_.accounts();
    std::string name = "\x01share/" + share->id.text();
    auto permit = co_await accounts.attempts().begin(std::move(name), std::nullopt, std::move(from));
    if (!permit) {
        auto error = std::move(permit).error();
        if (error.kind == ErrorKind::too_many)
            error.message = "Too many attempts at passwords. Wait for as long as Retry-After says, then try again.";
        co_return fail(std::move(error));
    }
    if (password.size() > kMaxSharePassword) password.clear();
    CO_TRY(const bool fits, co_await accounts.passwords().fits(share->lock->hash, std::move(password), permit->asker));
    if (!fits) co_return fail(Code::wrong_share_password, "The password is wrong.");
    CO_CHECK(co_await accounts.attempts().take_back(std::move(*permit)));
    // As it is now: the password may have been changed, or the share revoked, while it was compared.
    CO_TRY(const auto still, co_await open_share(std::move(key)));
    if (!still) co_return no_such_share();
    if (!still->lock) co_return Unlocked{};
    if (still->lock->hash != share->lock->hash) co_return fail(Code::wrong_share_password, "The password is wrong.");
    auto until = gallery_.stores().clock.now() + Millis(kUnlockedFor);
    if (still->expires) until = std::min(until, *still->expires);
    co_return Unlocked{make_cookie(*still, until), until};
}

// ---- counting ------------------------------------------------------------------------------------------------------

/// A visit is a network within an hour: whoever looks again writes nothing, and nobody waits for what is written.
asio::awaitable<void> Shares::note_view(Share share, std::string address) {
    const auto& clock = gallery_.stores().clock;
    const auto hour = clock.now().time_since_epoch() / kViewFor;
    const auto visit = fmt::format("{} {} {}", share.id.text(), network_of(address), hour);
    if (noted_.get(visit)) co_return;
    noted_.put(visit, clock.monotonic());
    co_await gallery_.afterwards().begin(write_view(share.id, fmt::format("{:016x}", digest64(visit))));
}

asio::awaitable<void> Shares::write_view(Id share, std::string item) {
    std::string visits = "share/" + share.text();
    auto written = co_await gallery_.stores().catalog.see(std::move(visits), std::move(item), kMaxViews);
    if (!written) log::warn("a visit was not noted", {{"why", written.error().message}});
}

}  // namespace cadre::gallery
