#include "find/question.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <span>

#include "base/field_codes.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "find/words.h"

namespace cadre::find {
namespace {

constexpr std::size_t kShown = 40;                  // bytes of what was typed, in a sentence
constexpr int kFirstYear = 1800, kLastYear = 2199;  // that a bare word may mean

/// The sentence is the code's.
tl::unexpected<Error> wrong(FieldCode code, std::vector<FieldParam> params) {
    FieldError field("q", code, std::move(params));
    Error error(Code::search_not_understood, field.detail());
    error.fields.push_back(std::move(field));
    return fail(std::move(error));
}

std::string shown(std::string_view text) {
    std::string clean;
    for (const char c : cut_utf8(text, kShown)) clean += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return clean;
}

struct Filter {
    std::string_view name;
    Subject subject;
};
constexpr std::array<Filter, 17> kFilters = {{{"tag", Subject::tag},
                                              {"album", Subject::album},
                                              {"camera", Subject::camera},
                                              {"lens", Subject::lens},
                                              {"place", Subject::place},
                                              {"country", Subject::country},
                                              {"type", Subject::type},
                                              {"from", Subject::date},
                                              {"to", Subject::date},
                                              {"year", Subject::date},
                                              {"date", Subject::date},
                                              {"iso", Subject::iso},
                                              {"f", Subject::aperture},
                                              {"rating", Subject::rating},
                                              {"is", Subject::is},
                                              {"has", Subject::has},
                                              {"box", Subject::box}}};

constexpr std::array<std::string_view, 2> kYears = {"2024", "2019-2021"};
constexpr std::array<std::string_view, 3> kDates = {"2024", "2024-05", "2024-05-12"};

/// A value between commas, as it was typed.
struct Piece {
    std::string text;
    bool quoted = false;
};
/// What stands between two spaces.
struct Part {
    bool excluded = false;
    std::string filter;  // "": words
    std::vector<Piece> pieces;
};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<Part> next() {
        while (!at_end() && is_space(text_[at_])) ++at_;
        if (at_end()) return std::nullopt;
        Part part;
        if (text_[at_] == '-' && at_ + 1 < text_.size() && !is_space(text_[at_ + 1])) {
            part.excluded = true;
            ++at_;
        }
        part.filter = filter_name();
        do part.pieces.push_back(piece());
        while (!at_end() && text_[at_] == ',' && ++at_ <= text_.size());
        return part;
    }

private:
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

    /// Letters before a colon that something follows; what is a number or a word of another script is none.
    std::string filter_name() {
        std::size_t end = at_;
        while (end < text_.size() && std::isalpha(static_cast<unsigned char>(text_[end])) != 0) ++end;
        if (end == at_ || end >= text_.size() || text_[end] != ':') return {};
        std::string name;
        for (; at_ < end; ++at_) name += static_cast<char>(std::tolower(static_cast<unsigned char>(text_[at_])));
        ++at_;
        return name;
    }

