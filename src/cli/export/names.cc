#include "cli/export/names.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "base/unicode.h"
#include "cli/import/left_out.h"
#include "cli/import/pairs.h"
#include "gallery/archive_contents.h"
#include "gallery/zip_names.h"

namespace cadre::cli {
namespace {

constexpr std::size_t kMostBytes = gallery::kMaxFilename - kSidecarEnding.size();

std::uint64_t digest_of(std::string_view name) { return digest64(fold_case(name)); }
std::uint64_t digest_of_sidecar(std::string_view name) {
    return digest_of(std::string(name) + std::string(kSidecarEnding));
}

bool is_sent(std::string_view name) { return !left_out(name, false) && !sidecar_kind(name); }

}  // namespace

std::string file_name_of(const gallery::Photo& photo) {
    auto name = gallery::original_name(photo);
    if (!is_sent(name)) name = gallery::safe_name(name + std::string(gallery::extension_of(photo.content_type)));
    return is_sent(name) ? name : gallery::safe_name("_" + name);
}

std::string folder_name_of(std::string_view title) {
    std::string flat(title);
    for (char& c : flat)
        if (c == '/' || c == '\\') c = '_';
    auto name = gallery::safe_name(flat);
    if (name.empty()) name = "_";
    const bool walked = !left_out(name, true) && library_of(name) == LibraryForm::none;
    return walked ? name : gallery::safe_name("_" + name + "_");
}

std::string folder_by_date(const gallery::Photo& photo) {
    if (!photo.taken_at) return "undated";
    const auto date = date_of(photo.taken_at->time.seconds);
    if (photo.taken_at->precision == Precision::year) return fmt::format("{:04}", date.year);
    return fmt::format("{0:04}/{0:04}-{1:02}", date.year, date.month);
}

std::string folder_by_titles(const std::vector<std::string>& titles) {
    std::string folder = "Albums";
    for (const auto& title : titles) folder += "/" + folder_name_of(title);
    return folder;
}

std::string nth_name(std::string_view name, std::uint32_t n) { return gallery::numbered(name, n, kMostBytes); }

bool NamesGiven::is_free(const std::string& folder, std::string_view name) const {
    const auto there = given_.find(folder);
    if (there == given_.end()) return true;
    return !there->second.contains(digest_of(name)) && !there->second.contains(digest_of_sidecar(name));
}

void NamesGiven::give(const std::string& folder, std::string_view name) {
    auto& names = given_[folder];
    names.insert(digest_of(name));
    names.insert(digest_of_sidecar(name));
}

}  // namespace cadre::cli
