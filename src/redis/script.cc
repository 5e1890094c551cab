#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "redis/cluster.h"

namespace cadre::redis {
namespace {

/// Redis names scripts by SHA-1; nothing else here does.
std::string sha1_hex(const std::string& text) {
    std::array<unsigned char, 20> digest{};
    if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-1");
    constexpr const char* kDigits = "0123456789abcdef";
    std::string hex;
    for (const auto byte : digest) {
        hex.push_back(kDigits[byte >> 4U]);
        hex.push_back(kDigits[byte & 0xFU]);
    }
    return hex;
}

}  // namespace

Script::Script(std::string source) : source_(std::move(source)), sha1_(sha1_hex(source_)) {}

}  // namespace cadre::redis
