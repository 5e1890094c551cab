// What ends by itself: leases, sessions, counts; and words that are said once. None of it is checked for completeness:
// what is lost of it is over.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/number.h"
#include "catalog/redis/driver.h"
#include "catalog/redis/scripts.h"

namespace cadre::catalog::redis {
namespace {

using cadre::redis::Call;
using cadre::redis::Cluster;
using cadre::redis::Repeat;
using cadre::redis::ScriptCall;

/// Redis's own clock ends a session's key; by how much later than the clock that was handed in does not matter.
constexpr Millis kSessionKeyStays{60'000};

asio::awaitable<void> run_unheard(Cluster& cluster, ScriptCall call) { (void)co_await cluster.run(std::move(call)); }

std::string text_of(Millis time) { return std::to_string(std::max<std::int64_t>(1, time.count())); }

}  // namespace

// ---- leases --------------------------------------------------------------------------------------------------------

Task<Lease> Driver::lease(std::string name, Millis ttl) {
    // The holder's time runs from before the request, Redis's from when it is written: the holder's ends first.
    Lease lease{std::move(name), random_.token(16), clock_.monotonic() + ttl};
    std::vector<std::string> keys{layout_.named("lease", lease.name)}, arguments{lease.token, text_of(ttl)};
    auto call = safe_call(scripts().lease, std::move(keys), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    if (reply.integer() == 0)
        co_return fail(ErrorKind::conflict, "Somebody else is changing this right now. Try again in a moment.",
                       lease.name);
    co_return lease;
}

Task<Lease> Driver::renew(Lease lease, Millis ttl) {
    lease.until = clock_.monotonic() + ttl;
    std::vector<std::string> keys{layout_.named("lease", lease.name)}, arguments{lease.token, text_of(ttl)};
    auto call = safe_call(scripts().renew, std::move(keys), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    if (reply.integer() == 0) co_return fail(ErrorKind::conflict, "This lease has ended.", lease.name);
    co_return lease;
}

Task<void> Driver::release(Lease lease) {
    // Nobody waits for it: a lease whose release is lost ends by itself.
    std::vector<std::string> keys{layout_.named("lease", lease.name)}, arguments{lease.token};
    auto call = safe_call(scripts().release, std::move(keys), std::move(arguments));
    const auto executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor, run_unheard(cluster_, std::move(call)), asio::detached);
    co_return Result<void>();
}

// What an upload or an edit leaves behind when its process dies is found by repair.
Task<void> Driver::intend(Ref) { co_return Result<void>(); }
Task<void> Driver::settle(Ref) { co_return Result<void>(); }
Task<std::vector<Ref>> Driver::unsettled() { co_return std::vector<Ref>(); }

// ---- sessions ------------------------------------------------------------------------------------------------------

// A session lies under its hash, where every request asks for it, and among its person's, for the list of them.
Task<void> Driver::put_session(Session session) {
    const auto packed = pack(session);
    const auto now = clock_.now();
    const auto stays = text_of(session.expires - now + kSessionKeyStays);
    std::vector<ScriptCall> calls;
    calls.push_back(safe_call(scripts().put_session, {layout_.named("session", session.hash)}, {packed, stays}));
    calls.push_back(safe_call(scripts().list_session, {layout_.named("sessions", session.user.text())},
                              {session.hash, packed, stays, std::to_string(now.time_since_epoch().count())}));
    CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
    sessions_.erase(session.hash);
    for (const auto& reply : replies)
        if (!reply) co_return fail(reply.error());
    co_return Result<void>();
}

Task<std::optional<Session>> Driver::get_session(std::string hash) {
    const auto living = [this](const Session& session) {
        return session.expires > clock_.now() ? std::optional(session) : std::nullopt;
    };
    if (const auto known = sessions_.get(hash); known && fresh(*known)) co_return living(*known->value);
    const auto ticket = sessions_.ticket(hash);
    const auto now = clock_.monotonic();
    Call call;
    call.key = layout_.named("session", hash);
    call.words = {"GET", call.key};
    call.repeat = Repeat::safe;
    CO_TRY(const auto reply, co_await cluster_.call(std::move(call)));
    if (reply.is_nil()) co_return std::nullopt;
    CO_TRY(const auto session, unpack_session(hash, reply.text()));
    sessions_.fill(hash, {std::make_shared<const Session>(session), now}, ticket);
    co_return living(session);
}

Task<void> Driver::remove_session(std::string hash) {
    Call call;
    call.key = layout_.named("session", hash);
    call.words = {"GETDEL", call.key};
    const auto removed = co_await cluster_.call(std::move(call));
    sessions_.erase(hash);
    if (!removed) co_return fail(removed.error());
    const auto& reply = *removed;
    if (reply.is_nil()) co_return Result<void>();
    CO_TRY(const auto session, unpack_session(hash, reply.text()));
    Call unlist;
    unlist.key = layout_.named("sessions", session.user.text());
    unlist.words = {"HDEL", unlist.key, hash};
    unlist.repeat = Repeat::safe;
    CO_CHECK(co_await cluster_.call(std::move(unlist)));
    co_return Result<void>();
}

Task<std::vector<Session>> Driver::sessions_of(Id user) {
    Call call;
    call.key = layout_.named("sessions", user.text());
    call.words = {"HGETALL", call.key};
    call.repeat = Repeat::safe;
    CO_TRY(const auto reply, co_await cluster_.call(std::move(call)));
    std::vector<Session> sessions;
    const auto& items = reply.array();
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        CO_TRY(auto session, unpack_session(items[i].text(), items[i + 1].text()));
        if (session.expires > clock_.now()) sessions.push_back(std::move(session));
    }
    std::ranges::sort(sessions, {}, [](const Session& session) { return std::pair(session.created, session.hash); });
    co_return sessions;
}

// ---- counts --------------------------------------------------------------------------------------------------------

Task<Counted> Driver::count(std::string name, Millis window, std::int64_t most) {
    std::vector<std::string> keys{layout_.named("count", name)};
    std::vector<std::string> arguments{text_of(window), std::to_string(most)};
    auto call = safe_call(scripts().count, std::move(keys), std::move(arguments));
    call.repeat = Repeat::never;
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    const auto& parts = reply.array();
    co_return Counted{parts.at(0).integer() == 1, parts.at(1).integer(), Millis(parts.at(2).integer())};
}

Task<void> Driver::uncount(std::string name) {
    std::vector<std::string> keys{layout_.named("count", name)}, arguments;
    auto call = safe_call(scripts().uncount, std::move(keys), std::move(arguments));
    call.repeat = Repeat::never;
    CO_CHECK(co_await cluster_.run(std::move(call)));
    co_return Result<void>();
}

// ---- what was seen last --------------------------------------------------------------------------------------------

Task<void> Driver::see(std::string owner, std::string item, std::size_t most) {
    const auto now = clock_.now().time_since_epoch().count();
    std::vector<std::string> keys{layout_.named("seen", owner)};
    std::vector<std::string> arguments{std::move(item), std::to_string(now),
                                       std::to_string(now - Millis(kSeenFor).count()), std::to_string(most),
                                       text_of(kSeenFor)};
    auto call = safe_call(scripts().see, std::move(keys), std::move(arguments));
    CO_CHECK(co_await cluster_.run(std::move(call)));
    co_return Result<void>();
}

Task<std::vector<Seen>> Driver::seen(std::string owner) {
    Call call;
    call.key = layout_.named("seen", owner);
    call.words = {"ZREVRANGE", call.key, "0", "-1", "WITHSCORES"};
    call.repeat = Repeat::safe;
    CO_TRY(const auto reply, co_await cluster_.call(std::move(call)));
    const auto from = clock_.now() - kSeenFor;
    std::vector<Seen> all;
    const auto& items = reply.array();
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        const auto at = leading_number<std::int64_t>(items[i + 1].text()).value_or(0);
        if (WallTime(Millis(at)) > from) all.push_back({items[i].text(), WallTime(Millis(at))});
    }
    co_return all;
}

// ---- boards --------------------------------------------------------------------------------------------------------

Task<void> Driver::post(std::string board, std::string item, std::string text, Millis ttl, std::size_t most) {
    std::vector<std::string> keys{layout_.named("board", board)};
    std::vector<std::string> arguments{std::move(item), std::move(text),
                                       std::to_string(std::max<Millis::rep>(0, ttl.count())), std::to_string(most)};
    auto call = safe_call(scripts().post, std::move(keys), std::move(arguments));
    CO_CHECK(co_await cluster_.run(std::move(call)));
    co_return Result<void>();
}

Task<std::vector<Posted>> Driver::posted(std::string board) {
    std::vector<std::string> keys{layout_.named("board", board)}, arguments;
    auto call = safe_call(scripts().posted, std::move(keys), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    const auto& items = reply.array();
    std::vector<Posted> all;
    for (std::size_t i = 0; i + 2 < items.size(); i += 3)
        all.push_back({items[i].text(), items[i + 2].text(), Millis(items[i + 1].integer())});
    co_return all;
}

// ---- words ---------------------------------------------------------------------------------------------------------

Task<std::string> Driver::keep(std::string name, std::string value) {
    std::vector<std::string> keys{layout_.named("word", name)}, arguments{std::move(value)};
    auto call = safe_call(scripts().keep, std::move(keys), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    co_return reply.text();
}

}  // namespace cadre::catalog::redis
