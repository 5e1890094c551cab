#include "find/sqlite/told.h"

#include <algorithm>
#include <new>

#include "base/sqlite.h"

namespace cadre::find::sqlite {
namespace {

using cadre::sqlite::Fault;

// What is used most stands last, as zlib's manual asks for. A change of it is another version of the file.
constexpr std::string_view kDictionary =
    "panasonic olympus leica pentax ricoh xiaomi huawei google pixel samsung galaxy fujifilm sony nikon canon eos "
    "apple iphone camera front back pro max lens af s ed vr usm is oss dc di ii iii "
    "france spain italy germany royaume uni united kingdom states \n\n\n "
    "screenshot dscf dscn pano img dsc pxl png heic jpeg jpg\n\n\n "
    "xarchived xpublic xfavourite r1 r2 r3 r4 r5 kwebp kgif ktiff kavif kpng kheic "
    "f40 f56 f80 f110 f35 f28 f20 f18 f17 f16 f14 i6400 i3200 i1600 i800 i400 i200 i100 i64 i50 "
    "y199 y2009 y2010 y201 y2020 y202 m12 m11 m10 m0 t c l kjpeg i f xtitle xlocation\n a wall 0 mm f 2 8 ";
constexpr int kWindow = -12;  // 2^12 bytes, without zlib's header and checksum
constexpr int kMemory = 5;    // zlib's levels: of two small tables
constexpr std::size_t kPiece = 1024;

Bytef* bytes_of(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

void set(z_stream& stream, std::string_view input) {
    stream.next_in = bytes_of(input);
    stream.avail_in = static_cast<uInt>(input.size());
}

/// All that `step`, deflate() or inflate() until the end, makes of its input; nothing where it stops before.
template <class Step>
std::string made_by(z_stream& stream, const Step& step) {
    std::string made;
    for (int code = Z_OK; code != Z_STREAM_END;) {
        const auto begin = made.size();
        made.resize(begin + kPiece);
        stream.next_out = bytes_of(made) + begin;
        stream.avail_out = kPiece;
        code = step();
        if (code != Z_OK && code != Z_STREAM_END) return {};
        made.resize(begin + kPiece - stream.avail_out);
    }
    return made;
}

}  // namespace

Packer::Packer() {
    if (::deflateInit2(&deflating_, Z_BEST_COMPRESSION, Z_DEFLATED, kWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
    if (::inflateInit2(&inflating_, kWindow) != Z_OK) {
        ::deflateEnd(&deflating_);
        throw std::bad_alloc();
    }
}

Packer::~Packer() {
    ::deflateEnd(&deflating_);
    ::inflateEnd(&inflating_);
}

std::string Packer::pack(const Texts& texts) {
    std::string joined;
    for (const auto& text : texts) joined.append(text).push_back('\n');
    joined.pop_back();
    ::deflateReset(&deflating_);
    ::deflateSetDictionary(&deflating_, bytes_of(kDictionary), static_cast<uInt>(kDictionary.size()));
    set(deflating_, joined);
    return made_by(deflating_, [&] { return ::deflate(&deflating_, Z_FINISH); });
}

Texts Packer::unpack(std::string_view packed) {
    ::inflateReset(&inflating_);
    ::inflateSetDictionary(&inflating_, bytes_of(kDictionary), static_cast<uInt>(kDictionary.size()));
    set(inflating_, packed);
    const auto joined = made_by(inflating_, [&] { return ::inflate(&inflating_, Z_NO_FLUSH); });
    Texts texts;
    if (static_cast<std::size_t>(std::ranges::count(joined, '\n')) + 1 != texts.size())
        throw Fault(SQLITE_CORRUPT, "what a row was written with cannot be read");
    std::string_view rest = joined;
    for (auto& text : texts) {
        const auto end = std::min(rest.find('\n'), rest.size());
        text = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return texts;
}

}  // namespace cadre::find::sqlite
