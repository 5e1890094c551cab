// Room for what must work on a full disk: deleting for good, and a start. A file that nothing is in is let go of first,
// then derivatives, the largest first: they can be made again. A start has a smaller file of its own, which nothing
// else uses: databases make files when they are opened.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace cadre::blobs::files {

/// Thread-safe; blocks.
class Reserve {
public:
    /// One file on each file system of `folders`: the first there is named <folder>/reserve. `blobs` is the root of the
    /// folder driver's store, or empty where there is none.
    Reserve(const std::vector<std::filesystem::path>& folders, std::filesystem::path blobs);

    /// Makes the files that are missing, where that leaves room for twice as much.
    void make();
    /// Frees some megabytes, if anything is left to let go of. Whether it did.
    bool make_room();
    /// The same before the databases are opened, with the file that is for that, until there is room on each file
    /// system.
    void make_room_to_start();
    /// Makes that file again, once they are open: as large as it can be.
    void keep_room_to_start();
    /// Does so once more, now that they are closed.
    ~Reserve();
    Reserve(const Reserve&) = delete;
    Reserve& operator=(const Reserve&) = delete;

    /// Told the key of each derivative that goes, as long as `told` is set.
    void tell(std::function<void(const std::string&)> told);

private:
    struct File {
        std::filesystem::path path;
        std::filesystem::path to_start;
        dev_t device = 0;  // of its folder, as it was at first
        ino_t folder = 0;
    };
    static bool is_in_its_place(const File& file);
    bool let_go();
    bool drop_derivatives(const std::string& variant);

    std::vector<File> files_;
    const std::filesystem::path blobs_;
    std::mutex mutex_;
    std::function<void(const std::string&)> told_;
};

}  // namespace cadre::blobs::files
