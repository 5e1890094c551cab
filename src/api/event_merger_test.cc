#include "api/event_merger.h"

#include <gtest/gtest.h>

namespace cadre::api {
namespace {

events::Event months(std::string id, std::string scope, json::array list, std::string version) {
    return {std::move(id), "timeline.changed", {{"scope", scope}, {"months", std::move(list)}, {"version", version}}};
}

events::Event photo(std::string id, std::string photo_id, std::string state) {
    return {std::move(id), "photo.changed", {{"id", photo_id}, {"revision", "r"}, {"state", state}}};
}

TEST(EventMerger, TellsManyChangesAsOne) {
    EventMerger merger("mine", "");
    merger.add(months("1", "mine", {"2024-05"}, "a"));
    merger.add(months("2", "mine", {"2024-06", "2024-05"}, "b"));
    EXPECT_EQ(merger.take(),
              "id: 2\nevent: timeline.changed\n"
              "data: {\"scope\":\"mine\",\"months\":[\"2024-06\",\"2024-05\"],\"version\":\"b\"}\n\n");
    EXPECT_TRUE(merger.empty());
}

TEST(EventMerger, PassesOverOtherScopes) {
    EventMerger merger("mine", "");
    merger.add(months("1", "trash", {"2024-05"}, "a"));
    EXPECT_TRUE(merger.empty());
}

TEST(EventMerger, TellsOnlyTheLatestOfAPhoto) {
    EventMerger merger("mine", "");
    merger.add(photo("1", "p", "processing"));
    merger.add(photo("2", "q", "processing"));
    merger.add(photo("3", "p", "ready"));
    const auto text = merger.take();
    EXPECT_EQ(text.find("\"p\""), text.rfind("\"p\""));
    EXPECT_LT(text.find("\"q\""), text.find("\"p\""));
    EXPECT_NE(text.find("\"ready\""), std::string::npos);
}

TEST(EventMerger, GivesNoIdBeforeAllUpToItWasTold) {
    EventMerger merger("mine", "7");
    merger.add(photo("8", "p", "ready"));
    merger.add(months("9", "mine", {"2024-05"}, "a"));
    const auto text = merger.take();
    EXPECT_LT(text.find("id: 7\n"), text.find("id: 9\n"));
    EXPECT_EQ(text.find("id: 8\n"), std::string::npos);
    EXPECT_LT(text.find("\n\n"), text.find("id: 9\n")) << "the newest id stands at the last event";
}

TEST(EventMerger, TellsHowFarEachTagHasComeAtLast) {
    EventMerger merger("mine", "");
    for (const auto left : {300, 200})
        merger.add({std::to_string(left), "tags.changed", {{"tag", "sea"}, {"name", "Sea"}, {"left", left}}});
    EXPECT_FALSE(merger.empty());
    EXPECT_EQ(merger.take(), "id: 200\nevent: tags.changed\ndata: {\"tag\":\"sea\",\"name\":\"Sea\",\"left\":200}\n\n");
    EXPECT_TRUE(merger.empty());
}

TEST(EventMerger, ForgetsWhatAResyncCovers) {
    EventMerger merger("mine", "");
    merger.add(photo("1", "p", "ready"));
    merger.add({"2", "resync", {}});
    EXPECT_EQ(merger.take(), "id: 2\nevent: resync\ndata: {}\n\n");
}

}  // namespace
}  // namespace cadre::api
