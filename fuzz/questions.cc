// What people type into a search, and the texts that it is looked for in.
#include "base/utf8.h"
#include "find/match.h"
#include "find/words.h"
#include "fuzz.h"

namespace cadre::fuzz {
namespace {

void check(const find::Choice& choice) {
    must(choice.from <= choice.until, "a date ends after it begins");
    for (const auto& word : choice.words)
        must(!word.empty() && word.find_first_of("\"*:(){}^+- \t\n") == std::string::npos, "a word is no syntax");
    for (const auto& beginning : choice.beginnings) must(!beginning.empty(), "a word begins with something");
}

}  // namespace
}  // namespace cadre::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto [typed, text] = fuzz::first_line(fuzz::text_of(data, size));
    const auto question = find::parse_question(typed);
    if (!question) {
        fuzz::must(question.error().code == Code::search_not_understood, "a refusal has its code");
        return 0;
    }
    std::size_t choices = 0;
    for (const auto& term : question->terms) {
        fuzz::must(!term.any.empty(), "a part asks for something");
        choices += term.any.size();
        for (const auto& choice : term.any) fuzz::check(choice);
    }
    fuzz::must(choices <= find::kMostChoices, "a question is bounded");
    find::Document document;
    document.everybody = true;
    document.title = text;
    document.tags = {std::string(text)};
    const auto why = find::match(*question, document, {});
    fuzz::must(!why || why->size() <= 16, "each field is named once");
    return 0;
}
