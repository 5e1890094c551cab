#include "gallery/accounts.h"

#include <algorithm>

#include "base/field_codes.h"
#include "base/hash.h"
#include "base/log.h"
#include "gallery/account_records.h"
#include "gallery/announcer.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Index;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr std::size_t kNamesPage = 200;
constexpr std::size_t kMostAlike = 20;

/// The password and, in the same write, the end of all tokens: no moment lies between the two.
void set_password_in(Changes& changes, const std::string& hash, Tokens tokens, WallTime now) {
    changes[std::string(field::kPassword)] = json::value(hash);
    if (tokens == Tokens::revoke) changes[std::string(field::kTokensEra)] = now.time_since_epoch().count();
}

tl::unexpected<Error> name_taken() { return fail(Code::name_taken, "There is a user of this name already."); }

}  // namespace

// ---- the first start -----------------------------------------------------------------------------------------------

Task<bool> Accounts::setup_needed() {
    if (closed_.load(std::memory_order_relaxed)) co_return false;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await gallery_.stores().blobs.list("users/", std::move(cursor), kNamesPage));
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

Task<NewSession> Accounts::set_up(std::string token, std::string name, std::string password, Arrival from) {
    auto& catalog = gallery_.stores().catalog;
    const auto closed = [] { return fail(Code::already_set_up, "This gallery is set up already. Log in instead."); };
    CO_TRY(bool needed, co_await setup_needed());
    if (!needed) co_return closed();
    CO_TRY(const auto expected, co_await setup_token());
    if (!equal_in_constant_time(expected, token))
        co_return fail(Code::setup_link_wrong, "This set-up link is not the one that the server printed.");
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
    const Id id = user->id;
    CO_TRY(auto entry, co_await entry_now(catalog, Kind::user, id));
    if (!entry) co_return no_such_user();
    CO_TRY(auto session, co_await begin_session(id, std::move(entry->truth), from));
    Attempts::Permit none;
    CO_TRY(session.device, co_await attempts_.succeeded(std::move(none), id, std::move(from)));
    co_return session;
}

// ---- users ---------------------------------------------------------------------------------------------------------

Task<std::vector<User>> Accounts::users() {
    CO_TRY(const auto all, co_await all_of(gallery_.stores().catalog, Kind::user));
    std::vector<User> users;
    for (const auto& listed : all)
        if (!is_leaving(listed.entry.truth)) users.push_back(user_of(listed.id, listed.entry.truth));
    std::sort(users.begin(), users.end(), [](const User& a, const User& b) { return a.id < b.id; });
    co_return users;
}

Task<User> Accounts::user(Id id) {
    CO_TRY(const auto entry, co_await entry_now(gallery_.stores().catalog, Kind::user, id));
    if (!entry || is_leaving(entry->truth)) co_return no_such_user();
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
    const PasswordAsker administrator{Turns::Lane::known, "accounts"};
    CO_TRY(auto hash, co_await passwords_.hash(std::move(password), administrator));

    const std::string folded = catalog::fold_name(name);
    CO_TRY(const auto lease, co_await stores.catalog.lease("name/" + folded, kNameLease));
    auto taken = co_await find_one(stores.catalog, Kind::user, Index::user_by_name, folded);
    const Ref ref{Kind::user, make_id(stores.clock, stores.random)};
    Result<catalog::Entry> entry = name_taken();
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
        const PasswordAsker administrator{Turns::Lane::known, "accounts"};
        CO_TRY(hash, co_await passwords_.hash(*change.password, administrator));
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
        if (!now.leaving.empty()) return no_such_user();
        if (may_demote && others == 0 && now.role == Role::admin && !now.disabled) return last_administrator();
        Changes changes;
        if (change.role && *change.role != now.role)
            changes[std::string(field::kRole)] = json::value(std::string(text_of(*change.role)));
        if (change.disabled && *change.disabled != now.disabled)
            changes[std::string(field::kDisabled)] = *change.disabled;
        if (!hash.empty()) set_password_in(changes, hash, change.tokens, stores.clock.now());
        return changes;
    };
    auto changed = co_await gallery_.ledger().edit({Kind::user, id}, decide);
    if (lease) (void)co_await stores.catalog.release(*lease);
    if (!changed && changed.error().kind == ErrorKind::not_found) co_return no_such_user();
    if (!changed) co_return fail(std::move(changed).error());
    // They are over already, by their generation; what is left of them goes.
    if (change.password || change.disabled.value_or(false)) CO_CHECK(co_await end_sessions(id));
    if (change.password && change.tokens == Tokens::revoke) CO_CHECK(co_await purge_tokens(id));
    co_await gallery_.announcer().account_changed(id);
    co_return user_of(id, changed->after);
}

