#include "api/problem_pages.h"

#include <gtest/gtest.h>

#include "base/field_codes.h"

namespace cadre::api {
namespace {

Language language_for(const std::string& accepted, const std::string& said = {}) {
    http::Request request;
    if (!accepted.empty()) request.headers.add("Accept-Language", accepted);
    if (!said.empty()) request.query.add("lang", said);
    return language_of(request).language;
}

bool json_for(const std::string& accepted) {
    http::Request request;
    if (!accepted.empty()) request.headers.add("Accept", accepted);
    return prefers_json(request);
}

TEST(ProblemPages, AreInTheLanguageThatIsPreferredOfTheTwo) {
    EXPECT_EQ(language_for(""), Language::en);
    EXPECT_EQ(language_for("de"), Language::en);
    EXPECT_EQ(language_for("fr"), Language::fr);
    EXPECT_EQ(language_for("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5"), Language::fr);
    EXPECT_EQ(language_for("en-GB,en;q=0.9,fr;q=0.8"), Language::en);
    EXPECT_EQ(language_for("de;q=1, fr;q=0.3, en;q=0.2"), Language::fr);
    EXPECT_EQ(language_for("fr;q=0"), Language::en);
    EXPECT_EQ(language_for("en", "fr"), Language::fr);
    EXPECT_EQ(language_for("fr", "en"), Language::en);
    EXPECT_EQ(language_for("fr", "de"), Language::fr);
}

TEST(ProblemPages, AreHtmlUnlessJsonIsPreferred) {
    EXPECT_FALSE(json_for(""));
    EXPECT_FALSE(json_for("*/*"));
    EXPECT_FALSE(json_for("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
    EXPECT_TRUE(json_for("application/json"));
    EXPECT_TRUE(json_for("application/json, text/html;q=0.9"));
    EXPECT_TRUE(json_for("application/problem+json"));
    EXPECT_FALSE(json_for("application/json;q=0.5, text/html"));
}

TEST(ProblemPages, SayTheirCodeAndLinkToTheOtherLanguage) {
    const auto page = page_of(Code::fault, {Language::fr, true});
    EXPECT_NE(page.find("<html lang=\"fr\">"), std::string::npos);
    EXPECT_NE(page.find("500 <code>fault</code>"), std::string::npos);
    EXPECT_NE(page.find("(<code>instance</code>)"), std::string::npos);
    EXPECT_NE(page.find("href=\"/problems?lang=fr\""), std::string::npos) << "the language goes on";
    EXPECT_NE(page.find("href=\"/problems/fault?lang=en\""), std::string::npos);
    EXPECT_EQ(page.find('`'), std::string::npos);
}

TEST(ProblemPages, SayWhatCanBeWrongWithAFieldWhereFieldsAreWrong) {
    const auto english = page_of(Code::invalid_fields, {Language::en, false});
    const auto french = page_of(Code::invalid_fields, {Language::fr, false});
    for (const auto& entry : field_codes_table()) {
        const auto code = "<code>" + std::string(entry.name) + "</code></p>\n<p>";
        EXPECT_NE(english.find(code + std::string(entry.en)), std::string::npos) << entry.name;
        EXPECT_NE(french.find(code + std::string(entry.fr)), std::string::npos) << entry.name;
    }
    EXPECT_EQ(page_of(Code::fault, {}).find("<ul>"), std::string::npos);
}

TEST(ProblemPages, ListAllOfThem) {
    const auto page = page_of_all({});
    for (const auto& entry : codes_table())
        EXPECT_NE(page.find("href=\"" + address_of(entry.code) + "\""), std::string::npos);
}

}  // namespace
}  // namespace cadre::api
