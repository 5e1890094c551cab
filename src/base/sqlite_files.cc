#include "base/sqlite_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <system_error>
#include <vector>

#include "base/log.h"

namespace cadre::sqlite {
namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& file, const char* suffix) { return file.string() + suffix; }

void move_over(const fs::path& from, const fs::path& to) {
    if (!fs::exists(fs::symlink_status(from))) return;
    fs::remove_all(to);
    fs::rename(from, to);
}

bool is_in_the_way(const fs::path& path) {
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    return fs::exists(status) && !fs::is_regular_file(status);
}

Error not_to_be_moved(const fs::path& file, const std::string& why) {
    return {ErrorKind::unavailable,
            fmt::format("The file {} is damaged and cannot be set aside: {}.", file.string(), why)};
}

// ---- the write-ahead log (https://www.sqlite.org/fileformat.html, section 4)

constexpr std::size_t kHeader = 32;
constexpr std::size_t kFrameHeader = 24;

std::uint32_t big_endian(const std::uint8_t* at) {
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | std::uint32_t{at[3]};
}

struct Checksum {
    bool big = false;  // the words are big-endian
    std::uint32_t s0 = 0;
    std::uint32_t s1 = 0;

    void add(const std::uint8_t* data, std::size_t size) {
        for (std::size_t i = 0; i < size; i += 8) {
            s0 += word(data + i) + s1;
            s1 += word(data + i + 4) + s0;
        }
    }
    [[nodiscard]] bool is_at(const std::uint8_t* at) const { return big_endian(at) == s0 && big_endian(at + 4) == s1; }

private:
    [[nodiscard]] std::uint32_t word(const std::uint8_t* at) const {
        const auto word = big_endian(at);
        return big ? word : __builtin_bswap32(word);
    }
};

struct Wal {
    Checksum checksum;
    std::size_t page = 0;
    std::array<std::uint8_t, 8> salt{};
};

bool read_header(std::ifstream& in, Wal& wal) {
    std::array<std::uint8_t, kHeader> header{};
    if (!in.read(reinterpret_cast<char*>(header.data()), kHeader)) return false;
    const auto magic = big_endian(header.data());
    if ((magic & ~1U) != 0x377f0682U) return false;
    wal.page = big_endian(header.data() + 8);
    if (wal.page < 512 || wal.page > 65536 || !std::has_single_bit(wal.page)) return false;
    wal.checksum.big = (magic & 1U) != 0;
    wal.checksum.add(header.data(), 24);
    std::copy_n(header.data() + 16, wal.salt.size(), wal.salt.begin());
    return wal.checksum.is_at(header.data() + 24);
}

}  // namespace

bool log_is_whole(const fs::path& file) {
    std::ifstream in(beside(file, "-wal"), std::ios::binary);
    Wal wal;
    if (!in || !read_header(in, wal)) return false;
    std::vector<std::uint8_t> frame(kFrameHeader + wal.page);
    bool ended = false;  // a frame is of an earlier round, or was never whole
    while (in.read(reinterpret_cast<char*>(frame.data()), static_cast<std::streamsize>(frame.size()))) {
        const bool current = std::equal(wal.salt.begin(), wal.salt.end(), frame.begin() + 8);
        if (ended && current) return false;  // frames are written one after another
        if (ended) continue;
        wal.checksum.add(frame.data(), 8);
        wal.checksum.add(frame.data() + kFrameHeader, wal.page);
        ended = !current || !wal.checksum.is_at(frame.data() + 16);
    }
    return true;
}

bool restart_log(Connection& connection) {
    try {
        Query query(connection, "PRAGMA wal_checkpoint(RESTART)");
        return query.step() && query.integer(0) == 0;
    } catch (const Fault&) {  // what is in the log has no room in the file
        return false;
    }
}

Result<void> set_aside(const fs::path& file, std::string_view why) {
    const auto aside = beside(file, ".broken");
    log::warn("a database is damaged: it is set aside and begun anew",
              {{"file", file.string()}, {"kept_as", aside.string()}, {"why", why}});
    try {
        move_over(beside(file, "-wal"), beside(aside, "-wal"));
        move_over(beside(file, "-shm"), beside(aside, "-shm"));
        move_over(file, aside);
    } catch (const fs::filesystem_error& error) {
        return fail(not_to_be_moved(file, error.code().message()));
    }
    return {};
}

Result<void> clear_the_way(const fs::path& file) {
    for (const char* suffix : {"", "-wal", "-shm"})
        if (const auto path = beside(file, suffix); is_in_the_way(path))
            return set_aside(file, path.string() + " is no file");
    return {};
}

Error cannot_open(const fs::path& file, const Fault& fault) {
    if (fault.full())
        return {ErrorKind::no_space, fmt::format("The database {} cannot be opened: the disk is full.", file.string()),
                fault.what()};
    for (const char* suffix : {"", "-wal", "-shm"}) {
        const auto path = beside(file, suffix);
        if (is_in_the_way(path))
            return {ErrorKind::unavailable,
                    fmt::format("The database {} cannot be opened: that is no file.", path.string()), fault.what()};
        if (fs::exists(path) && ::access(path.c_str(), R_OK | W_OK) != 0)
            return {ErrorKind::unavailable,
                    fmt::format("The database {} cannot be opened: {}.", path.string(),
                                std::generic_category().message(errno)),
                    fault.what()};
    }
    return {ErrorKind::unavailable, fmt::format("The database {} cannot be opened: {}.", file.string(), fault.what()),
            fault.what()};
}

void check_whole(Connection& connection, const fs::path& file, std::initializer_list<std::string_view> tables,
                 std::uintmax_t most) {
    for (const auto table : tables)
        if (!Query(connection, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND CAST(name AS BLOB) = ?", table)
                 .step())
            throw Fault(SQLITE_CORRUPT, "it has no table " + std::string(table));
    std::error_code ignored;
    if (const auto size = fs::file_size(file, ignored); ignored || size > most) return;
    Query check(connection, "PRAGMA quick_check(1)");
    if (!check.step() || check.text(0) != "ok") throw Fault(SQLITE_CORRUPT, check.string(0));
}

}  // namespace cadre::sqlite
