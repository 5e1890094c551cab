#include "gallery/account_records.h"

#include <algorithm>

#include "base/field_codes.h"
#include "base/hash.h"
#include "base/unicode.h"
#include "base/utf8.h"

namespace cadre::gallery {

namespace field = catalog::field;
using catalog::Kind;
using catalog::Truth;

namespace {

constexpr std::size_t kUsersPage = 200;

catalog::Stamp newest_credential(const Truth& user) {
    catalog::Stamp newest;
    for (const auto name : {field::kPassword, field::kDisabled}) {
        const auto found = user.facts.fields.find(name);
        if (found != user.facts.fields.end()) newest = std::max(newest, found->second.stamp);
    }
    return newest;
}

}  // namespace

User user_of(const Id& id, const Truth& truth) {
    User user;
    user.id = id;
    user.name = truth.string(field::kName);
    user.role = parse_role(truth.string(field::kRole)).value_or(Role::member);
    user.disabled = truth.flag(field::kDisabled);
    user.language = truth.string(field::kLanguage);
    user.theme = truth.string(field::kTheme);
    user.leaving = truth.string(field::kLeaving);
    user.created = WallTime(Millis(truth.integer(field::kCreatedAt).value_or(0)));
    return user;
}

bool is_leaving(const Truth& user) { return !user.string(field::kLeaving).empty(); }

std::string generation_of(const Truth& user) { return newest_credential(user).text(); }

bool is_of_generation(const catalog::Session& session, const Truth& user) {
    const auto newest = newest_credential(user);
    // An older release kept none; stamps are about the milliseconds of the clock.
    if (session.generation.empty()) return session.created.time_since_epoch().count() >= newest.n;
    return session.generation == newest.text();
}

std::string era_of(const Truth& user) {
    const auto found = user.facts.fields.find(field::kTokensEra);
    return found == user.facts.fields.end() ? std::string() : found->second.stamp.text();
}

Id id_of_session(const std::string& hash) {
    const auto digest = sha256("session " + hash);
    Id id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

tl::unexpected<Error> not_logged_in() {
    return fail(Code::not_logged_in, "You are not logged in, or no longer. Log in again.");
}
tl::unexpected<Error> no_such_user() { return fail(Code::user_not_found, "There is no such user."); }

tl::unexpected<Error> last_administrator() {
    return fail(Code::last_administrator, "This is the last administrator. Make somebody else one first.");
}

tl::unexpected<Error> wrong_field(FieldError wrong) {
    Error error{Code::invalid_fields, wrong.detail()};
    error.fields.push_back(std::move(wrong));
    return fail(std::move(error));
}

Result<void> check_name(const std::string& name, std::size_t most) {
    const auto length = utf8_length(name);
    if (!length || *length == 0 || *length > most || name.front() == ' ' || name.back() == ' ')
        return wrong_field({"name", FieldCode::name_length, {{"max", most}}});
    if (has_unseen(name)) return wrong_field({"name", FieldCode::name_unseen});
    return {};
}

Result<void> check_password(const std::string& password, const char* field) {
    const auto length = utf8_length(password);
    if (!length || *length < kMinPassword || password.size() > kMaxPassword)
        return wrong_field({field, FieldCode::password_length, {{"min", kMinPassword}, {"max", kMaxPassword}}});
    return {};
}

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

Task<std::vector<catalog::Listed>> all_of(catalog::Catalog& catalog, Kind kind) {
    std::vector<catalog::Listed> all;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.scan(kind, std::move(cursor), kUsersPage));
        cursor = std::move(page.next);
        for (auto& listed : page.items)
            if (!listed.entry.truth.purged) all.push_back(std::move(listed));
    } while (!cursor.empty());
    co_return all;
}

Task<std::optional<catalog::Entry>> entry_now(catalog::Catalog& catalog, Kind kind, Id id) {
    std::vector<Id> ids{id};
    CO_TRY(auto entries, co_await catalog.get_many(kind, std::move(ids)));
    auto& entry = entries.at(0);
    if (entry && entry->truth.purged) entry.reset();
    co_return std::move(entry);
}

Task<std::vector<Id>> gone_of(catalog::Catalog& catalog, Ledger& ledger, Kind kind, std::vector<Id> ids) {
    std::vector<Id> gone;
    if (ids.empty()) co_return gone;
    CO_TRY(const auto entries, co_await catalog.get_many(kind, ids));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (entries[i] && !entries[i]->truth.purged) continue;
        if (!entries[i]) {
            // The tomb went after its time; or the catalog has lost what it was told last.
            const catalog::Ref ref{kind, ids[i]};
            const auto listed = co_await ledger.read(ref);
            if (!listed && !is_unreadable(listed.error())) co_return fail(listed.error());
            if (!listed || listed->alive()) continue;
        }
        gone.push_back(ids[i]);
    }
    co_return gone;
}

Task<std::optional<catalog::Listed>> find_one(catalog::Catalog& catalog, Kind kind, catalog::Index index,
                                              std::string key) {
    std::vector<std::string> keys;
    keys.push_back(std::move(key));
    CO_TRY(const auto found, co_await catalog.find(index, std::move(keys)));
    if (!found[0]) co_return std::optional<catalog::Listed>();
    CO_TRY(auto entry, co_await entry_now(catalog, kind, *found[0]));
    if (!entry) co_return std::optional<catalog::Listed>();
    co_return catalog::Listed{*found[0], std::move(*entry)};
}

}  // namespace cadre::gallery
