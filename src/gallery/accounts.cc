#include "gallery/accounts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/log.h"
#include "base/utf8.h"
#include "gallery/password.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Index;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr std::size_t kPage = 200;
constexpr std::size_t kSecretBytes = 32;
constexpr Millis kNameLease{4000};
constexpr std::int64_t kLogInsOfAddress = 30;  // a minute
constexpr std::int64_t kLogInsOfName = 100;    // a minute: enough for its owner while somebody guesses
constexpr Millis kLogInWindow{60'000};
constexpr const char* kAdministratorsLease = "administrators";

User user_of(const Id& id, const Truth& truth) {
    User user;
    user.id = id;
    user.name = truth.string(field::kName);
    user.role = parse_role(truth.string(field::kRole)).value_or(Role::member);
    user.disabled = truth.flag(field::kDisabled);
    user.created = WallTime(Millis(truth.integer(field::kCreatedAt).value_or(0)));
    return user;
}

Token token_of(const Id& id, const Truth& truth) {
    return {id, truth.string(field::kName), WallTime(Millis(truth.integer(field::kCreatedAt).value_or(0)))};
}

tl::unexpected<Error> who_are_you() {
    return fail(ErrorKind::unauthenticated, "You are not logged in, or no longer. Log in again.");
}
tl::unexpected<Error> no_such_user() { return fail(ErrorKind::not_found, "There is no such user."); }

tl::unexpected<Error> wrong_field(const char* name, const std::string& detail) {
    Error error{ErrorKind::invalid, detail};
    error.fields.push_back({name, detail});
    return fail(std::move(error));
}

Result<void> check_name(const std::string& name, std::size_t most = kMaxName) {
    const auto length = utf8_length(name);
    if (!length || *length == 0 || *length > most || has_control(name, false) || name.front() == ' ' ||
        name.back() == ' ')
        return wrong_field("name", fmt::format("A name has 1 to {} characters, no control characters and no spaces at "
                                               "its ends.",
                                               most));
    return {};
}

Result<void> check_password(const std::string& password) {
    const auto length = utf8_length(password);
    if (!length || *length < kMinPassword || password.size() > kMaxPassword)
        return wrong_field("password", "A password has at least 8 characters and at most 256 bytes.");
    return {};
}

/// Every wrong field, not only the first.
Result<void> check_new_user(const std::string& name, const std::string& password) {
    auto fits = check_name(name);
    auto secret_fits = check_password(password);
    if (fits) return secret_fits;
    if (!secret_fits) {
        fits.error().message = "The name and the password cannot be taken as they are.";
        fits.error().fields.push_back(secret_fits.error().fields.front());
    }
    return fits;
}

Changes facts_of(const std::string& name, WallTime now) {
    Changes facts;
    facts[std::string(field::kName)] = json::value(name);
    facts[std::string(field::kCreatedAt)] = now.time_since_epoch().count();
    return facts;
}

/// Everything of a kind that is alive.
Task<std::vector<catalog::Listed>> all_of(catalog::Catalog& catalog, Kind kind) {
    std::vector<catalog::Listed> all;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.scan(kind, std::move(cursor), kPage));
        cursor = std::move(page.next);
        for (auto& listed : page.items)
            if (!listed.entry.truth.purged) all.push_back(std::move(listed));
    } while (!cursor.empty());
    co_return all;
}

/// As it is now. get() may be a moment old where another replica has changed it, which is right for who asks, and wrong
/// for whoever decides about a user.
Task<std::optional<catalog::Entry>> entry_now(catalog::Catalog& catalog, Kind kind, Id id) {
    std::vector<Id> ids{id};
    CO_TRY(auto entries, co_await catalog.get_many(kind, std::move(ids)));
    co_return std::move(entries.at(0));
}

Task<std::optional<catalog::Listed>> find_one(catalog::Catalog& catalog, Kind kind, Index index, std::string key) {
    std::vector<std::string> keys;
    keys.push_back(std::move(key));
    CO_TRY(const auto found, co_await catalog.find(index, std::move(keys)));
    if (!found[0]) co_return std::optional<catalog::Listed>();
    Result<std::optional<catalog::Entry>> entry;
    if (kind == Kind::user)
        entry = co_await entry_now(catalog, kind, *found[0]);
    else
        entry = co_await catalog.get(Ref{kind, *found[0]});
    if (!entry) co_return fail(std::move(entry).error());
    if (!*entry || (*entry)->truth.purged) co_return std::optional<catalog::Listed>();
    co_return catalog::Listed{*found[0], std::move(**entry)};
}

}  // namespace

// ---- who is asking -------------------------------------------------------------------------------------------------

