#include "gallery/zip_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/unicode.h"
#include "base/utf8.h"

namespace cadre::gallery {
namespace {

/// Windows takes none of them at an end, and drops them there.
void strip_ends(std::string& name) {
    while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.pop_back();
    name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
}

/// Devices on Windows, with any extension.
bool is_reserved(std::string_view name) {
    std::string stem(name.substr(0, name.find('.')));
    strip_ends(stem);
    stem = fold_case(stem);  // also COM¹ to com1
    constexpr std::array<std::string_view, 6> kDevices = {"con", "prn", "aux", "nul", "conin$", "conout$"};
    if (std::ranges::find(kDevices, stem) != kDevices.end()) return true;
    return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '0' && stem[3] <= '9';
}

}  // namespace

std::string safe_name(std::string_view name) {
    auto safe = clean_filename(name);
    for (char& c : safe)
        if (std::string_view("<>:\"|?*").find(c) != std::string_view::npos) c = '_';
    strip_ends(safe);
    if (safe.starts_with('.') || is_reserved(safe)) safe = clean_filename("_" + safe);
    strip_ends(safe);  // what was too long may have been cut before one
    return safe;
}

std::string_view stem_of(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string numbered(std::string_view name, std::uint32_t number, std::size_t most) {
    const auto behind = number == 1 ? std::string() : fmt::format(" ({})", number);
    const auto stem = stem_of(name);
    const auto extension = name.substr(stem.size());
    const auto room = most - std::min(most, behind.size() + extension.size());
    return fmt::format("{}{}{}", cut_utf8(stem, room), behind, extension);
}

std::string in_order(std::string_view name, std::uint64_t nth, std::uint64_t most) {
    const auto digits = std::max<std::size_t>(fmt::formatted_size("{}", most), 3);
    const auto before = fmt::format("{:0{}} ", nth, digits);
    return before + numbered(name, 1, kMaxFilename - before.size());
}

std::string ZipNames::unique(std::string name) {
    const auto digest = [](std::string_view text) { return digest64(fold_case(text)); };
    const auto [first, fresh] = taken_.try_emplace(digest(name), 1);
    if (fresh) return name;
    const auto key = first->first;
    for (;;) {
        auto candidate = numbered(name, ++taken_[key]);
        if (taken_.try_emplace(digest(candidate), 1).second) return candidate;
    }
}

}  // namespace cadre::gallery
