#include "cli/process.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "base/log.h"

namespace cadre::cli {

void prepare_process() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a bound on the size of files is an error of the write
    ::mallopt(M_ARENA_MAX, 2);      // a heap a thread would be most of the resident memory
    struct rlimit files {};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        (void)::setrlimit(RLIMIT_NOFILE, &files);
    }
}

Result<void> check_decoder(const std::string& decoder) {
    if (::access(decoder.c_str(), X_OK) == 0) return {};
    return fail(
        ErrorKind::not_found,
        fmt::format("The program that reads pictures, {}, is not there or cannot be run. --decoder says where it is.",
                    decoder));
}

void leave(int code) {
    std::fflush(nullptr);
    ::_exit(code);
}

void StopSignal::wait() {
    signals_.async_wait([this](const boost::system::error_code& stopped, int) {
        if (!stopped) io_.stop();
    });
    io_.restart();
    io_.run();
    boost::system::error_code ignored;
    signals_.clear(ignored);
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    log::info("stopping");
}

}  // namespace cadre::cli
