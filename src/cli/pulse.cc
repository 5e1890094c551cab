#include "cli/pulse.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <ctime>
#include <system_error>

#include "base/fd.h"

namespace cadre::cli {
namespace {

constexpr std::chrono::seconds kBeat{5};

tl::unexpected<Error> failed_to(std::string_view what, const std::string& file) {
    return fail(ErrorKind::unavailable,
                fmt::format("The file {} cannot be {}: {}.", file, what, std::generic_category().message(errno)));
}

Task<void> beat(std::string file) {
    const UniqueFd touched(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    if (!touched || ::futimens(touched.get(), nullptr) != 0) co_return failed_to("touched", file);
    co_return Result<void>();
}

}  // namespace

worker::Chore pulse(std::string file) {
    return {"pulse", Millis(0), kBeat, [file = std::move(file)] { return beat(file); }, true};
}

Result<std::chrono::seconds> pulse_age(const std::string& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return failed_to("looked at", file);
    return std::chrono::seconds(std::time(nullptr) - found.st_mtim.tv_sec);
}

}  // namespace cadre::cli
