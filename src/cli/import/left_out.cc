#include "cli/import/left_out.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <string>

namespace cadre::cli {
namespace {

enum class What { file, folder, either };

/// The first that matches decides. Patterns are those of fnmatch(3).
struct Rule {
    const char* pattern;
    What what;
    Reason reason;
};

using namespace reason;
constexpr auto kRules = std::to_array<Rule>({
    // network storage: Synology, QNAP, Asustor, TerraMaster, Buffalo, NetApp, Samba
    {"@eaDir", What::folder, kThumbnails},
    {"@__thumb", What::folder, kThumbnails},
    {".@__thumb", What::folder, kThumbnails},
    {"@Transcode", What::folder, kThumbnails},
    {"SYNOFILE_THUMB_*", What::file, kThumbnails},
    {"SYNOPHOTO_THUMB_*", What::file, kThumbnails},
    {"SYNOINDEX_*", What::file, kThumbnails},
    {"#recycle", What::folder, kTrash},
    {"@Recycle", What::folder, kTrash},
    {".Recycle", What::folder, kTrash},
    {".Recycle.Bin", What::folder, kTrash},
    {"trashbox", What::folder, kTrash},
    {"#snapshot", What::folder, kSnapshots},
    {"@Recently-Snapshot", What::folder, kSnapshots},
    {"@snapshot", What::folder, kSnapshots},
    {"@sharesnap", What::folder, kSnapshots},
    {"@GMT-[12]*-*.*.*", What::folder, kSnapshots},
    {"~snapshot", What::folder, kSnapshots},
    {".snapshot", What::folder, kSnapshots},
    {".snapshots", What::folder, kSnapshots},
    {".zfs", What::folder, kSnapshots},
    {"@tmp", What::folder, kSystem},
    {"@appstore", What::folder, kSystem},
    {"@appconf", What::folder, kSystem},
    {"@appdata", What::folder, kSystem},
    {"@apphome", What::folder, kSystem},
    {"@appshare", What::folder, kSystem},
    {"@apptemp", What::folder, kSystem},
    {"@database", What::folder, kSystem},
    {"@sharebin", What::folder, kSystem},
    {"@autoupdate", What::folder, kSystem},
    {"@cloudsync", What::folder, kSystem},
    {"@SynoDrive", What::folder, kSystem},
    {"@Syno*", What::folder, kSystem},
    {"@upload_cache", What::folder, kSystem},
    {".@upload_cache", What::folder, kSystem},
    // Windows
    {"$RECYCLE.BIN", What::folder, kTrash},
    {"RECYCLER", What::folder, kTrash},
    {"RECYCLED", What::folder, kTrash},
    {"System Volume Information", What::folder, kSystem},
    {"$Windows.~*", What::folder, kSystem},
    {"$WinREAgent", What::folder, kSystem},
    {"$SysReset", What::folder, kSystem},
    {"$Extend", What::folder, kSystem},
    {"FOUND.[0-9][0-9][0-9]", What::folder, kSystem},
    {"Thumbs.db*", What::file, kThumbnails},
    {"ehthumbs*.db", What::file, kThumbnails},
    {"ZbThumbnail.info", What::file, kThumbnails},
    {"pspbrwse.jbf", What::file, kThumbnails},
    {"desktop.ini", What::file, kSystem},
    {"autorun.inf", What::file, kSystem},
    {"AlbumArt_{*}_*.jpg", What::file, kThumbnails},
    // macOS
    {".Trash", What::folder, kTrash},
    {".Trashes", What::folder, kTrash},
    {"Network Trash Folder", What::folder, kTrash},
    {"Temporary Items", What::folder, kSystem},
    {"TheVolumeSettingsFolder", What::folder, kSystem},
    {"__MACOSX", What::folder, kSystem},
    {"._*", What::either, kSystem},
    {".DS_Store", What::file, kSystem},
    {".Spotlight-V100", What::folder, kSystem},
    {".fseventsd", What::folder, kSystem},
    {".TemporaryItems", What::folder, kSystem},
    {".DocumentRevisions-V100", What::folder, kSystem},
    {".AppleDouble", What::folder, kSystem},
    {".AppleDB", What::folder, kSystem},
    {".AppleDesktop", What::folder, kSystem},
    {"Icon\r", What::file, kSystem},
    {".*.icloud", What::file, kCloud},
    {"*.app", What::folder, kProgram},
    {"*.framework", What::folder, kProgram},
    {"*.bundle", What::folder, kProgram},
    // Linux and Android
    {"lost+found", What::folder, kSystem},
    {".Trash-*", What::folder, kTrash},
    {".thumbnails", What::folder, kThumbnails},
    {".trashed-*", What::either, kTrash},
    // applications: Lightroom, Capture One, Picasa, digiKam, gThumb, ACDSee, Nextcloud, PhotoPrism, PhotoStructure
    {"*.lrdata", What::folder, kThumbnails},
    {"*.lrcat-data", What::folder, kLibrary},
    {"CaptureOne", What::folder, kThumbnails},
    {".picasaoriginals", What::folder, kPicasa},
    {".picasa.ini", What::file, kSettings},
    {"picasa.ini", What::file, kSettings},
    {".dtrash", What::folder, kTrash},
    {".comments", What::folder, kSettings},
    {".photostructure", What::folder, kLibrary},
    {".photoprism", What::folder, kLibrary},
    {"files_trashbin", What::folder, kTrash},
    {"files_versions", What::folder, kSnapshots},
    {"appdata_??????????*", What::folder, kThumbnails},
    {"*.imovielibrary", What::folder, kLibrary},
    {"*.fcpbundle", What::folder, kLibrary},
    {"*.tvlibrary", What::folder, kLibrary},
    {"*.musiclibrary", What::folder, kLibrary},
    {"node_modules", What::folder, kProgram},
    {"__pycache__", What::folder, kProgram},
    {"*.lrcat", What::file, kLibrary},
    {"*.lrcat-*", What::file, kLibrary},
    {"*.cocatalogdb", What::file, kLibrary},
    {"*.cosessiondb", What::file, kLibrary},
    {"digikam4.db*", What::file, kLibrary},
    {"thumbnails-digikam.db*", What::file, kThumbnails},
    {"*.aae", What::file, kSettings},
    {"*.pp3", What::file, kSettings},
    {"*.dop", What::file, kSettings},
    {"*.arp", What::file, kSettings},
    {"*.cos", What::file, kSettings},
    {"*.thm", What::file, kThumbnails},
    {"SHA256SUMS", What::file, kExport},
    {"cadre-albums.json", What::file, kExport},
    // downloads under way
    {"*.part", What::file, kUnfinished},
    {"*.partial", What::file, kUnfinished},
    {"*.crdownload", What::file, kUnfinished},
    {"*.download", What::either, kUnfinished},
    {"~syncthing~*.tmp", What::file, kUnfinished},
    {".syncthing.*.tmp", What::file, kUnfinished},
    {".*", What::either, kHidden},
});

constexpr auto kFlatLibraries =
    std::to_array<const char*>({"*.photoslibrary", "*.photolibrary", "*.migratedphotolibrary", "*.aplibrary",
                                "*.migratedaplibrary", "iPhoto Library", "*.cocatalog"});
constexpr auto kNestedLibraries = std::to_array<const char*>({"*.lrlibrary"});
constexpr auto kOriginals = std::to_array<const char*>({"originals", "Masters"});

bool matches(const char* pattern, const std::string& name) {
    return ::fnmatch(pattern, name.c_str(), FNM_CASEFOLD) == 0;
}

bool matches_one(const auto& patterns, std::string_view text) {
    const std::string name(text);
    return std::any_of(patterns.begin(), patterns.end(), [&](const char* pattern) { return matches(pattern, name); });
}

}  // namespace

std::optional<Reason> left_out(std::string_view text, bool is_folder) {
    const std::string name(text);
    for (const auto& rule : kRules) {
        const bool concerned = rule.what == What::either || (rule.what == What::folder) == is_folder;
        if (concerned && matches(rule.pattern, name)) return rule.reason;
    }
    return std::nullopt;
}

LibraryForm library_of(std::string_view folder_name) {
    if (matches_one(kFlatLibraries, folder_name)) return LibraryForm::flat;
    return matches_one(kNestedLibraries, folder_name) ? LibraryForm::nested : LibraryForm::none;
}

bool holds_originals(std::string_view folder_name) { return matches_one(kOriginals, folder_name); }

}  // namespace cadre::cli
