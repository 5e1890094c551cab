#include "blobs/files/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <string>
#include <system_error>

namespace cadre::blobs::files {
namespace {

std::string holder_of(int file) {
    std::array<char, 32> text{};
    const auto got = ::pread(file, text.data(), text.size(), 0);
    std::string number;
    for (ssize_t i = 0; i < got && std::isdigit(static_cast<unsigned char>(text[static_cast<std::size_t>(i)])); ++i)
        number += text[static_cast<std::size_t>(i)];
    return number.empty() ? "another process" : "process " + number;
}

}  // namespace

Result<FolderLock> lock_folder(const std::filesystem::path& folder) {
    const auto failed = [&](int error) {
        return fail(ErrorKind::unavailable, fmt::format("The folder {} cannot be locked: {}.", folder.string(),
                                                        std::generic_category().message(error)));
    };
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return failed(error.value());
    UniqueFd file(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) return failed(errno);
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) return failed(errno);
        return fail(ErrorKind::conflict,
                    fmt::format("The folder {} is in use by {}.", folder.string(), holder_of(file.get())));
    }
    const auto number = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file.get(), 0) != 0) return failed(errno);
    if (::pwrite(file.get(), number.data(), number.size(), 0) < 0) return failed(errno);
    return FolderLock(std::move(file));
}

}  // namespace cadre::blobs::files
