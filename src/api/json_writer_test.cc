#include "api/json_writer.h"

#include <gtest/gtest.h>

#include "api/page.h"
#include "base/json.h"

namespace cadre::api {
namespace {

std::string in_json(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonString, IsReadBackAsWhatItWas) {
    std::string all;
    for (int c = 0; c < 0x80; ++c) all += static_cast<char>(c);
    all += "ü 写真 صورة \xf0\x9f\x93\xb7 \xe2\x80\xa8 \xe2\x80\xa9 \xe2\x82\xac \xe2";
    all.pop_back();
    EXPECT_EQ(json::parse(in_json(all)).as_string(), all);
}

TEST(JsonString, CannotEndTheScriptItStandsIn) {
    const auto text = in_json("</script><!--&amp; \xe2\x80\xa8\xe2\x80\xa9");
    for (const std::string_view dangerous : {"<", ">", "&", "\xe2\x80\xa8", "\xe2\x80\xa9"})
        EXPECT_EQ(text.find(dangerous), std::string::npos) << dangerous;
    EXPECT_EQ(in_json("\xe2\x82\xac"), "\"\xe2\x82\xac\"") << "other characters that begin alike stay";
}

TEST(JsonWriter, PutsCommasBetweenValuesAndNowhereElse) {
    JsonWriter out;
    out.begin_object().member("a", 1).key("b").begin_array().value(true).value(nullptr).begin_object().end_object();
    out.end_array().member("c", std::optional<int>()).key("d").raw("[1]").end_object();
    EXPECT_EQ(out.take(), R"({"a":1,"b":[true,null,{}],"c":null,"d":[1]})");
}

TEST(JsonWriter, WritesNumbersAsPeopleDo) {
    JsonWriter out;
    out.begin_array().value(2.833).value(0.004).value(5.6).value(1.0 / 0.0).value(std::uint64_t{1} << 63).end_array();
    EXPECT_EQ(out.take(), "[2.833,0.004,5.6,null,9223372036854775808]");
}

TEST(Page, HasTheDataWhereItsElementIs) {
    const auto page = PageTemplate::parse(
        "<body><script type=\"application/json\" id=\"initial\">null</script><script src=\"/a.js\"></script>");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->with("{}"),
              "<body><script type=\"application/json\" id=\"initial\">{}</script><script src=\"/a.js\"></script>");
    EXPECT_FALSE(PageTemplate::parse("<body></body>"));
}

}  // namespace
}  // namespace cadre::api
