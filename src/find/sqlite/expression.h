// A question as FTS5 is asked it. Words of a question have letters and digits alone (words_of()) and stand in quotes,
// so that nothing that people type is syntax.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "find/finder.h"
#include "find/sqlite/table.h"

namespace cadre::find::sqlite {

/// What some photo has.
struct Values {
    std::function<std::vector<std::int64_t>(Facet)> numbers;  // of iso, or of aperture in tenths
    /// Of camera or lens; nothing where there are too many to look through.
    std::function<std::optional<std::vector<std::string>>(Facet)> names;
};

struct Expression {
    std::string text;                  // what MATCH takes
    bool has_words = false;            // which of the hits fit better can be said
    std::int64_t from = 0, until = 0;  // rows: `until` is not in it
    // Looked at row by row; of the question, which outlives this:
    std::vector<const Term*> dates, boxes;
    std::optional<Id> own;  // whose positions count for the boxes

    /// Whether the time of a row is one that was asked for.
    [[nodiscard]] bool in_time(std::int64_t row) const;
    /// Whether a position, or none, is one that was asked for.
    [[nodiscard]] bool in_place(const std::optional<std::pair<std::int64_t, std::int64_t>>& position) const;
};

/// Whose question it is, and which of the lists that say who sees a photo are the short ones.
struct Sight {
    const Asker& asker;
    /// Everybody else of whom photos are kept, where the asker owns most of all photos. Nothing: it is not so.
    std::optional<std::vector<Id>> others;
};

/// Where words are looked for: in all that is known, or in what people said in few words.
enum class Columns { all, said };

[[nodiscard]] Expression expression_of(const Question& question, const Sight& sight, const Values& values,
                                       Columns columns = Columns::all);

/// Those that have a word of the column `facts`, of what the asker sees.
[[nodiscard]] std::string seen_with(const Sight& sight, std::string_view word);
/// Those that have these words together in a column that is its owner's alone.
[[nodiscard]] std::string own_with(const Sight& sight, std::string_view column, std::string_view words);
/// A word of the column `access`.
[[nodiscard]] std::string seen_in(std::string_view word);

}  // namespace cadre::find::sqlite
