#include "blobs/files/errors.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace cadre::blobs::files {

tl::unexpected<Error> refuse(int error, std::string_view what) {
    const std::system_error fault(error, std::generic_category(), std::string(what));
    switch (error) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return fail(ErrorKind::no_space, "There is no space left to keep this.", fault.what());
        case EMFILE:
        case ENFILE:
        case ENOMEM: {
            Error busy{ErrorKind::unavailable, "The server is busy. Try again in a moment.", fault.what()};
            busy.retry_after = std::chrono::seconds(1);
            return fail(std::move(busy));
        }
        default:
            throw fault;
    }
}

tl::unexpected<Error> no_such_object() { return fail(ErrorKind::not_found, "There is no such object."); }

}  // namespace cadre::blobs::files
