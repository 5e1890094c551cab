// GET /api/v1/events: what changes, as it happens.
#include <algorithm>
#include <memory>
#include <utility>

#include "api/answers.h"
#include "api/credentials.h"
#include "api/event_merger.h"
#include "api/input.h"
#include "api/routes.h"
#include "api/visits.h"
#include "gallery/shares.h"
#include "gallery/timelines.h"

namespace cadre::api {
namespace {

constexpr Millis kTellEvery{1'000};
constexpr Millis kSilence{15'000};  // then a comment, so that a dead connection is noticed
constexpr Millis kAskAgain{5'000};  // whether the reader may still see this, where nothing says that it changed
constexpr Millis kSeenByAll{250};   // what is known of accounts here may be 200 ms older than another process's write
constexpr std::size_t kMaxEventId = 128;

/// What one reader is told. Used by one coroutine at a time.
struct Stream {
    SharedContext context;
    Credentials credentials;
    std::string scope;
    std::optional<ShareVisit> visit;  // by which a share's visitor came
    std::unique_ptr<events::Subscription> subscription;
    EventMerger merger;
    MonotonicTime told;    // when events were last told
    MonotonicTime spoke;   // when anything was last sent
    MonotonicTime ask;     // when the right to see is asked again
    std::string user;      // the id of the reader
    bool doubted = false;  // an event said that the reader's account has changed
    bool begun = false;

    [[nodiscard]] Millis patience(MonotonicTime now) const {
        const auto until = std::min(ask, merger.empty() ? spoke + kSilence : told + kTellEvery);
        return std::max(until - now, Millis(0));
    }
    /// Takes what happened. One that fell behind may have missed that its account was changed.
    void hear(const events::Event& event) {
        const bool mine = event.type == events::kAccountChanged && get_string(event.data, "user") == user;
        doubted = doubted || mine || event.type == "resync";
        merger.add(event);
    }
};

asio::awaitable<bool> may_still_see(Stream& stream) {
    if (stream.visit) {
        const auto visitor = co_await stream.context->gallery.shares().visit(stream.visit->key, stream.visit->cookie);
        co_return visitor.has_value();
    }
    const auto viewer = co_await viewer_of(stream.context->gallery, stream.credentials);
    if (!viewer || !viewer->user) co_return false;
    const auto view = co_await stream.context->gallery.timelines().view_for(*viewer, stream.scope);
    co_return view.has_value();
}

/// Asks where it is time to; what an event said is asked at once, and again when every process knows it.
asio::awaitable<bool> goes_on(Stream& stream, MonotonicTime now) {
    const bool doubted = std::exchange(stream.doubted, false);
    if (!doubted && now < stream.ask) co_return true;
    stream.ask = now + (doubted ? kSeenByAll : kAskAgain);
    co_return co_await may_still_see(stream);
}

/// The next piece of the stream; nothing at its end: the browser will connect again and be told why it may not.
Task<std::optional<std::string>> next(std::shared_ptr<Stream> stream) {
    const Clock& clock = stream->context->gallery.stores().clock;
    if (!std::exchange(stream->begun, true)) co_return std::optional<std::string>("retry: 3000\n\n");
    for (;;) {
        const auto now = clock.monotonic();
        const bool on = co_await goes_on(*stream, now);
        if (!on) co_return std::nullopt;
        if (!stream->merger.empty() && now - stream->told >= kTellEvery) {
            stream->told = stream->spoke = now;
            co_return std::optional(stream->merger.take());
        }
        if (now - stream->spoke >= kSilence) {
            stream->spoke = now;
            co_return std::optional<std::string>(":\n\n");
        }
        const auto patience = stream->patience(now);
        CO_TRY(const auto happened, co_await stream->subscription->next(patience));
        for (const auto& event : happened) stream->hear(event);
    }
}

Task<http::Response> get_events(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    const auto scope = query.text("scope", kMaxScope).value_or("wall");
    const std::string last_id(call.request.headers.get("Last-Event-ID").value_or(""));
    if (last_id.size() > kMaxEventId) wrong.add("Last-Event-ID", FieldCode::not_event_id);
    CO_CHECK(wrong.result());
    auto visit = visit_of(call.request, scope);
    if (!visit) CO_CHECK(require_user(call.viewer));
    CO_CHECK(co_await visit_scope(call, scope));
    CO_TRY(const auto view, co_await call.gallery().timelines().view_for(call.viewer, scope));
    CO_TRY(auto credentials, credentials_of(call.request, call.context.options.public_url));

    const std::string channel = gallery::channel_of(view);
    const auto& stores = call.gallery().stores();
    CO_TRY(auto subscription, co_await stores.events.subscribe(channel, last_id));
    const auto now = stores.clock.monotonic();
    const auto own_name = visit ? catalog::declared().scope_of(view) : scope;
    const auto user = call.viewer.user ? call.viewer.user->id.text() : std::string();
    const auto stream = std::make_shared<Stream>(Stream{call.shared, std::move(credentials), scope, std::move(visit),
                                                        std::move(subscription), EventMerger(own_name, last_id, scope),
                                                        now - kTellEvery, now, now + kAskAgain, user});
    http::EventBody body{[stream] { return next(stream); }};
    auto response = http::Response::with(200, "text/event-stream", std::move(body));
    mark_personal(response.headers);
    response.headers.set("X-Accel-Buffering", "no");
    co_return response;
}

}  // namespace

void add_events(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/events", get_events);
}

}  // namespace cadre::api
