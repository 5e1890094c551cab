#include "gallery/afterwards.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

#include "base/log.h"

namespace cadre::gallery {
namespace {

constexpr std::size_t kWaitingAtMost = 256;

}  // namespace

asio::awaitable<void> Afterwards::queue(jobs::Job job) { co_await begin(push(std::move(job))); }

asio::awaitable<void> Afterwards::push(jobs::Job job) {
    const std::string kind = job.kind;
    const std::string subject = job.subject;
    const auto queued = co_await jobs_.push(std::move(job));
    if (!queued)
        log::warn("a job could not be queued", {{"kind", kind}, {"subject", subject}, {"why", queued.error().message}});
}

asio::awaitable<void> Afterwards::begin(asio::awaitable<void> work) {
    if (running_.fetch_add(1) >= kWaitingAtMost) {
        running_.fetch_sub(1);
        co_await std::move(work);
        co_return;
    }
    const auto executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor, std::move(work), [this](const std::exception_ptr& fault) {
        running_.fetch_sub(1);
        try {
            if (fault) std::rethrow_exception(fault);
        } catch (const std::exception& what) {
            log::error("what follows from a change failed", {{"why", what.what()}});
        }
    });
}

}  // namespace cadre::gallery
