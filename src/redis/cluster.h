// A client of Redis Cluster: commands go to the node that holds their key's slot, over one pipelined connection a node
// and I/O thread. It knows nothing of photos; catalog/redis, jobs/streams and events/streams speak through it.
//
// Routing: the map of slots comes from CLUSTER SLOTS of any seed or known node, and is asked for again, once
// however many calls want it, on MOVED, on a lost connection and on CLUSTERDOWN. ASK is followed for one call,
// TRYAGAIN waited for. A call is sent again only if it was certainly not carried out (refused by MOVED, ASK, TRYAGAIN,
// CLUSTERDOWN, LOADING; never sent) or is marked Repeat::safe.
//
// A node that hangs: its connection is closed after answer_timeout, and none is used before the node answered a PING on
// it. So an old master that was stopped, and goes on when another has its slots, is heard by nobody, as long as
// answer_timeout is shorter than the servers' cluster-node-timeout. (What it does with commands that it had received is
// undone when it becomes a replica.)
// Specification: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/task.h"

namespace cadre::redis {

/// What Redis answered (RESP2). An error reply is never a Reply: calls answer it as Error.
struct Reply {
    struct Nil {
        bool operator==(const Nil&) const = default;
    };
    std::variant<Nil, std::int64_t, std::string, std::vector<Reply>> value;

    [[nodiscard]] bool is_nil() const { return std::holds_alternative<Nil>(value); }
    /// Throws std::bad_variant_access if it is of another kind: that is a bug, not a refusal.
    [[nodiscard]] std::int64_t integer() const { return std::get<std::int64_t>(value); }
    [[nodiscard]] const std::string& text() const { return std::get<std::string>(value); }
    [[nodiscard]] const std::vector<Reply>& array() const { return std::get<std::vector<Reply>>(value); }
};

/// Whether a call whose answer was lost may be sent once more.
enum class Repeat { never, safe };

/// A command and the key that decides its slot (which is mostly one of its words too).
struct Call {
    std::string key;
    std::vector<std::string> words;
    Repeat repeat = Repeat::never;
};

/// A Lua script, known by its SHA-1: sent as a whole once over each connection (that costs bytes, a NOSCRIPT a round
/// trip) and where a node has lost it, else as EVALSHA. All its keys lie in one slot. Make it once (a constant of a
/// driver) and keep it.
class Script {
public:
    explicit Script(std::string source);
    [[nodiscard]] const std::string& source() const { return source_; }
    [[nodiscard]] const std::string& sha1() const { return sha1_; }

private:
    std::string source_;
    std::string sha1_;
};

struct ScriptCall {
    const Script* script = nullptr;  // outlives the call
    std::vector<std::string> keys;   // at least one
    std::vector<std::string> arguments;
    Repeat repeat = Repeat::never;
};

struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
    auto operator<=>(const Endpoint&) const = default;
};

struct Options {
    std::vector<Endpoint> seeds;  // any of them is enough
    std::string password;         // "": none
    bool tls = false;
    std::string tls_ca_file;  // PEM; "": the certificates of the system
    Millis connect_timeout{1'000};
    Millis answer_timeout{2'000};  // without any answer; less than cluster-node-timeout
    Millis give_up_after{5'000};   // all attempts of one call together
};

struct Node {
    std::string id;
    Endpoint endpoint;
    bool master = false;
    std::string master_id;                   // of a replica
    bool failed = false;                     // as the node that was asked believes
    std::vector<std::pair<int, int>> slots;  // first, last; of a master
};

/// Thread-safe: each I/O thread's calls use connections of its own (an io_context is run by one thread). Coroutines run
/// on the awaiter's executor; idle connections keep no io_context running. A call that is cancelled may have been
/// carried out. Errors of all calls: ErrorKind::unavailable (nobody there, time limit, no master for the slot, out of
/// memory; its detail says what), internal (Redis refused the command itself; that is a bug), and for scripts that
/// answer redis.error_reply("CADRE kind text"): that kind ("unavailable", "conflict", "not_found") with that text as
/// detail.
class Cluster {
public:
    explicit Cluster(Options options);
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    [[nodiscard]] Task<Reply> call(Call call);
    [[nodiscard]] Task<Reply> run(ScriptCall call);
    /// All at once, each to its own node, those of a node in one write; answers in the order of the calls.
    [[nodiscard]] Task<std::vector<Result<Reply>>> call_all(std::vector<Call> calls);
    [[nodiscard]] Task<std::vector<Result<Reply>>> run_all(std::vector<ScriptCall> calls);
    /// On a connection of its own, for commands that wait (XREAD BLOCK): `wait` is what the command itself may take.
    [[nodiscard]] Task<Reply> call_blocking(Call call, Millis wait);

    /// The cluster's nodes as the first that answers knows them, and a command to one of them (for the keeper).
    [[nodiscard]] Task<std::vector<Node>> nodes();
    [[nodiscard]] Task<Reply> call_node(Endpoint node, std::vector<std::string> words);
    /// Whether every slot has a master that answers; for /readyz.
    [[nodiscard]] Task<void> check();

    /// How many times this process waited for answers of Redis, for measurements: a call, or all of a call_all, is one.
    [[nodiscard]] std::uint64_t waits() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

/// The slot of a key: CRC16 (XMODEM) of what stands between the first "{" and the next "}", if anything does, else of
/// all of it, modulo 16384.
[[nodiscard]] std::uint16_t slot_of(std::string_view key);

}  // namespace cadre::redis