    /// A quote that is not closed ends with the text.
    Piece piece() {
        Piece piece;
        while (!at_end() && !is_space(text_[at_]) && text_[at_] != ',') {
            if (text_[at_] != '"') {
                piece.text += text_[at_++];
                continue;
            }
            piece.quoted = true;
            const auto close = std::min(text_.find('"', at_ + 1), text_.size());
            piece.text += text_.substr(at_ + 1, close - at_ - 1);
            at_ = close + 1;
        }
        return piece;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// ---- values ---------------------------------------------------------------------------------------------------------

Choice words_choice(const Piece& piece) {
    Choice choice;
    choice.words = words_of(piece.text);
    // One letter begins too many words to mean any of them.
    choice.exact = piece.quoted || (choice.words.size() == 1 && choice.words.front().size() == 1);
    if (choice.words.size() == 1 && !choice.exact) choice.beginnings = beginnings_of(choice.words.front());
    return choice;
}

std::optional<double> number(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    return parse_decimal(text);
}

struct Range {
    std::string_view low, high;  // the same where it is one value
};
Range range_of(std::string_view text) {
    for (const std::string_view between : {"..", "-"})
        if (const auto at = text.find(between); at != std::string_view::npos && at > 0)
            return {text.substr(0, at), text.substr(at + between.size())};
    return {text, text};
}

Result<Choice> number_choice(std::string_view filter, std::string_view text) {
    constexpr double kMost = std::numeric_limits<double>::max();
    constexpr double kJust = 1e-6;  // less than two values of any camera are apart
    Choice choice;
    const auto refused = [&] {
        return wrong(FieldCode::search_not_number, {{"text", shown(text)}, {"filter", std::string(filter)}});
    };
    const std::string_view whole = text;
    if (filter == "f" && text.starts_with("f/")) text.remove_prefix(2);
    if (whole.starts_with('<') || whole.starts_with('>')) {
        const bool less = text.front() == '<';
        const bool equal = text.size() > 1 && text[1] == '=';
        const auto value = number(text.substr(equal ? 2 : 1));
        if (!value) return refused();
        choice.low = less ? 0 : *value + (equal ? 0 : kJust);
        choice.high = less ? *value - (equal ? 0 : kJust) : kMost;
        return choice;
    }
    const auto range = range_of(text);
    const auto low = number(range.low), high = number(range.high);
    if (!low || !high || *low > *high) return refused();
    choice.low = *low;
    choice.high = *high;
    return choice;
}

struct Span {
    std::int64_t from = 0, until = 0;
    int year = 0;  // where it is a whole one
};

std::optional<int> digits(std::string_view text, std::size_t count) {
    if (text.size() != count || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return parse_number<int>(text);
}

/// "2024", "2024-05", "2024-05-12": all of it.
std::optional<Span> span_of(std::string_view text) {
    using namespace std::chrono;
    const auto seconds_of = [](sys_days day) { return sys_seconds(day).time_since_epoch().count(); };
    const auto year_number = digits(text.substr(0, 4), 4);
    if (!year_number || *year_number < 1) return std::nullopt;
    const year first(*year_number);
    if (text.size() == 4)
        return Span{seconds_of(first / January / 1), seconds_of((first + years(1)) / January / 1), *year_number};
    if (text.size() < 7 || text[4] != '-') return std::nullopt;
    const auto month_number = digits(text.substr(5, 2), 2);
    if (!month_number || *month_number < 1 || *month_number > 12) return std::nullopt;
    const year_month in_month = first / month(static_cast<unsigned>(*month_number));
    if (text.size() == 7) return Span{seconds_of(in_month / 1), seconds_of((in_month + months(1)) / 1)};
    const auto day_number = text[7] == '-' ? digits(text.substr(8), 2) : std::nullopt;
    if (!day_number) return std::nullopt;
    const year_month_day date = in_month / day(static_cast<unsigned>(*day_number));
    if (!date.ok()) return std::nullopt;
    return Span{seconds_of(sys_days(date)), seconds_of(sys_days(date) + days(1))};
}

/// As one writes them.
std::vector<std::string> dates_for(std::string_view filter) {
    std::vector<std::string> dates;
    for (const std::string_view date : filter == "year" ? std::span<const std::string_view>(kYears) : kDates)
        dates.push_back(fmt::format("{}:{}", filter, date));
    return dates;
}

Result<Choice> date_choice(std::string_view filter, std::string_view text) {
    auto first = span_of(text), last = first;
    if (!first && (filter == "year" || filter == "date")) {
        const auto dots = text.find("..");
        const bool years = text.size() == 9 && text[4] == '-';
        const auto at = dots != std::string_view::npos ? dots : std::size_t{4};
        if (dots != std::string_view::npos || years) {
            first = span_of(text.substr(0, at));
            last = span_of(text.substr(std::min(text.size(), at + (years ? 1 : 2))));
        }
    }
    if (!first || !last || first->from > last->from || (filter == "year" && (first->year == 0 || last->year == 0)))
        return wrong(FieldCode::search_not_date,
                     {{"text", shown(text)}, {"filter", std::string(filter)}, {"choices", dates_for(filter)}});
    Choice choice;
    choice.from = filter == "to" ? kFarPast : first->from;
    choice.until = filter == "from" ? kFarFuture : last->until;
    if (filter != "to" && filter != "from" && first->year != 0 && last->year != 0) {
        choice.first_year = first->year;
        choice.last_year = last->year;
    }
    return choice;
}

/// One of a few, whatever its case and other spelling. `names` has what is said first, then what it is kept as.
Result<Choice> named_choice(std::string_view filter, std::string_view text,
                            const std::vector<std::pair<std::string, std::string>>& names) {
    const auto typed = bare(text);
    Choice choice;
    std::vector<std::string> known;
    for (const auto& [said, kept] : names) {
        if (said == typed) choice.value = kept;
        known.push_back(said);
    }
    if (!choice.value.empty()) return choice;
    if (const auto near = nearest(typed, known))
        return wrong(FieldCode::search_value_near,
                     {{"text", shown(text)}, {"filter", std::string(filter)}, {"near", *near}, {"choices", known}});
    return wrong(FieldCode::search_value_unknown,
                 {{"text", shown(text)}, {"filter", std::string(filter)}, {"choices", known}});
}

Result<Choice> type_choice(std::string_view text) {
    static const std::vector<std::pair<std::string, std::string>> kTypes = {
        {"jpeg", "jpeg"}, {"jpg", "jpeg"}, {"png", "png"},   {"webp", "webp"}, {"gif", "gif"},
        {"tiff", "tiff"}, {"tif", "tiff"}, {"heic", "heic"}, {"heif", "heic"}, {"avif", "avif"}};
    auto name = bare(text);
    if (name.starts_with("image/")) name = name.substr(6);
    return named_choice("type", name, kTypes);
}

Result<Choice> is_choice(std::string_view text) {
    static const std::vector<std::pair<std::string, std::string>> kStates = {
        {"favourite", "favourite"}, {"favorite", "favourite"}, {"public", "public"},
        {"private", "private"},     {"archived", "archived"},  {"video", "video"}};
    return named_choice("is", text, kStates);
}

Result<Choice> has_choice(std::string_view text) {
    static const std::vector<std::pair<std::string, std::string>> kParts = {{"location", "location"},
                                                                            {"title", "title"}};
    return named_choice("has", text, kParts);
}

Result<Choice> choice_of(const Filter& filter, const Piece& piece) {
    switch (filter.subject) {
        case Subject::tag: {
            Choice choice;
            choice.value = bare(piece.text);
            return choice;
        }
        case Subject::album: {
            auto choice = words_choice(piece);
            choice.value = piece.text;
            return choice;
        }
        case Subject::type:
            return type_choice(piece.text);
        case Subject::date:
            return date_choice(filter.name, piece.text);
        case Subject::iso:
        case Subject::aperture:
        case Subject::rating:
            return number_choice(filter.name, piece.text);
        case Subject::is:
            return is_choice(piece.text);
        case Subject::has:
            return has_choice(piece.text);
        default:
            return words_choice(piece);
    }
}

/// Its commas part no choices.
Result<Choice> box_choice(const std::vector<Piece>& pieces) {
    std::string text;
    for (const auto& piece : pieces) text += (text.empty() ? "" : ",") + piece.text;
    const auto box = parse_box(text);
    if (!box) return wrong(FieldCode::search_not_box, {{"text", shown(text)}});
    Choice choice;
    choice.box = *box;
    return choice;
}

tl::unexpected<Error> no_such_filter(const std::string& typed) {
    std::vector<std::string> names, shown_names;
    for (const auto& known : kFilters) {
        names.emplace_back(known.name);
        shown_names.push_back(names.back() + ":");
    }
    if (const auto near = nearest(typed, names))
        return wrong(FieldCode::search_filter_near,
                     {{"filter", shown(typed)}, {"near", *near + ":"}, {"choices", shown_names}});
    return wrong(FieldCode::search_filter_unknown, {{"filter", shown(typed)}, {"choices", shown_names}});
}

Result<std::optional<Term>> filter_term(const Part& part) {
    const auto filter = std::ranges::find(kFilters, std::string_view(part.filter), &Filter::name);
    if (filter == kFilters.end()) return no_such_filter(part.filter);
    Term term{filter->subject, part.excluded, {}};
    if (filter->subject == Subject::box) {
        TRY(auto choice, box_choice(part.pieces));
        term.any.push_back(std::move(choice));
        return std::optional(std::move(term));
    }
    for (const auto& piece : part.pieces) {
        if (piece.text.empty()) continue;
        TRY(auto choice, choice_of(*filter, piece));
        term.any.push_back(std::move(choice));
    }
    if (term.any.empty()) return wrong(FieldCode::search_filter_empty, {{"filter", part.filter}});
    return std::optional(std::move(term));
}

/// Nothing where no letter or digit is in it.
std::optional<Term> words_term(const Part& part) {
    Term term{Subject::words, part.excluded, {}};
    for (const auto& piece : part.pieces) {
        auto choice = words_choice(piece);
        if (choice.words.empty()) continue;
        if (choice.words.size() == 1) {
            const auto year = digits(choice.words.front(), 4);
            if (year && *year >= kFirstYear && *year <= kLastYear) choice.year = *year;
            if (!piece.quoted) choice.month = month_named(choice.words.front());
        }
        term.any.push_back(std::move(choice));
    }
    if (term.any.empty()) return std::nullopt;
    return term;
}

tl::unexpected<Error> too_long() {
    return wrong(FieldCode::search_too_long, {{"parts", kMostTerms}, {"bytes", kLongestQuestion}});
}

bool is_only_filler(const Term& term) {
    return term.subject == Subject::words && !term.excluded && std::ranges::all_of(term.any, [](const Choice& choice) {
               return !choice.exact && choice.words.size() == 1 && is_filler(choice.words.front());
           });
}

}  // namespace

Result<Question> parse_question(std::string_view text) {
    if (text.size() > kLongestQuestion) return too_long();
    Question question;
    std::size_t choices = 0;
    for (Reader reader(text); auto part = reader.next();) {
        std::optional<Term> term;
        if (part->filter.empty()) {
            term = words_term(*part);
        } else {
            TRY(term, filter_term(*part));
        }
        if (!term) continue;
        choices += term->any.size();
        question.terms.push_back(std::move(*term));
    }
    if (question.terms.size() > kMostTerms || choices > kMostChoices) return too_long();
    if (!std::ranges::all_of(question.terms, is_only_filler)) std::erase_if(question.terms, is_only_filler);
    return question;
}

}  // namespace cadre::find
