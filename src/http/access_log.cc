#include "http/access_log.h"

#include <algorithm>
#include <string>

#include "base/log.h"

namespace cadre::http {

namespace {

/// Whoever has the key of a share may look: it stands in no log.
std::string shown_path(std::string_view path) {
    for (const std::string_view before : {"/api/v1/s/", "/s/"}) {
        if (!path.starts_with(before)) continue;
        const auto end = std::min(path.find('/', before.size()), path.size());
        return std::string(before) + "-" + std::string(path.substr(end));
    }
    return std::string(path);
}

}  // namespace

void log_access(const Request& request, int status, std::uint64_t bytes, std::chrono::microseconds took) {
    if (!log::enabled(log::Level::info)) return;
    const auto ms = fmt::format("{:.1f}", static_cast<double>(took.count()) / 1000.0);
    const auto path = shown_path(request.path);
    if (request.user.empty())
        log::info("request", {{"method", request.method_text},
                              {"path", path},
                              {"status", status},
                              {"bytes", bytes},
                              {"ms", ms},
                              {"id", request.id},
                              {"client", request.remote}});
    else
        log::info("request", {{"method", request.method_text},
                              {"path", path},
                              {"status", status},
                              {"bytes", bytes},
                              {"ms", ms},
                              {"id", request.id},
                              {"client", request.remote},
                              {"user", request.user}});
}

}  // namespace cadre::http
