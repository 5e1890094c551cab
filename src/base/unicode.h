// What takes Unicode's tables: when two names are the same, and what in a text is not seen. By utf8proc. Linked by who
// uses it: cadre_base_unicode.
#pragma once

#include <string>
#include <string_view>

namespace cadre {

/// Texts that differ only in the case of letters, in how they are composed (é as one character or two), in forms that
/// look alike to readers (ﬁ and fi, full-width letters), or in characters that are not seen, fold to the same:
/// NFKC_Casefold of The Unicode Standard, section 3.13. What is not UTF-8 folds to itself.
[[nodiscard]] std::string fold_case(std::string_view utf8);

/// fold_case() without accents and other marks, and with letters that are two written as two: what people type who have
/// no key for it, or are in a hurry. What is not UTF-8 stays itself.
[[nodiscard]] std::string bare(std::string_view utf8);

/// The same text with each letter and its marks as one character where Unicode has one (NFC, Unicode Standard Annex
/// 15): files written on a Mac have é as two. What is not UTF-8 stays itself.
[[nodiscard]] std::string composed(std::string_view utf8);

/// Whether a character is of a word: a letter, a mark or a number.
[[nodiscard]] bool is_of_word(char32_t character);

/// Whether it has a character that is not seen (zero-width, fillers, controls, spaces other than U+0020) or that turns
/// the direction of text: with these, two names look like one. Also true for what is not UTF-8.
[[nodiscard]] bool has_unseen(std::string_view utf8);

/// Without the characters that turn the direction of the text around them (Unicode Standard Annex 9, section 2), which
/// make "photo\u202Egpj.exe" look like "photoexe.jpg".
[[nodiscard]] std::string without_turns(std::string_view utf8);

}  // namespace cadre
