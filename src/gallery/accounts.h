// Users, passwords, sessions, tokens, and the first start.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "catalog/cache.h"
#include "gallery/access.h"
#include "gallery/attempts.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

inline constexpr std::chrono::days kSessionFor{90};
inline constexpr std::size_t kMinPassword = 8;    // characters
inline constexpr std::size_t kMaxPassword = 256;  // bytes
inline constexpr std::size_t kMaxName = 64;       // characters
inline constexpr std::size_t kMaxNameBytes = 256;
inline constexpr std::size_t kMaxTokenName = 100;
inline constexpr std::size_t kMaxTokens = 200;    // of a person
inline constexpr std::size_t kMaxTokenDepth = 8;  // a token that a token made that …
inline constexpr std::size_t kMaxSessions = 100;  // of a person; of more the oldest end
inline constexpr std::chrono::hours kUseNoted{1};

struct NewSession {
    std::string secret;  // the cookie's value; kept nowhere
    User user;
    WallTime expires;
    std::string device;  // the value of the cookie by which the browser is known at its next log-in
};

/// Where one is logged in.
struct SessionInfo {
    Id id;
    WallTime created;
    WallTime expires;
    std::optional<WallTime> used;  // to the hour
    std::string address;
    std::string agent;
    bool current = false;  // the one that asks
};

/// From where a token came.
struct MadeBy {
    std::string kind;      // "session", "token" or "command"; "" for one that was made before this was kept
    std::optional<Id> id;  // of the session or token
};

struct Token {
    Id id;
    std::string name;
    WallTime created;
    TokenScope scope = TokenScope::all;
    MadeBy by;
    std::optional<WallTime> used;  // to the hour
};

struct NewToken {
    std::string secret;  // shown once
    Token token;
};

/// What PATCH of a user asks for.
struct UserChange {
    std::optional<Role> role;
    std::optional<bool> disabled;
    std::optional<std::string> password;
    Tokens tokens = Tokens::revoke;  // with a password
};

/// What people change of themselves; "" is none.
struct OwnChange {
    std::optional<std::string> name, language, theme;
};

class Accounts {
public:
    explicit Accounts(Gallery& gallery)
        : gallery_(gallery), passwords_(gallery.stores().passwords), attempts_(gallery) {}

    // ---- who is asking -------------------------------------------------------------------------------------------
    /// Errors: unauthenticated where the session or token is not known, has expired, or its user is gone or disabled.
    Task<Viewer> by_session(std::string secret);
    Task<Viewer> by_token(std::string secret);
    /// Whether somebody who began something a while ago may end it: the user, as of now, is there and not disabled, and
    /// the session or token by which they came still holds. Errors: unauthenticated.
    Task<void> require_still(Viewer viewer);

    // ---- log in and out ------------------------------------------------------------------------------------------
    /// Errors: unauthenticated (says neither which was wrong nor whether the name exists), too_many.
    Task<NewSession> log_in(std::string name, std::string password, Arrival from);
    Task<void> log_out(Viewer viewer);
    /// The newest first.
    Task<std::vector<SessionInfo>> sessions(Viewer viewer);
    /// Errors: not_found. With Tokens::revoke also what was made by it.
    Task<void> end_session(Viewer viewer, Id session, Tokens tokens);
    Task<void> end_other_sessions(Viewer viewer);

    // ---- the first start -----------------------------------------------------------------------------------------
    /// Whether there is no user yet: from the blobs, whatever the catalog says.
    Task<bool> setup_needed();
    /// The library's one-time token; the same for every replica and start until a user exists.
    Task<std::string> setup_token();
    /// Errors: not_found once a user exists, unauthenticated (wrong token), invalid.
    Task<NewSession> set_up(std::string token, std::string name, std::string password, Arrival from);

