// Tokens, with which a person's programs log in.
#include <algorithm>

#include "base/hash.h"
#include "gallery/account_records.h"
#include "gallery/accounts.h"
#include "gallery/announcer.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Index;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr std::size_t kTokensPage = 500;

tl::unexpected<Error> unknown_token() {
    return fail(Code::token_not_valid, "This token is not known, or was revoked.");
}
tl::unexpected<Error> no_such_token() { return fail(Code::token_not_found, "You have no such token."); }

MadeBy made_by(const Truth& truth) {
    const auto* value = truth.find(field::kMadeBy);
    if (value == nullptr || !value->is_object()) return {};
    MadeBy by;
    by.kind = std::string(get_string(value->get_object(), "kind").value_or(""));
    if (const auto id = get_string(value->get_object(), "id")) by.id = parse_id(*id);
    return by;
}

std::vector<Id> ancestors_of(const Truth& token) {
    std::vector<Id> ancestors;
    const auto* value = token.find(field::kAncestors);
    if (value == nullptr || !value->is_array()) return ancestors;
    for (const auto& one : value->get_array())
        if (const auto id = one.is_string() ? parse_id(std::string_view(one.get_string())) : std::nullopt)
            ancestors.push_back(*id);
    return ancestors;
}

TokenScope scope_of(const Truth& token) {
    const auto text = token.string(field::kScope);
    if (text.empty()) return TokenScope::all;
    return parse_token_scope(text).value_or(TokenScope::read);
}

Token token_of(const Id& id, const Truth& truth) {
    Token token;
    token.id = id;
    token.name = truth.string(field::kName);
    token.created = WallTime(Millis(truth.integer(field::kCreatedAt).value_or(0)));
    token.scope = scope_of(truth);
    token.by = made_by(truth);
    return token;
}

/// Whether no password change since has ended all of the user's tokens.
bool is_of_era(const Truth& token, const Truth& user) { return token.string(field::kEra) == era_of(user); }

}  // namespace

Task<Viewer> Accounts::by_token(std::string secret) {
    auto& catalog = gallery_.stores().catalog;
    std::vector<std::string> keys{sha256_hex(secret)};
    CO_TRY(const auto found, co_await catalog.find(Index::token_by_hash, std::move(keys)));
    if (!found[0]) co_return unknown_token();
    CO_TRY(const auto token, co_await catalog.get({Kind::token, *found[0]}));
    if (!token || token->truth.purged) co_return unknown_token();
    const auto user_id = parse_id(token->truth.string(field::kUser));
    if (!user_id) co_return unknown_token();
    CO_TRY(auto entry, co_await catalog.get({Kind::user, *user_id}));
    // What is known of the user may be a moment older than a token that was made since.
    if (entry && !entry->truth.purged && !is_of_era(token->truth, entry->truth)) {
        CO_TRY(entry, co_await entry_now(catalog, Kind::user, *user_id));
    }
    if (!entry || entry->truth.purged || !is_of_era(token->truth, entry->truth)) co_return unknown_token();
    for (const auto& ancestor : ancestors_of(token->truth)) {
        CO_TRY(const auto alive, co_await catalog.get({Kind::token, ancestor}));
        if (!alive || alive->truth.purged) co_return unknown_token();
    }
    User user = user_of(*user_id, entry->truth);
    if (user.disabled) co_return unknown_token();
    co_await note_use("tokens/" + user.id.text(), *found[0], kMaxTokens);
    Viewer viewer;
    viewer.user = std::move(user);
    viewer.token = *found[0];
    viewer.scope = scope_of(token->truth);
    co_return viewer;
}

Task<void> Accounts::require_token_still(Id id, Truth user) {
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(const auto token, co_await entry_now(catalog, Kind::token, id));
    if (!token || !is_of_era(token->truth, user)) co_return unknown_token();
    auto ancestors = ancestors_of(token->truth);
    const std::size_t all = ancestors.size();
    if (all == 0) co_return Result<void>();
    CO_TRY(const auto entries, co_await catalog.get_many(Kind::token, std::move(ancestors)));
    for (const auto& entry : entries)
        if (!entry || entry->truth.purged) co_return unknown_token();
    co_return Result<void>();
}

Task<NewToken> Accounts::make_token(Id user_id, Changes facts) {
    const auto& stores = gallery_.stores();
    CO_TRY(const auto owner, co_await entry_now(stores.catalog, Kind::user, user_id));
    if (!owner) co_return no_such_user();
    std::string beginning;
    CO_TRY(const auto theirs,
           co_await stores.catalog.find_all(Index::tokens_of, user_id.text(), std::move(beginning), kMaxTokens));
    if (theirs.items.size() >= kMaxTokens)
        co_return fail(Code::too_many_tokens, "You have as many tokens as one person can have. Revoke some first.");
    const Ref ref{Kind::token, make_id(stores.clock, stores.random)};
    NewToken token;
    token.secret = "cadre_" + stores.random.token(kSecretBytes);
    facts[std::string(field::kUser)] = json::value(user_id.text());
    facts[std::string(field::kHash)] = json::value(sha256_hex(token.secret));
    if (const auto era = era_of(owner->truth); !era.empty()) facts[std::string(field::kEra)] = json::value(era);
    CO_TRY(const auto entry, co_await gallery_.ledger().create(ref, std::move(facts), {}));
    token.token = token_of(ref.id, entry.truth);
    co_return token;
}

