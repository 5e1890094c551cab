// Which sidecars lie beside which files of a folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cadre::cli {

enum class SidecarKind { xmp, takeout };

/// By the ending of the name; nothing if it is that of no sidecar.
[[nodiscard]] std::optional<SidecarKind> sidecar_kind(std::string_view name);

struct Sidecar {
    std::string name;  // in the same folder
    SidecarKind kind = SidecarKind::xmp;
    bool own = true;  // false: it is about the picture of which this one is an edited copy
};

struct Pairs {
    std::unordered_map<std::string, std::vector<Sidecar>> of;  // by the file's name; what counts more comes first
    std::unordered_set<std::string> used;                      // names of sidecars that are about some file
};

/// `names` are those of a folder's files, sidecars among them.
[[nodiscard]] Pairs pair_sidecars(const std::vector<std::string>& names);

}  // namespace cadre::cli
