// The folder that an export writes to. No file is ever there under its name half written: it is written in a folder of
// its own beside them, synced and renamed. Blocks. Not thread-safe, but Drafts of one target may be written, and files
// compared, by several threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/hash.h"
#include "base/result.h"

namespace cadre::cli {

/// So much of a file is read at once, to be written or compared.
inline constexpr std::size_t kPiece = std::size_t{256} << 10;

/// A file in the making, without a name that anybody looks for. Goes when it was not named.
class Draft {
public:
    Draft(UniqueFd file, std::filesystem::path path) : file_(std::move(file)), path_(std::move(path)) {}
    Draft(Draft&& other) noexcept = default;
    ~Draft();

    /// Errors: no_space, unavailable.
    [[nodiscard]] Result<void> write(std::span<const std::uint8_t> bytes);
    [[nodiscard]] Result<void> write(std::string_view text);
    /// Makes it safe from the loss of power. `modified`: seconds since 1970, UTC; nothing: now. Errors: as write().
    [[nodiscard]] Result<void> finish(std::optional<std::int64_t> modified);

private:
    friend class Target;
    UniqueFd file_;
    std::filesystem::path path_;
};

class Target {
public:
    /// Makes the folder where it is not there, and takes away what an export has left there that was ended. Errors:
    /// conflict where another export writes to it; no_space, unavailable.
    [[nodiscard]] static Result<Target> open(std::filesystem::path root);
    Target(Target&&) noexcept = default;
    /// Takes its own folder away.
    ~Target();

    /// What is there under a name.
    enum class There { nothing, same, other };
    /// By size, then by hash. What cannot be read is another thing.
    [[nodiscard]] There compare(const std::string& name, std::uint64_t size, std::string_view sha256) const;

    /// Of a file that is there; nothing of what is none.
    [[nodiscard]] std::optional<std::uint64_t> size_of(const std::string& name) const;

    /// Errors: no_space, unavailable.
    [[nodiscard]] Result<Draft> draft();
    /// Names what is finished, in place of what is there; makes the folders. The name is safe from the loss of power
    /// after sync(). Errors: no_space, unavailable.
    [[nodiscard]] Result<void> keep(Draft draft, const std::string& name);
    /// The same with a text, unless it is there already. Returns whether it was not.
    [[nodiscard]] Result<bool> put(const std::string& name, std::string_view text);
    /// Gives a file a second name. Returns whether the file system can. Errors: those.
    [[nodiscard]] Result<bool> link(const std::string& name, const std::string& second);
    /// Errors: no_space, unavailable.
    [[nodiscard]] Result<void> sync();

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

private:
    Target(std::filesystem::path root, UniqueFd lock) : root_(std::move(root)), lock_(std::move(lock)) {}
    [[nodiscard]] Result<void> make_folder(const std::filesystem::path& folder);

    std::filesystem::path root_;
    UniqueFd lock_;  // its own folder, in which drafts are
    std::uint64_t drafts_ = 0;
    std::set<std::filesystem::path> made_;     // folders that are known to be there
    std::set<std::filesystem::path> touched_;  // those to be synced
};

}  // namespace cadre::cli