Task<Viewer> Accounts::by_session(std::string secret) {
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(const auto session, co_await catalog.get_session(sha256_hex(secret)));
    if (!session) co_return who_are_you();
    CO_TRY(const auto entry, co_await catalog.get({Kind::user, session->user}));
    if (!entry || entry->truth.purged) co_return who_are_you();
    User user = user_of(session->user, entry->truth);
    if (user.disabled) co_return who_are_you();
    co_return Viewer{std::move(user), session->hash};
}

Task<Viewer> Accounts::by_token(std::string secret) {
    auto& catalog = gallery_.stores().catalog;
    const auto unknown = [] { return fail(ErrorKind::unauthenticated, "This token is not known, or was revoked."); };
    CO_TRY(const auto token, co_await find_one(catalog, Kind::token, Index::token_by_hash, sha256_hex(secret)));
    if (!token) co_return unknown();
    const auto user_id = parse_id(token->entry.truth.string(field::kUser));
    if (!user_id) co_return unknown();
    CO_TRY(const auto entry, co_await catalog.get({Kind::user, *user_id}));
    if (!entry || entry->truth.purged) co_return unknown();
    User user = user_of(*user_id, entry->truth);
    if (user.disabled) co_return unknown();
    co_return Viewer{std::move(user), {}};
}

// ---- log in and out ------------------------------------------------------------------------------------------------

Task<NewSession> Accounts::log_in(std::string name, std::string password, std::string address) {
    const auto& stores = gallery_.stores();
    const std::string folded = catalog::fold_name(name);
    CO_TRY(const auto by_address, co_await stores.catalog.count("log-in/address/" + address, kLogInWindow));
    CO_TRY(const auto by_name, co_await stores.catalog.count("log-in/name/" + folded, kLogInWindow));
    if (by_address > kLogInsOfAddress || by_name > kLogInsOfName) {
        Error error{ErrorKind::too_many, "Too many attempts to log in. Wait a minute, then try again."};
        error.retry_after = std::chrono::seconds(60);
        co_return fail(std::move(error));
    }
    std::optional<catalog::Listed> found;
    if (password.size() <= kMaxPassword && folded.size() <= kMaxName * 4) {
        CO_TRY(found, co_await find_one(stores.catalog, Kind::user, Index::user_by_name, folded));
    }
    const std::string hash = found ? found->entry.truth.string(field::kPassword) : std::string();
    CO_TRY(const bool fits, co_await password_fits(stores.passwords, hash, std::move(password)));
    if (!found || !fits || found->entry.truth.flag(field::kDisabled))
        co_return fail(ErrorKind::unauthenticated, "The name or the password is wrong.");
    co_return co_await begin_session(user_of(found->id, found->entry.truth));
}

Task<NewSession> Accounts::begin_session(User user) {
    const auto& stores = gallery_.stores();
    NewSession session;
    session.secret = stores.random.token(kSecretBytes);
    const auto now = stores.clock.now();
    session.expires = now + kSessionFor;
    catalog::Session kept{sha256_hex(session.secret), user.id, now, session.expires};
    CO_CHECK(co_await stores.catalog.put_session(std::move(kept)));
    session.user = std::move(user);
    co_return session;
}

Task<void> Accounts::log_out(Viewer viewer) {
    if (viewer.session.empty()) co_return Result<void>();
    co_return co_await gallery_.stores().catalog.remove_session(viewer.session);
}

Task<void> Accounts::end_sessions(Id user) {
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(const auto sessions, co_await catalog.sessions_of(user));
    for (const auto& session : sessions) CO_CHECK(co_await catalog.remove_session(session.hash));
    co_return Result<void>();
}

// ---- the first start -----------------------------------------------------------------------------------------------

Task<bool> Accounts::setup_needed() {
    if (closed_.load(std::memory_order_relaxed)) co_return false;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await gallery_.stores().blobs.list("users/", std::move(cursor), kPage));
        cursor = std::move(page.next);
        for (const auto& item : page.items) {
            if (item.key.find("/f/") == std::string::npos) continue;
            closed_.store(true, std::memory_order_relaxed);
            co_return false;
        }
    } while (!cursor.empty());
    co_return true;
}

Task<std::string> Accounts::setup_token() {
    const auto& stores = gallery_.stores();
    co_return co_await stores.catalog.keep("setup-token", stores.random.token(kSecretBytes));
}

