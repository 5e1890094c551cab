// Passwords: argon2id, by libsodium, one at a time.
#pragma once

#include <string>

#include "base/pool.h"
#include "base/task.h"
#include "gallery/turns.h"

namespace cadre::gallery {

/// Who waits for the one thread that hashes, and by what right: see Turns.
struct PasswordAsker {
    Turns::Lane lane = Turns::Lane::known;
    std::string name;
};

/// Thread-safe.
class Passwords {
public:
    /// `pool` has one thread: argon2id is meant to be slow, and to take 64 MiB.
    explicit Passwords(Pool& pool) : pool_(pool) {}

    /// The encoded hash ("$argon2id$…"), made with libsodium's interactive limits. Errors: unavailable.
    Task<std::string> hash(std::string password, PasswordAsker asker);

    /// Takes as long for a user who does not exist: give it an empty hash then. Errors: unavailable.
    Task<bool> fits(std::string hash, std::string password, PasswordAsker asker);

private:
    Pool& pool_;
    Turns turns_;
};

}  // namespace cadre::gallery
