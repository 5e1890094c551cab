#include "decode/expense.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "decode/reader.h"

namespace cadre::decode {
namespace {

using media::Refusal;
using namespace std::string_view_literals;

constexpr std::uint64_t kEndless = std::uint64_t{1} << 62;

/// What a tile adds to its pixels: starting to decode it (in pixels).
constexpr std::uint64_t kPerDecoding = 4096;
/// A grid costs its own pixels and those of its tiles, which reach beyond its edges; as much again its transparency. So
/// often may the picture's own pixels be touched, and so many more.
constexpr std::uint64_t kTimes = 6;
constexpr std::uint64_t kMore = 32'000'000;
/// As large as is accepted, in tiles of 256 × 256.
constexpr std::uint64_t kMostDecodings = 4096;

/// What encoders make of a picture is ten scans, and by hand it may be some dozens.
constexpr int kMostScans = 200;

/// The parts of HEIF (ISO/IEC 23008-12 on 14496-12) that say what a picture is made of.
class HeifStructure {
public:
    explicit HeifStructure(Bytes bytes) : bytes_(bytes) {}

    /// False if it has no picture.
    bool read() {
        bool found = false;
        each_box(0, bytes_.size(), [&](std::string_view type, std::size_t at, std::size_t end) {
            if (type != "meta" || found) return;
            found = true;
            each_box(at + kVersion, end, [this](std::string_view part, std::size_t from, std::size_t to) {
                if (part == "pitm") primary_ = number(from + kVersion, version(from) == 0 ? 2 : 4);
                if (part == "iref") read_references(from, to);
                if (part == "iprp") read_properties(from, to);
            });
        });
        return primary_ != 0;
    }

    HeifCost cost() {
        const auto total = of(primary_, 0);
        return {pixels_of(primary_), total.pixels, total.decodings};
    }

private:
    static constexpr std::size_t kVersion = 4;  // and flags, before what a box holds

    std::uint32_t number(std::size_t at, std::size_t size) const { return big_endian(bytes_, at, size); }
    std::uint32_t version(std::size_t at) const { return number(at, 1); }

    /// Calls `visit(type, where its content begins, where it ends)` for boxes of which all is there.
    template <class Visit>
    void each_box(std::size_t at, std::size_t end, Visit visit) const {
        while (at + 8 <= end) {
            std::uint64_t size = number(at, 4);
            std::size_t head = 8;
            if (size == 0) size = end - at;
            if (size == 1) {
                size = (std::uint64_t{number(at + 8, 4)} << 32) | number(at + 12, 4);
                head = 16;
            }
            if (size < head || size > end - at) return;
            const auto* const type = reinterpret_cast<const char*>(bytes_.data() + at + 4);
            visit(std::string_view(type, 4), at + head, at + static_cast<std::size_t>(size));
            at += static_cast<std::size_t>(size);
        }
    }

    void read_references(std::size_t at, std::size_t end) {
        const std::size_t wide = version(at) == 0 ? 2 : 4;
        each_box(at + kVersion, end, [&](std::string_view type, std::size_t from, std::size_t to) {
            const auto item = number(from, wide);
            const std::size_t count = std::min<std::size_t>(number(from + wide, 2), (to - from) / wide);
            for (std::size_t i = 0; i < count; ++i) {
                const auto other = number(from + wide + 2 + i * wide, wide);
                if (type == "dimg") parts_[item].push_back(other);
                // Transparency, and whatever else stands beside a picture and may be decoded with it.
                if (type == "auxl") parts_[other].push_back(item);
            }
        });
    }

    void read_properties(std::size_t at, std::size_t end) {
        std::vector<std::uint64_t> sizes;  // of each property; 0 for what is no size
        each_box(at, end, [&](std::string_view part, std::size_t from, std::size_t to) {
            if (part == "ipco") {
                each_box(from, to, [&](std::string_view type, std::size_t body, std::size_t) {
                    const auto pixels = std::uint64_t{number(body + 4, 4)} * number(body + 8, 4);
                    sizes.push_back(type == "ispe" ? pixels : 0);
                });
            }
            if (part == "ipma") read_associations(from, to, sizes);
        });
    }

    void read_associations(std::size_t at, std::size_t end, const std::vector<std::uint64_t>& sizes) {
        const std::size_t wide_id = version(at) == 0 ? 2 : 4;
        const std::size_t wide = (number(at, 4) & 1) != 0 ? 2 : 1;
        auto count = number(at + kVersion, 4);
        for (at += kVersion + 4; count > 0 && at < end; --count) {
            const auto item = number(at, wide_id);
            auto properties = number(at + wide_id, 1);
            for (at += wide_id + 1; properties > 0 && at < end; --properties, at += wide) {
                const std::size_t place = number(at, wide) & (wide == 2 ? 0x7fff : 0x7f);
                if (place >= 1 && place <= sizes.size() && sizes[place - 1] > 0) pixels_[item] = sizes[place - 1];
            }
        }
    }

    std::uint64_t pixels_of(std::uint32_t id) const {
        const auto found = pixels_.find(id);
        return found == pixels_.end() ? 0 : found->second;
    }

    struct Total {
        std::uint64_t pixels = 0;
        std::uint64_t decodings = 0;
    };
    /// Found once for each, however often it is used.
    Total of(std::uint32_t id, int depth) {
        constexpr int kDeepest = 64;
        if (depth > kDeepest) return {kEndless, kEndless};
        if (const auto known = totals_.find(id); known != totals_.end()) return known->second;
        totals_[id] = {kEndless, kEndless};  // until it is known: what needs itself never ends
        Total total{pixels_of(id), 1};
        if (const auto parts = parts_.find(id); parts != parts_.end()) {
            for (const auto part : parts->second) {
                const auto more = of(part, depth + 1);
                total.pixels = std::min(total.pixels + more.pixels, kEndless);
                total.decodings = std::min(total.decodings + more.decodings, kEndless);
            }
        }
        return totals_[id] = total;
    }

