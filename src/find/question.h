// The language in which people ask: words, "words that stand together", and filters (tag:beach,sea -is:archived
// iso:>800 year:2019-2021), all of which a photo must fulfil; a comma is "or", a minus sign is "not".
// docs/reference/search.md is the language as people are told it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "find/box.h"

namespace cadre::find {

/// What a term looks at.
enum class Subject { words, tag, album, camera, lens, place, country, type, date, iso, aperture, rating, is, has, box };

/// One of the values between commas.
struct Choice {
    // of words, tag, album, camera, lens, place, country
    std::vector<std::string> words;       // as words_of() makes them; several stand together
    bool exact = false;                   // in quotes: no beginnings of words, no endings, no typing errors
    std::vector<std::string> beginnings;  // of the one word, if it is one: beginnings_of()
    std::vector<std::string> also;        // words that it may have been meant to be: Question::corrected()
    int year = 0, month = 0;              // that a word names; 0: none
    std::string value;                    // of type, is, has; the whole text of a tag, folded
    double low = 0, high = 0;             // of iso, aperture, rating: both are in it
    std::int64_t from = 0, until = 0;     // of date: seconds on the photo's own clock; `until` is not in it
    int first_year = 0, last_year = 0;    // of date, where it is whole years
    Box box;                              // of box
};

struct Term {
    Subject subject = Subject::words;
    bool excluded = false;
    std::vector<Choice> any;
};

struct Question {
    std::vector<Term> terms;

    /// Whether there is any word or filter.
    [[nodiscard]] bool empty() const { return terms.empty(); }
};

/// The ends of what `from:` and `to:` leave open.
inline constexpr std::int64_t kFarPast = -62'167'219'200;    // the year 0
inline constexpr std::int64_t kFarFuture = 253'402'300'800;  // the year 10000

inline constexpr std::size_t kLongestQuestion = 1'000;  // bytes
inline constexpr std::size_t kMostTerms = 24;
inline constexpr std::size_t kMostChoices = 48;  // of all terms together

/// Errors: Code::search_not_understood, which names the filter or the value, and the nearest that there is.
[[nodiscard]] Result<Question> parse_question(std::string_view text);

}  // namespace cadre::find
