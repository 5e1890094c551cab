#include "base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "base/encoding.h"

namespace cadre {

std::uint64_t Random::next_u64() {
    std::uint64_t value = 0;
    std::uint8_t bytes[sizeof value];
    fill(bytes);
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

std::string Random::token(std::size_t bytes) {
    std::vector<std::uint8_t> buffer(bytes);
    fill(buffer);
    return base64url(buffer);
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            throw std::system_error(errno, std::generic_category(), "getrandom");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace cadre
