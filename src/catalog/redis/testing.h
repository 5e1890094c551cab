// A catalog in a real Redis Cluster, for the tests of this folder.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "catalog/redis/catalog.h"
#include "catalog/suite.h"
#include "redis/testing/cluster.h"

namespace cadre::catalog::redis::testing {

using cadre::redis::testing::TestCluster;

/// A prefix of its own in the shared cluster. Few rows a bucket, so that buckets are split and emptied all the time.
class RedisStores final : public Stores {
public:
    explicit RedisStores(TestCluster& servers = TestCluster::shared())
        : prefix_(servers.fresh_prefix()), cluster_(servers.options()) {}

    using Stores::open;
    std::unique_ptr<Catalog> open(const Clock& clock, Random& random, const Declarations& declared) override {
        Options options{prefix_, 4, declared};
        return redis::open(cluster_, options, clock, random);
    }
    void pass(ManualClock& clock, Millis time) override {
        clock.advance(time);
        std::this_thread::sleep_for(time + Millis(20));
    }
    [[nodiscard]] cadre::redis::Cluster& cluster() { return cluster_; }
    [[nodiscard]] const std::string& prefix() const { return prefix_; }

private:
    std::string prefix_;
    cadre::redis::Cluster cluster_;
};

[[nodiscard]] inline std::unique_ptr<Stores> make_stores() {
    if (!TestCluster::available()) return nullptr;
    return std::make_unique<RedisStores>();
}

}  // namespace cadre::catalog::redis::testing
