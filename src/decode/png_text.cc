#include "decode/png_text.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "decode/reader.h"

namespace cadre::decode {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxTexts = 64;
constexpr std::size_t kMaxText = 64 * 1024;       // bytes, inflated
constexpr std::size_t kMaxDeflated = 256 * 1024;  // bytes; a text that short is never that long deflated
constexpr std::size_t kMaxKeyword = 79;

/// The bytes before the next zero, which is taken off with them; nothing if there is none.
std::optional<std::string_view> take_word(std::string_view& bytes) {
    const auto end = bytes.find('\0');
    if (end == bytes.npos) return std::nullopt;
    const auto word = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    return word;
}

/// At most kMaxText bytes; what comes before a fault.
std::string inflated(std::string_view deflated) {
    if (deflated.size() > kMaxDeflated) return {};
    z_stream stream{};
    if (::inflateInit(&stream) != Z_OK) return {};
    std::string text(kMaxText, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data()));
    stream.avail_in = static_cast<uInt>(deflated.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    ::inflate(&stream, Z_SYNC_FLUSH);
    text.resize(kMaxText - stream.avail_out);
    ::inflateEnd(&stream);
    return text;
}

std::optional<std::string> text_of(std::string_view type, std::string_view data) {
    if (type == "tEXt") return std::string(data.substr(0, kMaxText));
    if (type == "zTXt") {
        if (!data.starts_with('\0')) return std::nullopt;  // the only method
        return inflated(data.substr(1));
    }
    if (data.size() < 2 || data[1] != '\0') return std::nullopt;
    const bool is_deflated = data[0] == '\1';
    data.remove_prefix(2);
    if (!take_word(data) || !take_word(data)) return std::nullopt;  // language, translated keyword
    return is_deflated ? inflated(data) : std::string(data.substr(0, kMaxText));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_png_texts(Bytes png) {
    std::vector<std::pair<std::string, std::string>> texts;
    for (std::size_t at = 8; at < png.size() && png.size() - at >= 12 && texts.size() < kMaxTexts;) {
        const std::size_t length = big_endian(png, at, 4);
        if (length > png.size() - at - 12) break;
        const std::string_view type(reinterpret_cast<const char*>(png.data()) + at + 4, 4);
        std::string_view data(reinterpret_cast<const char*>(png.data()) + at + 8, length);
        at += 12 + length;
        if (type == "IEND") break;
        if (type != "tEXt" && type != "zTXt" && type != "iTXt") continue;
        const auto keyword = take_word(data);
        if (!keyword || keyword->empty() || keyword->size() > kMaxKeyword) continue;
        if (auto text = text_of(type, data); text && !text->empty())
            texts.emplace_back(std::string(*keyword), std::move(*text));
    }
    return texts;
}

}  // namespace cadre::decode