Task<NewToken> Accounts::add_token(Viewer by, std::string name, TokenScope scope) {
    const auto& stores = gallery_.stores();
    CO_CHECK(check_name(name, kMaxTokenName));
    CO_CHECK(require_user(by));
    if (by.scope != TokenScope::all && by.scope != scope)
        co_return fail(Code::token_may_not, "A token cannot make another one that may do more than itself.");
    CO_CHECK(co_await require_still(by));
    Changes facts = facts_of(name, stores.clock.now());
    facts[std::string(field::kScope)] = json::value(std::string(text_of(scope)));
    json::object origin{{"kind", "command"}};
    if (by.token) {
        const Id parent = *by.token;
        CO_TRY(const auto entry, co_await entry_now(stores.catalog, Kind::token, parent));
        if (!entry) co_return unknown_token();
        auto ancestors = ancestors_of(entry->truth);
        if (ancestors.size() + 1 >= kMaxTokenDepth)
            co_return fail(Code::token_chain_too_long, "This token was made by a token, and so on: too many times.");
        ancestors.push_back(parent);
        json::array list;
        for (const auto& one : ancestors) list.emplace_back(one.text());
        facts[std::string(field::kAncestors)] = std::move(list);
        origin = {{"kind", "token"}, {"id", parent.text()}};
    } else if (!by.session.empty()) {
        origin = {{"kind", "session"}, {"id", id_of_session(by.session).text()}};
    }
    facts[std::string(field::kMadeBy)] = std::move(origin);
    const Id user_id = by.user->id;
    CO_TRY(auto made, co_await make_token(user_id, std::move(facts)));
    // Who made it may have been locked out meanwhile: then nothing that they made stays.
    auto still = co_await require_still(by);
    if (!still) {
        (void)co_await remove_token(user_id, made.token.id);
        co_return fail(std::move(still).error());
    }
    co_return made;
}

Task<NewToken> Accounts::add_token_for(std::string user_name, std::string name, TokenScope scope) {
    CO_TRY(auto found, co_await find_user(std::move(user_name)));
    if (!found) co_return no_such_user();
    Viewer command;
    command.user = user_of(found->id, found->entry.truth);
    co_return co_await add_token(std::move(command), std::move(name), scope);
}

Task<std::vector<catalog::Listed>> Accounts::token_records(Id user_id) {
    auto& catalog = gallery_.stores().catalog;
    std::vector<catalog::Listed> all;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.find_all(Index::tokens_of, user_id.text(), std::move(cursor), kTokensPage));
        cursor = std::move(page.next);
        std::vector<Id> ids = page.items;
        CO_TRY(auto entries, co_await catalog.get_many(Kind::token, std::move(ids)));
        for (std::size_t i = 0; i < entries.size(); ++i) {
            auto& entry = entries[i];
            if (!entry || entry->truth.purged || entry->truth.string(field::kUser) != user_id.text()) continue;
            all.push_back({page.items[i], std::move(*entry)});
        }
    } while (!cursor.empty());
    co_return all;
}

Task<std::vector<Token>> Accounts::tokens(Id user_id) {
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(const auto user, co_await entry_now(catalog, Kind::user, user_id));
    CO_TRY(const auto records, co_await token_records(user_id));
    CO_TRY(const auto uses, co_await catalog.seen("tokens/" + user_id.text()));
    std::vector<Token> tokens;
    for (const auto& record : records) {
        if (user && !is_of_era(record.entry.truth, user->truth)) continue;  // over, and about to go
        auto token = token_of(record.id, record.entry.truth);
        const auto used = std::ranges::find(uses, record.id.text(), &catalog::Seen::item);
        if (used != uses.end()) token.used = used->at;
        tokens.push_back(std::move(token));
    }
    co_return tokens;
}

Task<void> Accounts::purge_token(Id user_id, Id token) {
    const auto allow = [user_id](const Truth& truth) -> Result<void> {
        if (truth.string(field::kUser) == user_id.text()) return {};
        return no_such_token();
    };
    auto purged = co_await gallery_.ledger().purge({Kind::token, token}, allow, Unread::by_entry);
    if (!purged && purged.error().kind == ErrorKind::not_found) co_return no_such_token();
    if (!purged) co_return fail(std::move(purged).error());
    co_return Result<void>();
}

/// Those that it made are refused from the moment it is gone: by_token() looks for every ancestor.
Task<void> Accounts::remove_token(Id user_id, Id token) {
    CO_CHECK(co_await purge_token(user_id, token));
    CO_TRY(const auto records, co_await token_records(user_id));
    for (const auto& record : records) {
        const auto ancestors = ancestors_of(record.entry.truth);
        if (std::ranges::find(ancestors, token) == ancestors.end()) continue;
        auto gone = co_await purge_token(user_id, record.id);
        if (!gone && gone.error().kind != ErrorKind::not_found) co_return gone;
    }
    co_await gallery_.announcer().account_changed(user_id);
    co_return Result<void>();
}

/// What is left of tokens that are over already, by their era or because their user is gone.
Task<void> Accounts::purge_tokens(Id user_id) {
    CO_TRY(const auto records, co_await token_records(user_id));
    for (const auto& record : records) {
        auto gone = co_await purge_token(user_id, record.id);
        if (!gone && gone.error().kind != ErrorKind::not_found) co_return gone;
    }
    co_return Result<void>();
}

Task<void> Accounts::remove_tokens_of(Id user_id, Id session) {
    CO_TRY(const auto theirs, co_await tokens(user_id));
    for (const auto& token : theirs) {
        if (token.by.kind != "session" || token.by.id != session) continue;
        auto gone = co_await remove_token(user_id, token.id);
        if (!gone && gone.error().kind != ErrorKind::not_found) co_return gone;
    }
    co_return Result<void>();
}

/// Once after an upgrade that looks things up in a new way; the SQLite driver does it by itself when it is opened.
}  // namespace cadre::gallery
