// GET /api/v1/map/tiles: the file with one's own base map, by ranges.
#include "api/map_tiles.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <memory>

#include "api/answers.h"
#include "api/routes.h"
#include "base/fd.h"
#include "http/conditional.h"
#include "http/url.h"

namespace cadre::api {
namespace {

constexpr const char* kAddress = "/api/v1/map/tiles";
// https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md#3-header
constexpr std::string_view kMagic{"PMTiles\x03", 8};

tl::unexpected<Error> refused(const std::string& why) {
    return fail(ErrorKind::invalid, fmt::format("map_tiles: {}", why));
}

/// The host stands in a header: nothing but what names have.
bool is_host(std::string_view host) {
    constexpr std::string_view kOthers = "-._:";
    return !host.empty() && std::ranges::all_of(host, [&](const char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || kOthers.find(c) != std::string_view::npos;
    });
}

Result<MapTiles> elsewhere(const std::string& setting) {
    const auto url = http::parse_url(setting);
    if (!url || url->scheme != "https" || !is_host(url->host))
        return refused(fmt::format("\"{}\" is no https:// address of an archive.", setting));
    return MapTiles{url->text(), {}, "https://" + url->authority()};
}

Result<MapTiles> in_file(const std::string& setting) {
    const UniqueFd fd(::open(setting.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return refused(fmt::format("the file {} cannot be read.", setting));
    std::array<char, kMagic.size()> begin{};
    const auto read = ::pread(fd.get(), begin.data(), begin.size(), 0);
    if (read != static_cast<ssize_t>(begin.size()) || std::string_view(begin.data(), begin.size()) != kMagic)
        return refused(fmt::format("{} is no PMTiles archive of version 3.", setting));
    return MapTiles{kAddress, setting, {}};
}

Task<http::Response> get_tiles(Call& call) {
    CO_CHECK(require_user(call.viewer));
    const auto& file = call.context.options.map_tiles.file;
    if (file.empty()) co_return fail(ErrorKind::not_found, "This gallery has no map of its own.");
    const auto fd = std::make_shared<const UniqueFd>(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about {};
    if (!*fd || ::fstat(fd->get(), &about) != 0 || !S_ISREG(about.st_mode))
        co_return fail(ErrorKind::unavailable, "The map's own tiles cannot be read at present.", file.string());
    const auto size = static_cast<std::uint64_t>(about.st_size);
    // Another file of this name has another tag: who has read some of one reads the other from its beginning.
    const http::Validators now{http::entity_tag(fmt::format("{:x}-{:x}-{:x}-{:x}", about.st_ino, size,
                                                            about.st_mtim.tv_sec, about.st_mtim.tv_nsec)),
                               about.st_mtim.tv_sec};
    http::Headers headers;
    mark_personal(headers);
    headers.set("Content-Type", "application/vnd.pmtiles");
    co_return http::answer_file(call.request, now, http::FileBody{fd, 0, size}, std::move(headers));
}

}  // namespace

Result<MapTiles> map_tiles_of(const std::string& setting) {
    if (setting.empty()) return MapTiles{};
    return setting.find("://") == std::string::npos ? in_file(setting) : elsewhere(setting);
}

void add_map_tiles(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, kAddress, get_tiles);
}

}  // namespace cadre::api
