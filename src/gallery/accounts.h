// Users, passwords, sessions, tokens, and the first start.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "gallery/access.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

inline constexpr std::chrono::days kSessionFor{90};
inline constexpr std::size_t kMinPassword = 8;    // characters
inline constexpr std::size_t kMaxPassword = 256;  // bytes
inline constexpr std::size_t kMaxName = 64;       // characters
inline constexpr std::size_t kMaxTokenName = 100;

struct NewSession {
    std::string secret;  // the cookie's value; kept nowhere
    User user;
    WallTime expires;
};

struct Token {
    Id id;
    std::string name;
    WallTime created;
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
};

class Accounts {
public:
    explicit Accounts(Gallery& gallery) : gallery_(gallery) {}

    // ---- who is asking -------------------------------------------------------------------------------------------
    /// Errors: unauthenticated where the session or token is not known, has expired, or its user is gone or disabled.
    Task<Viewer> by_session(std::string secret);
    Task<Viewer> by_token(std::string secret);

    // ---- log in and out ------------------------------------------------------------------------------------------
    /// Errors: unauthenticated (says neither which was wrong nor whether the name exists), too_many.
    Task<NewSession> log_in(std::string name, std::string password, std::string address);
    Task<void> log_out(Viewer viewer);

    // ---- the first start -----------------------------------------------------------------------------------------
    /// Whether there is no user yet: from the blobs, whatever the catalog says.
    Task<bool> setup_needed();
    /// The library's one-time token; the same for every replica and start until a user exists.
    Task<std::string> setup_token();
    /// Errors: not_found once a user exists, unauthenticated (wrong token), invalid.
    Task<NewSession> set_up(std::string token, std::string name, std::string password);

    // ---- users ---------------------------------------------------------------------------------------------------
    Task<std::vector<User>> users();
    /// Errors: not_found.
    Task<User> user(Id id);
    /// "" for a user who is gone: for the owner's name beside a photo.
    Task<std::string> name_of(Id id);
    /// Errors: invalid, conflict where the name is taken.
    Task<User> add_user(std::string name, Role role, std::string password);
    /// Errors: not_found, invalid, conflict where no administrator would remain.
    Task<User> change_user(Id id, UserChange change);
    Task<User> set_password(std::string name, std::string password);
    /// Errors: not_found, conflict (the last administrator, or one who has photos).
    Task<void> remove_user(Id id);

    // ---- tokens --------------------------------------------------------------------------------------------------
    Task<NewToken> add_token(Id user, std::string name);
    Task<NewToken> add_token_for(std::string user_name, std::string name);
    Task<std::vector<Token>> tokens(Id user);
    Task<void> remove_token(Id user, Id token);

private:
    Task<NewSession> begin_session(User user);
    Task<void> end_sessions(Id user);
    Task<int> administrators_but(Id id);

    Gallery& gallery_;
    std::atomic<bool> closed_{false};  // a user's facts were seen: set-up never opens again
};

}  // namespace cadre::gallery
