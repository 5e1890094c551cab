#include "http/access_log.h"

#include <gtest/gtest.h>

namespace cadre::http {
namespace {

TEST(AccessLog, TheKeyOfAShareStandsInNoLog) {
    const std::string key(22, 'k');
    for (const std::string before : {"/s/", "/api/v1/s/", "//s/", "/./s/"})
        for (const std::string after : {"", "/", "/photos", "/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55"})
            EXPECT_EQ(shown_path(before + key + after), before + "-" + after);
    for (const std::string path : {"/", "", "/s", "/api/v1/shares/x", "/photos/s", "*"})
        EXPECT_EQ(shown_path(path), path);
    EXPECT_EQ(shown_path("/s/"), "/s/-");
}

}  // namespace
}  // namespace cadre::http
