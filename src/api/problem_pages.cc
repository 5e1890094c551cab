#include "api/problem_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/field_codes.h"
#include "http/negotiate.h"

namespace cadre::api {

const std::string_view kProblemSheet = R"(:root {
  color-scheme: light dark;
  --ink: light-dark(#1d1d1b, #ecebe7);
  --quiet: light-dark(#63625d, #a3a29b);
  --line: light-dark(#dddcd6, #3a3936);
}
html { background: light-dark(#fbfaf7, #151513); }
body {
  margin: 0 auto; max-width: 42rem; padding: 12vh 1.5rem 4rem;
  color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; hyphens: auto;
}
h1 { font-size: 1.75rem; line-height: 1.25; font-weight: 600; margin: 0.5rem 0 1rem; text-wrap: balance; }
h2 { font-size: 1.0625rem; line-height: 1.4; font-weight: 600; margin: 0; }
p { margin: 0.25rem 0 0; }
a { color: inherit; text-underline-offset: 0.2em; }
code { font: 0.9em ui-monospace, monospace; }
ul { list-style: none; margin: 2rem 0 0; padding: 0; }
li { border-top: 1px solid var(--line); padding: 1rem 0; }
nav { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.code { color: var(--quiet); margin: 0; }
)";

namespace {

/// What the pages themselves say.
struct Words {
    std::string_view tag, all, about, gallery, other_tag, other;
};
constexpr Words kEnglish{
    "en", "Problems", "What this gallery says when it refuses or fails, and what to do about it.", "To the gallery",
    "fr", "Français"};
constexpr Words kFrench{"fr",
                        "Problèmes",
                        "Ce que dit cette galerie quand elle refuse ou échoue, et ce qu’on peut y faire.",
                        "Vers la galerie",
                        "en",
                        "English"};

const Words& words_of(Language language) { return language == Language::fr ? kFrench : kEnglish; }
const Explained& explained(const CodeEntry& entry, Language language) {
    return language == Language::fr ? entry.fr : entry.en;
}

/// Text of the table: what stands between backticks is code.
std::string html_of(std::string_view text) {
    std::string html;
    bool code = false;
    for (const char c : text) {
        if (c == '`') {
            html += code ? "</code>" : "<code>";
            code = !code;
        } else if (c == '<') {
            html += "&lt;";
        } else if (c == '&') {
            html += "&amp;";
        } else {
            html += c;
        }
    }
    return html;
}

/// What can be wrong with a field.
std::string list_of_field_codes(Language language) {
    std::string list = "<ul>\n";
    for (const auto& entry : field_codes_table())
        list += fmt::format("<li>\n<p class=\"code\"><code>{}</code></p>\n<p>{}</p>\n</li>\n", entry.name,
                            html_of(language == Language::fr ? entry.fr : entry.en));
    return list + "</ul>\n";
}

std::string link(std::string_view path, LanguageWish wish) {
    return wish.said ? fmt::format("{}?lang={}", path, words_of(wish.language).tag) : std::string(path);
}

std::string page(std::string_view title, std::string_view path, std::string_view content, LanguageWish wish) {
    const auto& words = words_of(wish.language);
    return fmt::format(
        "<!doctype html>\n<html lang=\"{0}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{1} · Cadre</title>\n"
        "<link rel=\"stylesheet\" href=\"/problems.css\">\n</head>\n<body>\n<main>\n{2}</main>\n<nav>\n"
        "<a href=\"/\">{3}</a>\n<a href=\"{4}\">{5}</a>\n"
        "<a href=\"{6}?lang={7}\" hreflang=\"{7}\" lang=\"{7}\">{8}</a>\n</nav>\n</body>\n</html>\n",
        words.tag, html_of(title), content, words.gallery, link("/problems", wish), words.all, path, words.other_tag,
        words.other);
}

}  // namespace

LanguageWish language_of(const http::Request& request) {
    const auto said = request.query.get("lang");
    if (said == "fr" || said == "en") return {said == "fr" ? Language::fr : Language::en, true};
    return {preferred_language(request), false};
}

bool prefers_json(const http::Request& request) {
    const auto field = request.headers.joined("Accept").value_or("");
    const auto json = std::max(http::weight_given(field, "application/json").value_or(0),
                               http::weight_given(field, "application/problem+json").value_or(0));
    return json > http::weight_given(field, "text/html").value_or(0);
}

std::string page_of(Code code, LanguageWish wish) {
    const auto& entry = entry_of(code);
    const auto& words = explained(entry, wish.language);
    auto content = fmt::format("<p class=\"code\">{} <code>{}</code></p>\n<h1>{}</h1>\n<p>{}</p>\n", entry.status,
                               entry.name, html_of(words.title), html_of(words.text));
    if (code == Code::invalid_fields) content += list_of_field_codes(wish.language);
    return page(words.title, address_of(code), content, wish);
}

std::string page_of_all(LanguageWish wish) {
    const auto& words = words_of(wish.language);
    std::string content = fmt::format("<h1>{}</h1>\n<p>{}</p>\n<ul>\n", words.all, words.about);
    for (const auto& entry : codes_table()) {
        const auto& said = explained(entry, wish.language);
        content += fmt::format(
            "<li>\n<p class=\"code\">{} <code>{}</code></p>\n<h2><a href=\"{}\">{}</a></h2>\n<p>{}</p>\n</li>\n",
            entry.status, entry.name, link(address_of(entry.code), wish), html_of(said.title), html_of(said.text));
    }
    content += "</ul>\n";
    return page(words.all, "/problems", content, wish);
}

}  // namespace cadre::api
