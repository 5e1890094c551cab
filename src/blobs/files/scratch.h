// Where objects are written before they get their names. Each open store has a folder of its own in <root>/+scratch,
// locked while it lives; what a dead one left is cleared by the next that opens.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "blobs/files/file_layer.h"

namespace cadre::blobs::files {

/// Thread-safe.
class Scratch {
public:
    /// A file that is removed again unless it got another name.
    class File {
    public:
        File(FileLayer& layer, std::string path) : layer_(&layer), path_(std::move(path)) {}
        File(File&& other) noexcept : layer_(std::exchange(other.layer_, nullptr)), path_(std::move(other.path_)) {}
        File& operator=(File&&) = delete;
        ~File();

        [[nodiscard]] const std::string& path() const { return path_; }
        /// It has another name now.
        void renamed() { layer_ = nullptr; }

    private:
        FileLayer* layer_;
        std::string path_;
    };

    Scratch(FileLayer& layer, std::string folder, UniqueFd lock)
        : layer_(layer), folder_(std::move(folder)), lock_(std::move(lock)) {}
    ~Scratch();

    /// Clears what dead stores left in `root`, and makes a folder of one's own.
    static Outcome<std::unique_ptr<Scratch>> open(FileLayer& layer, const std::string& root);

    /// Whether the root still holds the folder: no other root does.
    [[nodiscard]] bool there() const;
    /// A path that nothing has yet.
    [[nodiscard]] File name();

private:
    FileLayer& layer_;
    const std::string folder_;
    const UniqueFd lock_;
    std::atomic<std::uint64_t> names_{0};
};

}  // namespace cadre::blobs::files
