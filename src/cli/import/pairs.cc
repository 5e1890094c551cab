#include "cli/import/pairs.h"

#include "cli/import/takeout_names.h"

namespace cadre::cli {
namespace {

/// XMP files of a folder, by what stands before ".xmp".
class Xmps {
public:
    void add(const std::string& name) {
        constexpr std::size_t kEnding = 4;
        by_base_[fold_ascii(name.substr(0, name.size() - kEnding))].push_back(name);
    }
    /// One whose case agrees before others.
    const std::string* find(std::string_view base) const {
        const auto found = by_base_.find(fold_ascii(base));
        if (found == by_base_.end()) return nullptr;
        for (const auto& name : found->second)
            if (name.starts_with(base)) return &name;
        return &found->second.front();
    }

private:
    std::unordered_map<std::string, std::vector<std::string>> by_base_;
};

}  // namespace

std::optional<SidecarKind> sidecar_kind(std::string_view name) {
    const auto folded = fold_ascii(name);
    if (folded.size() > 4 && folded.ends_with(".xmp")) return SidecarKind::xmp;
    if (folded.size() > 5 && folded.ends_with(".json")) return SidecarKind::takeout;
    return std::nullopt;
}

Pairs pair_sidecars(const std::vector<std::string>& names) {
    std::vector<std::string> files, jsons;
    Xmps xmps;
    for (const auto& name : names) {
        const auto kind = sidecar_kind(name);
        if (!kind)
            files.push_back(name);
        else if (*kind == SidecarKind::xmp)
            xmps.add(name);
        else
            jsons.push_back(name);
    }
    const auto takeout = match_takeout(files, jsons);
    Pairs pairs;
    const auto add = [&](const std::string& file, const std::string& sidecar, SidecarKind kind, bool own) {
        pairs.of[file].push_back({sidecar, kind, own});
        pairs.used.insert(sidecar);
    };
    for (const auto& file : files) {
        // "photo.jpg.xmp" says more about this file than "photo.xmp", which may be about the raw file beside it.
        const auto* whole = xmps.find(file);
        if (whole != nullptr) add(file, *whole, SidecarKind::xmp, true);
        const auto dot = file.rfind('.');
        const auto* stem = dot == std::string::npos || dot == 0 ? nullptr : xmps.find(file.substr(0, dot));
        if (stem != nullptr && stem != whole) add(file, *stem, SidecarKind::xmp, true);
        if (const auto match = takeout.find(file); match != takeout.end())
            add(file, match->second.json, SidecarKind::takeout, match->second.own);
    }
    return pairs;
}

}  // namespace cadre::cli
