#include "redis/testing/cluster.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>

#include "base/fd.h"
#include "redis/slots.h"

namespace cadre::redis::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 30s;  // far longer than anything here takes
constexpr int kBusOffset = 10'000;

/// A command's output and whether it succeeded. Words are never seen by a shell.
std::pair<std::string, bool> output_of(const std::vector<std::string>& words) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(pipe[1], STDOUT_FILENO);
        ::dup2(pipe[1], STDERR_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(pipe[1]);
    const UniqueFd from(pipe[0]);
    std::string all;
    char piece[4096];
    while (true) {
        const auto got = ::read(from.get(), piece, sizeof piece);
        if (got <= 0) break;
        all.append(piece, static_cast<std::size_t>(got));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return {all, WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

UniqueFd tcp_socket() { return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool is_free(int port) {
    const auto socket = tcp_socket();
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto address = loopback(port);
    return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool answers(int port) {
    const auto socket = tcp_socket();
    const auto address = loopback(port);
    return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

/// The bus is at the port plus 10,000; both lie below the ports that the kernel gives out by itself.
std::uint16_t free_port() {
    static std::mt19937 generator{std::random_device{}()};
    std::uniform_int_distribution<int> some(11'000, 21'000);
    while (true) {
        const int port = some(generator);
        if (is_free(port) && is_free(port + kBusOffset)) return static_cast<std::uint16_t>(port);
    }
}

template <class Condition>
void wait_for(const char* what, Condition condition) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error(std::string("waited too long: ") + what);
        std::this_thread::sleep_for(25ms);
    }
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

bool TestCluster::available() {
    static const bool there =
        output_of({"redis-server", "--version"}).second && output_of({"redis-cli", "--version"}).second;
    return there;
}

TestCluster& TestCluster::shared() {
    static TestCluster cluster;
    return cluster;
}

TestCluster::TestCluster(Shape shape) : shape_(std::move(shape)) {
    std::string pattern = (std::filesystem::temp_directory_path() / "cadre-redis-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    if (shape_.tls) make_certificate();
    for (std::size_t i = 0; i < shape_.masters * (1 + shape_.replicas); ++i) {
        auto& server = nodes_.emplace_back();
        server.folder = folder_ / std::to_string(i);
        std::filesystem::create_directory(server.folder);
        launch(server);
    }
    form();
}

TestCluster::~TestCluster() {
    for (auto& server : nodes_) end(server);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Options TestCluster::options() const {
    Options options;
    for (const auto& server : nodes_) options.seeds.push_back(server.endpoint);
    options.password = shape_.password;
    options.tls = shape_.tls;
    if (shape_.tls) options.tls_ca_file = folder_ / "tls.crt";
    options.connect_timeout = 500ms;
    options.answer_timeout = 1000ms;  // shorter than the nodes' own time limit, as in life
    return options;
}

std::string TestCluster::fresh_prefix() const {
    static std::atomic<int> count{0};
    return fmt::format("t{}-", ++count);
}

std::size_t TestCluster::master_of(const std::string& key) const {
    const int slot = slot_of(key);
    for (const auto& asked : nodes_) {
        auto words = cli(asked.endpoint);
        words.insert(words.end(), {"CLUSTER", "NODES"});
        const auto [text, fine] = output_of(words);
        if (!fine || !contains(text, "myself")) continue;
        for (const auto& node : parse_nodes(text, asked.endpoint))
            for (const auto& [first, last] : node.slots)
                if (first <= slot && slot <= last && !node.failed)
                    for (std::size_t i = 0; i < nodes_.size(); ++i)
                        if (nodes_[i].endpoint == node.endpoint) return i;
    }
    throw std::runtime_error("no node knows the master of " + key);
}

std::vector<std::string> TestCluster::cli(const Endpoint& to) const {
    // `timeout`, since a node that is stopped would hold redis-cli for ever.
    std::vector<std::string> words{"timeout", "2", "redis-cli", "-h", to.host, "-p", std::to_string(to.port)};
    if (!shape_.password.empty()) words.insert(words.end(), {"--no-auth-warning", "-a", shape_.password});
    if (shape_.tls) words.insert(words.end(), {"--tls", "--cacert", (folder_ / "tls.crt").string()});
    return words;
}

std::string TestCluster::say(std::size_t node, const std::vector<std::string>& words) const {
    auto command = cli(nodes_[node].endpoint);
    command.insert(command.end(), words.begin(), words.end());
    auto [text, fine] = output_of(command);
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

void TestCluster::make_certificate() const {
    const auto [text, fine] = output_of({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                                         "-subj", "/CN=cadre test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                                         folder_ / "tls.key", "-out", folder_ / "tls.crt"});
    if (!fine) throw std::runtime_error("openssl makes no certificate: " + text);
}

void TestCluster::launch(Server& server) const {
    const bool moves = server.endpoint.port == 0;
    for (int i = 0; i < 20; ++i) {
        if (moves) {
            server.endpoint.host = "127.0.0.1";
            server.endpoint.port = free_port();
        }
        if (try_launch(server)) return;
    }
    throw std::runtime_error("redis-server does not start; see " + server.folder.string());
}

/// False if it ended at once: another process was quicker to take the port.
bool TestCluster::try_launch(Server& server) const {
    const auto port = std::to_string(server.endpoint.port);
    std::vector<std::string> words{"redis-server",
                                   "--bind",
                                   "127.0.0.1",
                                   "--protected-mode",
                                   "no",
                                   "--daemonize",
                                   "no",
                                   "--dir",
                                   server.folder.string(),
                                   "--logfile",
                                   "redis.log",
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "no",
                                   "--cluster-enabled",
                                   "yes",
                                   "--cluster-node-timeout",
                                   std::to_string(shape_.node_timeout.count()),
                                   "--cluster-require-full-coverage",
                                   "no",
                                   "--cluster-allow-reads-when-down",
                                   "yes",
                                   "--cluster-allow-replica-migration",
                                   "no",
                                   "--cluster-replica-validity-factor",
                                   "0",
                                   "--repl-diskless-sync",
                                   "yes",
                                   "--repl-diskless-sync-delay",
                                   "0",
                                   "--enable-debug-command",
                                   "yes"};
    if (shape_.tls)
        words.insert(words.end(), {"--port", "0", "--tls-port", port, "--tls-cert-file", folder_ / "tls.crt",
                                   "--tls-key-file", folder_ / "tls.key", "--tls-ca-cert-file", folder_ / "tls.crt",
                                   "--tls-auth-clients", "no", "--tls-cluster", "yes", "--tls-replication", "yes"});
    else
        words.insert(words.end(), {"--port", port});
    if (!shape_.password.empty())
        words.insert(words.end(), {"--requirepass", shape_.password, "--masterauth", shape_.password});
    words.insert(words.end(), shape_.settings.begin(), shape_.settings.end());

    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t parent = ::getpid();
    server.pid = ::fork();
    if (server.pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1);
        const int null = ::open("/dev/null", O_RDWR);
        for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, standard);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
        if (::waitpid(server.pid, nullptr, WNOHANG) == server.pid) {
            server.pid = -1;
            return false;
        }
        if (answers(server.endpoint.port)) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

void TestCluster::end(Server& server) {
    if (server.pid <= 0) return;
    ::kill(server.pid, SIGKILL);
    ::waitpid(server.pid, nullptr, 0);
    server.pid = -1;
}

void TestCluster::form() {
    std::vector<std::string> words{"redis-cli"};
    if (!shape_.password.empty()) words.insert(words.end(), {"--no-auth-warning", "-a", shape_.password});
    if (nodes_.size() < 3) {  // fewer masters than redis-cli takes: one has all slots
        say(0, {"CLUSTER", "ADDSLOTSRANGE", "0", "16383"});
    } else {
        words.insert(words.end(), {"--cluster", "create"});
        for (const auto& server : nodes_) words.push_back(to_string(server.endpoint));
        words.insert(words.end(), {"--cluster-replicas", std::to_string(shape_.replicas), "--cluster-yes"});
        if (shape_.tls) words.insert(words.end(), {"--tls", "--cacert", (folder_ / "tls.crt").string()});
        const auto [text, fine] = output_of(words);
        if (!fine) throw std::runtime_error("redis-cli does not form the cluster: " + text);
    }
    wait_until_well();
}

bool TestCluster::well(const Server& server) const {
    const auto node = static_cast<std::size_t>(&server - nodes_.data());
    const auto info = say(node, {"CLUSTER", "INFO"});
    if (!contains(info, "cluster_state:ok") || !contains(info, "cluster_slots_ok:16384")) return false;
    const auto known = parse_nodes(say(node, {"CLUSTER", "NODES"}), server.endpoint);
    if (known.size() != nodes_.size()) return false;
    std::size_t masters = 0;
    for (const auto& one : known) {
        if (one.failed) return false;
        if (one.master && !one.slots.empty()) ++masters;
    }
    if (masters != shape_.masters) return false;
    const auto replication = say(node, {"INFO", "replication"});
    if (contains(replication, "role:slave")) return contains(replication, "master_link_status:up");
    return contains(replication, fmt::format("connected_slaves:{}", shape_.replicas));
}

void TestCluster::wait_until_well() {
    wait_for("the cluster to be well", [&] {
        return std::all_of(nodes_.begin(), nodes_.end(), [&](const auto& server) { return well(server); });
    });
}

void TestCluster::kill(std::size_t node) { end(nodes_[node]); }
void TestCluster::stop(std::size_t node) { ::kill(nodes_[node].pid, SIGSTOP); }
void TestCluster::go_on(std::size_t node) { ::kill(nodes_[node].pid, SIGCONT); }
void TestCluster::start(std::size_t node) { launch(nodes_[node]); }

void TestCluster::move(std::size_t node) {
    nodes_[node].endpoint.port = 0;
    launch(nodes_[node]);
}

void TestCluster::flush() {
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (contains(say(i, {"INFO", "replication"}), "role:master")) say(i, {"FLUSHALL"});
}

void TestCluster::heal() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].pid <= 0)
            start(i);
        else
            go_on(i);
    }
    wait_until_well();
}

}  // namespace cadre::redis::testing
