// Which partitions are complete. The mark of one lies among its keys, so that it goes when they go.
#include "catalog/redis/driver.h"
#include "catalog/redis/scripts.h"

namespace cadre::catalog::redis {

using cadre::redis::Call;
using cadre::redis::Repeat;
using cadre::redis::ScriptCall;

namespace {

/// Of those that rebuild a partition at once; those that crashed count too, until it is complete.
constexpr std::size_t kRebuildersKnown = 16;

}  // namespace

Task<bool> Driver::complete() {
    std::vector<Call> calls;
    for (std::size_t partition = 0; partition < kPartitions; ++partition) {
        auto key = layout_.marker(partition);
        calls.push_back({key, {"GET", key}, Repeat::safe});
    }
    CO_TRY(const auto replies, co_await cluster_.call_all(std::move(calls)));
    bool whole = true;
    for (const auto& reply : replies) {
        if (!reply) co_return fail(reply.error());
        whole = whole && !reply->is_nil() && reply->text() == "complete";
    }
    co_return whole;
}

Task<std::string> Driver::begin_rebuild(bool everything) {
    auto mark = "building:" + random_.token(16);
    std::vector<ScriptCall> calls;
    for (std::size_t partition = 0; partition < kPartitions; ++partition)
        calls.push_back(safe_call(scripts().begin_rebuild, {layout_.marker(partition)},
                                  {mark, everything ? "1" : "0", std::to_string(kRebuildersKnown)}));
    CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
    bool any = false;
    for (const auto& reply : replies) {
        if (!reply) co_return fail(reply.error());
        any = any || reply->integer() == 1;
    }
    if (!any) mark.clear();
    co_return mark;
}

Task<void> Driver::end_rebuild(std::string mark) {
    if (mark.empty()) co_return Result<void>();
    std::vector<ScriptCall> calls;
    for (std::size_t partition = 0; partition < kPartitions; ++partition)
        calls.push_back(safe_call(scripts().end_rebuild, {layout_.marker(partition)}, {mark}));
    CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
    for (const auto& reply : replies)
        if (!reply) co_return fail(reply.error());
    co_return Result<void>();
}

Task<void> Driver::check() {
    CO_CHECK(co_await cluster_.check());
    Call touch;
    touch.key = layout_.named("check", "");
    touch.words = {"SET", touch.key, "1", "EX", "60"};
    touch.repeat = Repeat::safe;
    CO_CHECK(co_await cluster_.call(std::move(touch)));
    co_return Result<void>();
}

}  // namespace cadre::catalog::redis
