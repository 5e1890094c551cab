// GET /api/v1/timeline, GET /api/v1/timeline/{month}[/layout]: what a page needs to draw a library.
#include "api/timelines.h"

#include <fmt/format.h>

#include "api/input.h"
#include "api/routes.h"
#include "api/timeline_json.h"
#include "api/visits.h"
#include "gallery/timelines.h"

namespace cadre::api {
namespace {

constexpr std::uint32_t kMaxOffset = 100'000'000;
constexpr std::uint32_t kMaxLimit = 5000;
constexpr int kLayoutTries = 5;

/// What a view's documents are called in the cache.
std::string cache_name(const catalog::View& view) { return catalog::declared().text_of(view); }

const catalog::FamilyDeclaration& family_of(const catalog::View& view) {
    return *catalog::declared().find(view.family);
}

Task<Fresh> fresh_timeline(Context& context, catalog::View view) {
    CO_TRY(const auto timeline, co_await context.gallery.timelines().timeline(view));
    co_return Fresh{timeline.version, timeline_json(timeline)};
}

Task<Fresh> fresh_month(Context& context, catalog::View view, Slice slice) {
    auto rows = co_await context.gallery.timelines().month(view, slice.month, slice.offset, slice.limit);
    if (!rows && rows.error().kind == ErrorKind::not_found) {
        CO_TRY(auto version, co_await context.gallery.timelines().month_version(view, slice.month));
        rows = catalog::MonthRows{std::move(version), {}};
    }
    if (!rows) co_return fail(std::move(rows).error());
    co_return Fresh{rows->month.version, month_json(*rows, slice.offset, family_of(view).tells_favourites)};
}

/// Read in pieces; a month that changes between two of them is begun again.
Task<Fresh> fresh_layout(Context& context, catalog::View view, catalog::Month month) {
    auto& timelines = context.gallery.timelines();
    for (int attempt = 0; attempt < kLayoutTries; ++attempt) {
        CO_TRY(const auto version, co_await timelines.month_version(view, month));
        Layout layout;
        bool same = true;
        while (same && layout.days.size() < version.count) {
            const auto offset = static_cast<std::uint32_t>(layout.days.size());
            const auto piece = co_await timelines.month(view, month, offset, kMaxLimit);
            if (!piece && piece.error().kind != ErrorKind::not_found) co_return fail(piece.error());
            same = piece && piece->month == version && !piece->rows.empty();
            if (!same) break;
            for (const auto& row : piece->rows) layout.add(row);
        }
        if (same) co_return Fresh{version.version, layout_json(version, layout)};
    }
    co_return fail(Code::busy, "This month is changing too fast to be read. Try again in a moment.");
}

http::Response timeline_answer(const Call& call, const catalog::View& view, Encoded encoded) {
    auto response = answer_of(call.request, std::move(encoded));
    const bool same_for_all = family_of(view).readers == catalog::Readers::everybody;
    if (same_for_all && is_anonymous(call.request)) response.headers.set("X-Accel-Expires", kSharedFor);
    return response;
}

Task<http::Response> get_timeline(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    const auto scope = query.text("scope", kMaxScope).value_or("wall");
    CO_CHECK(wrong.result());
    CO_CHECK(co_await visit_scope(call, scope));
    CO_TRY(const auto view, co_await call.gallery().timelines().view_for(call.viewer, scope));
    CO_TRY(auto timeline, co_await encoded_timeline(call.context, view, http::preferred_coding(call.request)));
    co_return timeline_answer(call, view, std::move(timeline));
}

Task<http::Response> get_month(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    const auto scope = query.text("scope", kMaxScope).value_or("wall");
    Slice slice;
    slice.offset = query.integer("offset", 0, kMaxOffset, slice.offset);
    slice.limit = query.integer("limit", 1, kMaxLimit, slice.limit);
    const auto wanted = query.text("version", 64);
    CO_CHECK(wrong.result());
    CO_CHECK(co_await visit_scope(call, scope));
    CO_TRY(const auto view, co_await call.gallery().timelines().view_for(call.viewer, scope));
    const auto month = catalog::parse_month(call.request.param("month"));
    if (!month) co_return fail(Code::month_not_found, "There is no such month.");
    slice.month = *month;
    CO_TRY(auto columns, co_await encoded_month(call.context, view, slice, http::preferred_coding(call.request)));
    if (wanted && *wanted != columns.version)
        co_return fail(Code::month_changed, "The month changed meanwhile. Begin again at offset 0.");
    co_return timeline_answer(call, view, std::move(columns));
}

Task<http::Response> get_layout(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    const auto scope = query.text("scope", kMaxScope).value_or("wall");
    CO_CHECK(wrong.result());
    CO_CHECK(co_await visit_scope(call, scope));
    CO_TRY(const auto view, co_await call.gallery().timelines().view_for(call.viewer, scope));
    const auto month = catalog::parse_month(call.request.param("month"));
    if (!month) co_return fail(Code::month_not_found, "There is no such month.");
    CO_TRY(auto now, co_await call.gallery().timelines().month_version(view, *month));
    const auto produce = [&context = call.context, view, month = *month] { return fresh_layout(context, view, month); };
    auto document = fmt::format("layout|{}|{}", cache_name(view), month->text());
    CO_TRY(auto layout, co_await encoded(call.context, std::move(document), std::move(now.version),
                                         http::preferred_coding(call.request), produce));
    co_return timeline_answer(call, view, std::move(layout));
}

}  // namespace

Task<Encoded> encoded_timeline(Context& context, catalog::View view, http::Coding coding) {
    CO_TRY(auto version, co_await context.gallery.timelines().version(view));
    const auto produce = [&context, view] { return fresh_timeline(context, view); };
    co_return co_await encoded(context, cache_name(view), std::move(version), coding, produce);
}

Task<Encoded> encoded_month(Context& context, catalog::View view, Slice slice, http::Coding coding) {
    CO_TRY(auto month, co_await context.gallery.timelines().month_version(view, slice.month));
    const auto produce = [&context, view, slice] { return fresh_month(context, view, slice); };
    auto name = fmt::format("{}|{}|{}|{}", cache_name(view), slice.month.text(), slice.offset, slice.limit);
    co_return co_await encoded(context, std::move(name), std::move(month.version), coding, produce);
}

bool is_anonymous(const http::Request& request) {
    return !request.headers.has("Cookie") && !request.headers.has("Authorization");
}

void add_timelines(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/timeline", get_timeline);
    add(router, context, http::Method::get, "/api/v1/timeline/{month}", get_month);
    add(router, context, http::Method::get, "/api/v1/timeline/{month}/layout", get_layout);
}

}  // namespace cadre::api
