// Who is asking, and sessions.
#include <algorithm>

#include "base/hash.h"
#include "base/log.h"
#include "base/utf8.h"
#include "gallery/account_records.h"
#include "gallery/accounts.h"
#include "gallery/announcer.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Index;
using catalog::Kind;

constexpr std::size_t kMostOfAgent = 200;  // bytes that are kept of what a browser calls itself

tl::unexpected<Error> wrong_name_or_password() {
    return fail(Code::wrong_name_or_password, "The name or the password is wrong.");
}

}  // namespace

// ---- who is asking -------------------------------------------------------------------------------------------------

Task<Viewer> Accounts::by_session(std::string secret) {
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(const auto session, co_await catalog.get_session(sha256_hex(secret)));
    if (!session) co_return not_logged_in();
    CO_TRY(auto entry, co_await catalog.get({Kind::user, session->user}));
    // What is known of the user may be a moment older than a session that was begun since.
    if (entry && !entry->truth.purged && !is_of_generation(*session, entry->truth)) {
        CO_TRY(entry, co_await entry_now(catalog, Kind::user, session->user));
    }
    if (!entry || entry->truth.purged || !is_of_generation(*session, entry->truth)) co_return not_logged_in();
    User user = user_of(session->user, entry->truth);
    if (user.disabled) co_return not_logged_in();
    co_await note_use("sessions/" + user.id.text(), id_of_session(session->hash), kMaxSessions);
    Viewer viewer;
    viewer.user = std::move(user);
    viewer.session = session->hash;
    co_return viewer;
}

Task<void> Accounts::require_still(Viewer viewer) {
    auto& catalog = gallery_.stores().catalog;
    if (!viewer.user) co_return not_logged_in();
    const Id id = viewer.user->id;
    CO_TRY(const auto user, co_await entry_now(catalog, Kind::user, id));
    if (!user || user->truth.flag(field::kDisabled)) co_return not_logged_in();
    if (!viewer.session.empty()) {
        CO_TRY(const auto session, co_await catalog.get_session(viewer.session));
        if (!session || !is_of_generation(*session, user->truth)) co_return not_logged_in();
    }
    if (viewer.token) CO_CHECK(co_await require_token_still(*viewer.token, user->truth));
    co_return Result<void>();
}

/// Writes at most once an hour that it was used; nobody waits for that.
asio::awaitable<void> Accounts::note_use(std::string owner, Id item, std::size_t most) {
    const auto now = gallery_.stores().clock.monotonic();
    const auto name = item.text();
    if (const auto noted = noted_.get(name); noted && now - *noted < kUseNoted) co_return;
    noted_.put(name, now);
    co_await gallery_.afterwards().begin(write_use(std::move(owner), name, most));
}

asio::awaitable<void> Accounts::write_use(std::string owner, std::string item, std::size_t most) {
    auto written = co_await gallery_.stores().catalog.see(std::move(owner), std::move(item), most);
    if (!written) log::warn("a use was not noted", {{"why", written.error().message}});
}

// ---- log in and out ------------------------------------------------------------------------------------------------

Task<NewSession> Accounts::log_in(std::string name, std::string password, Arrival from) {
    // What cannot be a name is nobody's, and is counted as one.
    const std::string folded = name.size() <= kMaxNameBytes ? catalog::fold_name(name) : std::string();
    std::optional<catalog::Listed> found;
    if (!folded.empty()) {
        CO_TRY(found, co_await find_user(name));
    }
    std::optional<Id> id;
    if (found) id = found->id;
    CO_TRY(auto permit, co_await attempts_.begin(folded, id, from));
    std::string hash = found ? found->entry.truth.string(field::kPassword) : std::string();
    if (password.size() > kMaxPassword) password.clear();
    CO_TRY(const bool fits, co_await passwords_.fits(std::move(hash), std::move(password), permit.asker));
    if (!found || !fits || found->entry.truth.flag(field::kDisabled)) co_return wrong_name_or_password();
    auto session = co_await begin_session(found->id, found->entry.truth, from);
    // The password was changed while it was compared: whoever knows only the old one is a stranger.
    if (!session && session.error().kind == ErrorKind::unauthenticated) co_return wrong_name_or_password();
    if (!session) co_return session;
    CO_TRY(session->device, co_await attempts_.succeeded(std::move(permit), found->id, std::move(from)));
    co_return session;
}

