#include "cli/import/walker.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <system_error>

namespace cadre::cli {
namespace {

constexpr std::array<std::string_view, 5> kSidecars{".xmp", ".json", ".aae", ".thm", ".pp3"};
constexpr std::array<std::string_view, 3> kLeftBySystems{"thumbs.db", "desktop.ini", "ehthumbs.db"};

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::string because(int error) { return std::generic_category().message(error) + "."; }

}  // namespace

bool is_ignored(std::string_view name) {
    if (name.starts_with('.')) return true;
    const auto folded = lower(name);
    const auto is_it = [&](std::string_view known) { return folded == known; };
    const auto ends = [&](std::string_view ending) { return folded.ends_with(ending); };
    return std::any_of(kLeftBySystems.begin(), kLeftBySystems.end(), is_it) ||
           std::any_of(kSidecars.begin(), kSidecars.end(), ends);
}

std::uint64_t Walker::ignored() const {
    const std::scoped_lock lock(mutex_);
    return ignored_;
}

std::optional<Found> Walker::next() {
    const std::scoped_lock lock(mutex_);
    while (true) {
        if (open_.empty()) {
            if (left_.empty()) return std::nullopt;
            const auto path = std::move(left_.back());
            left_.pop_back();
            if (auto found = look_at(path)) return found;
            continue;
        }
        const auto path = next_in_folder();
        if (!path) continue;
        if (is_ignored(path->filename().native())) {
            ++ignored_;
            continue;
        }
        if (auto found = look_at(*path)) return found;
    }
}

/// The next name in the innermost folder; nothing if it has no more, and the walk is one step further out then.
std::optional<std::filesystem::path> Walker::next_in_folder() {
    auto& entries = open_.back();
    if (entries == std::filesystem::directory_iterator()) {
        open_.pop_back();
        return std::nullopt;
    }
    auto path = entries->path();
    std::error_code error;
    entries.increment(error);  // what cannot be read on ends the folder
    return path;
}

/// A file, a problem, or nothing for a folder that was entered and for what is neither.
std::optional<Found> Walker::look_at(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        // A link that leads nowhere, or to itself, is no photograph that could have been sent.
        struct stat link {};
        const int error = errno;
        if ((error == ENOENT || error == ELOOP) && ::lstat(path.c_str(), &link) == 0) {
            ++ignored_;
            return std::nullopt;
        }
        return Found{path, because(error)};
    }
    if (S_ISREG(status.st_mode)) return Found{path, {}};
    if (!S_ISDIR(status.st_mode)) {
        ++ignored_;
        return std::nullopt;
    }
    if (!seen_.emplace(status.st_dev, status.st_ino).second) return std::nullopt;
    return enter(path);
}

std::optional<Found> Walker::enter(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::directory_iterator entries(folder, error);
    if (error) return Found{folder, because(error.value())};
    open_.push_back(std::move(entries));
    return std::nullopt;
}

}  // namespace cadre::cli
