#include "decode/heif.h"

#include <algorithm>
#include <array>

#include "decode/read_tags.h"
#include "decode/reader.h"
#include "decode/tiff.h"

namespace cadre::decode {
namespace {

using namespace std::string_view_literals;

/// Reads a box's fields one after the other; what lies beyond the end is 0 and makes it `broken`.
class Fields {
public:
    Fields(Bytes bytes, std::size_t at) : bytes_(bytes), at_(at) {}

    std::uint32_t take(std::size_t count) {
        if (count > left()) broken_ = true;
        const auto value = big_endian(bytes_, at_, count);
        at_ = std::min(at_ + count, bytes_.size());
        return value;
    }
    /// Of 0, 4 or 8 bytes, as `iloc` has them.
    std::uint64_t take_long(std::size_t count) {
        if (count <= 4) return take(count);
        const std::uint64_t high = take(4);
        return (high << 32) | take(4);
    }
    std::string word() {
        std::string text;
        for (int i = 0; i < 4; ++i) text += static_cast<char>(take(1));
        return text;
    }
    std::string text() {
        std::string text;
        for (char c = 0; left() > 0 && (c = static_cast<char>(take(1))) != 0;) text += c;
        return text;
    }
    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] bool broken() const { return broken_; }

private:
    Bytes bytes_;
    std::size_t at_;
    bool broken_ = false;
};

struct Box {
    std::string type;
    std::size_t start = 0;
    std::size_t body = 0;  // behind its header
    std::size_t end = 0;
};

/// The box at `at`, if it ends at or before `end`.
std::optional<Box> box_at(Bytes bytes, std::size_t at, std::size_t end) {
    if (end - at < 8) return std::nullopt;
    Fields fields(bytes, at);
    std::uint64_t size = fields.take(4);
    Box box{fields.word(), at, at + 8, end};
    if (size == 0) return box;  // up to the end
    if (size == 1) {
        size = fields.take_long(8);
        box.body = at + 16;
    }
    if (size < box.body - at || size > end - at) return std::nullopt;
    box.end = at + static_cast<std::size_t>(size);
    return box;
}

/// Calls `visit` for each box between the two places. Returns where the last one ended.
template <class Visit>
std::size_t each_box(Bytes bytes, std::size_t at, std::size_t end, Visit visit) {
    while (at < end) {
        const auto box = box_at(bytes, at, end);
        if (!box) break;
        visit(*box);
        at = box->end;
    }
    return at;
}

class MetaReader {
public:
    explicit MetaReader(HeifFile& file) : file_(file) {}

    bool read(const Box& meta) {
        constexpr std::size_t kVersionAndFlags = 4;
        each_box(file_.bytes, meta.body + kVersionAndFlags, meta.end, [this](const Box& box) {
            if (box.type == "pitm") read_primary(box);
            if (box.type == "iinf") read_items(box);
            if (box.type == "iref") read_references(box);
            if (box.type == "iprp") read_properties(box);
            if (box.type == "idat") file_.idat = body_of(box);
            if (box.type == "iloc") locations_ = box;
            if (box.type == "ipma") associations_ = box;
        });
        // Of two with one id the first counts. (std::stable_sort calls what clang's library has deprecated.)
        std::sort(file_.items.begin(), file_.items.end(), [](const HeifItem& a, const HeifItem& b) {
            return a.id != b.id ? a.id < b.id : a.number < b.number;
        });
        if (locations_) read_locations(*locations_);
        if (associations_) read_associations(*associations_);
        return whole_ && file_.find(file_.primary) != nullptr;
    }

private:
    [[nodiscard]] Bytes body_of(const Box& box) const { return file_.bytes.subspan(box.body, box.end - box.body); }
    /// Fields of a box, from behind its version; that ends with it.
    [[nodiscard]] Fields fields_of(const Box& box) const { return {file_.bytes.first(box.end), box.body + 4}; }
    [[nodiscard]] unsigned version_of(const Box& box) const { return big_endian(file_.bytes, box.body, 1); }

    void read_primary(const Box& box) {
        auto fields = fields_of(box);
        file_.primary = fields.take(version_of(box) == 0 ? 2 : 4);
    }

    void read_items(const Box& box) {
        auto fields = fields_of(box);
        fields.take(version_of(box) == 0 ? 2 : 4);  // how many: the boxes say it themselves
        each_box(file_.bytes, fields.at(), box.end, [this](const Box& entry) {
            if (entry.type != "infe" || version_of(entry) < 2) return;
            auto info = fields_of(entry);
            HeifItem item;
            item.number = file_.items.size();
            item.id = info.take(version_of(entry) == 2 ? 2 : 4);
            info.take(2);  // protection
            item.type = info.word();
            if (item.type == "mime") {
                info.text();  // name
                item.content_type = info.text();
            }
            if (!info.broken()) file_.items.push_back(std::move(item));
        });
    }

