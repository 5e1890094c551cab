// Files beside photographs, as an import reads them: XMP, the list of an export's albums, and the JSON of a Google
// Takeout, whose first line here is the name of the file that it is about.
#include "api/photo_json.h"
#include "base/utf8.h"
#include "cli/import/album_list.h"
#include "cli/import/sidecar.h"
#include "fuzz.h"
#include "gallery/album.h"
#include "gallery/filename.h"
#include "gallery/photo.h"

namespace cadre::fuzz {
namespace {

void is_text(std::string_view text, std::size_t most, bool allow_line_feeds) {
    const auto length = utf8_length(text);
    must(length.has_value(), "what a sidecar says is UTF-8");
    must(*length <= most, "what a sidecar says keeps to the gallery's bounds");
    must(!has_control(text, allow_line_feeds), "what a sidecar says has no control characters");
}

void is_way(const std::vector<std::string>& titles) {
    must(!titles.empty() && titles.size() <= gallery::kMaxAlbumDepth, "an album stands somewhere, and not too deep");
    for (const auto& title : titles) {
        must(!title.empty(), "an album has a title");
        is_text(title, gallery::kMaxAlbumTitle, false);
    }
}

void check(const cli::ListedAlbum& listed) {
    is_way(listed.album.titles);
    is_text(listed.description, gallery::kMaxAlbumDescription, true);
}

void check(const cli::Said& said) {
    is_text(said.title, gallery::kMaxTitle, false);
    is_text(said.caption, gallery::kMaxCaption, true);
    must(said.tags.size() <= gallery::kMaxTags, "there are not too many tags");
    for (const auto& tag : said.tags) is_text(tag, gallery::kMaxTag, false);
    must(!said.rating || (*said.rating >= 1 && *said.rating <= 5), "a rating is 1 to 5");
    // What the server would refuse would cost the photo all that its sidecar says.
    must(said.albums.size() <= gallery::kMaxAlbumsOfPhoto, "there are not too many albums");
    for (const auto& album : said.albums) is_way(album.titles);
    must(gallery::clean_filename(said.filename) == said.filename || !said.exact, "a name is a file's");
    must(gallery::clean_folder(said.folder) == said.folder, "a folder is one");
    const auto patch = cli::patch_of(said, {});
    must(patch.empty() == said.empty(), "all that a sidecar says is told");
    if (patch.empty()) return;
    api::Wrong wrong;
    (void)api::read_photo_change(patch, wrong);
    must(!wrong.any(), "the server takes what an import tells it");
    must(cli::patch_of(said, patch).empty(), "what is told once is not told again");
}

}  // namespace
}  // namespace cadre::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto bytes = fuzz::text_of(data, size);
    auto said = cli::read_xmp(bytes);
    if (said) fuzz::check(*said);
    if (const auto listed = cli::read_album_list(bytes))
        for (const auto& album : *listed) fuzz::check(album);
    const auto [file, json] = fuzz::first_line(bytes);
    if (auto takeout = cli::read_takeout(json, file)) fuzz::check(*takeout);
    return 0;
}
