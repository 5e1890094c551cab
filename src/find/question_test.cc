#include "find/question.h"

#include <gtest/gtest.h>

#include "base/field_codes.h"

namespace cadre::find {
namespace {

Question parsed(std::string_view text) {
    auto question = parse_question(text);
    EXPECT_TRUE(question) << text << ": " << question.error().message;
    return question ? *question : Question{};
}
FieldError refused(std::string_view text) {
    const auto question = parse_question(text);
    EXPECT_FALSE(question) << text;
    if (question) return {"", FieldCode::missing};
    EXPECT_EQ(question.error().code, Code::search_not_understood);
    EXPECT_EQ(question.error().kind, ErrorKind::unprocessable);
    EXPECT_EQ(question.error().fields.size(), 1U);
    auto field = question.error().fields.at(0);
    EXPECT_EQ(question.error().message, field.detail());
    EXPECT_EQ(field.field, "q");
    return field;
}

TEST(Question, IsWordsThatAllMustBeThere) {
    const auto question = parsed("  Plage,mer  -\"red boat\" ");
    ASSERT_EQ(question.terms.size(), 2U);
    EXPECT_EQ(question.terms[0].any.size(), 2U);
    EXPECT_EQ(question.terms[0].any[0].words, std::vector<std::string>{"plage"});
    EXPECT_FALSE(question.terms[0].any[0].exact);
    EXPECT_TRUE(question.terms[1].excluded);
    EXPECT_TRUE(question.terms[1].any[0].exact);
    EXPECT_EQ(question.terms[1].any[0].words, (std::vector<std::string>{"red", "boat"}));
    EXPECT_TRUE(parsed("").empty());
    EXPECT_TRUE(parsed(" - \" , ' ").empty());
}

TEST(Question, LeavesOutWordsThatSayNothingUnlessThereIsNothingElse) {
    EXPECT_EQ(parsed("la plage de Brest").terms.size(), 2U);
    EXPECT_EQ(parsed("la").terms.size(), 1U);
    EXPECT_EQ(parsed("\"la\" plage").terms.size(), 2U);
}

TEST(Question, HasFiltersWhateverTheirCase) {
    const auto question = parsed("TAG:\"Bord de mer\",Été iso:>=800 -is:Archived f:1.4-2.8 type:JPG,image/png");
    ASSERT_EQ(question.terms.size(), 5U);
    EXPECT_EQ(question.terms[0].subject, Subject::tag);
    EXPECT_EQ(question.terms[0].any[0].value, "bord de mer");
    EXPECT_EQ(question.terms[0].any[1].value, "ete");
    EXPECT_EQ(question.terms[1].any[0].low, 800);
    EXPECT_TRUE(question.terms[2].excluded);
    EXPECT_EQ(question.terms[2].any[0].value, "archived");
    EXPECT_DOUBLE_EQ(question.terms[3].any[0].high, 2.8);
    EXPECT_EQ(question.terms[4].any[0].value, "jpeg");
    EXPECT_EQ(question.terms[4].any[1].value, "png");
    EXPECT_EQ(parsed("f:f/2.8").terms[0].any[0].low, 2.8);
    EXPECT_LT(parsed("iso:<800").terms[0].any[0].high, 800);
}

TEST(Question, HasAPartOfTheMap) {
    const auto question = parse_question("boat -box:170,-20.5,-170,-10");
    ASSERT_TRUE(question) << question.error().message;
    const auto& term = question->terms.back();
    EXPECT_TRUE(term.excluded);
    ASSERT_EQ(term.any.size(), 1U);
    EXPECT_EQ(term.any.front().box.west, 170);
    EXPECT_EQ(term.any.front().box.south, -20.5);
    EXPECT_TRUE(contains(term.any.front().box, millionths(-15), millionths(179)));
    EXPECT_TRUE(contains(term.any.front().box, millionths(-15), millionths(-179)));
    EXPECT_FALSE(contains(term.any.front().box, millionths(-15), millionths(0)));
    for (const auto* wrong : {"box:", "box:1,2,3", "box:1,2,3,4,5", "box:1,5,3,4", "box:a,b,c,d", "box:1,2,3,91",
                              "box:1,2,,3,4", "box:nan,2,3,4", "box:1e1,2,30,4"})
        EXPECT_FALSE(parse_question(wrong)) << wrong;
}

TEST(Question, HasDatesThatMeanAllOfTheirYearMonthOrDay) {
    const auto span = [](std::string_view text) {
        const auto choice = parsed(text).terms.at(0).any.at(0);
        return std::pair(choice.from, choice.until);
    };
    EXPECT_EQ(span("year:2024"), std::pair(std::int64_t{1'704'067'200}, std::int64_t{1'735'689'600}));
    EXPECT_EQ(span("date:2024-02"), std::pair(std::int64_t{1'706'745'600}, std::int64_t{1'709'251'200}));
    EXPECT_EQ(span("from:2024-02-29").first, 1'709'164'800);
    EXPECT_EQ(span("from:2024-02-29").second, kFarFuture);
    EXPECT_EQ(span("to:2024-02-29"), std::pair(kFarPast, std::int64_t{1'709'251'200}));
    EXPECT_EQ(span("year:2019-2021"), span("year:2019..2021"));
    EXPECT_EQ(parsed("year:2019-2021").terms[0].any[0].last_year, 2021);
    EXPECT_EQ(span("date:2024-01..2024-02").second, 1'709'251'200);
}

TEST(Question, ThatHasAnUnknownFilterNamesItAndTheNearest) {
    EXPECT_TRUE(refused("plage tga:mer")
                    .detail()
                    .starts_with("There is no filter “tga:”. Did you mean tag:? Write tag:, album:, "));
    EXPECT_EQ(refused("colour:red").code, FieldCode::search_filter_unknown);
    EXPECT_EQ(
        refused("is:favorit").detail(),
        "is: does not know “favorit”. Did you mean favorite? Write favourite, favorite, public, private, archived "
        "or video.");
    EXPECT_EQ(refused("has:titel").detail(),
              "has: does not know “titel”. Did you mean title? Write location or title.");
    EXPECT_EQ(refused("type:jepg").code, FieldCode::search_value_near);
    EXPECT_EQ(refused("has:nothing").detail(), "has: does not know “nothing”. Write location or title.");
}

TEST(Question, ThatIsNotUnderstoodIsToldHowItIsWritten) {
    EXPECT_EQ(refused("iso:loud").detail(), "“loud” is no number for iso:. Write iso:400, iso:100-800 or iso:>=800.");
    EXPECT_EQ(refused("year:24").detail(), "“24” is no date for year:. Write year:2024 or year:2019-2021.");
    EXPECT_EQ(refused("to:24").detail(), "“24” is no date for to:. Write to:2024, to:2024-05 or to:2024-05-12.");
    EXPECT_EQ(refused("box:here").code, FieldCode::search_not_box);
    EXPECT_EQ(refused("tag:").detail(), "Nothing stands behind tag:. Write tag:VALUE, without a space.");
}

TEST(Question, ThatIsNotUnderstoodIsRefused) {
    for (const auto* text :
         {"tag:", "tag:,", "iso:abc", "iso:800-100", "iso:1e5", "f:>", "year:24", "year:2024-05", "from:2024-13",
          "to:2023-02-30", "date:2024-1", "rating:-3", "year:2021-2019", "x:1", "http://example", "is:", "from:\xff"})
        static_cast<void>(refused(text));
    EXPECT_EQ(refused(std::string(kLongestQuestion + 1, 'a')).code, FieldCode::search_too_long);
    std::string many;
    for (std::size_t i = 0; i <= kMostTerms; ++i) many += "w" + std::to_string(i) + " ";
    EXPECT_EQ(refused(many).code, FieldCode::search_too_long);
    std::string choices = "a";
    for (std::size_t i = 0; i <= kMostChoices; ++i) choices += ",b";
    EXPECT_EQ(refused(choices).code, FieldCode::search_too_long);
}

TEST(Question, KeepsWhatLooksLikeAFilterAndIsNoneAsWords) {
    EXPECT_EQ(parsed("12:30").terms.at(0).any.at(0).words, (std::vector<std::string>{"12", "30"}));
    EXPECT_EQ(parsed("\"note: x\"").terms.at(0).any.at(0).words, (std::vector<std::string>{"note", "x"}));
    EXPECT_EQ(parsed("2024").terms.at(0).any.at(0).year, 2024);
    EXPECT_EQ(parsed("juillet").terms.at(0).any.at(0).month, 7);
}

}  // namespace
}  // namespace cadre::find
