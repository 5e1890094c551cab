#include "find/sqlite/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "find/match.h"
#include "find/words.h"

namespace cadre::find::sqlite {
namespace {

constexpr std::string_view kNothing = "xnothing";  // no photo has this word
constexpr std::size_t kMostAlbums = 200;           // in which a word is looked for
constexpr std::size_t kMostNear = 400;
constexpr std::size_t kMostNames = 100;
constexpr int kMostYears = 120;
constexpr std::int64_t kMostSquares = 64;
constexpr double kTenth = 10;
constexpr double kSlack = 1e-9;

using Words = std::vector<std::string>;

std::string in_quotes(std::string_view word) { return fmt::format("\"{}\"", word); }
std::string beginning(std::string_view words) { return fmt::format("\"{}\" *", words); }

std::string any_of(const Words& parts) { return fmt::format("({})", fmt::join(parts, " OR ")); }
std::string all_of(const Words& parts) { return fmt::format("({})", fmt::join(parts, " AND ")); }
std::string in_columns(std::string_view columns, const Words& parts) {
    return fmt::format("{{{}}} : {}", columns, any_of(parts));
}
std::string fact(std::string_view word) { return in_columns("facts", {in_quotes(word)}); }
std::string without(const std::string& expression, const Words& parts) {
    return parts.empty() ? expression : fmt::format("({} NOT {})", expression, any_of(parts));
}

std::string access_of(const std::vector<Id>& persons) {
    Words any;
    for (const auto& person : persons) any.push_back(in_quotes(person_word(person)));
    return in_columns("access", any);
}

/// What the asker sees though it is not theirs.
std::string shown_to(const Asker& asker) {
    Words any{in_quotes(kWall)};
    for (const auto& album : asker.albums) any.push_back(in_quotes(album_word(album.id)));
    return in_columns("access", any);
}

/// All that the asker sees.
std::string rights_of(const Asker& asker) {
    if (!asker.user) return shown_to(asker);
    return any_of({seen_in(person_word(*asker.user)), shown_to(asker)});
}

/// What the asker does not see, of which the list is short. Nothing: there is none, or it is not short.
Words unseen_by(const Sight& sight) {
    if (!sight.others || sight.others->empty()) return {};
    return {without(access_of(*sight.others), {shown_to(sight.asker)})};
}

/// What is nobody's but the owner's to know is found among their own photos alone.
std::string own(const Sight& sight, const std::string& expression) {
    if (!sight.asker.user) return fact(kNothing);
    if (!sight.others) return all_of({expression, seen_in(person_word(*sight.asker.user))});
    return sight.others->empty() ? expression : without(expression, {access_of(*sight.others)});
}

class Builder {
public:
    Builder(const Sight& sight, const Values& values, Columns columns)
        : sight_(sight), asker_(sight.asker), values_(values), columns_(columns) {}

    std::string term(const Term& term) const {
        Words any;
        for (const auto& choice : term.any) any.push_back(one(term.subject, choice));
        return any_of(any);
    }

private:
    std::string one(Subject subject, const Choice& choice) const {
        switch (subject) {
            case Subject::words:
                return words(choice);
            case Subject::tag:
                return fact(tag_word(choice.value));
            case Subject::album:
                return in_albums(choice);
            case Subject::camera:
                return named(Facet::camera, choice);
            case Subject::lens:
                return named(Facet::lens, choice);
            case Subject::place:
                return own(in_columns("place", patterns(choice)));
            case Subject::country:
                return own(in_columns("country", patterns(choice)));
            case Subject::box:
                return own(squares(choice.box));
            case Subject::type:
                return fact(type_word(choice.value));
            case Subject::date:
                return years(choice);
            case Subject::iso:
                return numbers(Facet::iso, choice);
            case Subject::aperture:
                return numbers(Facet::aperture, choice);
            case Subject::rating:
                return ratings(choice);
            case Subject::is:
                return state(choice.value);
            case Subject::has:
                return choice.value == "location" ? own(fact(kLocation)) : fact(kTitle);
        }
        return fact(kNothing);
    }

