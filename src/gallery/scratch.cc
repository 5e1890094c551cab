#include "gallery/scratch.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "base/disk.h"

namespace cadre::gallery {
namespace {

tl::unexpected<Error> refuse(int error, const std::string& what) {
    if (auto refusal = disk_refusal(error, what)) return fail(std::move(*refusal));
    throw std::system_error(error, std::generic_category(), what);
}

}  // namespace

Result<UniqueFd> open_scratch(const std::string& folder) {
    UniqueFd fd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (fd) return fd;
    if (errno == EOPNOTSUPP || errno == EISDIR) {
        std::string name = folder + "/upload-XXXXXX";
        fd.reset(::mkostemp(name.data(), O_CLOEXEC));
        if (fd) {
            ::unlink(name.c_str());
            return fd;
        }
    }
    return refuse(errno, "open scratch file in " + folder);
}

Result<void> write_all(int fd, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return refuse(errno, "write scratch file");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace cadre::gallery
