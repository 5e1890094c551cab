// Files that are kept open because they are asked for again and again.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/fd.h"

namespace cadre::blobs::files {

struct Descriptor {
    UniqueFd file;
    std::uint64_t size = 0;  // bytes
    WallTime modified;
};

/// The latest used descriptors by key, at most `limit`. Thread-safe.
class Descriptors {
public:
    explicit Descriptors(std::size_t limit) : limit_(limit) {}

    /// Null if it is not kept.
    [[nodiscard]] std::shared_ptr<const Descriptor> find(std::string_view key);
    void keep(const std::string& key, std::shared_ptr<const Descriptor> descriptor);
    void forget(const std::string& key);

private:
    using Entry = std::pair<std::string, std::shared_ptr<const Descriptor>>;

    const std::size_t limit_;
    std::mutex mutex_;
    std::list<Entry> by_use_;                                                  // latest first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;  // views of the entries' keys
};

}  // namespace cadre::blobs::files