    std::string words(const Choice& choice) const {
        const auto told = patterns(choice);
        if (columns_ == Columns::said) {
            Words said{in_columns("title tags", told)};
            if (asker_.user) said.push_back(own(in_columns("place", told)));
            return any_of(said);
        }
        Words any{in_columns("title caption tags camera lens", told)};
        if (asker_.user) any.push_back(own(in_columns("file place country", told)));
        if (!albums_named(asker_.albums, choice).empty()) any.push_back(in_albums(choice));
        if (choice.year != 0) any.push_back(fact(year_word(choice.year)));
        if (choice.month != 0) any.push_back(fact(month_word(choice.month)));
        return any_of(any);
    }

    static Words patterns(const Choice& choice) {
        if (choice.words.empty()) return {in_quotes(kNothing)};
        const auto together = fmt::format("{}", fmt::join(choice.words, " "));
        if (choice.exact) return {in_quotes(together)};
        if (choice.words.size() > 1) return {beginning(together)};
        Words any;
        for (const auto& word : choice.beginnings) any.push_back(beginning(word));
        for (const auto& word : choice.also) any.push_back(beginning(word));
        return any;
    }

    std::string in_albums(const Choice& choice) const {
        Words any;
        for (const auto& album : albums_named(asker_.albums, choice))
            if (any.size() < kMostAlbums) any.push_back(in_quotes(album_word(album)));
        return any.empty() ? fact(kNothing) : in_columns("access", any);
    }

    std::string own(const std::string& expression) const { return sqlite::own(sight_, expression); }

    /// By the digests of all such names: FTS5 walks their lists. The words that begin so it would have to join first.
    std::string named(Facet facet, const Choice& choice) const {
        const bool camera = facet == Facet::camera;
        const auto names = values_.names(facet);
        Words any;
        for (const auto& name : names.value_or(Words()))
            if (holds(words_of(name), choice)) any.push_back(in_quotes(camera ? camera_word(name) : lens_word(name)));
        if (!names || any.size() > kMostNames) return in_columns(camera ? "camera" : "lens", patterns(choice));
        return any.empty() ? fact(kNothing) : in_columns("facts", any);
    }

    std::string numbers(Facet facet, const Choice& choice) const {
        Words any;
        for (const auto value : values_.numbers(facet)) {
            const auto number = static_cast<double>(value) / (facet == Facet::aperture ? kTenth : 1);
            if (number < choice.low - kSlack || number > choice.high + kSlack || any.size() >= kMostNear) continue;
            any.push_back(
                in_quotes(facet == Facet::aperture ? aperture_word(static_cast<int>(value)) : iso_word(value)));
        }
        return any.empty() ? fact(kNothing) : in_columns("facts", any);
    }

    static std::string ratings(const Choice& choice) {
        Words any;
        for (int rating = 1; rating <= 5; ++rating)
            if (rating >= choice.low - kSlack && rating <= choice.high + kSlack)
                any.push_back(in_quotes(rating_word(rating)));
        return any.empty() ? fact(kNothing) : in_columns("facts", any);
    }

    /// The squares that cover it, of the smallest of which they are not too many.
    static std::string squares(const Box& box) {
        for (auto level = kBoxLevels.rbegin(); level != kBoxLevels.rend(); ++level) {
            Words any;
            for (const auto& [low, high] : squares_of(box, *level)) {
                if ((high.y - low.y + 1) * (high.x - low.x + 1) > kMostSquares) {
                    any.clear();
                    break;
                }
                for (auto y = low.y; y <= high.y; ++y)
                    for (auto x = low.x; x <= high.x; ++x) any.push_back(in_quotes(square_word(*level, {y, x})));
            }
            if (!any.empty()) return in_columns("facts", any);
        }
        return fact(kLocation);
    }

    static std::string years(const Choice& choice) {
        Words any;
        for (int year = choice.first_year; year <= choice.last_year; ++year) any.push_back(in_quotes(year_word(year)));
        return in_columns("facts", any);
    }

