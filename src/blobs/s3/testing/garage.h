// A Garage of one or three nodes on this machine, for tests: free ports, a temporary folder, gone with the object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cadre::blobs::s3::testing {

struct GarageOptions {
    std::size_t nodes = 1;  // three have replication factor 3
    bool fsync = false;     // of data and metadata
};

/// All calls block; not thread-safe.
class Garage {
public:
    /// $CADRE_GARAGE, the cache of `./dev fleet`, or what PATH has; nothing if it is nowhere.
    [[nodiscard]] static std::optional<std::filesystem::path> binary();
    /// What a test says when it is skipped for want of it.
    static constexpr const char* kMissing = "there is no garage: set CADRE_GARAGE, or let ./dev fleet build it";

    /// Started, formed and ready; throws std::runtime_error where that fails.
    explicit Garage(GarageOptions options);
    ~Garage();
    Garage(const Garage&) = delete;
    Garage& operator=(const Garage&) = delete;

    [[nodiscard]] const std::string& access_key() const { return access_key_; }
    [[nodiscard]] const std::string& secret_key() const { return secret_key_; }
    /// "http://127.0.0.1:<port>"
    [[nodiscard]] std::string endpoint(std::size_t node) const;
    [[nodiscard]] std::size_t nodes() const { return nodes_.size(); }
    /// Of the admin API.
    [[nodiscard]] std::string admin_url(std::size_t node) const;
    static constexpr const char* kAdminToken = "for-tests-only";

    /// An empty bucket that the key may read and write; its name. `most_bytes` is its quota, 0: none.
    [[nodiscard]] std::string make_bucket(std::uint64_t most_bytes = 0);

    void signal(std::size_t node, int number) const;
    /// SIGKILL, and waits.
    void kill(std::size_t node);
    /// Starts a killed one again, with what it had on disk.
    void restart(std::size_t node);
    /// Deletes what a killed one has on disk, but for the key that is its name.
    void wipe(std::size_t node) const;

private:
    struct Node {
        std::filesystem::path folder;
        std::uint16_t s3 = 0, rpc = 0, admin = 0;
        pid_t process = -1;
    };

    void write_configuration(const Node& node) const;
    void start(Node& node) const;
    void form();
    std::string admin(const Node& node, const std::string& call, const std::string& json) const;
    std::string admin_when_up(const Node& node, const std::string& call) const;

    GarageOptions options_;
    std::filesystem::path folder_;
    std::string access_key_ = "GK0123456789abcdef01234567";
    std::string secret_key_ = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    std::vector<Node> nodes_;
    int buckets_ = 0;
};

}  // namespace cadre::blobs::s3::testing
