#include "base/field_codes.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace cadre {
namespace {

/// What the sentence leaves open.
std::set<std::string> params_of(std::string_view sentence) {
    static const std::regex kOpen(R"(\{([a-z]+)\})");
    const std::string text(sentence);
    std::set<std::string> names;
    for (std::sregex_iterator found(text.begin(), text.end(), kOpen), end; found != end; ++found)
        names.insert((*found)[1]);
    return names;
}

TEST(FieldCodes, EachHasANameOfItsOwnAndASentenceInBothLanguages) {
    std::set<std::string_view> names;
    for (const auto& entry : field_codes_table()) {
        SCOPED_TRACE(entry.name);
        EXPECT_TRUE(names.insert(entry.name).second);
        EXPECT_EQ(entry.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos);
        EXPECT_EQ(entry_of(entry.code).name, entry.name);
        EXPECT_TRUE(entry.en.ends_with('.'));
        EXPECT_TRUE(entry.fr.ends_with('.'));
        EXPECT_NE(entry.en, entry.fr);
        EXPECT_EQ(params_of(entry.en), params_of(entry.fr));
    }
}

TEST(FieldCodes, TheDetailSaysItsParameters) {
    EXPECT_EQ((FieldError{"title", FieldCode::missing}.detail()), "It is missing.");
    EXPECT_EQ((FieldError{"title", FieldCode::text_too_long, {{"length", 12U}, {"max", 9}}}.detail()),
              "This is 12 characters long; 9 are allowed.");
    EXPECT_EQ((FieldError{"taken_at", FieldCode::count_differs, {{"other", "ids"}}}.detail()),
              "It must have as many members as ids.");
}

TEST(FieldCodes, TheDetailNamesOneTwoOrMoreChoices) {
    const auto detail = [](std::vector<std::string> of) {
        return FieldError{"x", FieldCode::not_one_of, choices(std::move(of))}.detail();
    };
    EXPECT_EQ(detail({"a"}), "It must be a.");
    EXPECT_EQ(detail({"a", "b"}), "It must be a or b.");
    EXPECT_EQ(detail({"a", "b", "c"}), "It must be a, b or c.");
}

}  // namespace
}  // namespace cadre
