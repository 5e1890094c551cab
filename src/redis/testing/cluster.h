// A real Redis Cluster for tests: redis-server processes on free ports of 127.0.0.1, in a temporary folder, formed by
// redis-cli. They end with the test program, however it ends.
//
//   if (!redis::testing::TestCluster::available()) GTEST_SKIP() << redis::testing::TestCluster::kMissing;
//   auto& servers = redis::testing::TestCluster::shared();   // three masters, a replica each; started once a program
//   redis::Cluster cluster(servers.options());
//   const auto prefix = servers.fresh_prefix();              // so that no test sees another's keys
//
// Tests that kill or stop nodes of the shared cluster call heal() at their end, or have a cluster of their own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "redis/cluster.h"

namespace cadre::redis::testing {

struct Shape {
    std::size_t masters = 3;
    std::size_t replicas = 1;  // of each master
    std::string password{};
    std::chrono::milliseconds node_timeout{1500};
    std::vector<std::string> settings{};  // further words of redis-server's command line: "--maxmemory", "20mb"
    bool tls = false;                     // with a certificate made for it, see options().tls_ca_file
};

/// Not thread-safe, save options and fresh_prefix. All calls block, and throw std::runtime_error if the cluster cannot
/// be brought to what was asked for. Made on the main thread: the servers die with the thread that started them.
class TestCluster {
public:
    static constexpr const char* kMissing = "redis-server or redis-cli is not installed";
    [[nodiscard]] static bool available();
    [[nodiscard]] static TestCluster& shared();

    explicit TestCluster(Shape shape = {});
    ~TestCluster();
    TestCluster(const TestCluster&) = delete;
    TestCluster& operator=(const TestCluster&) = delete;

    /// All nodes as seeds; time limits short enough for tests.
    [[nodiscard]] Options options() const;
    /// "{" is not in it: the caller puts tags where it wants them.
    [[nodiscard]] std::string fresh_prefix() const;

    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] const Endpoint& endpoint(std::size_t node) const { return nodes_[node].endpoint; }
    /// The node that is master of the key's slot now.
    [[nodiscard]] std::size_t master_of(const std::string& key) const;
    /// A command's answer as redis-cli prints it.
    std::string say(std::size_t node, const std::vector<std::string>& words) const;

    void kill(std::size_t node);   // SIGKILL
    void stop(std::size_t node);   // SIGSTOP
    void go_on(std::size_t node);  // SIGCONT
    void start(std::size_t node);  // again, with the same folder and port
    void move(std::size_t node);   // starts a dead one at another port: options() before and after differ
    void flush();                  // every master's keys
    /// Starts what is dead, wakes what is stopped, waits until all is well.
    void heal();
    /// Until every node believes every slot served, and every replica is in step.
    void wait_until_well();

private:
    struct Server {
        Endpoint endpoint;
        std::filesystem::path folder;
        pid_t pid = -1;
    };
    void launch(Server& server) const;
    bool try_launch(Server& server) const;
    void end(Server& server);
    void form();
    [[nodiscard]] bool well(const Server& server) const;
    [[nodiscard]] std::vector<std::string> cli(const Endpoint& to) const;
    void make_certificate() const;

    Shape shape_;
    std::filesystem::path folder_;
    std::vector<Server> nodes_;
};

}  // namespace cadre::redis::testing
