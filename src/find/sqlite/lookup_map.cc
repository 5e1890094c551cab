// The squares of a map, and the towns.
#include <algorithm>
#include <cmath>

#include "find/sqlite/lookup.h"

namespace cadre::find::sqlite {
namespace {

constexpr std::int64_t kMostLocated = 20'000;  // hits of a question that a map shows: the newest

struct Sum {
    std::uint64_t photos = 0;
    std::int64_t lat = 0, lon = 0, newest = 0;
};

Cell cell_of(const Sum& square, const Id& newest) {
    const auto middle = [&](std::int64_t sum) {
        return static_cast<double>(sum) / static_cast<double>(square.photos) / kMillionths;
    };
    return {middle(square.lat), middle(square.lon), square.photos, newest};
}

}  // namespace

std::vector<Cell> Lookup::kept_cells(std::int64_t person, const Box& box, int level) {
    std::vector<Cell> cells;
    for (const auto& [low, high] : squares_of(box, level)) {
        Query found(database_,
                    "SELECT photos, lat, lon, newest FROM square WHERE owner = ? AND level = ? AND y >= ? AND y <= ? "
                    "AND x >= ? AND x <= ?",
                    person, level, low.y, high.y, low.x, high.x);
        while (found.step()) {
            const Sum square{found.bits(0), found.integer(1), found.integer(2), found.integer(3)};
            cells.push_back(cell_of(square, id_of(square.newest)));
            if (cells.size() > kMostCells) return cells;
        }
    }
    return cells;
}

std::vector<Cell> Lookup::found_cells(std::int64_t person, const Box& box, int level, const Expression& expression) {
    std::map<std::pair<std::int64_t, std::int64_t>, Sum> squares;
    Query rows(database_,
               "SELECT photo.row, photo.lat, photo.lon, photo.owner FROM words JOIN photo ON photo.row = words.rowid "
               "WHERE words MATCH ? AND words.rowid >= ? AND words.rowid < ? ORDER BY words.rowid DESC",
               expression.text, expression.from, expression.until);
    for (std::int64_t seen = 0; seen < kMostLocated && rows.step(); ++seen) {
        const auto lat = rows.integer(1), lon = rows.integer(2);
        if (rows.integer(3) != person || !fits(expression, rows.integer(0)) || !contains(box, lat, lon)) continue;
        const auto at = square_of(lat, lon, level);
        auto& square = squares[{at.y, at.x}];
        ++square.photos;
        square.lat += lat;
        square.lon += lon;
        square.newest = std::max(square.photos == 1 ? rows.integer(0) : square.newest, rows.integer(0));
    }
    std::vector<Cell> cells;
    for (const auto& [at, square] : squares) cells.push_back(cell_of(square, id_of(square.newest)));
    return cells;
}

std::vector<Cell> Lookup::cells(const Id& owner, const Box& box, int zoom, const Question& question,
                                const std::vector<Album>& albums) {
    constexpr int kPointsOfTile = 2;  // squares of 64 points: 2^2 of them in a tile of 256
    const cadre::sqlite::Snapshot snapshot(database_);
    Query number(database_, "SELECT number FROM person WHERE id = ?", owner);
    if (!number.step()) return {};
    const auto person = number.integer(0);
    int level = std::clamp((zoom + kPointsOfTile) / kLevelStep * kLevelStep, kFirstLevel, kLastLevel);
    Question located = question;
    Choice place;
    place.value = "location";
    located.terms.push_back({Subject::has, false, {place}});
    const Asker asker{owner, albums};
    const auto expression = expression_of(located, sight_of(asker), values());
    while (true) {
        auto cells = question.empty() ? kept_cells(person, box, level) : found_cells(person, box, level, expression);
        if (cells.size() <= kMostCells || level == kFirstLevel) return cells;
        level -= kLevelStep;
    }
}

std::vector<Town> Lookup::towns(const Id& owner) {
    const cadre::sqlite::Snapshot snapshot(database_);
    // The index on both has all that is asked.
    Query found(database_,
                "SELECT town, count(*), max(row) FROM photo WHERE owner = ? AND town IS NOT NULL GROUP BY town "
                "ORDER BY 2 DESC, town LIMIT ?",
                person(owner), kMostTowns);
    std::vector<Town> towns;
    while (found.step()) towns.push_back({found.integer(0), found.bits(1), id_of(found.integer(2))});
    return towns;
}

}  // namespace cadre::find::sqlite
