#include "api/input.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "api/photo_json.h"

namespace cadre::api {
namespace {

gallery::PhotoChange read(std::string_view text, Wrong& wrong) {
    return read_photo_change(json::parse(text).as_object(), wrong);
}

std::vector<std::string> fields_of(const Wrong& wrong) {
    std::vector<std::string> names;
    if (const auto result = wrong.result(); !result)
        for (const auto& field : result.error().fields) names.push_back(field.field);
    std::sort(names.begin(), names.end());
    return names;
}

TEST(PhotoPatch, KeepsApartWhatIsAbsentEmptyAndNull) {
    Wrong wrong;
    const auto change = read(R"({"title": null, "tags": null, "taken_at": null, "caption": "x"})", wrong);
    EXPECT_FALSE(wrong.any());
    EXPECT_EQ(change.title, "");
    EXPECT_EQ(change.caption, "x");
    EXPECT_EQ(change.tags, std::vector<std::string>{});
    ASSERT_TRUE(change.taken_at);
    EXPECT_FALSE(*change.taken_at);
    EXPECT_FALSE(change.favourite);
    EXPECT_FALSE(change.visibility);
}

TEST(PhotoPatch, NamesEveryWrongField) {
    Wrong wrong;
    (void)read(R"({"title": 1, "tags": [1, "a"], "favourite": null, "visibility": "secret", "taken_at": "now",
                   "id": "x"})",
               wrong);
    EXPECT_EQ(fields_of(wrong),
              (std::vector<std::string>{"favourite", "id", "tags[0]", "taken_at", "title", "visibility"}));
}

TEST(PhotoPatch, MustChangeSomething) {
    Wrong wrong;
    (void)read("{}", wrong);
    EXPECT_TRUE(wrong.any());
}

TEST(Query, RefusesWhatIsThereTwiceOrOutOfRange) {
    http::Request request;
    request.query.add("limit", "0");
    request.query.add("scope", "wall");
    request.query.add("scope", "mine");
    request.query.add("permanent", "yes");
    Wrong wrong;
    Query query(request, wrong);
    (void)query.integer("limit", 1, 500, 100);
    (void)query.text("scope", 32);
    (void)query.flag("permanent");
    EXPECT_EQ(query.integer("offset", 0, 10, 3), 3U);
    EXPECT_EQ(fields_of(wrong), (std::vector<std::string>{"limit", "permanent", "scope"}));
}

TEST(Wrong, IsBoundedHoweverManyFieldsAreWrong) {
    Wrong wrong;
    for (int i = 0; i < 100'000; ++i) wrong.add("tags[" + std::to_string(i) + "]", FieldCode::not_text);
    EXPECT_EQ(fields_of(wrong).size(), kMaxWrong);
    EXPECT_EQ(wrong.result().error().message, "100000 fields are wrong.");
}

}  // namespace
}  // namespace cadre::api
