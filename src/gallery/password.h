// Passwords: argon2id, by libsodium.
#pragma once

#include <string>

#include "base/pool.h"
#include "base/task.h"

namespace cadre::gallery {

/// The encoded hash ("$argon2id$…"), made on the pool with libsodium's interactive limits. Errors: unavailable.
Task<std::string> hash_password(Pool& pool, std::string password);

/// Takes as long for a user who does not exist: give it an empty hash then. Errors: unavailable.
Task<bool> password_fits(Pool& pool, std::string hash, std::string password);

}  // namespace cadre::gallery
