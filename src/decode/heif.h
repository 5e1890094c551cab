// What a HEIF file (HEIC, AVIF) says of its pictures before any of them is decoded: ISO/IEC 23008-12 on 14496-12.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/colour_space.h"
#include "decode/outcome.h"

namespace cadre::decode {

struct HeifItem {
    struct Extent {
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
    };
    std::uint32_t id = 0;
    std::size_t number = 0;    // among the file's items, in their order there
    std::string type;          // "hvc1", "grid", "Exif", …
    std::string content_type;  // of a "mime" item
    bool in_meta = false;      // its extents count from the start of `idat`, and not of the file
    std::vector<Extent> extents;
    std::vector<std::size_t> properties;  // places in HeifFile::properties
};

struct HeifProperty {
    std::string type;  // "ispe", "irot", "colr", …
    Bytes body;
};

struct HeifReference {
    std::string type;  // "cdsc": describes, "dimg": is made of, …
    std::uint32_t from = 0;
    std::vector<std::uint32_t> to;
    std::size_t type_at = 0;  // where its four letters stand in the file
};

/// Of the first `meta` box. Everything in it is bounded by its size.
struct HeifFile {
    Bytes bytes;
    std::size_t end = 0;       // where the last box ends that lies within the bytes
    std::uint64_t needed = 0;  // up to where items have bytes, be they there or not
    Bytes idat;
    std::uint32_t primary = 0;
    std::vector<HeifItem> items;
    std::vector<HeifProperty> properties;
    std::vector<HeifReference> references;

    [[nodiscard]] const HeifItem* find(std::uint32_t id) const;
    /// The body of the item's property of that type; nothing if it has none.
    [[nodiscard]] std::optional<Bytes> property(const HeifItem& item, std::string_view type) const;
    /// Up to where the primary picture has bytes, and what it is made of.
    [[nodiscard]] std::uint64_t picture_needs() const;
    /// Whether libheif has a name for what the primary picture is.
    [[nodiscard]] bool is_of_known_kind() const;
    /// An item's bytes, if they are all there and not more than `most`.
    [[nodiscard]] std::optional<std::string> content(const HeifItem& item, std::size_t most) const;
    /// Items of this type that describe the primary picture.
    [[nodiscard]] std::vector<const HeifItem*> describing(std::string_view type) const;

    /// Upright width and height as the file states them; 0 where it does not.
    struct Size {
        std::uint32_t width = 0;
        std::uint32_t height = 0;
    };
    [[nodiscard]] Size size() const;
    /// By `colr` of kind nclx: of the picture, or of the first of those that it is made of.
    [[nodiscard]] std::optional<ColourSpace> colour_space() const;
    /// How the picture has to be turned, as EXIF counts, that libheif does not do: by EXIF, if neither `irot` nor
    /// `imir` is there. Where one is, it alone counts (ISO/IEC 23008-12 annex A.2.2), and libheif turns.
    [[nodiscard]] int exif_orientation() const;
};

/// Nothing if there is no `meta` box, or if it is broken.
[[nodiscard]] std::optional<HeifFile> read_heif_file(Bytes bytes);

}  // namespace cadre::decode
