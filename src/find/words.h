// How texts become words, of what is looked through and of what is looked for alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cadre::find {

/// The words of a text in their order: without accents and case, what stands before and after an apostrophe apart and
/// l', d', 's left out. Each character of scripts that put no space between words is one. At most `kMostWords`, each
/// of at most `kLongestWord` bytes: what is longer is cut.
inline constexpr std::size_t kMostWords = 2'000;
inline constexpr std::size_t kLongestWord = 64;
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// What a word begins with that is meant by `word`: itself, and what is left without an ending of the plural or of a
/// French or English form ("plages": "plages", "plage"; "walking": "walking", "walk"; "cheval": "cheval", "chevaux").
[[nodiscard]] std::vector<std::string> beginnings_of(const std::string& word);

/// Words that say nothing about a photo: articles and prepositions of both languages.
[[nodiscard]] bool is_filler(std::string_view word);

/// The number of the month that a word names in either language, 1…12; 0 for all else.
[[nodiscard]] int month_named(std::string_view word);

/// All words that are one typing error away (a letter too many, too few, another one, two that changed places), in the
/// letters a to z. `word` has these alone.
[[nodiscard]] std::vector<std::string> one_error_from(const std::string& word);

/// Whether a word may have a typing error in it: four letters of a to z at least, and no digits.
[[nodiscard]] bool may_be_mistyped(std::string_view word);

}  // namespace cadre::find
