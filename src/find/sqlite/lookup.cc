#include "find/sqlite/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/number.h"
#include "find/match.h"
#include "find/words.h"

namespace cadre::find::sqlite {
namespace {

constexpr std::size_t kMostRanked = kMostCounted;  // the newest hits, of which the best come first
constexpr std::size_t kMostMeant = 8;              // words that a mistyped one may mean
constexpr std::size_t kMostValues = 4'000;         // of one facet
constexpr std::size_t kMostOthers = 32;            // of whom a question names each

}  // namespace

Id Lookup::id_of(std::int64_t row) {
    Query found(database_, "SELECT id FROM photo WHERE row = ?", row);
    return found.step() ? found.id(0) : Id{};
}

Sight Lookup::sight_of(const Asker& asker) {
    if (!asker.user) return {asker, std::nullopt};
    Query own(database_, "SELECT photos FROM person WHERE id = ?", *asker.user);
    std::int64_t more = own.step() ? own.integer(0) : 0;
    std::vector<Id> others;
    Query all(database_, "SELECT id, photos FROM person WHERE photos > 0 AND id <> ?", *asker.user);
    while (all.step()) {
        more -= all.integer(1);
        if (more < 0 || others.size() == kMostOthers) return {asker, std::nullopt};
        others.push_back(all.id(0));
    }
    return {asker, std::move(others)};
}

std::vector<std::string> Lookup::names(Facet facet, std::size_t most) {
    std::vector<std::string> names;
    Query all(database_, "SELECT value FROM facet WHERE kind = ?", static_cast<int>(facet));
    while (names.size() < most && all.step()) names.emplace_back(all.text(0));
    return names;
}

Values Lookup::values() {
    const auto numbers = [this](Facet facet) {
        std::vector<std::int64_t> all;
        for (const auto& name : names(facet, kMostValues))
            if (const auto number = parse_number<std::int64_t>(name)) all.push_back(*number);
        return all;
    };
    const auto all_names = [this](Facet facet) -> std::optional<std::vector<std::string>> {
        auto all = names(facet, kMostValues + 1);
        if (all.size() > kMostValues) return std::nullopt;
        return all;
    };
    return {numbers, all_names};
}

/// What MATCH does not say: whether its time and its place are those that were asked for.
bool Lookup::fits(const Expression& expression, std::int64_t row) {
    if (!expression.in_time(row)) return false;
    if (expression.boxes.empty()) return true;
    Query found(database_,
                "SELECT lat, lon, person.id FROM photo JOIN person ON number = owner WHERE row = ? AND lat IS NOT NULL",
                row);
    if (!found.step() || !expression.own || found.id(2) != *expression.own) return expression.in_place(std::nullopt);
    return expression.in_place(std::pair(found.integer(0), found.integer(1)));
}

/// The newest first. Each pass makes the lists of all words that begin as was asked, so that one does all.
Lookup::Found Lookup::walk(const Expression& expression, std::int64_t below, std::size_t limit, bool count) {
    Found found;
    Query rows(database_,
               "SELECT rowid FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC",
               expression.text, expression.from, std::min(below, expression.until));
    while (rows.step()) {
        const auto row = rows.integer(0);
        if (!fits(expression, row)) continue;
        if (found.rows.size() < limit)
            found.rows.push_back(row);
        else
            found.last = false;
        found.more = count && found.total == kMostCounted;
        if (found.more || (!count && !found.last)) break;
        ++found.total;
    }
    return found;
}

Lookup::Found Lookup::newest(const Expression& expression, std::optional<std::int64_t> below, std::size_t limit) {
    if (!below) return walk(expression, expression.until, limit, true);
    auto found = walk(expression, *below, limit, false);
    const auto all = walk(expression, expression.until, 0, true);
    found.total = all.total;
    found.more = all.more;
    return found;
}

/// First those where all words stand in what people said in few words: titles, tags and names of places.
Lookup::Found Lookup::best(const Expression& expression, const Expression& said, std::size_t offset,
                           std::size_t limit) {
    auto ranked = walk(said, said.until, kMostRanked, false).rows;
    const std::unordered_set<std::int64_t> first(ranked.begin(), ranked.end());
    auto found = walk(expression, expression.until, kMostRanked, true);
    for (const auto row : found.rows)
        if (ranked.size() < kMostRanked && !first.contains(row)) ranked.push_back(row);
    found.rows.assign(ranked.begin() + static_cast<std::ptrdiff_t>(std::min(offset, ranked.size())),
                      ranked.begin() + static_cast<std::ptrdiff_t>(std::min(offset + limit, ranked.size())));
    found.last = offset + limit >= ranked.size();
    return found;
}

bool Lookup::is_any(const Expression& expression) { return !walk(expression, expression.until, 0, false).last; }

std::vector<std::string> Lookup::near(const std::string& word) {
    std::vector<std::string> meant;
    for (const auto& candidate : one_error_from(word)) {
        if (meant.size() == kMostMeant) break;
        Query known(database_, "SELECT 1 FROM term WHERE word = ?", candidate);
        if (known.step() && std::ranges::find(meant, candidate) == meant.end()) meant.push_back(candidate);
    }
    return meant;
}

bool Lookup::correct(Question& question, const Sight& sight) {
    bool corrected = false;
    const auto kept = values();
    for (auto& term : question.terms) {
        if (term.subject != Subject::words || term.excluded) continue;
        for (auto& choice : term.any) {
            if (choice.exact || choice.words.size() != 1 || !may_be_mistyped(choice.words.front())) continue;
            Question alone;
            alone.terms.push_back({Subject::words, false, {choice}});
            if (is_any(expression_of(alone, sight, kept))) continue;
            auto meant = near(choice.words.front());
            for (const auto& beginning : choice.beginnings)
                if (may_be_mistyped(beginning) && beginning != choice.words.front())
                    for (auto& word : near(beginning)) meant.push_back(std::move(word));
            std::erase_if(meant, [](const std::string& word) { return !may_be_mistyped(word); });
            corrected = corrected || !meant.empty();
            choice.also = std::move(meant);
        }
    }
    return corrected;
}

Result<Hits> Lookup::search(const Wish& wish) {
    const cadre::sqlite::Snapshot snapshot(database_);
    const auto kept = values();
    const auto cursor = wish.cursor.empty() ? std::optional<std::int64_t>(0) : parse_number<std::int64_t>(wish.cursor);
    if (!cursor) return fail(ErrorKind::invalid, "This cursor was not given out by this server.");
    const auto sight = sight_of(wish.asker);
    Hits hits;
    hits.question = wish.question;
    bool ranked = false;
    const auto look = [&] {
        const auto expression = expression_of(hits.question, sight, kept);
        ranked = wish.order == Order::relevance && expression.has_words;
        if (!ranked) return newest(expression, wish.cursor.empty() ? std::nullopt : cursor, wish.limit);
        const auto said = expression_of(hits.question, sight, kept, Columns::said);
        return best(expression, said, static_cast<std::size_t>(std::max<std::int64_t>(*cursor, 0)), wish.limit);
    };
    auto found = look();
    if (found.total == 0 && correct(hits.question, sight)) found = look();
    for (const auto row : found.rows) hits.ids.push_back(id_of(row));
    hits.total = found.total;
    hits.more = found.more;
    if (!found.last && !found.rows.empty())
        hits.next = std::to_string(ranked ? *cursor + static_cast<std::int64_t>(found.rows.size()) : found.rows.back());
    return hits;
}

std::uint64_t Lookup::count_up_to(const std::string& match, std::uint64_t most) {
    Query rows(database_, "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC", match);
    std::uint64_t count = 0;
    while (count < most && rows.step()) ++count;
    return count;
}

}  // namespace cadre::find::sqlite