Task<NewSession> Accounts::set_up(std::string token, std::string name, std::string password) {
    auto& catalog = gallery_.stores().catalog;
    const auto closed = [] { return fail(ErrorKind::not_found, "This gallery is set up already. Log in instead."); };
    CO_TRY(bool needed, co_await setup_needed());
    if (!needed) co_return closed();
    CO_TRY(const auto expected, co_await setup_token());
    if (!equal_in_constant_time(expected, token))
        co_return fail(ErrorKind::unauthenticated, "This set-up link is not the one that the server printed.");
    CO_CHECK(check_new_user(name, password));
    CO_TRY(const auto lease, co_await catalog.lease("setup", kNameLease));
    needed = false;
    auto still = co_await setup_needed();
    Result<User> user = closed();
    if (!still)
        user = fail(std::move(still).error());
    else if (*still)
        user = co_await add_user(std::move(name), Role::admin, std::move(password));
    (void)co_await catalog.release(lease);
    if (!user) co_return fail(std::move(user).error());
    co_return co_await begin_session(std::move(*user));
}

// ---- users ---------------------------------------------------------------------------------------------------------

Task<std::vector<User>> Accounts::users() {
    CO_TRY(const auto all, co_await all_of(gallery_.stores().catalog, Kind::user));
    std::vector<User> users;
    for (const auto& listed : all) users.push_back(user_of(listed.id, listed.entry.truth));
    std::sort(users.begin(), users.end(), [](const User& a, const User& b) { return a.id < b.id; });
    co_return users;
}

Task<User> Accounts::user(Id id) {
    CO_TRY(const auto entry, co_await entry_now(gallery_.stores().catalog, Kind::user, id));
    if (!entry || entry->truth.purged) co_return no_such_user();
    co_return user_of(id, entry->truth);
}

Task<std::string> Accounts::name_of(Id id) {
    CO_TRY(const auto entry, co_await gallery_.stores().catalog.get({Kind::user, id}));
    if (!entry || entry->truth.purged) co_return std::string();
    co_return user_of(id, entry->truth).name;
}

Task<User> Accounts::add_user(std::string name, Role role, std::string password) {
    const auto& stores = gallery_.stores();
    CO_CHECK(check_new_user(name, password));
    CO_TRY(auto hash, co_await hash_password(stores.passwords, std::move(password)));

    const std::string folded = catalog::fold_name(name);
    CO_TRY(const auto lease, co_await stores.catalog.lease("name/" + folded, kNameLease));
    auto taken = co_await find_one(stores.catalog, Kind::user, Index::user_by_name, folded);
    const Ref ref{Kind::user, make_id(stores.clock, stores.random)};
    Result<catalog::Entry> entry = fail(ErrorKind::conflict, "There is a user of this name already.");
    if (!taken) {
        entry = fail(std::move(taken).error());
    } else if (!*taken) {
        Changes facts = facts_of(name, stores.clock.now());
        facts[std::string(field::kRole)] = json::value(std::string(text_of(role)));
        facts[std::string(field::kPassword)] = json::value(hash);
        entry = co_await gallery_.ledger().create(ref, std::move(facts), {});
    }
    (void)co_await stores.catalog.release(lease);
    if (!entry) co_return fail(std::move(entry).error());
    log::info("a user was added", {{"user", ref.id.text()}, {"role", text_of(role)}});
    co_return user_of(ref.id, entry->truth);
}

/// How many others could still administer.
Task<int> Accounts::administrators_but(Id id) {
    CO_TRY(const auto all, co_await users());
    co_return static_cast<int>(std::count_if(all.begin(), all.end(), [&id](const User& user) {
        return user.id != id && user.role == Role::admin && !user.disabled;
    }));
}

Task<User> Accounts::change_user(Id id, UserChange change) {
    const auto& stores = gallery_.stores();
    std::string hash;
    if (change.password) {
        CO_CHECK(check_password(*change.password));
        CO_TRY(hash, co_await hash_password(stores.passwords, *change.password));
    }
    const bool may_demote = change.role == Role::member || change.disabled.value_or(false);
    std::optional<catalog::Lease> lease;
    int others = 1;
    if (may_demote) {
        CO_TRY(lease, co_await stores.catalog.lease(kAdministratorsLease, kNameLease));
        auto counted = co_await administrators_but(id);
        if (!counted) {
            (void)co_await stores.catalog.release(*lease);
            co_return fail(std::move(counted).error());
        }
        others = *counted;
    }
    const auto decide = [&](const Truth& truth) -> Result<Changes> {
        const User now = user_of(id, truth);
        if (may_demote && others == 0 && now.role == Role::admin && !now.disabled)
            return fail(ErrorKind::conflict, "This is the last administrator. Make somebody else one first.");
        Changes changes;
        if (change.role && *change.role != now.role)
            changes[std::string(field::kRole)] = json::value(std::string(text_of(*change.role)));
        if (change.disabled && *change.disabled != now.disabled)
            changes[std::string(field::kDisabled)] = *change.disabled;
        if (!hash.empty()) changes[std::string(field::kPassword)] = json::value(hash);
        return changes;
    };
    auto changed = co_await gallery_.ledger().edit({Kind::user, id}, decide);
    if (lease) (void)co_await stores.catalog.release(*lease);
    if (!changed && changed.error().kind == ErrorKind::not_found) co_return no_such_user();
    if (!changed) co_return fail(std::move(changed).error());
    if (change.password || change.disabled.value_or(false)) CO_CHECK(co_await end_sessions(id));
    co_return user_of(id, changed->after);
}

