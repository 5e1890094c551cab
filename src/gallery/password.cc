#include "gallery/password.h"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace cadre::gallery {
namespace {

std::string hash_now(const std::string& password) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    std::array<char, crypto_pwhash_STRBYTES> encoded{};
    if (crypto_pwhash_str(encoded.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        throw std::runtime_error("no memory for argon2id");
    return encoded.data();
}

/// What nobody's password fits, at the same cost.
const std::string& decoy() {
    static const std::string hash = hash_now("the password of nobody");
    return hash;
}

}  // namespace

Task<std::string> Passwords::hash(std::string password, PasswordAsker asker) {
    CO_TRY(const auto turn, co_await turns_.take(asker.lane, std::move(asker.name)));
    co_return co_await pool_.run([&password]() -> Result<std::string> { return hash_now(password); });
}

Task<bool> Passwords::fits(std::string hash, std::string password, PasswordAsker asker) {
    CO_TRY(const auto turn, co_await turns_.take(asker.lane, std::move(asker.name)));
    co_return co_await pool_.run([&hash, &password]() -> Result<bool> {
        const bool known = !hash.empty();
        const std::string& against = known ? hash : decoy();
        return crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0 && known;
    });
}

}  // namespace cadre::gallery
