#include "http/access_log.h"

#include <algorithm>
#include <string>

#include "base/log.h"

namespace cadre::http {

std::string shown_path(std::string_view path) {
    constexpr std::string_view kBefore = "/s/";
    const auto found = path.find(kBefore);
    if (found == std::string_view::npos) return std::string(path);
    const auto begin = found + kBefore.size();
    const auto end = std::min(path.find('/', begin), path.size());
    return std::string(path.substr(0, begin)) + "-" + std::string(path.substr(end));
}

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
