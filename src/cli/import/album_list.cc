#include "cli/import/album_list.h"

#include <fstream>
#include <iterator>

#include "base/json.h"
#include "base/utf8.h"
#include "gallery/album.h"

namespace cadre::cli {
namespace {

constexpr const char* kList = "cadre-albums.json";
constexpr std::uintmax_t kMaxList = std::uintmax_t{64} << 20;

bool is_text(std::string_view text, std::size_t most, bool line_feeds) {
    const auto length = utf8_length(text);
    return length && *length <= most && !has_control(text, line_feeds);
}

bool is_title(std::string_view title) { return !title.empty() && is_text(title, gallery::kMaxAlbumTitle, false); }

std::string text_of(const json::object& object, std::string_view name) {
    return std::string(get_string(object, name).value_or(""));
}

/// Nothing where it is none that a gallery would take.
std::optional<ListedAlbum> album_in(const json::value& value) {
    const auto* object = value.if_object();
    const auto* titles = object != nullptr ? object->if_contains("titles") : nullptr;
    if (titles == nullptr || !titles->is_array()) return std::nullopt;
    ListedAlbum listed;
    for (const auto& title : titles->get_array()) {
        if (!title.is_string() || !is_title(title.get_string())) return std::nullopt;
        listed.album.titles.emplace_back(title.get_string());
    }
    listed.album.id = text_of(*object, "id");
    listed.parent = text_of(*object, "parent");
    listed.description = text_of(*object, "description");
    if (!is_text(listed.description, gallery::kMaxAlbumDescription, true)) listed.description.clear();
    listed.order = text_of(*object, "order");
    listed.cover = text_of(*object, "cover");
    const auto depth = listed.album.titles.size();
    if (listed.album.id.empty() || depth == 0 || depth > gallery::kMaxAlbumDepth) return std::nullopt;
    return listed;
}

void read_list(const std::filesystem::path& path, std::vector<ListedAlbum>& listed,
               std::vector<std::string>& problems) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return;
    std::ifstream file(path, std::ios::binary);
    std::string bytes;
    if (size <= kMaxList) bytes.assign(std::istreambuf_iterator<char>(file), {});
    auto read = read_album_list(bytes);
    if (read)
        listed.insert(listed.end(), std::make_move_iterator(read->begin()), std::make_move_iterator(read->end()));
    else
        problems.push_back(path.string() + ": " + read.error().message);
}

}  // namespace

Result<std::vector<ListedAlbum>> read_album_list(std::string_view bytes) {
    TRY(const auto value, parse_json(bytes));
    const auto* object = value.if_object();
    const auto* albums = object != nullptr ? object->if_contains("albums") : nullptr;
    if (albums == nullptr || !albums->is_array() || get_int(*object, "schema") != 1)
        return fail(ErrorKind::invalid, "It is no list of albums that this version knows.");
    std::vector<ListedAlbum> listed;
    for (const auto& one : albums->get_array())
        if (auto album = album_in(one)) listed.push_back(std::move(*album));
    return listed;
}

std::vector<ListedAlbum> find_album_lists(const std::vector<std::filesystem::path>& paths,
                                          std::vector<std::string>& problems) {
    std::vector<ListedAlbum> listed;
    for (const auto& path : paths) {
        read_list(path / kList, listed, problems);
        std::error_code error;
        for (const auto& inside : std::filesystem::directory_iterator(path, error)) {
            std::error_code ignored;
            if (inside.is_directory(ignored)) read_list(inside.path() / kList, listed, problems);
        }
    }
    return listed;
}

}  // namespace cadre::cli
