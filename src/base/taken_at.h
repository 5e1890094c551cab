// When a photo was taken, and how exactly that is known: of a picture from an album often only the year.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace cadre {

/// The numbers are not stored.
enum class Precision { year, month, day, time };
[[nodiscard]] std::string_view text_of(Precision precision);
[[nodiscard]] std::optional<Precision> parse_precision(std::string_view text);

struct TakenAt {
    LocalTime time;  // less exact ones: the beginning of their year, month or day, without offset
    Precision precision = Precision::time;
    bool operator==(const TakenAt&) const = default;
};

/// "1958", "1958-06", "1958-06-12" (ISO 8601, reduced), or RFC 3339 as rfc3339() writes it.
[[nodiscard]] std::string text_of(const TakenAt& taken);
[[nodiscard]] std::optional<TakenAt> parse_taken_at(std::string_view text);

/// Whether text of text_of() is one of the short forms.
[[nodiscard]] constexpr bool is_reduced(std::string_view text) { return !text.empty() && text.size() <= 10; }

/// The same, known no better than `precision`.
[[nodiscard]] TakenAt reduced(const TakenAt& taken, Precision precision);

}  // namespace cadre
