// What needs no socket: addresses, URLs, cookies, negotiation, routes, static files, metrics.
#include <array>

#include "http/address.h"
#include "http/conditional.h"
#include "http/cookies.h"
#include "http/metrics.h"
#include "http/negotiate.h"
#include "http/parser.h"
#include "http/router.h"
#include "http/static_files.h"
#include "http/test_support.h"
#include "http/url.h"

namespace cadre::http {
namespace {

std::string text_of(const Response& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
    return *std::get<std::shared_ptr<const std::string>>(response.body);
}

TEST(Headers, AFieldThatALineBreakOrANulWouldSplitIsLeftOut) {
    using namespace std::string_view_literals;
    Headers headers;
    for (const auto bad : {"a\r\nY: b"sv, "a\nY: b"sv, "a\rb"sv, "a\0b"sv, "\n"sv, "b\r"sv}) {
        headers.add("X", bad);
        headers.add(bad, "x");
    }
    EXPECT_TRUE(headers.empty());
    headers.add("X", "a\tb \x7f\xc3\xa9");
    EXPECT_EQ(headers.get("x"), "a\tb \x7f\xc3\xa9");
}

TEST(Headers, NamesHaveNoCaseAndDuplicatesAreSeen) {
    Headers headers{{"Accept", "a"}, {"ACCEPT", "b"}, {"X", "y"}};
    EXPECT_EQ(headers.get("accept"), "a");
    EXPECT_EQ(headers.get_all("Accept").size(), 2U);
    EXPECT_EQ(headers.joined("accept"), "a, b");
    headers.set("accept", *headers.get("X"));  // from itself
    EXPECT_EQ(headers.get_all("Accept"), std::vector<std::string_view>{"y"});
    headers.remove("x");
    EXPECT_FALSE(headers.has("X"));
}

TEST(Lists, CommasInQuotesDoNotSplit) {
    EXPECT_EQ(split_list(" a ,, \"b, c\" ,d"), (std::vector<std::string_view>{"a", "\"b, c\"", "d"}));
}

TEST(EntityTags, ListsAreTakenApartAndMalformedOnesRefused) {
    EXPECT_EQ(parse_entity_tags("\"a,b\", W/\"c\""), (std::vector<std::string_view>{"a,b", "c"}));
    EXPECT_FALSE(parse_entity_tags("a"));
    EXPECT_TRUE(matches_weakly("*", "\"a\""));
    EXPECT_FALSE(matches_strongly("W/\"a\"", "\"a\""));
}

TEST(Dates, AllThreeFormsAreRead) {
    for (const char* text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
        EXPECT_EQ(parse_http_date(text), 784111777) << text;
    EXPECT_FALSE(parse_http_date("yesterday"));
}

TEST(Chunks, DoNotDependOnHowTheirBytesCome) {
    const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string_view body :
         {"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", "3\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n"}) {
        Parser parser(Parser::Kind::request);
        Head parsed;
        Headers headers;
        ASSERT_FALSE(parser.parse_head(head, parsed, headers));
        std::string pending, got;
        std::array<std::uint8_t, 16> room{};
        bool done = false;
        for (const char byte : body) {
            pending.push_back(byte);
            const auto piece = parser.parse_chunked(pending, room);
            ASSERT_FALSE(piece.broken);
            got.append(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(piece.written));
            pending.erase(0, piece.consumed);
            done = piece.done;
        }
        EXPECT_TRUE(done);
        EXPECT_EQ(got, "abcde");
    }
}

TEST(Addresses, AreParsedAndWrittenBack) {
    EXPECT_EQ(parse_address("127.0.0.1:8080")->text(), "127.0.0.1:8080");
    EXPECT_EQ(parse_address("[::1]:80")->text(), "[::1]:80");
    EXPECT_EQ(parse_address(":80")->host, "0.0.0.0");
    for (const char* wrong : {"", "a", "a:", "a:b", "a:70000", "::1:80", "[::1:80", "[[::1]:80", "a]:80"})
        EXPECT_FALSE(parse_address(wrong));
}

TEST(Networks, ContainWhatTheirPrefixSays) {
    const auto networks = Networks::parse("10.0.0.0/8, 192.168.1.7 fd00::/8").value();
    const auto has = [&](const char* text) { return networks.contains(asio::ip::make_address(text)); };
    EXPECT_TRUE(has("10.255.0.1"));
    EXPECT_TRUE(has("::ffff:10.1.1.1"));
    EXPECT_TRUE(has("192.168.1.7"));
    EXPECT_TRUE(has("fd12::1"));
    EXPECT_FALSE(has("11.0.0.1"));
    EXPECT_FALSE(has("192.168.1.8"));
    EXPECT_FALSE(has("::1"));
    for (const char* wrong : {"10.0.0.0/33", "x", "10.0.0.0/", "10.0.0.0/-1"}) EXPECT_FALSE(Networks::parse(wrong));
}

TEST(Urls, AreParsedAndWrittenBack) {
    for (const char* text : {"http://a/", "https://a.example:444/x?y=z", "http://[::1]:8080/x"})
        EXPECT_EQ(parse_url(text)->text(), text);
    EXPECT_EQ(parse_url("http://a?x#y")->target, "/?x");
    EXPECT_EQ(parse_url("HTTP://a:80")->text(), "http://a/");
    for (const char* wrong : {"", "a", "ftp://a", "http://", "http://a:x", "http://a:0", "http://u@a", "http://a b/",
                              "http://[::1", "http://[x]/"})
        EXPECT_FALSE(parse_url(wrong)) << wrong;
    EXPECT_EQ(percent_encode("a b/ü"), "a%20b%2F%C3%BC");
    EXPECT_EQ(percent_decode("a%20b+c"), "a b+c");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
}

TEST(Cookies, AreFoundAndWritten) {
    Request request;
    request.headers.add("Cookie", "a=1; cadre_session=x=y");
    request.headers.add("Cookie", "b=\"2\"");
    EXPECT_EQ(cookie(request, "cadre_session"), "x=y");
    EXPECT_EQ(cookie(request, "b"), "2");
    EXPECT_FALSE(cookie(request, "session"));
    EXPECT_EQ((SetCookie{.name = "a", .value = "b", .max_age = std::chrono::seconds(0), .secure = true}.text()),
              "a=b; Path=/; Max-Age=0; SameSite=Lax; HttpOnly; Secure");
}

TEST(Negotiation, FollowsTheClientsWeights) {
    const auto preferred = [](std::string_view accepted) {
        Request request;
        if (!accepted.empty()) request.headers.add("Accept-Encoding", accepted);
        return preferred_coding(request);
    };
    EXPECT_EQ(preferred(""), Coding::identity);
    EXPECT_EQ(preferred("gzip, deflate, br"), Coding::brotli);
    EXPECT_EQ(preferred("gzip;q=1.0, br;q=0.5"), Coding::gzip);
    EXPECT_EQ(preferred("br;q=0, gzip;q=0"), Coding::identity);
    EXPECT_EQ(preferred("*"), Coding::brotli);
}

TEST(Compression, IsDoneWhereItIsWorthIt) {
    Request request;
    request.headers.add("Accept-Encoding", "gzip");
    Response small = Response::json(200, "{}");
    compress(request, small);
    EXPECT_FALSE(small.headers.has("Content-Encoding"));
    Response large = Response::json(200, std::string(5000, 'a'));
    large.headers.set("ETag", "\"x\"");
    compress(request, large);
    EXPECT_EQ(large.headers.get("Content-Encoding"), "gzip");
    EXPECT_EQ(large.headers.get("Vary"), "Accept-Encoding");
    EXPECT_EQ(large.headers.get("ETag"), "W/\"x\"");
    EXPECT_LT(text_of(large).size(), 200U);
    Response picture = Response::with(200, "image/webp", std::string(5000, 'a'));
    compress(request, picture);
    EXPECT_FALSE(picture.headers.has("Content-Encoding"));
}

TEST(Routes, LiteralsWinOverCapturesAndTailsTakeTheRest) {
    Router router;
    const Handler none = [](Request&) -> Task<Response> { co_return Response::empty(204); };
    for (const char* pattern : {"/", "/p/{id}", "/p/known", "/p/{id}/original", "/{rest...}"})
        router.add(Method::get, pattern, none);
    const auto route = [&](std::string path) {
        Request request;
        request.path = std::move(path);
        const auto match = router.match(request);
        return match.route == nullptr ? "none" : match.route->pattern;
    };
    EXPECT_EQ(route("/"), "/");
    EXPECT_EQ(route("/p/known"), "/p/known");
    EXPECT_EQ(route("/p/7"), "/p/{id}");
    EXPECT_EQ(route("/p/known/original"), "/p/{id}/original");
    EXPECT_EQ(route("/p/"), "/{rest...}");
    EXPECT_EQ(route("/x/y"), "/{rest...}");
    EXPECT_THROW(router.add(Method::get, "/p/{other}", none), std::invalid_argument);
    EXPECT_THROW(router.add(Method::get, "p", none), std::invalid_argument);
    EXPECT_THROW(router.add(Method::get, "/{a...}/b", none), std::invalid_argument);
}

TEST(StaticFiles, AreServedInTheBestFormWithTheirTag) {
    const testing::TemporaryFolder folder;
    folder.write("index.html", "<html>");
    folder.write("assets/main-3f2a.js", "plain");
    folder.write("assets/main-3f2a.js.br", "brotli");
    folder.write("assets/main-3f2a.js.gz", "gzip");
    std::filesystem::create_symlink("/etc/passwd", folder.path() / "passwd");
    const auto files = StaticFiles::load(folder.path()).value();

    Request request;
    const auto plain = files.answer(request, "/assets/main-3f2a.js");
    ASSERT_TRUE(plain);
    EXPECT_EQ(text_of(*plain), "plain");
    EXPECT_EQ(plain->headers.get("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(plain->headers.get("X-Accel-Expires"), "3600");
    EXPECT_EQ(plain->headers.get("Vary"), "Accept-Encoding");
    request.headers.add("Accept-Encoding", "gzip, br");
    const auto compressed = files.answer(request, "/assets/main-3f2a.js");
    EXPECT_EQ(text_of(*compressed), "brotli");
    EXPECT_EQ(compressed->headers.get("Content-Encoding"), "br");
    EXPECT_EQ(compressed->headers.get("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_NE(compressed->headers.get("ETag"), plain->headers.get("ETag"));
    request.headers.add("If-None-Match", *compressed->headers.get("ETag"));
    EXPECT_EQ(files.answer(request, "/assets/main-3f2a.js")->status, 304);

    EXPECT_EQ(files.answer(request, "/index.html")->headers.get("Cache-Control"), "no-cache");
    EXPECT_EQ(files.answer(request, "/index.html")->headers.get("X-Accel-Expires"), "10");
    EXPECT_EQ(*files.text("/index.html"), "<html>");
    for (const char* path : {"/assets/main-3f2a.js.br", "/passwd", "/../index.html", "//index.html", "/assets", ""})
        EXPECT_FALSE(files.answer(request, path)) << path;
    EXPECT_EQ(StaticFiles::load(folder.path() / "none").error().kind, ErrorKind::not_found);
}

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
    Metrics metrics;
    metrics.counter("b_total", "Bs.", {{"name", "a\"b\\c\n"}}).add(3);
    metrics.gauge("a", "As.").set(-2);
    metrics.observe("c", "Cs.", {}, [] { return 1.5; });
    metrics.histogram("d_seconds", "Ds.").observe(3000);
    const auto text = metrics.text();
    EXPECT_TRUE(
        text.starts_with("# HELP a As.\n# TYPE a gauge\na -2\n"
                         "# HELP b_total Bs.\n# TYPE b_total counter\nb_total{name=\"a\\\"b\\\\c\\n\"} 3\n"
                         "# HELP c Cs.\n# TYPE c gauge\nc 1.5\n# HELP d_seconds Ds.\n# TYPE d_seconds histogram\n"))
        << text;
    EXPECT_NE(text.find("d_seconds_bucket{le=\"0.0025\"} 0\nd_seconds_bucket{le=\"0.005\"} 1\n"), std::string::npos);
    EXPECT_NE(text.find("d_seconds_bucket{le=\"+Inf\"} 1\nd_seconds_sum 0.003\nd_seconds_count 1\n"),
              std::string::npos);
    EXPECT_EQ(&metrics.gauge("a", ""), &metrics.gauge("a", ""));
    metrics.append([] { return std::string("# TYPE e gauge\ne{of=\"x\"} 1\n"); });
    EXPECT_TRUE(metrics.text().ends_with("\n# TYPE e gauge\ne{of=\"x\"} 1\n"));
}

}  // namespace
}  // namespace cadre::http
