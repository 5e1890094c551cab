#include "media/failures.h"

#include <system_error>
#include <utility>

#include "base/disk.h"

namespace cadre::media {
namespace {

Error error_of(Code code, const char* message, std::string detail) {
    Error error{code, message, std::move(detail)};
    if (error.kind == ErrorKind::unavailable) error.retry_after = std::chrono::seconds(5);
    return error;
}

}  // namespace

Error broke_off(std::string detail) {
    return error_of(Code::decoder_crashed,
                    "The picture could not be read: the program that reads it broke off. The file is probably damaged.",
                    std::move(detail));
}

Error took_too_long(std::string detail) {
    return error_of(Code::picture_needs_time,
                    "Reading this picture took longer than one photo may take, and was given up.", std::move(detail));
}

Error killed(std::string detail) {
    return error_of(Code::decoder_interrupted,
                    "Reading this picture was broken off from outside, most probably because the server ran short of "
                    "memory. Nothing is wrong with the file: try again.",
                    std::move(detail));
}

Error no_sandbox(std::string detail) {
    return error_of(Code::decoder_unavailable,
                    "This server cannot lock in the program that reads pictures, and so does not run it.",
                    std::move(detail));
}

Error short_of_means(int error, const char* what) {
    auto refusal = disk_refusal(error, what);
    if (!refusal) throw std::system_error(error, std::generic_category(), what);
    return std::move(*refusal);
}

Error too_busy() {
    return error_of(Code::busy, "The server is too busy to look at this picture. Try again in a moment.",
                    "a probe had no answer in time");
}

}  // namespace cadre::media
