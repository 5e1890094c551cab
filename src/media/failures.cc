#include "media/failures.h"

#include <system_error>

#include "base/disk.h"

namespace cadre::media {
namespace {

Error error_of(ErrorKind kind, std::string_view code, std::string_view message, std::string_view detail) {
    Error error{kind, std::string(message), with_code(code, detail)};
    if (kind == ErrorKind::unavailable) error.retry_after = std::chrono::seconds(5);
    return error;
}

}  // namespace

std::string with_code(std::string_view code, std::string_view detail) {
    return std::string(code).append(": ").append(detail);
}

std::string_view code_of(const Error& error) {
    const std::string_view detail = error.detail;
    const auto colon = detail.find(": ");
    if (colon == std::string_view::npos) return {};
    const auto word = detail.substr(0, colon);
    return word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos ? word : std::string_view();
}

Error broke_off(std::string detail) {
    return error_of(ErrorKind::unprocessable, kBrokeOff,
                    "The picture could not be read: the program that reads it broke off. The file is probably damaged.",
                    detail);
}

Error took_too_long(std::string detail) {
    return error_of(ErrorKind::unprocessable, kTookTooLong,
                    "Reading this picture took longer than one photo may take, and was given up.", detail);
}

Error killed(std::string detail) {
    return error_of(ErrorKind::unavailable, kKilled,
                    "Reading this picture was broken off from outside, most probably because the server ran short of "
                    "memory. Nothing is wrong with the file: try again.",
                    detail);
}

Error no_sandbox(std::string detail) {
    return error_of(ErrorKind::unavailable, kNoSandbox,
                    "This server cannot lock in the program that reads pictures, and so does not run it.", detail);
}

Error short_of_means(int error, const char* what) {
    auto refusal = disk_refusal(error, what);
    if (!refusal) throw std::system_error(error, std::generic_category(), what);
    refusal->detail = with_code("busy", refusal->detail);
    return std::move(*refusal);
}

Error too_busy() {
    return error_of(ErrorKind::unavailable, "busy",
                    "The server is too busy to look at this picture. Try again in a moment.",
                    "a probe had no answer in time");
}

}  // namespace cadre::media
