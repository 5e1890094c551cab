// What the tests of media share: files to hand to a decoder.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "media/decoders.h"

namespace cadre::media::testing {

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
