#include "blobs/s3/testing/garage.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <random>
#include <stdexcept>
#include <thread>

#include "base/fd.h"
#include "base/json.h"
#include "http/client.h"

namespace cadre::blobs::s3::testing {
namespace {

namespace fs = std::filesystem;

constexpr auto kPatience = std::chrono::seconds(30);

/// Free at this moment, and below those that the kernel gives to connections. All are held until all were found, so
/// that none is given twice.
std::vector<std::uint16_t> free_ports(std::size_t count) {
    static std::mt19937 generator{std::random_device{}()};
    std::uniform_int_distribution<std::uint16_t> some(11'000, 32'000);
    std::vector<UniqueFd> held;
    std::vector<std::uint16_t> ports;
    while (ports.size() < count) {
        UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const auto port = some(generator);
        address.sin_port = htons(port);
        if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) continue;
        ports.push_back(port);
        held.push_back(std::move(socket));
    }
    return ports;
}

Result<http::ClientResponse> ask(http::ClientRequest request) {
    asio::io_context io;
    http::ClientOptions options;
    options.connect_timeout = std::chrono::seconds(2);
    http::Client client(io.get_executor(), options);
    auto future = asio::co_spawn(io, client.request(std::move(request)), asio::use_future);
    io.run();
    return future.get();
}

/// The value of the first such member of a JSON text that we know the form of.
std::string member(const std::string& json, const std::string& name) {
    const auto at = json.find("\"" + name + "\"");
    const auto begin = json.find('"', json.find(':', at));
    if (at == std::string::npos || begin == std::string::npos) throw std::runtime_error("no " + name + " in " + json);
    return json.substr(begin + 1, json.find('"', begin + 1) - begin - 1);
}

}  // namespace

std::optional<fs::path> Garage::binary() {
    if (const char* given = std::getenv("CADRE_GARAGE"); given != nullptr && *given != '\0') return given;
    std::vector<fs::path> places;
    const char* home = std::getenv("HOME");
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const auto under = cache != nullptr ? fs::path(cache) : fs::path(home != nullptr ? home : "/") / ".cache";
    places.push_back(under / "cadre/garage-2.1.0/bin/garage");
    std::string path = std::getenv("PATH") != nullptr ? std::getenv("PATH") : "";
    for (std::size_t at = 0; at <= path.size();) {
        const auto end = std::min(path.find(':', at), path.size());
        places.push_back(fs::path(path.substr(at, end - at)) / "garage");
        at = end + 1;
    }
    for (const auto& place : places)
        if (::access(place.c_str(), X_OK) == 0) return place;
    return std::nullopt;
}

Garage::Garage(GarageOptions options) : options_(options) {
    std::string name = (fs::temp_directory_path() / "cadre-garage-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    const auto ports = free_ports(options.nodes * 3);
    for (std::size_t i = 0; i < options.nodes; ++i) {
        Node node{folder_ / std::to_string(i), ports[i * 3], ports[i * 3 + 1], ports[i * 3 + 2]};
        fs::create_directories(node.folder);
        write_configuration(node);
        nodes_.push_back(std::move(node));
    }
    try {
        for (auto& node : nodes_) start(node);
        form();
    } catch (...) {
        for (std::size_t i = 0; i < nodes_.size(); ++i) kill(i);
        throw;
    }
}

Garage::~Garage() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) kill(i);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string Garage::endpoint(std::size_t node) const { return fmt::format("http://127.0.0.1:{}", nodes_[node].s3); }

std::string Garage::admin_url(std::size_t node) const { return fmt::format("http://127.0.0.1:{}", nodes_[node].admin); }

void Garage::write_configuration(const Node& node) const {
    std::ofstream(node.folder / "garage.toml") << fmt::format(
        R"(metadata_dir = "{0}/meta"
data_dir = "{0}/data"
db_engine = "lmdb"
metadata_fsync = {1}
data_fsync = {1}
replication_factor = {2}
consistency_mode = "consistent"
rpc_ping_timeout_msec = 1000
rpc_timeout_msec = 800
rpc_bind_addr = "127.0.0.1:{3}"
rpc_public_addr = "127.0.0.1:{3}"
rpc_secret = "1799bccfd7411eddcf9ebd316bc1f5287ad12a68094e1c6ac6abde7e6feae1ec"
[s3_api]
api_bind_addr = "127.0.0.1:{4}"
s3_region = "garage"
[admin]
api_bind_addr = "127.0.0.1:{5}"
admin_token = "{6}"
)",
        node.folder.string(), options_.fsync, options_.nodes, node.rpc, node.s3, node.admin, kAdminToken);
}

