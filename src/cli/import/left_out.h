// Names of what systems and applications leave beside photographs, and why it is not sent.
#pragma once

#include <optional>
#include <string_view>

namespace cadre::cli {

/// Why something that was met is not sent.
struct Reason {
    std::string_view code;    // a word for programs: docs/how-to/import.md lists them
    std::string_view detail;  // a sentence
    bool operator==(const Reason&) const = default;
};

namespace reason {
inline constexpr Reason kHidden{"hidden", "Its name begins with a dot."};
inline constexpr Reason kSystem{"system", "It belongs to the operating system."};
inline constexpr Reason kThumbnails{"thumbnails", "It holds pictures that a program made of photographs."};
inline constexpr Reason kTrash{"trash", "It is a system's trash."};
inline constexpr Reason kSnapshots{"snapshots", "It holds older states of the same folders."};
inline constexpr Reason kLibrary{"library", "It belongs to an application's library, beside its originals."};
inline constexpr Reason kPicasa{"library", "It holds what photographs were before Picasa changed them."};
inline constexpr Reason kCadre{"library", "It is the data of a Cadre. `cadre copy` copies libraries."};
inline constexpr Reason kExport{"export", "It belongs to an export of a Cadre, beside its photographs."};
inline constexpr Reason kProgram{"program", "It is a program, or belongs to one."};
inline constexpr Reason kUnfinished{"unfinished", "It is a download that has not ended."};
inline constexpr Reason kCloud{"cloud", "The file itself is in the cloud and not on this machine."};
inline constexpr Reason kSidecar{"sidecar", "It is a sidecar, and no file in its folder is the one that it is about."};
inline constexpr Reason kSettings{"settings", "It holds another program's settings for a photograph."};
inline constexpr Reason kNoFile{"no_file", "It is neither a file nor a folder, or a link that leads nowhere."};
inline constexpr Reason kAgain{"again", "It is a folder that was met before, by this or another name."};
inline constexpr Reason kInTrash{"in_trash", "It is in your trash in the gallery; --restore takes it out."};
inline constexpr Reason kThrownAway{"trashed", "It lay in the trash where it comes from."};
}  // namespace reason

/// Whether a folder (or else a file) of this name is left out. The case of ASCII letters does not matter.
[[nodiscard]] std::optional<Reason> left_out(std::string_view name, bool is_folder);

/// Libraries that look like one file in macOS, of which only the folders with originals hold photographs that a person
/// put there.
enum class LibraryForm {
    none,
    flat,   // originals stand in folders of the library
    nested  // … one folder further down
};
[[nodiscard]] LibraryForm library_of(std::string_view folder_name);
/// "originals", "Masters", …: of a library's folders those that are walked.
[[nodiscard]] bool holds_originals(std::string_view folder_name);

}  // namespace cadre::cli
