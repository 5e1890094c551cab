#include "catalog/redis/msgpack.h"

namespace cadre::catalog::redis {
namespace {

constexpr int kDepth = 8;

class Reader {
public:
    explicit Reader(std::string_view bytes) : left_(bytes) {}

    bool read(Packed& into, int depth) {
        std::uint64_t head = 0;
        if (depth > kDepth || !big_endian(1, head)) return false;
        if (head <= 0x7f) return number(into, head);
        if (head >= 0x90 && head <= 0x9f) return array(into, head & 0x0f, depth);
        if (head >= 0xa0 && head <= 0xbf) return text(into, head & 0x1f);
        if (head == 0xc0 || head == 0xc2) return true;
        std::uint64_t size = 0;
        if (head >= 0xc4 && head <= 0xc6) return big_endian(1 << (head - 0xc4), size) && text(into, size);
        if (head >= 0xd9 && head <= 0xdb) return big_endian(1 << (head - 0xd9), size) && text(into, size);
        if (head >= 0xcc && head <= 0xcf) return big_endian(1 << (head - 0xcc), size) && number(into, size);
        if (head == 0xdc) return big_endian(2, size) && array(into, size, depth);
        if (head == 0xdd) return big_endian(4, size) && array(into, size, depth);
        return pass_over(static_cast<std::uint8_t>(head), depth);
    }
    [[nodiscard]] bool at_end() const { return left_.empty(); }

private:
    /// What is of no type that is read: true, negative and broken numbers, maps, extensions.
    bool pass_over(std::uint8_t head, int depth) {
        std::uint64_t size = 0;
        if (head == 0xc3 || head >= 0xe0) return true;
        if (head == 0xca || head == 0xcb) return skip(head == 0xca ? 4 : 8);
        if (head >= 0xd0 && head <= 0xd3) return skip(std::uint64_t{1} << (head - 0xd0));
        if (head >= 0xd4 && head <= 0xd8) return skip(1 + (std::uint64_t{1} << (head - 0xd4)));
        if (head >= 0xc7 && head <= 0xc9) return big_endian(1 << (head - 0xc7), size) && skip(1 + size);
        Packed ignored;
        if (head >= 0x80 && head <= 0x8f) return array(ignored, 2 * (head & 0x0fU), depth);
        if (head == 0xde || head == 0xdf)
            return big_endian(head == 0xde ? 2 : 4, size) && array(ignored, 2 * size, depth);
        return false;
    }
    bool skip(std::uint64_t bytes) {
        if (left_.size() < bytes) return false;
        left_.remove_prefix(static_cast<std::size_t>(bytes));
        return true;
    }
    bool big_endian(int bytes, std::uint64_t& value) {
        if (left_.size() < static_cast<std::size_t>(bytes)) return false;
        value = 0;
        for (int i = 0; i < bytes; ++i)
            value = value << 8 | static_cast<std::uint8_t>(left_[static_cast<std::size_t>(i)]);
        left_.remove_prefix(static_cast<std::size_t>(bytes));
        return true;
    }
    static bool number(Packed& into, std::uint64_t value) {
        into.value = value;
        return true;
    }
    bool text(Packed& into, std::uint64_t size) {
        if (left_.size() < size) return false;
        into.value = left_.substr(0, size);
        left_.remove_prefix(size);
        return true;
    }
    bool array(Packed& into, std::uint64_t count, int depth) {
        if (left_.size() < count) return false;  // each takes a byte at least
        std::vector<Packed> items(count);
        for (auto& item : items)
            if (!read(item, depth + 1)) return false;
        into.value = std::move(items);
        return true;
    }

    std::string_view left_;
};

}  // namespace

void Packer::big_endian(std::uint64_t value, int bytes) {
    while (bytes-- > 0) out_ += static_cast<char>(value >> (8 * bytes));
}

Packer& Packer::array(std::size_t count) {
    if (count <= 15) {
        big_endian(0x90 | count, 1);
    } else if (count <= 0xffff) {
        big_endian(0xdc, 1);
        big_endian(count, 2);
    } else {
        big_endian(0xdd, 1);
        big_endian(count, 4);
    }
    return *this;
}

Packer& Packer::text(std::string_view text) {
    const auto size = text.size();
    if (size <= 31) {
        big_endian(0xa0 | size, 1);
    } else {
        const int width = size <= 0xff ? 1 : size <= 0xffff ? 2 : 4;
        big_endian(width == 1 ? 0xd9U : width == 2 ? 0xdaU : 0xdbU, 1);
        big_endian(size, width);
    }
    out_ += text;
    return *this;
}

Packer& Packer::number(std::uint64_t number) {
    if (number <= 0x7f) {
        big_endian(number, 1);
    } else {
        big_endian(0xcf, 1);
        big_endian(number, 8);
    }
    return *this;
}

Result<Packed> unpack(std::string_view bytes) {
    Reader reader(bytes);
    Packed packed;
    if (!reader.read(packed, 0) || !reader.at_end())
        return fail(ErrorKind::internal, "The library's index is damaged.", "a value in Redis cannot be unpacked");
    return packed;
}

}  // namespace cadre::catalog::redis
