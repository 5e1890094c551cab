#include "catalog/sqlite/timelines.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>

#include "base/encoding.h"

namespace cadre::catalog::sqlite {
namespace {

constexpr std::int64_t kDay = 86'400;

/// Months since the year 0: one integer that keeps their order.
int number_of(const Month& month) { return month.year * 12 + month.month - 1; }
Month month_of_number(std::int64_t number) {
    return {static_cast<int>(number / 12), static_cast<int>(number % 12) + 1};
}

/// The first second of the month's `day`-th day; the day after the last is the next month's first.
std::int64_t start_of(const Month& month, int day) {
    const std::chrono::year_month_day first{
        std::chrono::year(month.year), std::chrono::month(static_cast<unsigned>(month.month)), std::chrono::day(1)};
    return (std::chrono::sys_days(first).time_since_epoch().count() + day - 1) * kDay;
}

std::int64_t end_of(const Month& month) {
    return start_of(month.month == 12 ? Month{month.year + 1, 1} : Month{month.year, month.month + 1}, 1);
}

/// What a change does to the counters.
struct Deltas {
    struct Of {
        std::int64_t count = 0;
        std::int64_t aspect = 0;
        std::uint64_t digest = 0;
        [[nodiscard]] bool any() const { return count != 0 || aspect != 0 || digest != 0; }
    };
    Of scope;
    std::map<int, Of> months;
    std::map<std::pair<int, int>, Of> days;  // month's number and day

