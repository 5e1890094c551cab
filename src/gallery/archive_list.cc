#include "gallery/archive_list.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "base/encoding.h"
#include "base/json.h"

namespace cadre::gallery {
namespace {

constexpr int kSchema = 1;
constexpr std::size_t kEtagBytes = 16;

template <class T>
void append(std::string& out, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

/// Reads from the front; what is too short makes it not good.
class Source {
public:
    explicit Source(std::string_view bytes) : bytes_(bytes) {}

    template <class T>
    T number() {
        const auto from = text(sizeof(T));
        T value = 0;
        for (std::size_t i = from.size(); i > 0; --i)
            value = static_cast<T>(value << 8 | static_cast<std::uint8_t>(from[i - 1]));
        return value;
    }
    std::string_view text(std::size_t length) {
        good_ = good_ && length <= bytes_.size();
        if (!good_) return {};
        const auto taken = bytes_.substr(0, length);
        bytes_.remove_prefix(length);
        return taken;
    }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool at_end() const { return bytes_.empty(); }

private:
    std::string_view bytes_;
    bool good_ = true;
};

void append_entry(std::string& out, const ArchiveEntry& entry) {
    out.append(reinterpret_cast<const char*>(entry.photo.bytes.data()), entry.photo.bytes.size());
    append(out, entry.size);
    append(out, entry.crc32);
    append(out, static_cast<std::uint64_t>(entry.modified));
    append(out, entry.dos_time);
    append(out, static_cast<std::uint8_t>(entry.media_key.size()));
    out += entry.media_key;
    append(out, static_cast<std::uint8_t>(entry.name.size()));
    out += entry.name;
}

ArchiveEntry read_entry(Source& from) {
    ArchiveEntry entry;
    const auto id = from.text(entry.photo.bytes.size());
    if (from.good()) std::memcpy(entry.photo.bytes.data(), id.data(), id.size());
    entry.size = from.number<std::uint64_t>();
    entry.crc32 = from.number<std::uint32_t>();
    entry.modified = static_cast<std::int64_t>(from.number<std::uint64_t>());
    entry.dos_time = from.number<std::uint32_t>();
    entry.media_key = from.text(from.number<std::uint8_t>());
    entry.name = from.text(from.number<std::uint8_t>());
    return entry;
}

tl::unexpected<Error> malformed() {
    return fail(ErrorKind::invalid, "The list of this archive cannot be read.", "malformed list of an archive");
}

std::optional<std::uint64_t> number_in(const json::object& object, std::string_view name) {
    const auto value = get_int(object, name);
    if (!value || *value < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*value);
}

std::optional<ArchiveBlock> read_block(const json::value& value) {
    const auto* numbers = value.if_array();
    if (numbers == nullptr || numbers->size() < 5) return std::nullopt;
    for (const auto& number : *numbers)
        if (!number.is_int64() || number.get_int64() < 0) return std::nullopt;
    const auto at = [&](std::size_t i) { return static_cast<std::uint64_t>((*numbers)[i].get_int64()); };
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (at(3) > kMost || at(4) > kMost) return std::nullopt;
    return ArchiveBlock{at(0), at(1), at(2), static_cast<std::uint32_t>(at(3)), static_cast<std::uint32_t>(at(4))};
}

}  // namespace

std::string_view text_of(ArchiveContent content) { return content == ArchiveContent::large ? "large" : "originals"; }

std::optional<ArchiveContent> parse_archive_content(std::string_view text) {
    if (text == "originals") return ArchiveContent::originals;
    if (text == "large") return ArchiveContent::large;
    return std::nullopt;
}

std::size_t ArchiveHead::block_at(std::uint64_t at, bool central) const {
    const auto begins = [central](const ArchiveBlock& block) { return central ? block.central : block.offset; };
    const auto after = std::ranges::upper_bound(blocks, at, {}, begins);
    return static_cast<std::size_t>(after - blocks.begin()) - 1;
}

std::string encode(const ArchiveHead& head) {
    json::array blocks;
    for (const auto& block : head.blocks)
        blocks.push_back(json::array{static_cast<std::int64_t>(block.offset), static_cast<std::int64_t>(block.central),
                                     static_cast<std::int64_t>(block.listed), block.length, block.count});
    json::object document{{"schema", kSchema}, {"what", text_of(head.content)}};
    document["filename"] = head.filename;
    document["etag"] = head.etag;
    if (!head.source.empty()) document["source"] = head.source;
    document["count"] = static_cast<std::int64_t>(head.count);
    if (head.left_out != 0) document["left_out"] = static_cast<std::int64_t>(head.left_out);
    document["central"] =
        json::array{static_cast<std::int64_t>(head.central_offset), static_cast<std::int64_t>(head.central_length)};
    document["blocks"] = std::move(blocks);
    return json::serialize(document);
}

Result<ArchiveHead> decode_archive_head(std::string_view text) {
    TRY(const auto value, parse_json(text));
    const auto* object = value.if_object();
    if (object == nullptr) return malformed();
    if (get_int(*object, "schema").value_or(0) > kSchema)
        return fail(ErrorKind::unprocessable, "The list of this archive was written by a newer release.");
    ArchiveHead head;
    const auto content = parse_archive_content(get_string(*object, "what").value_or(""));
    const auto count = number_in(*object, "count");
    const auto* central = object->if_contains("central");
    const auto* blocks = object->if_contains("blocks");
    if (!content || !count || central == nullptr || !central->is_array() || central->get_array().size() != 2 ||
        blocks == nullptr || !blocks->is_array() || blocks->get_array().empty())
        return malformed();
    for (const auto& number : central->get_array())
        if (!number.is_int64() || number.get_int64() < 0) return malformed();
    head.content = *content;
    head.count = *count;
    head.filename = get_string(*object, "filename").value_or("");
    head.etag = get_string(*object, "etag").value_or("");
    head.source = get_string(*object, "source").value_or("");
    head.left_out = number_in(*object, "left_out").value_or(0);
    head.central_offset = static_cast<std::uint64_t>(central->get_array()[0].get_int64());
    head.central_length = static_cast<std::uint64_t>(central->get_array()[1].get_int64());
    for (const auto& item : blocks->get_array()) {
        const auto block = read_block(item);
        if (!block) return malformed();
        head.blocks.push_back(*block);
    }
    if (head.blocks.front().offset != 0 || head.blocks.front().central != 0) return malformed();
    return head;
}

Result<std::vector<ArchiveEntry>> decode_archive_block(std::string_view bytes, std::uint32_t count) {
    Source from(bytes);
    std::vector<ArchiveEntry> entries;
    for (std::uint32_t i = 0; i < count && from.good(); ++i) entries.push_back(read_entry(from));
    if (!from.good() || !from.at_end()) return malformed();
    return entries;
}

void ArchiveListWriter::add(const ArchiveEntry& entry, std::string_view identity) {
    if (block_.count == kArchiveBlock) {
        head_.blocks.push_back(block_);
        block_ = {head_.central_offset, head_.central_length, block_.listed + block_.length, 0, 0};
    }
    const auto before = bytes_.size();
    append_entry(bytes_, entry);
    hash_.update(std::string_view(bytes_).substr(before));
    hash_.update(identity);
    block_.length += static_cast<std::uint32_t>(bytes_.size() - before);
    ++block_.count;
    ++head_.count;
    head_.central_length += central_header_length(entry.zip(), head_.central_offset);
    head_.central_offset += entry.length();
}

std::string ArchiveListWriter::take() { return std::exchange(bytes_, {}); }

ArchiveHead ArchiveListWriter::finish() {
    if (block_.count > 0) head_.blocks.push_back(block_);
    const auto digest = hash_.finish();
    head_.etag = base64url(std::span(digest).first(kEtagBytes));
    return std::move(head_);
}

}  // namespace cadre::gallery
