// The connections of one io_context: one pipelined connection a node, and those of commands that wait.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <vector>

#include "redis/connection.h"

namespace cadre::redis {

/// Belongs to the io_context's thread, which must be one.
class Lines {
public:
    Lines(const asio::any_io_executor& executor, std::shared_ptr<const Setup> setup)
        : executor_(executor), setup_(std::move(setup)) {}

    /// The instance of the io_context behind `executor` for the cluster with this setup; made on first use, destroyed
    /// with the io_context, or after the cluster.
    [[nodiscard]] static std::shared_ptr<Lines> of(const asio::any_io_executor& executor,
                                                   const std::shared_ptr<const Setup>& setup);

    /// The node's pipelined connection: open, opening, or one that failed to open a moment ago.
    [[nodiscard]] std::shared_ptr<Connection> to(const Endpoint& node);
    /// A connection that nobody else uses until it is given back, or dropped.
    [[nodiscard]] std::shared_ptr<Connection> lend(const Endpoint& node);
    void give_back(std::shared_ptr<Connection> connection);

    [[nodiscard]] const asio::any_io_executor& executor() const { return executor_; }

private:
    std::shared_ptr<Connection> make(const Endpoint& node);

    const asio::any_io_executor executor_;
    const std::shared_ptr<const Setup> setup_;
    std::map<Endpoint, std::shared_ptr<Connection>> pipelined_;
    std::vector<std::shared_ptr<Connection>> idle_;  // of those that were lent
};

/// A random time between half of it and all of it, so that those who failed together do not come back together.
[[nodiscard]] Millis jittered(Millis time);

}  // namespace cadre::redis