    void add(const Row& row, int sign) {
        const auto date = date_of(row.place.at);
        const int month = number_of({date.year, date.month});
        const auto digest = digest_of(row);
        for (auto* of : {&scope, &months[month]}) {
            of->count += sign;
            of->digest ^= digest;
        }
        auto& day = days[{month, date.day}];
        day.count += sign;
        day.aspect += sign * std::int64_t{aspect_of(row)};
    }
};

std::string bytes_of(const Rank& rank) { return {reinterpret_cast<const char*>(rank.data()), rank.size()}; }

Rank rank_from(std::string_view bytes) {
    Rank rank{};
    if (bytes.size() == rank.size()) std::ranges::copy(as_bytes(bytes), rank.begin());
    return rank;
}

void remove_row(Connection& db, const std::string& scope, const Row& row) {
    Query(db, "DELETE FROM rows WHERE scope = ? AND at = ? AND rank = ? AND id = ?", scope, row.place.at,
          bytes_of(row.place.rank), row.place.id)
        .run();
}

void put_row(Connection& db, const std::string& scope, const Row& row) {
    Query(db, "INSERT OR REPLACE INTO rows VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", scope, row.place.at,
          bytes_of(row.place.rank), row.place.id, row.key, row.taken_at, row.width, row.height, row.thumbhash,
          row.title, row.favourite ? 1 : 0, row.state)
        .run();
}

// digest XOR ?, as SQLite writes it: (a | b) & ~(a & b).
void shift_scope(Transaction& transaction, Caches& caches, const std::string& scope, const Deltas::Of& by) {
    Query query(transaction.db,
                "INSERT INTO scopes VALUES(?1, ?2, ?3) ON CONFLICT(scope) DO UPDATE SET count = count + ?2, "
                "digest = (digest | ?3) & ~(digest & ?3) RETURNING count, digest",
                scope, by.count, by.digest);
    query.step();
    const auto digest = query.bits(1);
    if (query.integer(0) == 0) Query(transaction.db, "DELETE FROM scopes WHERE scope = ?", scope).run();
    transaction.after_commit([&caches, scope, digest] { caches.scopes.put(scope, digest); });
}

void shift_month(Transaction& transaction, Caches& caches, const View& of, const std::string& scope, int month,
                 const Deltas::Of& by) {
    Query query(transaction.db,
                "INSERT INTO months VALUES(?1, ?2, ?3, ?4) ON CONFLICT(scope, month) DO UPDATE SET count = count + ?3, "
                "digest = (digest | ?4) & ~(digest & ?4) RETURNING count, digest",
                scope, month, by.count, by.digest);
    query.step();
    MonthVersion version{version_text(query.bits(1)), static_cast<std::uint32_t>(query.integer(0))};
    if (version.count == 0)
        Query(transaction.db, "DELETE FROM months WHERE scope = ? AND month = ?", scope, month).run();
    transaction.after_commit([&caches, key = month_key(of, month_of_number(month)), version = std::move(version)] {
        caches.months.put(key, version);
    });
}

void shift_day(Connection& db, const std::string& scope, int month, int day, const Deltas::Of& by) {
    Query query(db,
                "INSERT INTO days VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(scope, month, day) DO UPDATE SET "
                "count = count + ?4, aspect = aspect + ?5 RETURNING count",
                scope, month, day, by.count, by.aspect);
    query.step();
    if (query.integer(0) == 0)
        Query(db, "DELETE FROM days WHERE scope = ? AND month = ? AND day = ?", scope, month, day).run();
}

/// From all columns of `rows` but the scope.
Row row_from(const Query& query) {
    Row row;
    row.place = {query.integer(0), rank_from(query.text(1)), query.id(2)};
    row.key = query.string(3);
    row.taken_at = query.string(4);
    row.width = static_cast<std::uint32_t>(query.integer(5));
    row.height = static_cast<std::uint32_t>(query.integer(6));
    row.thumbhash = query.string(7);
    row.title = query.string(8);
    row.favourite = query.integer(9) != 0;
    row.state = query.string(10);
    return row;
}

/// The end (exclusive) of the day in which the month's row number `offset` lies, newest first; `offset` is then counted
/// from there. The counters know it, so that nothing before that day has to be read.
std::int64_t skip_days(Connection& db, const std::string& scope, const Month& month, std::uint32_t& offset) {
    Query query(db, "SELECT day, count FROM days WHERE scope = ? AND month = ? ORDER BY day DESC", scope,
                number_of(month));
    while (query.step()) {
        const auto count = static_cast<std::uint32_t>(query.integer(1));
        if (offset < count) return start_of(month, static_cast<int>(query.integer(0)) + 1);
        offset -= count;
    }
    return start_of(month, 1);
}

}  // namespace

void shift(Transaction& transaction, Caches& caches, const View& of, const Row* before, const Row* after) {
    if (before == nullptr ? after == nullptr : after != nullptr && *before == *after) return;
    auto& db = transaction.db;
    const auto scope = view_key(of);
    Deltas deltas;
    if (before != nullptr) deltas.add(*before, -1);
    if (after != nullptr) deltas.add(*after, 1);
    if (before != nullptr && (after == nullptr || before->place != after->place)) remove_row(db, scope, *before);
    if (after != nullptr) put_row(db, scope, *after);
    shift_scope(transaction, caches, scope, deltas.scope);
    for (const auto& [month, by] : deltas.months)
        if (by.any()) shift_month(transaction, caches, of, scope, month, by);
    for (const auto& [day, by] : deltas.days)
        if (by.any()) shift_day(db, scope, day.first, day.second, by);
}

std::string view_key(const View& view) {
    std::string key(1, static_cast<char>(view.family));
    if (view.of == Id() && view.word.empty()) return key;
    key.append(reinterpret_cast<const char*>(view.of.bytes.data()), view.of.bytes.size());
    return key + view.word;
}

std::string month_key(const View& view, const Month& month) { return month.text() + view_key(view); }

std::string version_text(std::uint64_t digest) { return fmt::format("{:016x}", digest); }

std::uint64_t read_digest(Connection& db, const View& view) {
    const auto key = view_key(view);
    Query query(db, "SELECT digest FROM scopes WHERE scope = ?", key);
    return query.step() ? query.bits(0) : 0;
}

Timeline read_timeline(Connection& db, const View& view) {
    const auto key = view_key(view);
    Timeline timeline;
    timeline.version = version_text(read_digest(db, view));
    Query query(db, "SELECT month, day, count, aspect FROM days WHERE scope = ? ORDER BY month DESC, day DESC", key);
    while (query.step()) {
        const auto month = month_of_number(query.integer(0));
        if (timeline.months.empty() || timeline.months.back().month != month) timeline.months.push_back({month, 0, {}});
        const Day day{static_cast<int>(query.integer(1)), static_cast<std::uint32_t>(query.integer(2)), query.bits(3)};
        timeline.months.back().days.push_back(day);
        timeline.months.back().count += day.count;
        timeline.total += day.count;
    }
    return timeline;
}

Summary read_summary(Connection& db, const View& view) {
    const auto key = view_key(view);
    Summary summary;
    Query count(db, "SELECT count FROM scopes WHERE scope = ?", key);
    if (!count.step()) return summary;
    summary.total = count.bits(0);
    auto newest = read_newest(db, view, std::nullopt, 1);
    if (!newest.empty()) summary.newest = std::move(newest.front());
    Query oldest(db, "SELECT at FROM rows WHERE scope = ? ORDER BY at LIMIT 1", key);
    if (oldest.step()) summary.oldest.at = oldest.integer(0);
    return summary;
}

MonthVersion read_month_version(Connection& db, const View& view, const Month& month) {
    const auto key = view_key(view);
    Query query(db, "SELECT count, digest FROM months WHERE scope = ? AND month = ?", key, number_of(month));
    if (!query.step()) return {version_text(0), 0};
    return {version_text(query.bits(1)), static_cast<std::uint32_t>(query.integer(0))};
}

MonthRows read_month(Connection& db, const View& view, const Month& month, std::uint32_t offset, std::uint32_t limit) {
    const auto key = view_key(view);
    MonthRows page{read_month_version(db, view, month), {}};
    if (offset >= page.month.count) return page;
    page.rows.reserve(std::min(limit, page.month.count - offset));
    const auto end = std::min(skip_days(db, key, month, offset), end_of(month));
    Query query(db,
                "SELECT at, rank, id, key, taken_at, width, height, thumbhash, title, favourite, state FROM rows "
                "WHERE scope = ? AND at >= ? AND at < ? ORDER BY at DESC, rank DESC, id DESC LIMIT ? OFFSET ?",
                key, start_of(month, 1), end, limit, offset);
    while (query.step()) page.rows.push_back(row_from(query));
    return page;
}

std::vector<Row> read_newest(Connection& db, const View& view, const std::optional<Place>& after, std::uint32_t limit) {
    const auto key = view_key(view);
    // No photo stands after the last second that there is: "from the newest" is one question with "below".
    const auto below = after.value_or(Place{std::numeric_limits<std::int64_t>::max(), {}, {}});
    const auto rank = bytes_of(below.rank);
    Query query(db,
                "SELECT at, rank, id, key, taken_at, width, height, thumbhash, title, favourite, state FROM rows "
                "WHERE scope = ? AND (at, rank, id) < (?, ?, ?) ORDER BY at DESC, rank DESC, id DESC LIMIT ?",
                key, below.at, rank, below.id, limit);
    std::vector<Row> rows;
    while (query.step()) rows.push_back(row_from(query));
    return rows;
}

Page<Word> read_words(Connection& db, Family family, const Id& person, const std::string& after, std::size_t limit) {
    const auto beginning = view_key({family, person}), from = beginning + after;
    const auto wanted = std::clamp<std::size_t>(limit, 1, 10'000);
    Page<Word> page;
    Query query(db, "SELECT scope, count FROM scopes WHERE scope > ? ORDER BY scope LIMIT ?", from,
                static_cast<std::int64_t>(wanted + 1));
    while (query.step() && query.text(0).starts_with(beginning)) {
        if (page.items.size() == wanted) {
            page.next = page.items.back().word;
            break;
        }
        page.items.push_back({std::string(query.text(0).substr(beginning.size())), query.bits(1)});
    }
    return page;
}

}  // namespace cadre::catalog::sqlite
