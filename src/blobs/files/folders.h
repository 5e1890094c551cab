// The folders under the root: making them, remembering which of them gained a folder that no fsync covers yet, and
// locks by id.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "blobs/files/file_layer.h"
#include "blobs/files/layout.h"

namespace cadre::blobs::files {

/// Thread-safe. Folders are named relative to the root, which is "".
class Folders {
public:
    Folders(std::string root, FileLayer& layer) : root_(std::move(root)), layer_(layer) {}

    [[nodiscard]] std::string path(const std::string& folder) const;
    [[nodiscard]] std::string path(const Place& place) const;

    /// Makes the place's folder and the parents that it lacks. They may be gone again at once: remove() prunes.
    Outcome<void> make(const Place& place);
    /// Removes the place's folder if it is empty.
    Outcome<void> prune(const Place& place);

    /// Makes the names in the place's folder durable, and that folder itself.
    Outcome<void> sync(const Place& place);

    /// Held shared while an id's folder is listed or opened from, exclusively while one name in it comes or goes: so a
    /// listing of an id shows one moment.
    [[nodiscard]] std::shared_mutex& guard(const Place& place);

private:
    Outcome<void> make(const std::string& folder);
    Outcome<void> sync(const std::string& folder);

    /// Parents that gained a folder since their last fsync. A gain is numbered when it is over: an fsync that began
    /// before does not cover it. Whoever sees the folder while it is still being made finds the parent here as well.
    struct Gain {
        int making = 0;
        std::uint64_t number = 0;
    };
    class Making {
    public:
        Making(Folders& folders, const std::string& parent);
        ~Making();
        Making(const Making&) = delete;
        Making& operator=(const Making&) = delete;

    private:
        Folders& folders_;
        const std::string& parent_;
    };

    const std::string root_;
    FileLayer& layer_;
    std::array<std::shared_mutex, 256> guards_;

    std::mutex mutex_;
    std::uint64_t gains_ = 0;
    std::unordered_map<std::string, Gain> gained_;  // bounded by the number of shards
};

}  // namespace cadre::blobs::files