    // ---- users ---------------------------------------------------------------------------------------------------
    Task<std::vector<User>> users();
    /// Errors: not_found.
    Task<User> user(Id id);
    /// "" for a user who is gone: for the owner's name beside a photo.
    Task<std::string> name_of(Id id);
    /// Who logs in with this name, for somebody who wants to share with them. Of names that nobody has one can ask for
    /// a few an hour only. Errors: not_found (also one who is disabled), too_many.
    Task<User> named(Id asker, std::string name);
    /// Errors: invalid, conflict where the name is taken.
    Task<User> add_user(std::string name, Role role, std::string password);
    /// Errors: not_found, invalid, conflict where no administrator would remain.
    Task<User> change_user(Id id, UserChange change);
    /// One's own. Errors: invalid, conflict where the name is taken.
    Task<User> change_own(Viewer viewer, OwnChange change);
    Task<User> set_password(std::string name, std::string password, Tokens tokens);
    /// One's own: ends all sessions, and begins another one if the viewer came by one. Errors: invalid (also where
    /// `current` is wrong), too_many.
    Task<std::optional<NewSession>> change_password(Viewer viewer, std::string current, std::string password,
                                                    Tokens tokens, Arrival from);
    /// One who has photos goes only where it is said what becomes of them: "delete", or "transfer:<user id>". From then
    /// on nobody finds the user any more; the photos follow (gallery/departures.h). Errors: not_found, invalid,
    /// conflict (the last administrator, one who has photos, or one to whom somebody's photos are being handed).
    Task<void> remove_user(Id id, std::string photos = {});
    /// Those who are deleted and whose photos still have to go.
    Task<std::vector<User>> leaving();
    /// After their photos. Errors: conflict where there is one left.
    Task<void> forget_user(Id id);

    // ---- tokens --------------------------------------------------------------------------------------------------
    /// Errors: invalid, forbidden (more than the viewer's own token may do), conflict (kMaxTokens, kMaxTokenDepth).
    Task<NewToken> add_token(Viewer by, std::string name, TokenScope scope);
    Task<NewToken> add_token_for(std::string user_name, std::string name, TokenScope scope);
    /// By id, so the oldest first.
    Task<std::vector<Token>> tokens(Id user);
    /// With all tokens that it made, and those that they made. Errors: not_found.
    Task<void> remove_token(Id user, Id token);

    // ---- for the passwords of shares ------------------------------------------------------------------------------
    [[nodiscard]] Passwords& passwords() { return passwords_; }
    [[nodiscard]] Attempts& attempts() { return attempts_; }

private:
    Task<NewSession> begin_session(Id id, catalog::Truth user, Arrival from);
    Task<void> end_sessions(Id user);
    Task<void> end_oldest(Id user);
    Task<void> require_no_photos(Id id);
    Task<std::optional<catalog::Listed>> find_user(std::string name);
    Task<NewToken> make_token(Id user, Changes facts);
    Task<void> require_token_still(Id token, catalog::Truth user);
    Task<std::vector<catalog::Listed>> token_records(Id user);
    Task<void> purge_token(Id user, Id token);
    Task<void> purge_tokens(Id user);
    Task<void> remove_tokens_of(Id user, Id session);
    asio::awaitable<void> note_use(std::string owner, Id item, std::size_t most);
    asio::awaitable<void> write_use(std::string owner, std::string item, std::size_t most);
    Task<void> set_disabled(Id id, bool disabled);
    Task<void> bury_user(User gone);
    Task<void> let_go(Id id, std::string photos);
    Task<void> end_user(Id id);
    Task<void> set_leaving(Id id, std::string photos);
    Task<void> begin_leaving(Id id, std::string photos);
    Task<void> require_no_heir(Id id);
    Task<int> administrators_but(Id id);

    Gallery& gallery_;
    Passwords passwords_;
    Attempts attempts_;
    catalog::Cache<MonotonicTime> noted_{1 << 14};  // when the use of a session or token was last written
    std::atomic<bool> closed_{false};               // a user's facts were seen: set-up never opens again
};

}  // namespace cadre::gallery
