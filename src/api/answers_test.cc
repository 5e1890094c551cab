#include "api/answers.h"

#include <gtest/gtest.h>

#include "api/answer_cache.h"
#include "api/credentials.h"
#include "api/digest_field.h"

namespace cadre::api {
namespace {

TEST(IfMatch, TakesTheTagOfAnAnswerOrTheRevisionAloneOrAList) {
    http::Request request;
    request.headers.add("If-Match", R"("aa.11", W/"bb.22")");
    request.headers.add("If-Match", R"("cc")");
    const auto revisions = revisions_of_if_match(request);
    ASSERT_TRUE(revisions && *revisions);
    EXPECT_EQ(**revisions, (std::vector<std::string>{"aa", "bb", "cc"}));
}

TEST(IfMatch, IsAnyForAStarAndRefusedWhereItIsMalformed) {
    http::Request any;
    any.headers.add("If-Match", "*");
    EXPECT_EQ(revisions_of_if_match(any).value(), std::nullopt);
    http::Request malformed;
    malformed.headers.add("If-Match", "aa");
    ASSERT_FALSE(revisions_of_if_match(malformed));
    EXPECT_EQ(revisions_of_if_match(malformed).error().kind, ErrorKind::invalid);
}

TEST(Personal, IsNotSentAgainToWhoHasIt) {
    http::Request request;
    const auto first = personal_json(request, "aa", "{}");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.headers.get("ETag").value().substr(0, 4), "\"aa.");
    request.headers.add("If-None-Match", "W/" + std::string(*first.headers.get("ETag")));
    EXPECT_EQ(personal_json(request, "aa", "{}").status, 304);
    EXPECT_EQ(personal_json(request, "aa", "[]").status, 200);
}

TEST(Refusal, SaysHowToLogInAndWhenToComeBack) {
    const http::Request request;
    EXPECT_TRUE(refuse({ErrorKind::unauthenticated, "No."}, request).headers.has("WWW-Authenticate"));
    EXPECT_EQ(refuse({ErrorKind::unavailable, "Later."}, request).headers.get("Retry-After"), "1");
    EXPECT_FALSE(refuse({ErrorKind::not_found, "No."}, request).headers.has("Retry-After"));
}

TEST(Attachment, NamesTheFileForOldAndNewReadersAndBreaksOutOfNothing) {
    EXPECT_EQ(attachment("a b.jpg"), "attachment; filename=\"a b.jpg\"; filename*=UTF-8''a%20b.jpg");
    EXPECT_EQ(attachment("a\u202egpj.exe"), "attachment; filename=\"agpj.exe\"; filename*=UTF-8''agpj.exe");
    EXPECT_EQ(attachment("\"\r\nX: ü.jpg"),
              "attachment; filename=\"___X: _.jpg\"; filename*=UTF-8''%22%0D%0AX%3A%20%C3%BC.jpg");
}

TEST(ReprDigest, IsTheHashOrRefused) {
    const std::string right = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
    const auto parsed = parse_repr_digest("sha-512=:AAAA:, " + right);
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_EQ(**parsed, sha256(""));
    EXPECT_EQ(repr_digest(sha256_hex("")), right);
    EXPECT_EQ(parse_repr_digest("md5=:AAAA:").value(), std::nullopt);
    for (const std::string wrong : {"", "sha-256", "sha-256=47DE", "sha-256=:AAAA:", "sha-256=:!:", right.c_str()}) {
        const auto value = wrong == right ? right + ", " + right : wrong;
        EXPECT_FALSE(parse_repr_digest(value)) << value;
    }
}

TEST(OwnPage, IsToldByWhatBrowsersSayOfARequest) {
    const auto from = [](std::vector<http::Headers::Field> fields, std::string_view public_url = "") {
        http::Request request;
        request.host = "photos.example:8080";
        request.scheme = "http";
        for (const auto& [name, value] : fields) request.headers.add(name, value);
        return require_own_page(request, public_url).has_value();
    };
    EXPECT_TRUE(from({}));
    EXPECT_TRUE(from({{"Origin", "http://photos.example:8080"}, {"Sec-Fetch-Site", "same-origin"}}));
    EXPECT_TRUE(from({{"Origin", "https://gallery.example"}}, "https://gallery.example/"));
    EXPECT_FALSE(from({{"Origin", "http://photos.example"}}));
    EXPECT_FALSE(from({{"Origin", "https://photos.example:8080"}}));
    EXPECT_FALSE(from({{"Origin", "http://gallery.example"}}, "https://gallery.example/"));
    EXPECT_TRUE(from({{"Origin", "https://GALLERY.example:443"}}, "https://gallery.example"));
    EXPECT_TRUE(from({{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://gallery.example"}}));
    EXPECT_FALSE(from({{"Origin", "null"}}));
    EXPECT_FALSE(from({{"Sec-Fetch-Site", "cross-site"}}));
    EXPECT_FALSE(from({{"Sec-Fetch-Site", "same-site"}, {"Origin", "http://photos.example:8080"}}));
}

TEST(Cookie, IsBoundToTheHostUnderTls) {
    http::Request request;
    request.scheme = "http";
    EXPECT_TRUE(session_cookie(request, "", "s").starts_with("cadre_session=s; "));
    const auto secure = session_cookie(request, "https://gallery.example", "s");
    EXPECT_TRUE(secure.starts_with("__Host-cadre_session=s; Path=/; "));
    EXPECT_NE(secure.find("; Secure"), std::string::npos);
    EXPECT_NE(session_cookie(request, "", "").find("Max-Age=0"), std::string::npos);
}

AnswerCache::Body body_of_size(std::size_t bytes) { return std::make_shared<const std::string>(bytes, 'x'); }

TEST(AnswerCache, GivesOnlyTheVersionThatIsAskedFor) {
    AnswerCache cache(1 << 20);
    const auto body = body_of_size(10);
    cache.put("wall", "1", body);
    EXPECT_EQ(cache.get("wall", "1"), body);
    EXPECT_EQ(cache.get("wall", "2"), nullptr);
    cache.put("wall", "2", body_of_size(10));
    EXPECT_EQ(cache.get("wall", "1"), nullptr);
}

TEST(AnswerCache, KeepsWithinItsBytesAndForgetsWhatWasUsedLongestAgo) {
    AnswerCache cache(20'000);
    for (int i = 0; i < 100; ++i) {
        cache.put(std::to_string(i), "v", body_of_size(1'000));
        EXPECT_LE(cache.bytes(), 20'000U);
        cache.put("hot", "v", cache.get("hot", "v") ? cache.get("hot", "v") : body_of_size(1));
    }
    EXPECT_NE(cache.get("hot", "v"), nullptr);
    EXPECT_NE(cache.get("99", "v"), nullptr);
    EXPECT_EQ(cache.get("0", "v"), nullptr);
    cache.put("huge", "v", body_of_size(5'000));
    EXPECT_EQ(cache.get("huge", "v"), nullptr);
}

}  // namespace
}  // namespace cadre::api
