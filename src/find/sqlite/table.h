// What search keeps, in one SQLite file. Photos stand in the order of their time: the number of a row is the photo's
// second, and what tells those of one second apart, so that the newest hits are the last rows. Everything that a
// question asks for is a word of the full-text index: what people wrote, and in columns of their own what is known
// ("kjpeg", "y2024", a digest of each tag) and who sees it ("wall", a person, an album). So a question is one
// expression, whose parts FTS5 walks together, and nothing is filtered afterwards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/sqlite.h"
#include "find/finder.h"
#include "find/sqlite/told.h"

namespace cadre::find::sqlite {

using cadre::sqlite::Connection;
using cadre::sqlite::Fault;
using cadre::sqlite::Query;

/// Values that photos have, for suggestions and for filters of numbers. The numbers are stored.
enum class Facet : std::uint8_t {
    tag = 1,
    camera = 2,
    lens = 3,
    year = 4,
    iso = 5,
    aperture = 6,
    english_place = 7,
    french_place = 8
};

// Words of the column `facts`.
[[nodiscard]] std::string tag_word(std::string_view folded_tag);
[[nodiscard]] std::string camera_word(std::string_view camera);
[[nodiscard]] std::string lens_word(std::string_view lens);
[[nodiscard]] std::string year_word(int year);
[[nodiscard]] std::string month_word(int month);
[[nodiscard]] std::string type_word(std::string_view type);
[[nodiscard]] std::string iso_word(std::int64_t iso);
[[nodiscard]] std::string aperture_word(int tenths);
[[nodiscard]] std::string rating_word(int rating);
inline constexpr std::string_view kFavourite = "xfavourite";
inline constexpr std::string_view kArchived = "xarchived";
inline constexpr std::string_view kPublic = "xpublic";
inline constexpr std::string_view kLocation = "xlocation";
inline constexpr std::string_view kTitle = "xtitle";
// Words of the column `access`.
inline constexpr std::string_view kWall = "wall";
[[nodiscard]] std::string person_word(const Id& person);
[[nodiscard]] std::string album_word(const Id& album);

/// Rows of one second lie from first_row(second) up to first_row(second + 1).
[[nodiscard]] std::int64_t first_row(std::int64_t second);
[[nodiscard]] std::int64_t second_of(std::int64_t row);

/// Of the columns pixels, phash, taken, camera, width and height from this one on.
[[nodiscard]] Look read_look(const Query& row, int column);

/// The squares of the map: level n has 2^n of them around the earth. Positions are kept in millionths of a degree.
inline constexpr int kFirstLevel = 2, kLastLevel = 18, kLevelStep = 2;
struct Square {
    std::int64_t y = 0, x = 0;
};
[[nodiscard]] Square square_of(std::int64_t lat, std::int64_t lon, int level);
/// A box in squares: two parts, where it crosses the date line.
struct Squares {
    Square low, high;
};
[[nodiscard]] std::vector<Squares> squares_of(const Box& box, int level);
/// A square of one of kBoxLevels, in which a photo is found by a part of the map.
[[nodiscard]] std::string square_word(int level, Square square);
inline constexpr std::array kBoxLevels = {4, 8, 12, 16};

/// Written into every file: a change of what stands in it is another version.
inline constexpr int kVersion = 8;
/// Whether the file is a table's of this version, not damaged as far as that is looked at, and was told all once.
[[nodiscard]] bool is_whole_table(const std::filesystem::path& file);

/// The one that writes. Not thread-safe. Every call throws Fault.
class Table {
public:
    /// Makes what is not there. Throws Fault, damaged() where it is another program's.
    explicit Table(const std::filesystem::path& file);

    /// Until it is whole, what is told in a pass is written in large pieces: some of it only when the pass ends.
    void apply(std::vector<Change> changes);
    void begin_pass();
    void end_pass();

    [[nodiscard]] bool whole() const { return whole_; }
    [[nodiscard]] WallTime noted() const { return noted_; }
    /// Written down with the next change, or when it is long ago.
    void note(WallTime moment);
    /// The persons (their numbers) of whom a look changed, came or went since this was last asked.
    [[nodiscard]] std::vector<std::int64_t> take_touched() { return std::exchange(touched_, {}); }
    /// Whether the files that it writes are still those of this name.
    [[nodiscard]] bool in_place() const;

private:
    struct Kept {
        std::int64_t row = 0;
        std::uint64_t version = 0;
        std::int64_t owner = 0, lat = 0, lon = 0;
        bool located = false;
    };
    void apply_now(const std::vector<Change>& changes);
    [[nodiscard]] bool filling() const { return in_pass_ && !whole_; }
    void write_waiting();
    void set_cache(int kib);
    [[nodiscard]] std::optional<Kept> kept(const Id& id);
    void remove(const Kept& kept);
    void insert_words(const Kept& kept, Texts texts);
    void remove_words(const Kept& kept);
    void add_what_is_kept_elsewhere(const Kept& kept, Texts& texts);
    /// Returns its owner's number.
    std::int64_t insert(const Change& change);
    [[nodiscard]] Look look_of(const Kept& kept);
    void insert_look(const Kept& kept, const Look& look);
    void touch(std::int64_t owner);
    [[nodiscard]] std::int64_t free_row(const Document& document);
    [[nodiscard]] std::int64_t person(const Id& id);
    void add_to_map(const Kept& kept);
    void take_from_map(const Kept& kept);
    [[nodiscard]] std::int64_t newest_in(const Kept& kept, int level, Square square);
    void know_words(const std::vector<std::string>& words);
    void know(Facet facet, std::string_view value);
    void set(std::string_view name, std::int64_t value);
    [[nodiscard]] std::int64_t get(std::string_view name);
    void write_note();

    std::filesystem::path file_;
    Connection database_;
    Packer packer_;
    std::uint64_t inode_ = 0, log_inode_ = 0;
    bool whole_ = false;
    WallTime noted_{}, written_{};
    std::vector<std::int64_t> touched_;
    bool in_pass_ = false;
    std::vector<Change> waiting_;            // to be written, while it is filled
    std::vector<std::uint64_t> told_;        // during a pass, the random ends of the ids
    std::unordered_set<std::string> known_;  // words and values that are in their tables, some of them
};

}  // namespace cadre::find::sqlite