    Bytes bytes_;
    std::uint32_t primary_ = 0;
    std::unordered_map<std::uint32_t, std::uint64_t> pixels_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> parts_;
    std::unordered_map<std::uint32_t, Total> totals_;
};

/// How many scans begin before the end marker; in a scan, 0xff is only followed by other values if it is data or a
/// restart.
int scans_of(Bytes jpeg) {
    int scans = 0;
    const auto* at = jpeg.data();
    const auto* const end = at + jpeg.size();
    while (at < end && scans <= kMostScans &&
           (at = static_cast<const std::uint8_t*>(std::memchr(at, 0xff, static_cast<std::size_t>(end - at))))) {
        if (++at < end && *at == 0xda) ++scans;
    }
    return scans;
}

std::string copy_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

void set_little(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

/// RFC 9649: without all but the first frame. What says how it was taken comes behind the frames, and stays.
std::optional<std::string> only_first_of_webp(Bytes bytes) {
    if (std::uint64_t{little_endian(bytes, 4, 4)} + 8 > bytes.size()) return std::nullopt;  // cut: not for us to hide
    std::string kept = copy_of(bytes.first(std::min<std::size_t>(bytes.size(), 12)));
    int frames = 0;
    for (std::size_t at = 12; bytes.size() - at >= 8;) {
        const std::uint64_t length = little_endian(bytes, at + 4, 4);
        const std::uint64_t whole = std::min<std::uint64_t>(8 + length + length % 2, bytes.size() - at);
        const bool is_frame = has_at(bytes, at, "ANMF"sv);
        if (!is_frame || ++frames == 1) kept += copy_of(bytes.subspan(at, static_cast<std::size_t>(whole)));
        at += static_cast<std::size_t>(whole);
    }
    if (frames < 2) return std::nullopt;
    set_little(kept, 4, kept.size() - 8, 4);
    return kept;
}

/// GIF89a: up to the end of the first image.
std::optional<std::string> only_first_of_gif(Bytes bytes) {
    const auto table_of = [&](std::size_t flags) -> std::size_t {
        const auto value = big_endian(bytes, flags, 1);
        return (value & 0x80) != 0 ? std::size_t{3} << ((value & 7) + 1) : 0;
    };
    const auto behind_sub_blocks = [&](std::size_t at) {
        while (at < bytes.size() && bytes[at] != 0) at += std::size_t{bytes[at]} + 1;
        return at + 1;
    };
    constexpr unsigned kImage = 0x2c;
    constexpr unsigned kExtension = 0x21;
    for (std::size_t at = 13 + table_of(10); at < bytes.size();) {
        if (bytes[at] == kExtension) {
            at = behind_sub_blocks(at + 2);
        } else if (bytes[at] == kImage) {
            at = behind_sub_blocks(at + 11 + table_of(at + 9));
            if (at >= bytes.size()) return std::nullopt;
            return copy_of(bytes.first(at)) + ';';
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<HeifCost> heif_cost(Bytes bytes) {
    HeifStructure structure(bytes);
    if (!structure.read()) return std::nullopt;
    return structure.cost();
}

std::optional<Refused> too_dear(Format format, Bytes bytes, bool progressive) {
    const auto dear = [](std::string detail) { return Refused{Refusal::too_dear, std::move(detail), 0, 0, true}; };
    if (format == Format::jpeg && progressive && scans_of(bytes) > kMostScans) {
        return dear("JPEG: more than " + std::to_string(kMostScans) + " scans");
    }
    if (format != Format::heic && format != Format::avif) return std::nullopt;
    const auto cost = heif_cost(bytes);
    if (!cost) return std::nullopt;
    const bool endless = cost->pixels >= kEndless || cost->decodings >= kEndless;
    if (!endless && cost->decodings <= kMostDecodings &&
        cost->pixels + cost->decodings * kPerDecoding <= cost->own * kTimes + kMore)
        return std::nullopt;
    return dear("HEIF: " + std::to_string(cost->decodings) + " decodings of " + std::to_string(cost->pixels) +
                " pixels");
}

std::optional<std::string> only_first(Format format, Bytes bytes) {
    if (format == Format::webp) return only_first_of_webp(bytes);
    if (format == Format::gif) return only_first_of_gif(bytes);
    return std::nullopt;
}

std::optional<NextDirectory> next_directory(Bytes tiff) {
    const bool little = has_at(tiff, 0, "II"sv);
    const auto number = [&](std::size_t at, std::size_t count) -> std::uint64_t {
        const auto half = [&](std::size_t from, std::size_t size) -> std::uint64_t {
            return little ? little_endian(tiff, from, size) : big_endian(tiff, from, size);
        };
        if (count <= 4) return half(at, count);
        return little ? half(at, 4) | (half(at + 4, 4) << 32) : (half(at, 4) << 32) | half(at + 4, 4);
    };
    const bool big = number(2, 2) == 43;
    const std::size_t place = big ? 8 : 4;
    const std::uint64_t directory = number(big ? 8 : 4, place);
    if (directory >= tiff.size()) return std::nullopt;
    const auto entries = number(static_cast<std::size_t>(directory), big ? 8 : 2);
    if (entries > 0xffff) return std::nullopt;
    const std::uint64_t next = directory + (big ? 8 : 2) + entries * (big ? 20 : 12);
    if (next + place > tiff.size() || number(static_cast<std::size_t>(next), place) == 0) return std::nullopt;
    return NextDirectory{static_cast<std::size_t>(next), place};
}

}  // namespace cadre::decode