    void read_references(const Box& box) {
        const std::size_t wide = version_of(box) == 0 ? 2 : 4;
        each_box(file_.bytes, box.body + 4, box.end, [&](const Box& entry) {
            Fields fields(file_.bytes.first(entry.end), entry.body);
            HeifReference reference{entry.type, fields.take(wide), {}, entry.start + 4};
            for (auto count = fields.take(2); count > 0 && !fields.broken(); --count)
                reference.to.push_back(fields.take(wide));
            if (!fields.broken()) file_.references.push_back(std::move(reference));
        });
    }

    void read_properties(const Box& box) {
        each_box(file_.bytes, box.body, box.end, [this](const Box& part) {
            if (part.type == "ipma") associations_ = part;
            if (part.type != "ipco") return;
            each_box(file_.bytes, part.body, part.end, [this](const Box& property) {
                file_.properties.push_back({property.type, body_of(property)});
            });
        });
    }

    HeifItem* item(std::uint32_t id) { return const_cast<HeifItem*>(file_.find(id)); }

    void read_associations(const Box& box) {
        const bool wide = (big_endian(file_.bytes, box.body, 4) & 1) != 0;
        auto fields = fields_of(box);
        for (auto count = fields.take(4); count > 0 && !fields.broken(); --count) {
            auto* const of = item(fields.take(version_of(box) == 0 ? 2 : 4));
            for (auto properties = fields.take(1); properties > 0 && !fields.broken(); --properties) {
                const std::size_t place = wide ? fields.take(2) & 0x7fff : fields.take(1) & 0x7f;
                if (of != nullptr && place >= 1 && place <= file_.properties.size())
                    of->properties.push_back(place - 1);
            }
        }
        whole_ = whole_ && !fields.broken();
    }

    void read_locations(const Box& box) {
        const unsigned version = version_of(box);
        auto fields = fields_of(box);
        const auto sizes = fields.take(2);
        const std::size_t offset_size = sizes >> 12, length_size = (sizes >> 8) & 15, base_size = (sizes >> 4) & 15;
        const std::size_t index_size = version == 0 ? 0 : sizes & 15;
        for (auto count = fields.take(version < 2 ? 2 : 4); count > 0 && !fields.broken(); --count) {
            auto* const of = item(fields.take(version < 2 ? 2 : 4));
            const auto method = version == 0 ? 0 : fields.take(2) & 15;
            const bool elsewhere = fields.take(2) != 0 || method > 1;  // in another file, or in another item
            const std::uint64_t base = fields.take_long(base_size);
            auto extents = fields.take(2);
            // Extents may take no bytes at all, so that their number says nothing of the file's size.
            extents_ += extents;
            for (; extents > 0 && extents_ <= kMostExtents && !fields.broken(); --extents) {
                fields.take_long(index_size);
                const std::uint64_t offset = base + fields.take_long(offset_size);
                const std::uint64_t length = fields.take_long(length_size);
                if (of != nullptr && !elsewhere) of->extents.push_back({offset, length});
            }
            if (of != nullptr) of->in_meta = method == 1;
        }
        whole_ = whole_ && !fields.broken() && extents_ <= kMostExtents;
    }

    static constexpr std::size_t kMostExtents = 100'000;

    HeifFile& file_;
    std::size_t extents_ = 0;
    std::optional<Box> locations_;
    std::optional<Box> associations_;
    bool whole_ = true;
};

}  // namespace

const HeifItem* HeifFile::find(std::uint32_t id) const {
    const auto found = std::lower_bound(items.begin(), items.end(), id,
                                        [](const HeifItem& item, std::uint32_t wanted) { return item.id < wanted; });
    return found != items.end() && found->id == id ? &*found : nullptr;
}

std::optional<Bytes> HeifFile::property(const HeifItem& item, std::string_view type) const {
    for (const auto place : item.properties)
        if (properties[place].type == type) return properties[place].body;
    return std::nullopt;
}

namespace {

Bytes where(const HeifFile& file, const HeifItem& item) { return item.in_meta ? file.idat : file.bytes; }

bool is_inside(const HeifItem::Extent& extent, Bytes bytes) {
    return extent.offset <= bytes.size() && extent.length <= bytes.size() - extent.offset;
}

bool is_there(const HeifFile& file, const HeifItem& item) {
    const Bytes bytes = where(file, item);
    return !item.extents.empty() && std::all_of(item.extents.begin(), item.extents.end(),
                                                [&](const auto& extent) { return is_inside(extent, bytes); });
}

/// Of those that count from the start of the file.
std::uint64_t end_of(const HeifItem& item) {
    std::uint64_t most = 0;
    for (const auto& extent : item.extents)
        if (!item.in_meta) most = std::max(most, extent.offset + std::min(extent.length, ~extent.offset));
    return most;
}

/// What a picture is made of, directly, each once, in the order of their ids.
std::vector<const HeifItem*> parts_of(const HeifFile& file, const HeifItem& item) {
    std::vector<const HeifItem*> parts;
    for (const auto& reference : file.references) {
        if (reference.type != "dimg" || reference.from != item.id) continue;
        for (const auto id : reference.to)
            if (const auto* part = file.find(id)) parts.push_back(part);
    }
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    return parts;
}

}  // namespace

