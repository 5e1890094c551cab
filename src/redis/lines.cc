#include "redis/lines.h"

#include <algorithm>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <random>

namespace cadre::redis {
namespace {

constexpr Millis kOpenAgainAfter{100};
constexpr std::size_t kMostIdle = 16;

/// Lives in an io_context and ends with it: an address alone would not tell an io_context from its successor there.
class LinesOfContext final : public asio::execution_context::service {
public:
    using key_type = LinesOfContext;
    static inline asio::execution_context::id id;

    explicit LinesOfContext(asio::execution_context& context) : service(context) {}
    void shutdown() override { all_.clear(); }

    std::shared_ptr<Lines> find(const asio::any_io_executor& executor, const std::shared_ptr<const Setup>& setup) {
        std::erase_if(all_, [](const auto& entry) { return entry.setup.expired(); });  // clusters that are gone
        for (const auto& entry : all_)
            if (entry.of == setup.get()) return entry.lines;
        // The lines hold the setup of their own, so that the cluster's ends when the cluster does.
        all_.push_back({setup.get(), setup, std::make_shared<Lines>(executor, std::make_shared<const Setup>(*setup))});
        return all_.back().lines;
    }

private:
    struct Entry {
        const Setup* of;
        std::weak_ptr<const Setup> setup;
        std::shared_ptr<Lines> lines;
    };
    std::vector<Entry> all_;
};

}  // namespace

Millis jittered(Millis time) {
    thread_local std::minstd_rand generator{std::random_device{}()};
    std::uniform_int_distribution<std::int64_t> some(time.count() / 2, time.count());
    return Millis(some(generator));
}

std::shared_ptr<Lines> Lines::of(const asio::any_io_executor& executor, const std::shared_ptr<const Setup>& setup) {
    auto& context = asio::query(executor, asio::execution::context);
    return asio::use_service<LinesOfContext>(context).find(executor, setup);
}

std::shared_ptr<Connection> Lines::make(const Endpoint& node) {
    auto connection = std::make_shared<Connection>(executor_, node, setup_);
    connection->start();
    return connection;
}

std::shared_ptr<Connection> Lines::to(const Endpoint& node) {
    auto& line = pipelined_[node];
    if (line && line->failed_to_open() && std::chrono::steady_clock::now() < line->closed_at() + kOpenAgainAfter)
        return line;
    if (!line || line->abandoned()) line = make(node);
    return line;
}

std::shared_ptr<Connection> Lines::lend(const Endpoint& node) {
    std::erase_if(idle_, [](const auto& connection) { return connection->abandoned(); });
    const auto found =
        std::find_if(idle_.begin(), idle_.end(), [&](const auto& connection) { return connection->node() == node; });
    if (found == idle_.end()) return make(node);
    auto connection = std::move(*found);
    idle_.erase(found);
    return connection;
}

void Lines::give_back(std::shared_ptr<Connection> connection) {
    if (!connection->closed() && idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
}

}  // namespace cadre::redis