    std::string state(const std::string& value) const {
        if (value == "favourite") return own(fact(kFavourite));
        if (value == "archived") return own(fact(kArchived));
        if (value == "public") return fact(kPublic);
        if (value == "private") return fmt::format("({} NOT {})", rights_of(asker_), fact(kPublic));
        return fact(kNothing);
    }

    const Sight& sight_;
    const Asker& asker_;
    const Values& values_;
    Columns columns_;
};

/// Whether the words of years say all of it.
bool is_years(const Term& term) {
    return std::ranges::all_of(term.any, [](const Choice& choice) {
        return choice.first_year != 0 && choice.last_year - choice.first_year < kMostYears;
    });
}

/// Whether it finds the asker's own photos alone.
bool is_own(const Term& term) {
    const auto all = [&](std::initializer_list<std::string_view> values) {
        return std::ranges::all_of(
            term.any, [&](const Choice& choice) { return std::ranges::find(values, choice.value) != values.end(); });
    };
    if (term.excluded) return false;
    switch (term.subject) {
        case Subject::place:
        case Subject::country:
        case Subject::box:
            return true;
        case Subject::is:
            return all({"favourite", "archived"});
        case Subject::has:
            return all({"location"});
        default:
            return false;
    }
}

}  // namespace

std::string seen_with(const Sight& sight, std::string_view word) {
    if (sight.others) return without(fact(word), unseen_by(sight));
    return all_of({fact(word), rights_of(sight.asker)});
}

std::string seen_in(std::string_view word) { return in_columns("access", {in_quotes(word)}); }

std::string own_with(const Sight& sight, std::string_view column, std::string_view words) {
    return own(sight, in_columns(column, {in_quotes(words)}));
}

bool Expression::in_place(const std::optional<std::pair<std::int64_t, std::int64_t>>& position) const {
    return std::ranges::all_of(boxes, [&](const Term* term) {
        const bool in = position && contains(term->any.front().box, position->first, position->second);
        return in != term->excluded;
    });
}

bool Expression::in_time(std::int64_t row) const {
    const auto second = second_of(row);
    return std::ranges::all_of(dates, [&](const Term* term) {
        const bool in = std::ranges::any_of(
            term->any, [&](const Choice& choice) { return second >= choice.from && second < choice.until; });
        return in != term->excluded;
    });
}

Expression expression_of(const Question& question, const Sight& sight, const Values& values, Columns columns) {
    const Builder builder(sight, values, columns), whole(sight, values, Columns::all);
    Expression expression;
    expression.from = first_row(kFarPast);
    expression.until = first_row(kFarFuture);
    Words wanted, excluded;
    expression.own = sight.asker.user;
    for (const auto& term : question.terms) {
        if (term.subject == Subject::words && !term.excluded) expression.has_words = true;
        if (term.subject == Subject::box) {
            expression.boxes.push_back(&term);
            if (term.excluded) continue;  // its squares reach further than it
        }
        const bool is_span = term.subject == Subject::date && term.any.size() == 1 && !term.excluded;
        if (is_span) {
            expression.from = std::max(expression.from, first_row(term.any.front().from));
            expression.until = std::min(expression.until, first_row(term.any.front().until));
        } else if (term.subject == Subject::date && !is_years(term)) {
            expression.dates.push_back(&term);
        } else {
            (term.excluded ? excluded : wanted).push_back(term.excluded ? whole.term(term) : builder.term(term));
        }
    }
    // Of somebody who owns most photos the list of their own is the longest of all, and is left out where it can be.
    if (std::ranges::any_of(question.terms, is_own)) {
        // Nothing else is to be asked.
    } else if (sight.others && !wanted.empty()) {
        const auto unseen = unseen_by(sight);
        excluded.insert(excluded.end(), unseen.begin(), unseen.end());
    } else {
        wanted.push_back(rights_of(sight.asker));
    }
    expression.text = without(all_of(wanted), excluded);
    return expression;
}

}  // namespace cadre::find::sqlite
