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

/// "" if nobody is named.
std::string number_in(int file) {
    std::array<char, 32> text{};
    const auto got = ::pread(file, text.data(), text.size(), 0);
    std::string number;
    for (ssize_t i = 0; i < got && std::isdigit(static_cast<unsigned char>(text[static_cast<std::size_t>(i)])); ++i)
        number += text[static_cast<std::size_t>(i)];
    return number;
}

std::string holder_of(int file) {
    const auto number = number_in(file);
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
    const bool killed = !number_in(file.get()).empty();
    const auto number = std::to_string(::getpid()) + "\n";
    // Over what stands there, so that a full disk has room for it. If not: the number is for people, the lock holds.
    const auto written = ::pwrite(file.get(), number.data(), number.size(), 0);
    if (written < 0 && errno != ENOSPC && errno != EDQUOT) return failed(errno);
    if (written > 0 && ::ftruncate(file.get(), written) != 0) return failed(errno);
    return FolderLock(std::move(file), killed);
}

std::optional<FolderLock> lock_after_a_kill(const std::filesystem::path& folder) {
    {
        const UniqueFd file(::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC));
        if (!file || number_in(file.get()).empty()) return std::nullopt;
    }
    auto lock = lock_folder(folder);
    if (!lock || !lock->after_a_kill()) return std::nullopt;
    return std::move(*lock);
}

FolderLock::~FolderLock() {
    if (file_) (void)!::ftruncate(file_.get(), 0);
}

}  // namespace cadre::blobs::files
