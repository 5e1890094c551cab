#include "find/words.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/unicode.h"
#include "base/utf8.h"

namespace cadre::find {
namespace {

constexpr std::size_t kMistyped = 4;     // letters
constexpr std::size_t kLongestTry = 32;  // letters, of what corrections are looked for

/// Hiragana, Katakana, Han, Hangul's syllables are not here: Korean puts spaces.
bool stands_alone(char32_t c) {
    return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff) || (c >= 0x0e00 && c <= 0x0eff);
}

bool is_apostrophe(char32_t c) { return c == '\'' || c == 0x2019 || c == 0x02bc || c == 0x60; }

constexpr std::array<std::string_view, 9> kElided = {"l", "d", "j", "n", "s", "t", "c", "m", "qu"};

template <class List>
bool is_in(const List& list, std::string_view word) {
    return std::ranges::find(list, word) != std::ranges::end(list);
}

class Cutter {
public:
    void add(std::string_view bytes) {
        if (word_.size() + bytes.size() <= kLongestWord) word_ += bytes;
    }
    void end(bool apostrophe) {
        const bool elided = apostrophe && is_in(kElided, word_);
        const bool possessive = after_apostrophe_ && (word_ == "s" || word_ == "t");
        if (!word_.empty() && !elided && !possessive && words_.size() < kMostWords) words_.push_back(word_);
        if (!word_.empty() || !apostrophe) after_apostrophe_ = apostrophe;
        word_.clear();
    }
    std::vector<std::string> take() { return std::move(words_); }

private:
    std::vector<std::string> words_;
    std::string word_;
    bool after_apostrophe_ = false;
};

struct Ending {
    std::string_view ending, instead;
    std::size_t left;        // letters before it at least
    std::string_view after;  // one of which must be the last of them; "": any
};
/// Plurals, and forms of verbs and adjectives.
constexpr std::array<Ending, 12> kEndings = {{{"s", "", 3, ""},
                                              {"x", "", 3, ""},
                                              {"es", "", 3, "shxz"},
                                              {"aux", "al", 3, ""},
                                              {"al", "aux", 3, ""},
                                              {"ies", "y", 2, ""},
                                              {"y", "ies", 2, ""},
                                              {"ves", "f", 3, ""},
                                              {"ing", "", 3, ""},
                                              {"ed", "", 4, ""},
                                              {"e", "", 4, "dnst"},
                                              {"es", "", 4, "dnst"}}};

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    const auto folded = bare(text);
    Cutter cutter;
    for (std::string_view left = folded; !left.empty();) {
        const auto first = first_code_point(left);
        const std::size_t bytes = first ? first->bytes : 1;
        const char32_t c = first ? first->value : U' ';
        if (!is_of_word(c)) {
            cutter.end(is_apostrophe(c));
        } else if (stands_alone(c)) {
            cutter.end(false);
            cutter.add(left.substr(0, bytes));
            cutter.end(false);
        } else {
            cutter.add(left.substr(0, bytes));
        }
        left.remove_prefix(bytes);
    }
    cutter.end(false);
    return cutter.take();
}

std::vector<std::string> beginnings_of(const std::string& word) {
    std::vector<std::string> all{word};
    for (const auto& [ending, instead, left, after] : kEndings) {
        if (!word.ends_with(ending) || word.size() < left + ending.size()) continue;
        auto stem = word.substr(0, word.size() - ending.size());
        if (!after.empty() && after.find(stem.back()) == std::string_view::npos) continue;
        if (ending == "ing" && stem.size() > 3 && stem.back() == stem[stem.size() - 2]) stem.pop_back();
        stem += instead;
        if (!is_in(all, stem)) all.push_back(std::move(stem));
    }
    // What begins with another of them is found by that one.
    std::vector<std::string> beginnings;
    for (const auto& one : all) {
        const auto covers = [&](const std::string& other) { return one != other && one.starts_with(other); };
        if (std::ranges::none_of(all, covers)) beginnings.push_back(one);
    }
    return beginnings;
}

bool is_filler(std::string_view word) {
    static const std::set<std::string_view> fillers = {"a",  "an",  "and", "at",  "au",  "aux", "avec", "by",  "dans",
                                                       "de", "des", "du",  "en",  "et",  "for", "from", "in",  "is",
                                                       "la", "le",  "les", "of",  "on",  "ou",  "our",  "par", "pour",
                                                       "sa", "ses", "son", "sur", "the", "to",  "un",   "une", "with"};
    return fillers.contains(word);
}

int month_named(std::string_view word) {
    static constexpr std::array<std::array<std::string_view, 2>, 12> kNames = {{{"january", "janvier"},
                                                                                {"february", "fevrier"},
                                                                                {"march", "mars"},
                                                                                {"april", "avril"},
                                                                                {"may", "mai"},
                                                                                {"june", "juin"},
                                                                                {"july", "juillet"},
                                                                                {"august", "aout"},
                                                                                {"september", "septembre"},
                                                                                {"october", "octobre"},
                                                                                {"november", "novembre"},
                                                                                {"december", "decembre"}}};
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (is_in(kNames[i], word)) return static_cast<int>(i) + 1;
    return 0;
}

bool may_be_mistyped(std::string_view word) {
    return word.size() >= kMistyped && word.size() <= kLongestTry &&
           std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::vector<std::string> one_error_from(const std::string& word) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i <= word.size(); ++i) {
        if (i < word.size()) {
            all.push_back(word.substr(0, i) + word.substr(i + 1));
            if (i + 1 < word.size() && word[i] != word[i + 1]) {
                all.push_back(word);
                std::swap(all.back()[i], all.back()[i + 1]);
            }
        }
        for (char c = 'a'; c <= 'z'; ++c) {
            all.push_back(word.substr(0, i) + c + word.substr(i));
            if (i < word.size() && word[i] != c) {
                all.push_back(word);
                all.back()[i] = c;
            }
        }
    }
    return all;
}

}  // namespace cadre::find
