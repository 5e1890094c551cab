// How the gallery is, as one replica sees it: who serves, what the stores are doing, what waits, what happened. For an
// administrator's page and for monitoring; nothing is decided by it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "base/wakeups.h"
#include "gallery/blob_state.h"
#include "gallery/gallery.h"
#include "gallery/processes.h"
#include "jobs/queue.h"
#include "media/decoders.h"

namespace cadre::gallery {

/// A server of the catalog.
struct CatalogNode {
    std::string name;     // host:port
    std::string machine;  // as `machines` names it; else the host
    bool up = false;
    std::optional<std::uint64_t> memory{};      // bytes
    std::optional<std::uint64_t> max_memory{};  // nothing: no limit, or not known
    std::optional<bool> in_step{};              // of a replica
    std::optional<std::uint64_t> behind{};      // bytes, of a replica
};

struct CatalogShard {
    std::vector<std::pair<int, int>> slots;  // first, last
    CatalogNode master;
    std::vector<CatalogNode> replicas;
};

struct Database {
    std::string name;  // of the file
    std::uint64_t size = 0;
};

struct CatalogState {
    std::string kind;                    // "redis", "sqlite"
    int slots = 0;                       // that there are; 0: it has none
    std::vector<CatalogShard> shards{};  // by their first slot
    std::vector<CatalogNode> others{};   // hold no slots and follow nobody who does
    std::vector<Database> databases{};   // Solo's
};

/// Looks at the stores from behind their interfaces: what opened them knows what they are.
class StoreProbe {
public:
    virtual ~StoreProbe() = default;
    virtual Task<CatalogState> catalog() = 0;
    virtual Task<BlobState> blobs() = 0;
};

/// Something that is read now and then. What could not be read stays as it was, and gets older.
template <class T>
struct Observed {
    T value{};
    std::optional<MonotonicTime> read{};   // nothing: never
    std::optional<MonotonicTime> tried{};  // to its end
    std::string problem{};                 // why it could not be read the last time; empty: it could
};

struct Sight {
    bool shared = false;  // Fleet
    MonotonicTime at{};   // now
    WallTime time{};      // the same by the wall clock
    Process self{};       // who looked
    Observed<std::vector<Process>> processes{};
    Observed<CatalogState> catalog{};
    Observed<BlobState> blobs{};
    Observed<jobs::Stats> queue{};
    Observed<std::vector<Note>> notes{};
    std::optional<media::Busy> decoders{};  // of who looked
};

/// Reads each part every ten seconds, and every second while somebody looks: however many look, each part is one
/// question a second. Thread-safe.
class Fleet {
public:
    struct Options {
        bool shared = false;
        std::function<Process()> self;  // who looks
        std::unique_ptr<StoreProbe> probe;
    };
    /// The stores outlive it.
    Fleet(const Stores& stores, Options options);

    struct Part {
        std::string name;
        std::function<Task<void>()> renew;
    };
    /// Each to be called every kLookEvery by a coroutine of its own: one that has to wait keeps no other one waiting.
    [[nodiscard]] std::vector<Part> parts();
    static constexpr Millis kLookEvery{500};

    /// What is known, after a wait of up to a second for what was not looked at lately.
    asio::awaitable<Sight> look();
    /// What is known.
    [[nodiscard]] Sight known() const;

private:
    template <class T>
    Task<void> renew(Observed<T> Sight::*part, std::function<Task<T>()> read);
    template <class T>
    [[nodiscard]] Part part(std::string name, Observed<T> Sight::*where, std::function<Task<T>()> read);
    [[nodiscard]] bool all_tried_since(MonotonicTime since) const;

    const Stores& stores_;
    const Options options_;
    mutable std::mutex mutex_;
    Sight sight_;
    std::optional<MonotonicTime> looked_;
    Wakeups wakeups_;
};

}  // namespace cadre::gallery
