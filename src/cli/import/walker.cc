#include "cli/import/walker.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace cadre::cli {
namespace {

std::string because(int error) { return std::generic_category().message(error) + "."; }

Found problem(const std::filesystem::path& path, int error) {
    Found found;
    found.path = path;
    found.problem = because(error);
    return found;
}

Found leave_out(const std::filesystem::path& path, const Reason& why) {
    Found found;
    found.path = path;
    found.left_out = why;
    return found;
}

/// What this program keeps in a folder of its own.
bool is_cadre(const std::vector<std::string>& names) {
    const auto has = [&](const char* name) { return std::binary_search(names.begin(), names.end(), name); };
    return has("blobs") && has("catalog.db") && has("jobs.db");
}

/// The pages of a `cadre export --site`: its pictures are of photographs that stand beside it.
bool is_site(const std::vector<std::string>& names) {
    const auto has = [&](const char* name) { return std::binary_search(names.begin(), names.end(), name); };
    return has("index.html") && has("site.css") && has("site.js") && has("media");
}

/// The name that a folder has itself, whatever it was asked for by ("." or a link).
std::string own_name(const std::filesystem::path& path) {
    std::error_code error;
    const auto whole = std::filesystem::canonical(path, error);
    return (error ? path : whole).filename().string();
}

}  // namespace

std::optional<Found> Walker::next() {
    const std::scoped_lock lock(mutex_);
    while (true) {
        std::optional<Found> found;
        if (!open_.empty()) {
            if (open_.back().next == open_.back().names.size()) {
                open_.pop_back();
                continue;
            }
            found = look_in(open_.back());
        } else if (!asked_.empty()) {
            const auto path = std::move(asked_.back());
            asked_.pop_back();
            found = look_at(path, nullptr);
        } else {
            return std::nullopt;
        }
        if (found) return found;
    }
}

/// The next name of the innermost folder.
std::optional<Found> Walker::look_in(Folder& folder) {
    const auto name = folder.names[folder.next++];
    if (folder.pairs.used.contains(name)) return std::nullopt;
    return look_at(folder.path / name, &folder);
}

/// Nothing for a folder that was entered. `in`: the folder it stands in; null for what was asked for.
std::optional<Found> Walker::look_at(const std::filesystem::path& path, const Folder* in) {
    const auto name = in != nullptr ? path.filename().string() : own_name(path);
    const auto unwanted = [&](bool is_folder) {
        const auto why = left_out(name, is_folder);
        return in == nullptr && why == reason::kHidden ? std::nullopt : why;
    };
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        const int error = errno;
        for (const bool is_folder : {true, false})
            if (const auto why = unwanted(is_folder)) return leave_out(path, *why);
        struct stat link {};
        const bool leads_nowhere = (error == ENOENT || error == ELOOP) && ::lstat(path.c_str(), &link) == 0;
        return leads_nowhere ? leave_out(path, reason::kNoFile) : problem(path, error);
    }
    const bool is_folder = S_ISDIR(status.st_mode);
    if (const auto why = unwanted(is_folder)) return leave_out(path, *why);
    const bool library = in != nullptr && in->inside == Inside::library;
    const bool around = in != nullptr && in->inside == Inside::around_library;
    if ((library && !(is_folder && holds_originals(name))) || (around && !is_folder))
        return leave_out(path, reason::kLibrary);
    if (S_ISREG(status.st_mode)) return file(path, in);
    if (!is_folder) return leave_out(path, reason::kNoFile);
    if (!seen_.emplace(status.st_dev, status.st_ino).second) return leave_out(path, reason::kAgain);
    return enter(path, in);
}

std::optional<Found> Walker::file(const std::filesystem::path& path, const Folder* in) {
    const auto name = path.filename().string();
    const auto& pairs = in != nullptr ? in->pairs : pairs_beside(path);
    if (pairs.used.contains(name)) return std::nullopt;
    if (sidecar_kind(name)) return leave_out(path, reason::kSidecar);
    Found found;
    found.path = path;
    if (in != nullptr) found.folder = in->relative;
    if (in != nullptr) found.shelf = in->relative.empty() ? in->name : in->relative;
    if (const auto sidecars = pairs.of.find(name); sidecars != pairs.of.end()) found.sidecars = sidecars->second;
    return found;
}

/// Those of the folder that a file stands in which was asked for; read once for a row of files of the same folder.
const Pairs& Walker::pairs_beside(const std::filesystem::path& path) {
    auto folder = path.parent_path();
    if (folder.empty()) folder = ".";
    if (beside_.path != folder) {
        beside_ = {};
        beside_.path = folder;
        (void)list(beside_);  // without sidecars, if it cannot be read
    }
    return beside_.pairs;
}

/// Reads the names in a folder, as far as they can be read.
std::error_code Walker::list(Folder& folder) {
    std::error_code error;
    std::vector<std::string> files;
    std::filesystem::directory_iterator entries(folder.path, error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        folder.names.push_back(entries->path().filename().string());
        std::error_code ignored;
        const bool may_be_file = !entries->is_directory(ignored) && !left_out(folder.names.back(), false);
        if (may_be_file) files.push_back(folder.names.back());
    }
    std::sort(folder.names.begin(), folder.names.end());
    std::sort(files.begin(), files.end());
    folder.pairs = pair_sidecars(files);
    return error;
}

std::optional<Found> Walker::enter(const std::filesystem::path& path, const Folder* in) {
    Folder folder;
    folder.path = path;
    const auto name = in == nullptr ? own_name(path) : path.filename().string();
    folder.name = name;
    if (in != nullptr) folder.relative = in->relative.empty() ? name : in->relative + "/" + name;
    switch (library_of(name)) {
        case LibraryForm::none:
            folder.inside = in != nullptr && in->inside == Inside::around_library ? Inside::library : Inside::ordinary;
            break;
        case LibraryForm::flat:
            folder.inside = Inside::library;
            break;
        case LibraryForm::nested:
            folder.inside = Inside::around_library;
            break;
    }
    const auto error = list(folder);
    if (error && folder.names.empty()) return problem(path, error.value());
    if (is_cadre(folder.names)) return leave_out(path, reason::kCadre);
    if (is_site(folder.names)) return leave_out(path, reason::kExport);
    open_.push_back(std::move(folder));
    if (error) return problem(path, error.value());  // what can be read of it is walked all the same
    return std::nullopt;
}

}  // namespace cadre::cli
