// The pages that explain codes to people: HTML without a script, in English or French.
#pragma once

#include <string>
#include <string_view>

#include "api/language.h"
#include "base/codes.h"
#include "http/message.h"

namespace cadre::api {

struct LanguageWish {
    Language language = Language::en;
    bool said = false;  // by ?lang=, which links then carry on
};

/// `?lang=en|fr`, else what Accept-Language prefers of the two, else English.
[[nodiscard]] LanguageWish language_of(const http::Request& request);

/// Whether Accept prefers JSON to HTML; not where it takes both alike.
[[nodiscard]] bool prefers_json(const http::Request& request);

[[nodiscard]] std::string page_of(Code code, LanguageWish wish);
[[nodiscard]] std::string page_of_all(LanguageWish wish);

/// Their style sheet, /problems.css.
extern const std::string_view kProblemSheet;

}  // namespace cadre::api