void Garage::start(Node& node) const {
    const auto program = binary();
    if (!program) throw std::runtime_error(kMissing);
    const auto configuration = (node.folder / "garage.toml").string();
    const auto log = (node.folder / "log").string();
    const auto parent = ::getpid();
    node.process = ::fork();
    if (node.process < 0) throw std::runtime_error("garage cannot be started");
    if (node.process > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execl(program->c_str(), "garage", "-c", configuration.c_str(), "server", static_cast<char*>(nullptr));
    ::_exit(127);
}

std::string Garage::admin(const Node& node, const std::string& call, const std::string& json) const {
    http::ClientRequest request;
    request.method = json.empty() ? http::Method::get : http::Method::post;
    request.url = {"http", "127.0.0.1", node.admin, "/v2/" + call};
    request.headers.set("Authorization", std::string("Bearer ") + kAdminToken);
    request.headers.set("Content-Type", "application/json");
    if (!json.empty()) request.body = json;
    auto answer = ask(std::move(request));
    if (!answer) throw std::runtime_error(call + ": " + answer.error().message + " " + answer.error().detail);
    if (answer->status >= 300 && answer->status != 409)
        throw std::runtime_error(fmt::format("{}: {} {}", call, answer->status, answer->body));
    return answer->body;
}

std::string Garage::admin_when_up(const Node& node, const std::string& call) const {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (true) {
        try {
            return admin(node, call, "");
        } catch (const std::runtime_error&) {
            if (std::chrono::steady_clock::now() > end || ::waitpid(node.process, nullptr, WNOHANG) != 0) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void Garage::form() {
    std::string roles;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const auto info = admin_when_up(nodes_[i], "GetNodeInfo?node=self");
        const auto id = member(info, "nodeId");
        roles +=
            fmt::format(R"({}{{"id":"{}","zone":"z{}","capacity":1000000000,"tags":[]}})", i == 0 ? "" : ",", id, i);
        for (std::size_t other = 0; other < i; ++other)
            admin(nodes_[other], "ConnectClusterNodes", fmt::format(R"(["{}@127.0.0.1:{}"])", id, nodes_[i].rpc));
    }
    admin(nodes_[0], "UpdateClusterLayout", "{\"roles\":[" + roles + "]}");
    admin(nodes_[0], "ApplyClusterLayout", R"({"version":1})");
    const auto import =
        fmt::format(R"({{"accessKeyId":"{}","secretAccessKey":"{}","name":"test"}})", access_key_, secret_key_);
    const auto end = std::chrono::steady_clock::now() + kPatience;
    const auto connected = fmt::format("\"connectedNodes\": {},", nodes_.size());  // Garage pretty-prints
    while (true) {  // the layout has to reach all, and each has to be connected with each
        try {
            for (const auto& node : nodes_)
                if (auto health = admin(node, "GetClusterHealth", ""); health.find(connected) == std::string::npos)
                    throw std::runtime_error("Garage's nodes are not connected: " + health);
            admin(nodes_.back(), "ImportKey", import);
            return;
        } catch (const std::runtime_error&) {
            if (std::chrono::steady_clock::now() > end) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

std::string Garage::make_bucket(std::uint64_t most_bytes) {
    const auto name = fmt::format("bucket-{}", ++buckets_);
    const auto& node = nodes_.front();
    const auto made = admin(node, "CreateBucket", fmt::format(R"({{"globalAlias":"{}"}})", name));
    const auto id = member(made, "id");
    admin(
        node, "AllowBucketKey",
        fmt::format(R"({{"bucketId":"{}","accessKeyId":"{}","permissions":{{"read":true,"write":true,"owner":true}}}})",
                    id, access_key_));
    if (most_bytes > 0)
        admin(node, "UpdateBucket?id=" + id,
              fmt::format(R"({{"quotas":{{"maxSize":{},"maxObjects":null}}}})", most_bytes));
    return name;
}

void Garage::signal(std::size_t node, int number) const {
    if (nodes_[node].process > 0) ::kill(nodes_[node].process, number);
}

void Garage::kill(std::size_t node) {
    if (nodes_[node].process <= 0) return;
    signal(node, SIGKILL);
    ::waitpid(nodes_[node].process, nullptr, 0);
    nodes_[node].process = -1;
}

void Garage::wipe(std::size_t node) const {
    fs::remove_all(nodes_[node].folder / "data");
    for (const auto& entry : fs::directory_iterator(nodes_[node].folder / "meta"))
        if (!entry.path().filename().string().starts_with("node_key")) fs::remove_all(entry.path());
}

void Garage::restart(std::size_t node) {
    start(nodes_[node]);
    (void)admin_when_up(nodes_[node], "GetNodeInfo?node=self");
}

}  // namespace cadre::blobs::s3::testing
