#include "catalog/order.h"

#include <algorithm>
#include <string>
#include <vector>

namespace cadre::catalog {
namespace {

// 16 bits of the fraction, 10 of the first letters, 1 whether there are numbers, 37 of these or of more letters.
constexpr std::size_t kFirstLetters = 2;
constexpr std::size_t kMoreLetters = 7;
constexpr int kNumberBits = 28;  // a time of day with milliseconds, as Pixel's names have it
constexpr int kSuffixBits = 9;
constexpr std::uint64_t kMostNumber = (std::uint64_t{1} << kNumberBits) - 1;
constexpr std::uint64_t kMostSuffix = (std::uint64_t{1} << kSuffixBits) - 1;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A name without its ending: letters apart from numbers.
struct Name {
    std::string letters;  // ASCII ones small
    std::vector<std::uint64_t> numbers;
};

bool is_date(std::string_view digits) {
    return digits.size() == 8 && (digits.starts_with("19") || digits.starts_with("20"));
}

std::uint64_t value_of(std::string_view digits) {
    std::uint64_t value = 0;
    for (const char c : digits) value = std::min(kMostNumber, value * 10 + static_cast<std::uint64_t>(c - '0'));
    return value;
}

Name taken_apart(std::string_view filename) {
    Name name;
    const auto stem = filename.substr(0, filename.find_last_of('.'));
    for (std::size_t at = 0; at < stem.size();) {
        std::size_t end = at;
        while (end < stem.size() && is_digit(stem[end])) ++end;
        if (end == at) {
            const char c = stem[at++];
            name.letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            continue;
        }
        const auto digits = stem.substr(at, end - at);
        if (!is_date(digits)) name.numbers.push_back(value_of(digits));
        at = end;
    }
    return name;
}

/// Five bits: 0 behind the end, then marks, a … z, and everything else.
std::uint64_t code_of(const std::string& letters, std::size_t at) {
    if (at >= letters.size()) return 0;
    const char c = letters[at];
    if (c >= 'a' && c <= 'z') return static_cast<std::uint64_t>(c - 'a') + 2;
    return (c & 0x80) != 0 ? 28 : 1;
}

std::uint64_t letters_of(const Name& name, std::size_t from, std::size_t count) {
    std::uint64_t letters = 0;
    for (std::size_t i = 0; i < count; ++i) letters = letters << 5 | code_of(name.letters, from + i);
    return letters;
}

/// The last two numbers, or else the letters after the first.
std::uint64_t rest_of(const Name& name) {
    const auto& numbers = name.numbers;
    if (numbers.empty()) return letters_of(name, kFirstLetters, kMoreLetters) << 2;
    const bool two = numbers.size() > 1;
    const auto number = two ? numbers[numbers.size() - 2] : numbers.back();
    const auto suffix = two ? std::min(kMostSuffix, numbers.back() + 1) : 0;
    return std::uint64_t{1} << (kNumberBits + kSuffixBits) | number << kSuffixBits | suffix;
}

}  // namespace

Rank rank_of(std::int32_t microseconds, std::string_view filename) {
    const auto fraction = static_cast<std::uint64_t>(std::int64_t{microseconds} * 32'768 / 1'000'000) & 0x7fffU;
    const auto name = taken_apart(filename);
    const auto value = std::uint64_t{1} << 63 | fraction << 48 |
                       letters_of(name, 0, kFirstLetters) << (kNumberBits + kSuffixBits + 1) | rest_of(name);
    Rank rank{};
    for (std::size_t i = 0; i < rank.size(); ++i) rank[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
    return rank;
}

}  // namespace cadre::catalog