Task<User> Accounts::change_own(Viewer viewer, OwnChange change) {
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(const auto me, require_user(viewer));
    if (change.name) CO_CHECK(check_name(*change.name));
    std::optional<catalog::Lease> lease;
    if (change.name && catalog::fold_name(*change.name) != catalog::fold_name(me.name)) {
        const std::string folded = catalog::fold_name(*change.name);
        CO_TRY(lease, co_await catalog.lease("name/" + folded, kNameLease));
        auto taken = co_await find_one(catalog, Kind::user, Index::user_by_name, folded);
        if (!taken || *taken) {
            (void)co_await catalog.release(*lease);
            if (!taken) co_return fail(std::move(taken).error());
            co_return name_taken();
        }
    }
    const auto decide = [&](const Truth& truth) -> Result<Changes> {
        Changes changes;
        const auto set = [&](std::string_view name, const std::optional<std::string>& to) {
            if (!to || *to == truth.string(name)) return;
            changes[std::string(name)] = to->empty() ? json::value(nullptr) : json::value(*to);
        };
        set(field::kName, change.name);
        set(field::kLanguage, change.language);
        set(field::kTheme, change.theme);
        return changes;
    };
    auto changed = co_await gallery_.ledger().edit({Kind::user, me.id}, decide);
    if (lease) (void)co_await catalog.release(*lease);
    if (!changed) co_return fail(std::move(changed).error());
    co_return user_of(me.id, changed->after);
}

/// Of several whose names fold to the same, as an older release let them be, the one that is called just so; else the
/// first.
Task<std::optional<catalog::Listed>> Accounts::find_user(std::string name) {
    auto& catalog = gallery_.stores().catalog;
    std::optional<catalog::Listed> found;
    if (name.size() > kMaxNameBytes) co_return found;
    std::string beginning;
    CO_TRY(const auto page,
           co_await catalog.find_all(Index::user_by_name, catalog::fold_name(name), std::move(beginning), kMostAlike));
    for (const auto& id : page.items) {
        CO_TRY(auto entry, co_await entry_now(catalog, Kind::user, id));
        if (!entry || is_leaving(entry->truth)) continue;
        const bool exact = entry->truth.string(field::kName) == name;
        if (!found || exact) found = catalog::Listed{id, std::move(*entry)};
        if (exact) break;
    }
    co_return found;
}

Task<User> Accounts::named(Id asker, std::string name) {
    CO_TRY(auto permit, co_await attempts_.begin_naming(asker));
    CO_TRY(const auto found, co_await find_user(std::move(name)));
    if (!found) co_return no_such_user();
    auto user = user_of(found->id, found->entry.truth);
    if (user.disabled) co_return no_such_user();
    CO_CHECK(co_await attempts_.take_back(std::move(permit)));
    co_return user;
}

Task<User> Accounts::set_password(std::string name, std::string password, Tokens tokens) {
    CO_TRY(const auto found, co_await find_user(std::move(name)));
    if (!found) co_return no_such_user();
    UserChange change;
    change.password = std::move(password);
    change.tokens = tokens;
    co_return co_await change_user(found->id, std::move(change));
}

Task<std::optional<NewSession>> Accounts::change_password(Viewer viewer, std::string current, std::string password,
                                                          Tokens tokens, Arrival from) {
    const auto& stores = gallery_.stores();
    CO_CHECK(require_user(viewer));
    CO_CHECK(check_password(password, "new"));
    const Id id = viewer.user->id;
    CO_TRY(auto permit, co_await attempts_.begin_own(id));
    CO_TRY(const auto user, co_await entry_now(stores.catalog, Kind::user, id));
    if (!user) co_return not_logged_in();
    const auto old = user->truth.string(field::kPassword);
    if (current.size() > kMaxPassword) current.clear();
    CO_TRY(const bool fits, co_await passwords_.fits(old, std::move(current), permit.asker));
    if (!fits) co_return wrong_field({"current", FieldCode::current_password_wrong});
    CO_TRY(const auto hash, co_await passwords_.hash(std::move(password), permit.asker));
    CO_CHECK(co_await attempts_.take_back(std::move(permit)));
    const auto decide = [&](const Truth& truth) -> Result<Changes> {
        if (truth.string(field::kPassword) != old)
            return fail(Code::password_changed, "The password was changed meanwhile. Log in again.");
        Changes changes;
        set_password_in(changes, hash, tokens, stores.clock.now());
        return changes;
    };
    CO_TRY(auto changed, co_await gallery_.ledger().edit({Kind::user, id}, decide));
    CO_CHECK(co_await end_sessions(id));
    if (tokens == Tokens::revoke) CO_CHECK(co_await purge_tokens(id));
    co_await gallery_.announcer().account_changed(id);
    std::optional<NewSession> session;
    if (viewer.session.empty()) co_return session;
    CO_TRY(session, co_await begin_session(id, std::move(changed.after), from));
    Attempts::Permit none;
    CO_TRY(session->device, co_await attempts_.succeeded(std::move(none), id, std::move(from)));
    co_return session;
}

}  // namespace cadre::gallery
