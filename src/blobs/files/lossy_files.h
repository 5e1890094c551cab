// A double of the file layer whose power can be cut. It works on a real folder, so that descriptors are real, and knows
// beside it what of that is on the disk and what only in memory: a file's bytes are on the disk when they were synced,
// a name when its folder was synced since. When the power goes, all else is lost, or (as file systems may write what
// they like, when they like) any part of it stays.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "blobs/files/file_layer.h"

namespace cadre::blobs::files {

/// Thrown by every call once the power is cut.
struct PowerCut {};

/// Mistakes that a driver could make, made here for it.
enum class Bug {
    none,
    no_file_sync,      // files are not synced
    no_folder_sync,    // folders are not synced
    no_parent_sync,    // only folders that hold files are synced, not those that gained a folder
    no_sync_at_start,  // what an earlier process left unsynced stays so
};

/// Thread-safe.
class LossyFiles final : public FileLayer {
public:
    /// `root` is an empty folder.
    explicit LossyFiles(std::string root, Bug bug = Bug::none);

    /// Cuts the power before the call number `call` from now on (0: the next) that changes anything.
    void cut_before(std::uint64_t call);
    /// The power stays, but whoever called is dead: all that was in memory still is, and another may begin.
    void revive();
    /// Calls that changed something, since the last restore.
    [[nodiscard]] std::uint64_t calls() const;
    /// fsync and fdatasync calls since construction.
    [[nodiscard]] std::uint64_t syncs() const;

    /// The power is back. Without a seed all that was not synced is lost; with one, some of it stays: a part of the
    /// names' changes, each or not, and of a file's bytes a beginning, or noise in their place.
    void restore(std::optional<std::uint64_t> seed);

    Outcome<UniqueFd> create(const std::string& path) override;
    Outcome<void> write(int file, std::string_view bytes) override;
    Outcome<void> write(int file, FileRange source) override;
    Outcome<void> sync(int file) override;
    Outcome<void> sync_folder(const std::string& path) override;
    Outcome<void> sync_all(const std::string& path) override;
    Outcome<void> rename(const std::string& from, const std::string& to) override;
    Outcome<void> link(const std::string& from, const std::string& to) override;
    Outcome<void> unlink(const std::string& path) override;
    Outcome<void> make_folder(const std::string& path) override;
    Outcome<void> remove_folder(const std::string& path) override;
    Outcome<UniqueFd> lock_folder(const std::string& path, bool wait) override;
    Outcome<UniqueFd> open(const std::string& path) override;
    Outcome<Status> status(int file) override;
    Outcome<Status> status(const std::string& path) override;
    Outcome<std::size_t> read(int file, std::uint64_t offset, std::span<std::uint8_t> into) override;
    Outcome<std::vector<Name>> list(const std::string& path) override;

private:
    struct Node;
    using NodePtr = std::shared_ptr<Node>;
    using Names = std::map<std::string, NodePtr>;
    /// A change of one name that no sync of its folder covers yet; null: it went.
    struct Change {
        std::string name;
        NodePtr node;
    };
    struct Node {
        bool folder = false;
        std::string bytes;   // of a file: in memory
        std::string synced;  // of a file: on the disk
        Names names;         // of a folder: in memory
        Names kept;          // of a folder: on the disk
        std::vector<Change> pending;
    };

    /// Counts a call that changes something; throws if the power is off, or goes off now.
    void tick();
    void check_power() const;
    NodePtr find(const std::string& path) const;
    NodePtr parent(const std::string& path) const;
    void set(const std::string& path, NodePtr node);
    static void settle(Node& node);
    static NodePtr survive(const Node& node, std::mt19937_64* dice);
    void lay_out(const Node& node, const std::string& path);

    SystemFiles real_;
    const std::string root_;
    const Bug bug_;
    mutable std::mutex mutex_;
    NodePtr disk_ = std::make_shared<Node>(Node{true, {}, {}, {}, {}, {}});
    std::map<int, NodePtr> open_;  // files that create() gave, by descriptor
    std::uint64_t calls_ = 0;
    std::uint64_t syncs_ = 0;
    std::optional<std::uint64_t> cut_at_;
    bool off_ = false;
};

}  // namespace cadre::blobs::files
