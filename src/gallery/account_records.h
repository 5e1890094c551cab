// What accounts, sessions and tokens share: how users stand in the catalog, and what may be written of them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gallery/accounts.h"

namespace cadre::gallery {

/// Leases: on a name ("name/<folded>"), and on who may be an administrator and who may go.
inline constexpr Millis kNameLease{4000};
inline constexpr const char* kAdministratorsLease = "administrators";

/// Of sessions, tokens and links: as many as nobody can guess.
inline constexpr std::size_t kSecretBytes = 32;

[[nodiscard]] User user_of(const Id& id, const catalog::Truth& truth);
/// Deleted, while their photos go: nobody finds them any more.
[[nodiscard]] bool is_leaving(const catalog::Truth& user);

/// Changes with every change of the password and of whether the user is disabled: a session that bears another one is
/// over, whenever it was stored. It is the newest stamp of the two fields.
[[nodiscard]] std::string generation_of(const catalog::Truth& user);
/// Whether a session was made with the credentials that its user has now.
[[nodiscard]] bool is_of_generation(const catalog::Session& session, const catalog::Truth& user);

/// Changes when all tokens of the user are revoked at once: one that bears another one is over. "" where they never
/// were.
[[nodiscard]] std::string era_of(const catalog::Truth& user);
/// How a session is called in public: it follows from its hash, which does not follow from it.
[[nodiscard]] Id id_of_session(const std::string& hash);

[[nodiscard]] tl::unexpected<Error> not_logged_in();
[[nodiscard]] tl::unexpected<Error> no_such_user();
[[nodiscard]] tl::unexpected<Error> last_administrator();
[[nodiscard]] tl::unexpected<Error> wrong_field(FieldError wrong);

[[nodiscard]] Result<void> check_name(const std::string& name, std::size_t most = kMaxName);
[[nodiscard]] Result<void> check_password(const std::string& password, const char* field = "password");
/// Every wrong field, not only the first.
[[nodiscard]] Result<void> check_new_user(const std::string& name, const std::string& password);

/// Name and creation time, with which every record here begins.
[[nodiscard]] Changes facts_of(const std::string& name, WallTime now);

/// Everything of a kind that is alive.
Task<std::vector<catalog::Listed>> all_of(catalog::Catalog& catalog, catalog::Kind kind);

/// As it is now. Catalog::get() may be a moment old where another replica has changed it, which is right for who asks,
/// and wrong for whoever decides about a user. Nothing for what is gone.
Task<std::optional<catalog::Entry>> entry_now(catalog::Catalog& catalog, catalog::Kind kind, Id id);

/// Those of `ids` that are gone for certain: of what the catalog does not know the blob store is asked.
Task<std::vector<Id>> gone_of(catalog::Catalog& catalog, Ledger& ledger, catalog::Kind kind, std::vector<Id> ids);

/// What the index has under the key, as it is now. Nothing for what is gone.
Task<std::optional<catalog::Listed>> find_one(catalog::Catalog& catalog, catalog::Kind kind, catalog::Index index,
                                              std::string key);

}  // namespace cadre::gallery
