// A bounded map from a text to the last known answer, which never takes an answer that was read before a write.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/clock.h"

namespace cadre::catalog {

/// An answer that another process may have changed since: to be believed for a short time.
template <class Value>
struct Timed {
    Value value;
    MonotonicTime read;  // before the store was asked
};

/// Thread-safe. When it is full, what was asked for longest ago goes.
template <class Value>
class Cache {
public:
    explicit Cache(std::size_t capacity) : capacity_(capacity / kShards + 1) {}

    [[nodiscard]] std::optional<Value> get(std::string_view key) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.places.find(key);
        if (found == shard.places.end()) return std::nullopt;
        shard.order.splice(shard.order.begin(), shard.order, found->second);
        return found->second->second;
    }

    /// To be taken before the store is read, and given to fill().
    [[nodiscard]] std::uint64_t ticket(std::string_view key) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        return shard.writes;
    }
    /// Keeps what was read, unless something was written since the ticket was taken.
    void fill(std::string_view key, Value value, std::uint64_t ticket) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        if (shard.writes == ticket) insert(shard, key, std::move(value));
    }

    /// Keeps what was just written.
    void put(std::string_view key, Value value) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        ++shard.writes;
        insert(shard, key, std::move(value));
    }
    /// Forgets what is no longer so.
    void erase(std::string_view key) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        ++shard.writes;
        const auto found = shard.places.find(key);
        if (found == shard.places.end()) return;
        const auto item = found->second;
        shard.places.erase(found);
        shard.order.erase(item);
    }

private:
    using Item = std::pair<std::string, Value>;
    struct Shard {
        std::mutex mutex;
        std::uint64_t writes = 0;
        std::list<Item> order;  // the last used first; the keys of `places` lie in it
        std::unordered_map<std::string_view, typename std::list<Item>::iterator> places;
    };
    static constexpr std::size_t kShards = 16;

    Shard& shard_of(std::string_view key) { return shards_[std::hash<std::string_view>()(key) % kShards]; }

    void insert(Shard& shard, std::string_view key, Value value) {
        const auto found = shard.places.find(key);
        if (found != shard.places.end()) {
            found->second->second = std::move(value);
            shard.order.splice(shard.order.begin(), shard.order, found->second);
            return;
        }
        shard.order.emplace_front(std::string(key), std::move(value));
        shard.places.emplace(shard.order.front().first, shard.order.begin());
        if (shard.order.size() <= capacity_) return;
        shard.places.erase(shard.order.back().first);
        shard.order.pop_back();
    }

    std::size_t capacity_;
    std::array<Shard, kShards> shards_;
};

}  // namespace cadre::catalog
