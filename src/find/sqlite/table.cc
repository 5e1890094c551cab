#include "find/sqlite/table.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <iterator>
#include <tuple>

#include "base/hash.h"
#include "base/sqlite_files.h"
#include "base/unicode.h"
#include "find/match.h"
#include "find/words.h"

namespace cadre::find::sqlite {
namespace {

using cadre::sqlite::WriteTransaction;

constexpr std::uintmax_t kReadWhole = std::uintmax_t{64} << 20;  // bytes of a file that are looked through at the start
constexpr std::size_t kMostKnown = 400'000;                      // words, about 20 MB
constexpr std::chrono::seconds kNoteEvery{30};
// A commit writes a piece of the index, and pieces are joined again and again: the fewer, the less. 300,000 photographs
// took 50 s instead of 127 with that, the larger cache and one piece in the end.
constexpr std::size_t kFill = 16'384;                   // photos
constexpr int kCache = 2'000, kFillCache = 128 * 1024;  // KiB; the first is SQLite's own default
// Rows of one second: the fewer, the shorter are the differences between rows, which most of the index is made of. More
// photos than these stand in the seconds after it.
constexpr int kRowBits = 4;
constexpr std::uint64_t kTries = 8;  // then among twice as many rows
constexpr std::size_t kShortestTerm = 4;
constexpr std::string_view kBetween = "\u00b7";  // no word: so that words of two tags do not stand together
constexpr std::int64_t kHalfTurn = 180'000'000, kQuarterTurn = 90'000'000;

// Words are folded before they come here, so the tokenizer has nothing to do but to part them at spaces.
constexpr const char* kSchema = R"(
    CREATE TABLE photo (
        row INTEGER PRIMARY KEY,
        id BLOB NOT NULL,
        version INTEGER NOT NULL,
        owner INTEGER NOT NULL,
        lat INTEGER,
        lon INTEGER,
        town INTEGER);
    CREATE INDEX photo_id ON photo (substr(id, 9));
    CREATE INDEX photo_lat ON photo (lat) WHERE lat IS NOT NULL;
    CREATE INDEX photo_town ON photo (owner, town) WHERE town IS NOT NULL;
    CREATE TABLE look (
        row INTEGER PRIMARY KEY,
        owner INTEGER NOT NULL,
        pixels INTEGER NOT NULL,
        phash INTEGER NOT NULL,
        taken INTEGER NOT NULL,
        camera INTEGER NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL);
    CREATE INDEX look_pixels ON look (owner, pixels);
    CREATE VIRTUAL TABLE words USING fts5 (
        facts, title, caption, tags, camera, lens, file, place, country, access,
        tokenize = 'ascii', content = '', columnsize = 0);
    CREATE TABLE told (row INTEGER PRIMARY KEY, texts BLOB NOT NULL);
    CREATE TABLE person (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, photos INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE facet (kind INTEGER NOT NULL, words BLOB NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (kind, words, value)) WITHOUT ROWID;
    CREATE TABLE term (word BLOB PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE square (
        owner INTEGER NOT NULL, level INTEGER NOT NULL, y INTEGER NOT NULL, x INTEGER NOT NULL,
        photos INTEGER NOT NULL, lat INTEGER NOT NULL, lon INTEGER NOT NULL, newest INTEGER NOT NULL,
        PRIMARY KEY (owner, level, y, x)) WITHOUT ROWID;
    CREATE TABLE state (name BLOB PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
)";

/// Throws Fault.
void check_tables(Connection& connection, const std::filesystem::path& file) {
    cadre::sqlite::check_whole(connection, file, {"photo", "look", "words", "told", "square", "facet", "term", "state"},
                               kReadWhole);
}

/// Of its random end: what two ids have in common is told apart by who asks the catalog again.
std::string hex(const Id& id) {
    std::string text;
    for (std::size_t i = 10; i < id.bytes.size(); ++i) text += fmt::format("{:02x}", id.bytes[i]);
    return text;
}
std::string short_digest(std::string_view text) { return fmt::format("{:08x}", digest64(text) >> 32U); }

std::uint64_t end_of(const Id& id) {
    std::uint64_t end = 0;
    std::memcpy(&end, id.bytes.data() + id.bytes.size() - sizeof end, sizeof end);
    return end;
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

std::vector<std::string> words_of_all(const std::vector<std::string>& texts) {
    std::vector<std::string> all;
    for (const auto& text : texts) {
        const auto words = words_of(text);
        if (!all.empty() && !words.empty()) all.emplace_back(kBetween);
        all.insert(all.end(), words.begin(), words.end());
    }
    return all;
}

std::vector<std::string> each_once(const Names& names) {
    auto all = names.english;
    for (const auto& name : names.french)
        if (std::ranges::find(all, name) == all.end()) all.push_back(name);
    return all;
}

std::uint64_t inode_of(const std::filesystem::path& file) {
    struct stat about {};
    return ::stat(file.c_str(), &about) == 0 ? about.st_ino : 0;
}

std::filesystem::path log_of(const std::filesystem::path& file) { return file.string() + "-wal"; }

std::chrono::year_month_day date_of(const Document& document) {
    using namespace std::chrono;
    return {floor<days>(sys_seconds(seconds(document.at)))};
}

std::string facts_of(const Document& document) {
    std::vector<std::string> facts;
    const auto date = date_of(document);
    facts.push_back(year_word(static_cast<int>(date.year())));
    facts.push_back(month_word(static_cast<int>(static_cast<unsigned>(date.month()))));
    for (const auto& tag : document.tags) facts.push_back(tag_word(bare(tag)));
    if (!document.camera.empty()) facts.push_back(camera_word(document.camera));
    if (!document.lens.empty()) facts.push_back(lens_word(document.lens));
    if (!document.type.empty()) facts.push_back(type_word(document.type));
    if (document.iso > 0) facts.push_back(iso_word(document.iso));
    if (document.aperture > 0) facts.push_back(aperture_word(tenths(document.aperture)));
    if (document.rating > 0) facts.push_back(rating_word(document.rating));
    const auto flag = [&](bool set, std::string_view word) {
        if (set) facts.emplace_back(word);
    };
    flag(document.favourite, kFavourite);
    flag(document.archived, kArchived);
    flag(document.is_public, kPublic);
    flag(document.location.has_value(), kLocation);
    flag(!document.title.empty(), kTitle);
    return joined(facts);
}

std::string access_of(const Document& document) {
    std::vector<std::string> access;
    if (document.everybody) access.emplace_back(kWall);
    for (const auto& album : document.albums) access.push_back(album_word(album));
    return joined(access);
}

}  // namespace

std::string tag_word(std::string_view folded_tag) { return "t" + short_digest(folded_tag); }
std::string camera_word(std::string_view camera) { return "c" + short_digest(camera); }
std::string lens_word(std::string_view lens) { return "l" + short_digest(lens); }
std::string year_word(int year) { return fmt::format("y{}", year < 0 ? 0 : year); }
std::string month_word(int month) { return fmt::format("m{:02}", month); }
std::string type_word(std::string_view type) { return fmt::format("k{}", type); }
std::string iso_word(std::int64_t iso) { return fmt::format("i{}", iso); }
std::string aperture_word(int tenths) { return fmt::format("f{}", tenths); }
std::string rating_word(int rating) { return fmt::format("r{}", rating); }
std::string person_word(const Id& person) { return "o" + hex(person); }
std::string album_word(const Id& album) { return "a" + hex(album); }

std::int64_t first_row(std::int64_t second) { return second * (std::int64_t{1} << kRowBits); }
std::int64_t second_of(std::int64_t row) { return row >> kRowBits; }

Look read_look(const Query& row, int column) {
    Look look;
    look.pixels = row.bits(column);
    look.phash = row.bits(column + 1);
    look.taken = row.integer(column + 2);
    look.camera = static_cast<std::uint32_t>(row.integer(column + 3));
    look.width = static_cast<std::uint32_t>(row.integer(column + 4));
    look.height = static_cast<std::uint32_t>(row.integer(column + 5));
    return look;
}

Square square_of(std::int64_t lat, std::int64_t lon, int level) {
    const std::int64_t around = std::int64_t{1} << level;
    const auto along = [&](std::int64_t from_edge) {
        return std::clamp<std::int64_t>(from_edge * around / (2 * kHalfTurn), 0, around - 1);
    };
    return {along(lat + kQuarterTurn), along(lon + kHalfTurn)};
}

std::vector<Squares> squares_of(const Box& box, int level) {
    constexpr double kDateLine = 180;
    const auto part = [&](double west, double east) {
        return Squares{square_of(millionths(box.south), millionths(west), level),
                       square_of(millionths(box.north), millionths(east), level)};
    };
    if (box.west <= box.east) return {part(box.west, box.east)};
    return {part(box.west, kDateLine), part(-kDateLine, box.east)};
}

std::string square_word(int level, Square square) { return fmt::format("q{}y{}x{}", level, square.y, square.x); }

bool is_whole_table(const std::filesystem::path& file) {
    try {
        Connection database(file, Connection::Mode::read);
        Query version(database, "PRAGMA user_version");
        version.step();
        if (version.integer(0) != kVersion) return false;
        check_tables(database, file);
        Query whole(database, "SELECT value FROM state WHERE name = ?", std::string_view("whole"));
        return whole.step() && whole.integer(0) != 0;
    } catch (const Fault&) {
        return false;
    }
}

Table::Table(const std::filesystem::path& file) : file_(file), database_(file, Connection::Mode::write) {
    database_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;");
    Query version(database_, "PRAGMA user_version");
    version.step();
    const auto found = version.integer(0);
    version.run();
    if (found == 0) {
        WriteTransaction transaction(database_);
        try {
            database_.execute(kSchema);
        } catch (const Fault& fault) {
            if (fault.code() == SQLITE_ERROR) throw Fault(SQLITE_CORRUPT, fault.what());  // its tables are others
            throw;
        }
        database_.execute(fmt::format("PRAGMA user_version = {}", kVersion).c_str());
        transaction.commit();
        // More is kept in memory between two pieces of the index: many photos are told at once.
        database_.execute("INSERT INTO words(words, rank) VALUES ('hashsize', 16777216)");
    } else if (found != kVersion) {
        throw Fault(SQLITE_NOTADB, fmt::format("it is of version {}, not {}", found, kVersion));
    }
    check_tables(database_, file);
    whole_ = get("whole") != 0;
    noted_ = written_ = WallTime(Millis(get("moment")));
    inode_ = inode_of(file_);
    log_inode_ = inode_of(log_of(file_));
}

bool Table::in_place() const { return inode_of(file_) == inode_ && inode_of(log_of(file_)) == log_inode_; }

std::optional<Table::Kept> Table::kept(const Id& id) {
    Query found(database_,
                "SELECT row, version, owner, lat, lon, lat IS NOT NULL FROM photo "
                "WHERE substr(id, 9) = substr(?1, 9) AND id = ?1",
                id);
    if (!found.step()) return std::nullopt;
    return Kept{found.integer(0), found.bits(1),    found.integer(2),
                found.integer(3), found.integer(4), found.integer(5) != 0};
}

void Table::apply(std::vector<Change> changes) {
    std::ranges::move(changes, std::back_inserter(waiting_));
    if (!filling() || waiting_.size() >= kFill) write_waiting();
}

/// What cannot be written waits on, until it is written or a new pass begins.
void Table::write_waiting() {
    try {
        apply_now(waiting_);
    } catch (...) {
        known_.clear();  // some of it was rolled back
        throw;
    }
    waiting_.clear();
}

void Table::apply_now(const std::vector<Change>& changes) {
    WriteTransaction transaction(database_);
    for (const auto& change : changes) {
        const auto before = kept(change.id);
        if (in_pass_ && change.document) told_.push_back(end_of(change.id));
        if (before && change.document && before->version == change.version) continue;
        const auto looked = before ? look_of(*before) : Look{};
        if (before) remove(*before);
        const auto owner = change.document ? insert(change) : std::int64_t{0};
        const auto looks = change.document ? change.document->look.value_or(Look{}) : Look{};
        if (looked == looks && before && before->owner == owner) continue;
        if (looked != Look{}) touch(before->owner);
        if (looks != Look{}) touch(owner);
    }
    write_note();
    transaction.commit();
}

void Table::begin_pass() {
    told_.clear();
    waiting_.clear();
    in_pass_ = true;
    if (filling()) set_cache(kFillCache);
}

void Table::end_pass() {
    if (!in_pass_) return;
    write_waiting();
    const bool filled = filling();
    if (filled) database_.execute("INSERT INTO words(words) VALUES ('optimize')");
    std::sort(told_.begin(), told_.end());
    WriteTransaction transaction(database_);
    std::vector<Id> gone;
    {
        Query all(database_, "SELECT id FROM photo");
        while (all.step())
            if (const auto id = all.id(0); !std::binary_search(told_.begin(), told_.end(), end_of(id)))
                gone.push_back(id);
    }
    for (const auto& id : gone)
        if (const auto there = kept(id)) {
            touch(there->owner);
            remove(*there);
        }
    set("whole", 1);
    write_note();
    transaction.commit();
    whole_ = true;
    in_pass_ = false;
    told_ = {};
    if (!filled) return;
    set_cache(kCache);
    database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");  // the log is as long as the index, once
}

void Table::set_cache(int kib) { database_.execute(fmt::format("PRAGMA cache_size = -{}", kib).c_str()); }

void Table::note(WallTime moment) {
    noted_ = std::max(noted_, moment);
    if (noted_ - written_ < kNoteEvery) return;
    write_note();
}

void Table::write_note() {
    set("moment", noted_.time_since_epoch().count());
    written_ = noted_;
}

void Table::remove(const Kept& kept) {
    remove_words(kept);
    Query(database_, "DELETE FROM photo WHERE row = ?", kept.row).run();
    Query(database_, "DELETE FROM look WHERE row = ?", kept.row).run();
    Query(database_, "UPDATE person SET photos = photos - 1 WHERE number = ?", kept.owner).run();
    if (kept.located) take_from_map(kept);
}

/// One of the second's rows by the photo's id, so that it comes back to it; where those are taken, of more and more
/// seconds that follow.
std::int64_t Table::free_row(const Document& document) {
    const auto begin = end_of(document.id);
    for (std::uint64_t attempt = 0;; ++attempt) {
        const auto rows = std::uint64_t{1} << (kRowBits + attempt / kTries);
        const auto hash =
            (begin + attempt) * 0x9e3779b97f4a7c15U;  // spreads neighbours: 2^64 divided by the golden ratio
        const auto row = first_row(document.at) + static_cast<std::int64_t>((hash >> 20U) % rows);
        Query taken(database_, "SELECT 1 FROM photo WHERE row = ?", row);
        if (!taken.step()) return row;
    }
}

std::int64_t Table::person(const Id& id) {
    Query(database_, "INSERT OR IGNORE INTO person (id) VALUES (?)", id).run();
    Query number(database_, "SELECT number FROM person WHERE id = ?", id);
    number.step();
    return number.integer(0);
}

std::int64_t Table::insert(const Change& change) {
    const auto& document = *change.document;
    Kept kept{free_row(document), change.version, person(document.owner), 0, 0, document.location.has_value()};
    if (kept.located) {
        kept.lat = millionths(document.location->first);
        kept.lon = millionths(document.location->second);
        Query(database_,
              "INSERT INTO photo (row, id, version, owner, lat, lon, town) VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0))",
              kept.row, change.id, kept.version, kept.owner, kept.lat, kept.lon, document.town)
            .run();
        add_to_map(kept);
    } else {
        Query(database_, "INSERT INTO photo (row, id, version, owner) VALUES (?, ?, ?, ?)", kept.row, change.id,
              kept.version, kept.owner)
            .run();
    }
    Query(database_, "UPDATE person SET photos = photos + 1 WHERE number = ?", kept.owner).run();
    if (document.look) insert_look(kept, *document.look);
    for (const auto& tag : document.tags) know(Facet::tag, tag);
    for (const auto& place : document.places.english) know(Facet::english_place, place);
    for (const auto& place : document.places.french) know(Facet::french_place, place);
    const auto tag_words = words_of_all(document.tags);
    const auto place_words = words_of_all(each_once(document.places));
    const auto country_words = words_of_all(document.countries);
    const auto title = words_of(document.title), caption = words_of(document.caption);
    const auto camera = words_of(document.camera), lens = words_of(document.lens);
    for (const std::vector<std::string>* words : {&title, &caption, &tag_words, &camera, &lens, &place_words})
        know_words(*words);
    know(Facet::camera, document.camera);
    know(Facet::lens, document.lens);
    know(Facet::year, std::to_string(static_cast<int>(date_of(document).year())));
    if (document.iso > 0) know(Facet::iso, std::to_string(document.iso));
    if (document.aperture > 0) know(Facet::aperture, std::to_string(tenths(document.aperture)));
    insert_words(
        kept, {facts_of(document), joined(title), joined(caption), joined(tag_words), joined(camera), joined(lens),
               joined(words_of(document.filename)), joined(place_words), joined(country_words), access_of(document)});
    return kept.owner;
}

void Table::insert_words(const Kept& kept, Texts texts) {
    const auto packed = packer_.pack(texts);
    Query(database_, "INSERT INTO told (row, texts) VALUES (?, ?)", kept.row, packed).run();
    add_what_is_kept_elsewhere(kept, texts);
    const auto insert = [&](const auto&... text) {
        Query(database_,
              "INSERT INTO words (rowid, facts, title, caption, tags, camera, lens, file, place, country, access) "
              "VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), "
              "CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))",
              kept.row, text...)
            .run();
    };
    std::apply(insert, texts);
}

void Table::remove_words(const Kept& kept) {
    Texts texts;
    {
        Query found(database_, "SELECT texts FROM told WHERE row = ?", kept.row);
        if (!found.step()) throw Fault(SQLITE_CORRUPT, "a photo's row has no words");
        texts = packer_.unpack(found.text(0));
    }
    add_what_is_kept_elsewhere(kept, texts);
    const auto remove = [&](const auto&... text) {
        Query(database_,
              "INSERT INTO words (words, rowid, facts, title, caption, tags, camera, lens, file, place, country, "
              "access) VALUES ('delete', ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), "
              "CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))",
              kept.row, text...)
            .run();
    };
    std::apply(remove, texts);
    Query(database_, "DELETE FROM told WHERE row = ?", kept.row).run();
}

/// The squares of its place and its owner: they are told by the photo's own row.
void Table::add_what_is_kept_elsewhere(const Kept& kept, Texts& texts) {
    if (kept.located)
        for (const int level : kBoxLevels)
            texts[kFactsColumn] += " " + square_word(level, square_of(kept.lat, kept.lon, level));
    Query owner(database_, "SELECT id FROM person WHERE number = ?", kept.owner);
    if (!owner.step()) throw Fault(SQLITE_CORRUPT, "a photo's owner is nobody");
    texts[kAccessColumn] += " " + person_word(owner.id(0));
}

/// An empty one, if it has none.
Look Table::look_of(const Kept& kept) {
    Query found(database_, "SELECT pixels, phash, taken, camera, width, height FROM look WHERE row = ?", kept.row);
    return found.step() ? read_look(found, 0) : Look{};
}

void Table::insert_look(const Kept& kept, const Look& look) {
    Query(database_,
          "INSERT INTO look (row, owner, pixels, phash, taken, camera, width, height) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          kept.row, kept.owner, look.pixels, look.phash, look.taken, look.camera, look.width, look.height)
        .run();
}

void Table::touch(std::int64_t owner) {
    if (std::ranges::find(touched_, owner) == touched_.end()) touched_.push_back(owner);
}

void Table::add_to_map(const Kept& kept) {
    for (int level = kFirstLevel; level <= kLastLevel; level += kLevelStep) {
        const auto square = square_of(kept.lat, kept.lon, level);
        Query(database_,
              "INSERT INTO square (owner, level, y, x, photos, lat, lon, newest) VALUES (?, ?, ?, ?, 1, ?, ?, ?) "
              "ON CONFLICT DO UPDATE SET photos = photos + 1, lat = lat + excluded.lat, lon = lon + excluded.lon, "
              "newest = max(newest, excluded.newest)",
              kept.owner, level, square.y, square.x, kept.lat, kept.lon, kept.row)
            .run();
    }
}

/// From the smallest squares up, since the newest of one is the newest of those in it.
void Table::take_from_map(const Kept& kept) {
    for (int level = kLastLevel; level >= kFirstLevel; level -= kLevelStep) {
        const auto square = square_of(kept.lat, kept.lon, level);
        Query(database_,
              "UPDATE square SET photos = photos - 1, lat = lat - ?, lon = lon - ? "
              "WHERE owner = ? AND level = ? AND y = ? AND x = ?",
              kept.lat, kept.lon, kept.owner, level, square.y, square.x)
            .run();
        Query(database_, "DELETE FROM square WHERE owner = ? AND level = ? AND y = ? AND x = ? AND photos <= 0",
              kept.owner, level, square.y, square.x)
            .run();
        const auto newest = newest_in(kept, level, square);
        Query(database_,
              "UPDATE square SET newest = ? WHERE owner = ? AND level = ? AND y = ? AND x = ? AND newest = ?", newest,
              kept.owner, level, square.y, square.x, kept.row)
            .run();
    }
}

std::int64_t Table::newest_in(const Kept& kept, int level, Square square) {
    if (level < kLastLevel) {
        constexpr std::int64_t kWithin = 1 << kLevelStep;
        Query newest(database_,
                     "SELECT max(newest) FROM square WHERE owner = ? AND level = ? AND y >= ? AND y < ? AND x >= ? "
                     "AND x < ?",
                     kept.owner, level + kLevelStep, square.y * kWithin, (square.y + 1) * kWithin, square.x * kWithin,
                     (square.x + 1) * kWithin);
        newest.step();
        return newest.integer(0);
    }
    const std::int64_t around = std::int64_t{1} << level;
    const auto low = square.y * 2 * kHalfTurn / around - kQuarterTurn - 1;
    const auto high = (square.y + 1) * 2 * kHalfTurn / around - kQuarterTurn + 1;
    Query near(database_, "SELECT row, lat, lon FROM photo WHERE lat >= ? AND lat <= ? AND owner = ?", low, high,
               kept.owner);
    std::optional<std::int64_t> newest;
    while (near.step()) {
        const auto at = square_of(near.integer(1), near.integer(2), level);
        if (at.y == square.y && at.x == square.x) newest = std::max(newest.value_or(near.integer(0)), near.integer(0));
    }
    return newest.value_or(0);
}

void Table::know_words(const std::vector<std::string>& words) {
    for (const auto& word : words) {
        if (word.size() < kShortestTerm || !may_be_mistyped(word) || known_.contains(word)) continue;
        for (const auto& beginning : beginnings_of(word))
            Query(database_, "INSERT OR IGNORE INTO term (word) VALUES (?)", beginning).run();
        Query(database_, "INSERT OR IGNORE INTO term (word) VALUES (?)", word).run();
        if (known_.size() < kMostKnown) known_.insert(word);
    }
}

void Table::know(Facet facet, std::string_view value) {
    if (value.empty()) return;
    const auto kind = static_cast<int>(facet);
    auto name = fmt::format("{} {}", kind, value);  // no word has a space in it
    if (known_.contains(name)) return;
    const auto words = joined(words_of(value));
    Query(database_, "INSERT OR IGNORE INTO facet (kind, words, value) VALUES (?, ?, ?)", kind, words, value).run();
    if (known_.size() < kMostKnown) known_.insert(std::move(name));
}

void Table::set(std::string_view name, std::int64_t value) {
    Query(database_, "INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
          name, value)
        .run();
}

std::int64_t Table::get(std::string_view name) {
    Query found(database_, "SELECT value FROM state WHERE name = ?", name);
    return found.step() ? found.integer(0) : 0;
}

}  // namespace cadre::find::sqlite
