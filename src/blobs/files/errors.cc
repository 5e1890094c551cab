#include "blobs/files/errors.h"

#include <cerrno>
#include <string>
#include <system_error>

#include "base/disk.h"
#include "base/log.h"

namespace cadre::blobs::files {

tl::unexpected<Error> refuse(int error, std::string_view what) {
    if (error == EIO || error == EROFS)
        log::error("the disk of the photographs fails", {{"tried", what}, {"error", error}});
    if (auto refusal = disk_refusal(error, what)) return fail(std::move(*refusal));
    throw std::system_error(error, std::generic_category(), std::string(what));
}

tl::unexpected<Error> no_such_object() { return fail(ErrorKind::not_found, "There is no such object."); }

}  // namespace cadre::blobs::files
