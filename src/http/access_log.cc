#include "http/access_log.h"

#include "base/log.h"

namespace cadre::http {

void log_access(const Request& request, int status, std::uint64_t bytes, std::chrono::microseconds took) {
    if (!log::enabled(log::Level::info)) return;
    const auto ms = fmt::format("{:.1f}", static_cast<double>(took.count()) / 1000.0);
    if (request.user.empty())
        log::info("request", {{"method", request.method_text},
                              {"path", request.path},
                              {"status", status},
                              {"bytes", bytes},
                              {"ms", ms},
                              {"id", request.id},
                              {"client", request.remote}});
    else
        log::info("request", {{"method", request.method_text},
                              {"path", request.path},
                              {"status", status},
                              {"bytes", bytes},
                              {"ms", ms},
                              {"id", request.id},
                              {"client", request.remote},
                              {"user", request.user}});
}

}  // namespace cadre::http