/// `user` is what the password was compared with. The session is stored first and the user read again after it, so that
/// of a log-in and a change of the password at the same time at least one sees the other; what both miss is over
/// nevertheless, as its generation is no longer the user's.
Task<NewSession> Accounts::begin_session(Id id, catalog::Truth user, Arrival from) {
    const auto& stores = gallery_.stores();
    NewSession session;
    session.secret = stores.random.token(kSecretBytes);
    const auto now = stores.clock.now();
    session.expires = now + kSessionFor;
    catalog::Session kept{sha256_hex(session.secret), id, now, session.expires, generation_of(user)};
    kept.address = std::move(from.address);
    kept.agent = utf8_length(from.agent) ? std::string(cut_utf8(from.agent, kMostOfAgent)) : std::string();
    const std::string hash = kept.hash;
    CO_CHECK(co_await stores.catalog.put_session(std::move(kept)));
    CO_TRY(const auto still, co_await entry_now(stores.catalog, Kind::user, id));
    if (!still || still->truth.flag(field::kDisabled) || generation_of(still->truth) != generation_of(user)) {
        CO_CHECK(co_await stores.catalog.remove_session(hash));
        co_return not_logged_in();
    }
    CO_CHECK(co_await end_oldest(id));
    session.user = user_of(id, still->truth);
    co_return session;
}

Task<void> Accounts::end_oldest(Id user) {
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(const auto sessions, co_await catalog.sessions_of(user));
    for (std::size_t i = kMaxSessions; i < sessions.size(); ++i)
        CO_CHECK(co_await catalog.remove_session(sessions[i - kMaxSessions].hash));
    co_return Result<void>();
}

Task<void> Accounts::log_out(Viewer viewer) {
    if (viewer.session.empty()) co_return Result<void>();
    CO_CHECK(co_await gallery_.stores().catalog.remove_session(viewer.session));
    if (viewer.user) co_await gallery_.announcer().account_changed(viewer.user->id);
    co_return Result<void>();
}

Task<void> Accounts::end_sessions(Id user) {
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(const auto sessions, co_await catalog.sessions_of(user));
    for (const auto& session : sessions) CO_CHECK(co_await catalog.remove_session(session.hash));
    co_return Result<void>();
}

// ---- where one is logged in ----------------------------------------------------------------------------------------

Task<std::vector<SessionInfo>> Accounts::sessions(Viewer viewer) {
    auto& catalog = gallery_.stores().catalog;
    CO_CHECK(require_user(viewer));
    const Id id = viewer.user->id;
    CO_TRY(const auto user, co_await entry_now(catalog, Kind::user, id));
    if (!user) co_return not_logged_in();
    CO_TRY(const auto all, co_await catalog.sessions_of(id));
    CO_TRY(const auto uses, co_await catalog.seen("sessions/" + id.text()));
    std::vector<SessionInfo> sessions;
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
        if (!is_of_generation(*one, user->truth)) continue;
        SessionInfo info;
        info.id = id_of_session(one->hash);
        info.created = one->created;
        info.expires = one->expires;
        const auto used = std::ranges::find(uses, info.id.text(), &catalog::Seen::item);
        if (used != uses.end()) info.used = used->at;
        info.address = one->address;
        info.agent = one->agent;
        info.current = one->hash == viewer.session;
        sessions.push_back(std::move(info));
    }
    co_return sessions;
}

Task<void> Accounts::end_session(Viewer viewer, Id session, Tokens tokens) {
    auto& catalog = gallery_.stores().catalog;
    CO_CHECK(require_user(viewer));
    const Id id = viewer.user->id;
    CO_TRY(const auto all, co_await catalog.sessions_of(id));
    const auto found = std::ranges::find_if(all, [&](const auto& one) { return id_of_session(one.hash) == session; });
    if (found == all.end()) co_return fail(Code::session_not_found, "You have no such session.");
    CO_CHECK(co_await catalog.remove_session(found->hash));
    if (tokens == Tokens::revoke) CO_CHECK(co_await remove_tokens_of(id, session));
    co_await gallery_.announcer().account_changed(id);
    co_return Result<void>();
}

Task<void> Accounts::end_other_sessions(Viewer viewer) {
    auto& catalog = gallery_.stores().catalog;
    CO_CHECK(require_user(viewer));
    const Id id = viewer.user->id;
    CO_TRY(const auto all, co_await catalog.sessions_of(id));
    for (const auto& one : all)
        if (one.hash != viewer.session) CO_CHECK(co_await catalog.remove_session(one.hash));
    co_await gallery_.announcer().account_changed(id);
    co_return Result<void>();
}

}  // namespace cadre::gallery
