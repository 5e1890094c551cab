// Which of a folder's JSON files of a Google Takeout is about which of its pictures. The names follow no published
// rule; what is known stands in docs/how-to/import.md and, with the reports that it was learned from, in the tests.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cadre::cli {

/// A JSON file of a picture.
struct TakeoutMatch {
    std::string json;
    bool own = true;  // false: it is about the picture of which this one is an edited copy
};

/// By the picture's name. Only names are compared; what the files hold is not looked at.
[[nodiscard]] std::unordered_map<std::string, TakeoutMatch> match_takeout(const std::vector<std::string>& pictures,
                                                                          const std::vector<std::string>& jsons);

/// With ASCII letters in lower case.
[[nodiscard]] std::string fold_ascii(std::string_view text);

/// "photo", "(1)" and ".jpg" of "photo(1).jpg".
struct NameParts {
    std::string_view stem;
    std::string_view number;     // with its brackets; may be empty
    std::string_view extension;  // with its dot; may be empty
};
[[nodiscard]] NameParts parts_of(std::string_view name);

}  // namespace cadre::cli
