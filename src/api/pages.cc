// The application: its files, and the same page at every address that is nothing else.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "api/answers.h"
#include "api/credentials.h"
#include "api/json_writer.h"
#include "api/me.h"
#include "api/page.h"
#include "api/routes.h"
#include "api/timeline_json.h"
#include "api/timelines.h"
#include "base/hash.h"
#include "gallery/timelines.h"
#include "http/conditional.h"
#include "http/static_files.h"

namespace cadre::api {
namespace {

/// About what a large screen shows: more would make the first picture wait.
constexpr std::uint64_t kFirstScreen = 60;
constexpr std::uint32_t kFirstOfMonth = 100;
constexpr std::string_view kIndex = "/index.html";

const catalog::View kWall{};

/// The application's files and its page. Immutable: thread-safe.
struct Site {
    http::StaticFiles files;
    PageTemplate page;
    std::string build;  // tells one index.html from another
};
using SharedSite = std::shared_ptr<const Site>;

/// Follows from all that the page shows.
std::string version_of(const Site& site, std::string_view wall, std::string_view me) {
    return fmt::format("{}.{:016x}.{}", wall, digest64(me), site.build);
}

bool is_page(std::string_view path) {
    const auto below = [&](std::string_view folder) { return path.starts_with(folder); };
    return !below("/api/") && path != "/api" && !below("/media/") && !below("/assets/");
}

/// {me, timeline, months}: the wall's months, and the columns of the newest ones.
Task<Fresh> fresh_page(Context& context, SharedSite site, std::string me) {
    CO_TRY(const auto timeline, co_await context.gallery.timelines().timeline(kWall));
    JsonWriter out(32 << 10);
    out.begin_object().key("me").raw(me).key("timeline").raw(timeline_json(timeline));
    out.key("months").begin_object();
    std::uint64_t shown = 0;
    for (const auto& month : timeline.months) {
        if (shown >= kFirstScreen) break;
        const Slice slice{month.month, 0, kFirstOfMonth};
        CO_TRY(const auto columns, co_await encoded_month(context, kWall, slice, http::Coding::identity));
        out.key(month.month.text()).raw(*columns.body);
        shown += month.count;
    }
    out.end_object().end_object();
    co_return Fresh{version_of(*site, timeline.version, me), site->page.with(out.take())};
}

/// The page for whoever asks. Its version follows from who that is and from the wall.
Task<Encoded> encoded_page(SharedContext context, SharedSite site, http::Request& request) {
    CO_TRY(const auto viewer, co_await viewer_of_request(*context, request));
    CO_CHECK(require_scope(viewer, request));
    CO_TRY(const bool needed, co_await setup_needed(*context));
    const auto me = me_json(viewer.user, needed, context->options.version);
    CO_TRY(const auto wall, co_await context->gallery.timelines().version(kWall));
    auto version = version_of(*site, wall, me);
    auto name = "page|" + (viewer.user ? viewer.user->id.text() : std::string());
    const auto produce = [context, site, me] { return fresh_page(*context, site, me); };
    co_return co_await encoded(*context, std::move(name), std::move(version), http::preferred_coding(request), produce);
}

Task<http::Response> page_for(SharedContext context, SharedSite site, http::Request& request) {
    auto page = co_await encoded_page(context, site, request);
    // Without its stores the gallery still shows its page, which then asks for the data and says what is wrong.
    const bool blank = !page && page.error().kind == ErrorKind::unavailable;
    if (blank) page = Encoded{"blank." + site->build, std::make_shared<const std::string>(site->page.with("null"))};
    if (!page) co_return fail(std::move(page).error());
    const bool shared = !blank && request.path == "/" && is_anonymous(request);
    auto response = answer_of(request, std::move(*page));
    if (response.status == 200) response.headers.set("Content-Type", "text/html; charset=utf-8");
    if (shared) response.headers.set("X-Accel-Expires", kSharedFor);
    co_return response;
}

Task<http::Response> answer_path(SharedContext context, SharedSite site, http::Request& request) {
    if (request.path != kIndex)
        if (auto file = site->files.answer(request, request.path)) co_return std::move(*file);
    if (!is_page(request.path)) co_return refuse({Code::not_found, "There is nothing at this address."}, request);
    auto response = co_await page_for(std::move(context), std::move(site), request);
    if (!response) co_return refuse(std::move(response).error(), request);
    co_return response;
}

}  // namespace

Result<void> add_pages(http::Router& router, const SharedContext& context) {
    if (context->options.web.empty()) return {};
    TRY(auto files, http::StaticFiles::load(context->options.web));
    const auto index = files.text(kIndex);
    if (!index) return fail(ErrorKind::not_found, "The folder of the web interface has no index.html.");
    TRY(auto page, PageTemplate::parse(*index));
    const auto site =
        std::make_shared<const Site>(Site{std::move(files), std::move(page), fmt::format("{:016x}", digest64(*index))});
    http::RouteOptions options;
    options.label = "page";
    router.add(http::Method::get, "/{path...}",
               http::Handler([context, site](http::Request& request) { return answer_path(context, site, request); }),
               options);
    return {};
}

}  // namespace cadre::api