Task<User> Accounts::set_password(std::string name, std::string password) {
    CO_TRY(const auto found,
           co_await find_one(gallery_.stores().catalog, Kind::user, Index::user_by_name, catalog::fold_name(name)));
    if (!found) co_return no_such_user();
    UserChange change;
    change.password = std::move(password);
    co_return co_await change_user(found->id, std::move(change));
}

Task<void> Accounts::remove_user(Id id) {
    const auto& stores = gallery_.stores();
    CO_TRY(const auto gone, co_await user(id));
    for (const auto name : {catalog::Scope::Name::mine, catalog::Scope::Name::trash}) {
        CO_TRY(const auto photos, co_await stores.catalog.newest(catalog::Scope{name, id}, std::nullopt, 1));
        if (!photos.empty())
            co_return fail(ErrorKind::conflict, "This user still has photos (the trash counts). Delete them first.");
    }
    CO_TRY(const auto lease, co_await stores.catalog.lease(kAdministratorsLease, kNameLease));
    auto others = co_await administrators_but(id);
    Result<Truth> purged = fail(ErrorKind::conflict, "This is the last administrator. Make somebody else one first.");
    if (!others)
        purged = fail(std::move(others).error());
    else if (*others > 0 || gone.role != Role::admin)
        purged = co_await gallery_.ledger().purge(
            {Kind::user, id}, [](const Truth&) -> Result<void> { return {}; }, Unread::by_entry);
    (void)co_await stores.catalog.release(lease);
    if (!purged) co_return fail(std::move(purged).error());
    CO_CHECK(co_await end_sessions(id));
    CO_TRY(const auto theirs, co_await tokens(id));
    for (const auto& token : theirs) CO_CHECK(co_await remove_token(id, token.id));
    co_return Result<void>();
}

// ---- tokens --------------------------------------------------------------------------------------------------------

Task<NewToken> Accounts::add_token(Id user_id, std::string name) {
    const auto& stores = gallery_.stores();
    CO_CHECK(check_name(name, kMaxTokenName));
    CO_TRY(const auto owner, co_await user(user_id));
    const Ref ref{Kind::token, make_id(stores.clock, stores.random)};
    NewToken token;
    token.secret = "cadre_" + stores.random.token(kSecretBytes);
    Changes facts = facts_of(name, stores.clock.now());
    facts[std::string(field::kUser)] = json::value(owner.id.text());
    facts[std::string(field::kHash)] = json::value(sha256_hex(token.secret));
    CO_TRY(const auto entry, co_await gallery_.ledger().create(ref, std::move(facts), {}));
    token.token = token_of(ref.id, entry.truth);
    co_return token;
}

Task<NewToken> Accounts::add_token_for(std::string user_name, std::string name) {
    CO_TRY(const auto found, co_await find_one(gallery_.stores().catalog, Kind::user, Index::user_by_name,
                                               catalog::fold_name(user_name)));
    if (!found) co_return no_such_user();
    co_return co_await add_token(found->id, std::move(name));
}

Task<std::vector<Token>> Accounts::tokens(Id user_id) {
    CO_TRY(const auto all, co_await all_of(gallery_.stores().catalog, Kind::token));
    std::vector<Token> tokens;
    for (const auto& listed : all)
        if (listed.entry.truth.string(field::kUser) == user_id.text())
            tokens.push_back(token_of(listed.id, listed.entry.truth));
    std::sort(tokens.begin(), tokens.end(), [](const Token& a, const Token& b) { return a.id < b.id; });
    co_return tokens;
}

Task<void> Accounts::remove_token(Id user_id, Id token) {
    const auto allow = [user_id](const Truth& truth) -> Result<void> {
        if (truth.string(field::kUser) == user_id.text()) return {};
        return fail(ErrorKind::not_found, "There is no such token.");
    };
    auto purged = co_await gallery_.ledger().purge({Kind::token, token}, allow, Unread::by_entry);
    if (!purged) co_return fail(std::move(purged).error());
    co_return Result<void>();
}

}  // namespace cadre::gallery
