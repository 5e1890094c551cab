// Whether a photo is what somebody asked for, and why: the meaning of a question, in one pure function. Engines find
// what this function says yes to; what they found is asked of it again with what the catalog says now.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "find/document.h"
#include "find/question.h"

namespace cadre::find {

/// The fields by which the photo is what was asked for, each once: "title", "caption", "tags", "album", "filename",
/// "camera", "lens", "date", "type", "iso", "aperture", "rating", "visibility", "favourite", "archived", "location",
/// "place".
/// Nothing: it is not, or the asker does not see it.
[[nodiscard]] std::optional<std::vector<std::string>> match(const Question& question, const Document& document,
                                                            const Asker& asker);

/// Whether words hold what is asked for.
[[nodiscard]] bool holds(const std::vector<std::string>& words, const Choice& choice);

/// Of these albums those whose title holds it, or whose id it is.
[[nodiscard]] std::vector<Id> albums_named(const std::vector<Album>& albums, const Choice& choice);

/// f/2.8 as 28, for comparing what cameras wrote differently.
[[nodiscard]] int tenths(double aperture);

}  // namespace cadre::find