std::uint64_t HeifFile::picture_needs() const {
    const auto* const picture = find(primary);
    if (picture == nullptr) return 0;
    // Parts of parts are rare, and for libheif to judge.
    std::uint64_t most = end_of(*picture);
    for (const auto* part : parts_of(*this, *picture)) most = std::max(most, end_of(*part));
    return most;
}

bool HeifFile::is_of_known_kind() const {
    constexpr std::array kKinds = {"hvc1"sv, "av01"sv, "grid"sv, "iden"sv, "iovl"sv};
    const auto* const picture = find(primary);
    return picture != nullptr && std::find(kKinds.begin(), kKinds.end(), picture->type) != kKinds.end();
}

std::optional<std::string> HeifFile::content(const HeifItem& item, std::size_t most) const {
    if (!is_there(*this, item)) return std::nullopt;
    const Bytes from = where(*this, item);
    std::string content;
    for (const auto& extent : item.extents) {
        // A length of 0 is "up to the end".
        const std::uint64_t length = extent.length == 0 ? from.size() - extent.offset : extent.length;
        if (length > most - content.size()) return std::nullopt;
        const Bytes part = from.subspan(static_cast<std::size_t>(extent.offset), static_cast<std::size_t>(length));
        content.append(part.begin(), part.end());
    }
    return content;
}

std::vector<const HeifItem*> HeifFile::describing(std::string_view type) const {
    std::vector<const HeifItem*> found;
    for (const auto& reference : references) {
        const bool of_primary = std::find(reference.to.begin(), reference.to.end(), primary) != reference.to.end();
        const auto* const item = find(reference.from);
        if (reference.type == "cdsc" && of_primary && item != nullptr && item->type == type) found.push_back(item);
    }
    return found;
}

HeifFile::Size HeifFile::size() const {
    const auto* const picture = find(primary);
    const auto extents = picture == nullptr ? std::nullopt : property(*picture, "ispe");
    if (!extents) return {};
    Size size{big_endian(*extents, 4, 4), big_endian(*extents, 8, 4)};
    const auto turned = property(*picture, "irot");
    if (turned && (big_endian(*turned, 0, 1) & 1) != 0) std::swap(size.width, size.height);
    return size;
}

std::optional<ColourSpace> HeifFile::colour_space() const {
    const auto* const picture = find(primary);
    if (picture == nullptr) return std::nullopt;
    const auto nclx_of = [this](const HeifItem& item) -> std::optional<Bytes> {
        for (const auto place : item.properties) {
            const auto& [type, body] = properties[place];
            if (type == "colr" && has_at(body, 0, "nclx"sv)) return body;
        }
        return std::nullopt;
    };
    auto nclx = nclx_of(*picture);
    if (!nclx) {
        const auto parts = parts_of(*this, *picture);
        if (!parts.empty()) nclx = nclx_of(*parts.front());
    }
    return nclx ? colour_space_of(big_endian(*nclx, 4, 2), big_endian(*nclx, 6, 2)) : std::nullopt;
}

int HeifFile::exif_orientation() const {
    const auto* const picture = find(primary);
    if (picture == nullptr || property(*picture, "irot") || property(*picture, "imir")) return 1;
    constexpr std::size_t kMost = std::size_t{1} << 20;
    for (const auto* item : describing("Exif")) {
        const auto content = this->content(*item, kMost);
        if (!content) continue;
        const Bytes whole{reinterpret_cast<const std::uint8_t*>(content->data()), content->size()};
        if (const auto tiff = Tiff::open(tiff_in(whole))) return orientation_of(*tiff);
    }
    return 1;
}

std::optional<HeifFile> read_heif_file(Bytes bytes) {
    HeifFile file;
    file.bytes = bytes;
    std::optional<Box> meta;
    file.end = each_box(bytes, 0, bytes.size(), [&meta](const Box& box) {
        if (box.type == "meta" && !meta) meta = box;
    });
    if (!meta || !MetaReader(file).read(*meta)) return std::nullopt;
    for (const auto& item : file.items) file.needed = std::max(file.needed, end_of(item));
    return file;
}

}  // namespace cadre::decode
