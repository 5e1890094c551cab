#include "gallery/scratch.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace cadre::gallery {
namespace {

tl::unexpected<Error> no_room() {
    return fail(ErrorKind::no_space, "The server has no space left for this file.", "scratch folder");
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
    if (errno == ENOSPC || errno == EDQUOT) return no_room();
    throw std::system_error(errno, std::generic_category(), "open scratch file in " + folder);
}

Result<void> write_all(int fd, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && (errno == ENOSPC || errno == EDQUOT)) return no_room();
        if (written < 0) throw std::system_error(errno, std::generic_category(), "write scratch file");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace cadre::gallery
