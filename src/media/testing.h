// What the tests of media share: files to hand to a decoder.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "media/decoders.h"

namespace cadre::media::testing {

/// What hostile_worker is asked for comes after this, so that the server takes it for a picture.
inline constexpr std::string_view kMagicOfWishes = "GIF89a";

/// A file that only its descriptor names.
inline UniqueFd file_of(std::string_view bytes) {
    UniqueFd file(::memfd_create("picture", MFD_CLOEXEC));
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written <= 0) throw std::runtime_error("a memfd can't be written");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return file;
}

/// The processes that this one has started and not waited for yet.
inline std::vector<pid_t> children() {
    std::ifstream file("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    std::vector<pid_t> pids;
    for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
    return pids;
}

inline UniqueFd wish_for(std::string_view wish) { return file_of(std::string(kMagicOfWishes) + std::string(wish)); }

inline std::string bytes_of(int fd) {
    std::string bytes(static_cast<std::size_t>(::lseek(fd, 0, SEEK_END)), '\0');
    if (::pread(fd, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        throw std::runtime_error("a file can't be read");
    }
    return bytes;
}

inline Options real_decoders(std::size_t workers = 1) {
    Options options;
    options.program = CADRE_DECODE_PROGRAM;
    options.workers = workers;
    return options;
}

}  // namespace cadre::media::testing
