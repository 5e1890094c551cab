#include "http/server.h"

#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/this_coro.hpp>
#include <thread>

#include "base/field_codes.h"
#include "http/conditional.h"
#include "http/test_support.h"
#include "http/wire.h"

namespace cadre::http {
namespace {

using testing::body_in;
using testing::RawSocket;
using testing::ServerTest;
using testing::status_in;

constexpr std::string_view kEnd = "Host: a\r\nConnection: close\r\n\r\n";

std::string get(std::string_view path, std::string_view more = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\n" + std::string(more) + std::string(kEnd);
}

class Server_ : public ServerTest {
protected:
    Server_() {
        router.add(Method::get, "/hello", [](Request&) -> Task<Response> { co_return Response::text(200, "hello"); });
        router.add(Method::get, "/photos/{id}/original", [](Request& request) -> Task<Response> {
            co_return Response::text(200, std::string(request.param("id")));
        });
        router.add(Method::get, "/files/{rest...}", [](Request& request) -> Task<Response> {
            co_return Response::text(200, std::string(request.param("rest")));
        });
        router.add(Method::post, "/echo",
                   [this](Request& request) -> Task<Response> {
                       auto body = co_await request.body.read_all(1 << 20);
                       if (!body) co_return fail(std::move(body.error()));
                       ++echoed;
                       co_return Response::text(200, std::move(*body));
                   },
                   {.body_limit = 1000});
        router.add(Method::post, "/ignore", [](Request&) -> Task<Response> { co_return Response::empty(204); });
        router.add(Method::get, "/fault", [](Request&) -> Task<Response> { throw std::runtime_error("secret"); });
        router.add(Method::get, "/busy", [](Request&) -> Task<Response> {
            Error busy{ErrorKind::unavailable, "Busy."};
            busy.retry_after = std::chrono::seconds(7);
            co_return fail(std::move(busy));
        });
        router.add(Method::get, "/wrong", [](Request&) -> Task<Response> {
            Error wrong{Code::invalid_fields, "Two fields are wrong."};
            wrong.fields = {{"a", FieldCode::missing}, {"b", FieldCode::not_one_of, choices({"x", "y"})}};
            co_return fail(std::move(wrong));
        });
        router.add(Method::get, "/who", [](Request& request) -> Task<Response> {
            co_return Response::text(200, request.remote + " " + request.origin() + " " + request.id);
        });
    }
    std::atomic<int> echoed{0};
};

TEST_F(Server_, AnswersWithDateNameAndRequestId) {
    options.name = "replica-1";
    options.fixed_headers.set("X-Content-Type-Options", "nosniff");
    start();
    const auto answer = exchange(get("/hello"));
    EXPECT_EQ(status_in(answer), 200);
    EXPECT_EQ(body_in(answer), "hello");
    for (const char* field : {"\r\nDate: ", "\r\nX-Served-By: replica-1\r\n", "\r\nX-Request-Id: ",
                              "\r\nContent-Length: 5\r\n", "\r\nX-Content-Type-Options: nosniff\r\n"})
        EXPECT_NE(answer.find(field), std::string::npos) << field;
}

TEST_F(Server_, KeepsTheConnectionAndAnswersPipelinedRequestsInOrder) {
    start();
    RawSocket socket(address);
    std::string all;
    for (int i = 0; i < 50; ++i) all += "GET /photos/" + std::to_string(i) + "/original HTTP/1.1\r\nHost: a\r\n\r\n";
    all += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + get("/hello");
    socket.send(all);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(body_in(socket.read_answer()), std::to_string(i));
    EXPECT_EQ(body_in(socket.read_answer()), "abc");
    EXPECT_EQ(body_in(socket.read_answer()), "hello");
    EXPECT_EQ(socket.read_all(), "");
}

TEST_F(Server_, AnswersHeadAsGetWithoutTheBody) {
    start();
    const auto answer = exchange("HEAD /hello HTTP/1.1\r\n" + std::string(kEnd));
    EXPECT_EQ(status_in(answer), 200);
    EXPECT_NE(answer.find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_EQ(body_in(answer), "");
}

TEST_F(Server_, NamesTheAllowedMethodsIn405AndOptions) {
    start();
    const auto refused = exchange("DELETE /hello HTTP/1.1\r\n" + std::string(kEnd));
    EXPECT_EQ(status_in(refused), 405);
    EXPECT_NE(refused.find("\r\nAllow: GET, HEAD, OPTIONS\r\n"), std::string::npos);
    const auto options_answer = exchange("OPTIONS /echo HTTP/1.1\r\n" + std::string(kEnd));
    EXPECT_EQ(status_in(options_answer), 204);
    EXPECT_NE(options_answer.find("\r\nAllow: POST, OPTIONS\r\n"), std::string::npos);
}

TEST_F(Server_, RefusalsAreProblemDetails) {
    start();
    const auto missing = exchange(get("/nothing"));
    EXPECT_EQ(status_in(missing), 404);
    EXPECT_NE(missing.find("Content-Type: application/problem+json\r\n"), std::string::npos);
    EXPECT_NE(missing.find(
                  "\"type\":\"/problems/not-found\",\"title\":\"There is nothing here\",\"status\":404,\"detail\":\""),
              std::string::npos);
    const auto id = missing.substr(missing.find("X-Request-Id: ") + 14, 16);
    EXPECT_NE(missing.find("\"instance\":\"" + id + "\""), std::string::npos);

    const auto busy = exchange(get("/busy"));
    EXPECT_EQ(status_in(busy), 503);
    EXPECT_NE(busy.find("\r\nRetry-After: 7\r\n"), std::string::npos);
    EXPECT_NE(
        exchange(get("/wrong"))
            .find(R"("errors":[{"field":"a","code":"missing","detail":"It is missing."},)"
                  R"({"field":"b","code":"not-one-of","detail":"It must be x or y.","params":{"choices":["x","y"]}}])"),
        std::string::npos);
}

TEST_F(Server_, AFaultTellsNothingAndTheServerGoesOn) {
    log::set_level(static_cast<log::Level>(9));
    start();
    const auto answer = exchange(get("/fault"));
    EXPECT_EQ(status_in(answer), 500);
    EXPECT_EQ(answer.find("secret"), std::string::npos);
    EXPECT_EQ(status_in(exchange(get("/hello"))), 200);
}

TEST_F(Server_, RefusesWhatCouldSmuggleARequestAndCloses) {
    start();
    const std::string smuggled = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string post = "POST /echo HTTP/1.1\r\nHost: a\r\n";
    for (const std::string& request : {
             post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
             post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
             post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
             post + "Content-Length: 3, 4\r\n\r\nabcd",
             post + "Content-Length: -1\r\n\r\n",
             post + "Content-Length: +3\r\n\r\nabc",
             post + "Content-Length: 3x\r\n\r\nabc",
             post + "Content-Length: 0x3\r\n\r\nabc",
             post + "Content-Length: 99999999999999999999999\r\n\r\nabc",
             post + "Content-Length: \r\n\r\n",
             post + "Content-Length : 3\r\n\r\nabc",
             post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             post + "X-Folded: a\r\n b\r\nContent-Length: 0\r\n\r\n",
             post + "X-Control: a\x01z\r\n\r\n",
             post + std::string("X-Nul: a\0z\r\n\r\n", 14),
             post + "X-Bare: a\nContent-Length: 5\r\n\r\nabcde",
             post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n",
             std::string("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
             std::string("GET /hello HTTP/1.1\r\n\r\n"),
             std::string("GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n"),
             std::string("GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
             std::string("GET /hello\r\nHost: a\r\n\r\n"),
             std::string("GET hello HTTP/1.1\r\nHost: a\r\n\r\n"),
             std::string("\x16\x03\x01\x02 a TLS hello\r\n\r\n"),
         }) {
        const auto answer = exchange(request + smuggled);
        EXPECT_EQ(status_in(answer), 400) << request << answer;
        EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << request;
        EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << request;
        EXPECT_EQ(answer.find("hello\"}"), std::string::npos);
        EXPECT_EQ(answer.find("HTTP/1.1 200"), std::string::npos) << request;
    }
    EXPECT_EQ(echoed, 0);
}

TEST_F(Server_, NamesOtherStatusesOfMalformedRequests) {
    start();
    EXPECT_EQ(status_in(exchange("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n")), 400);
    EXPECT_EQ(status_in(exchange("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n")), 501);
    EXPECT_EQ(status_in(exchange("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\na")), 417);
    EXPECT_EQ(status_in(exchange("GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(20000, 'a') + "\r\n\r\n")), 431);
    for (const char* never :
         {"\x16\x03\x01\x02", "GET /hello HTTP/1.1\nHost: a\n\n", "\x80", " GET / HTTP/1.1\r\n", "\ra"}) {
        RawSocket socket(address);  // the other side does not end: nothing is waited for
        socket.send(never);
        EXPECT_EQ(status_in(socket.read_answer()), 400) << never;
    }
    EXPECT_EQ(status_in(exchange("GET /" + std::string(20000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n")), 414);
}

TEST_F(Server_, RefusesPathsThatCouldBeReadInTwoWays) {
    start();
    for (const char* path : {"/files/../hello", "/files/%2e%2e/hello", "/files/.%2E/x", "/files/./x", "/files/..",
                             "/files/a%00b", "/files/a%2fb", "/files/a%2Fb", "/files/a%5cb", "/files/%0a", "/files/%",
                             "/files/%zz", "/files/%1", "/hello?a=%zz"})
        EXPECT_EQ(status_in(exchange(get(path))), 400) << path;
    EXPECT_EQ(status_in(exchange(get("//hello"))), 404);
    EXPECT_EQ(status_in(exchange(get("/photos//original"))), 404);
    EXPECT_EQ(body_in(exchange(get("/files/a%20%C3%A9/b..c/"))), "a é/b..c/");
    EXPECT_EQ(body_in(exchange(get("http://example.org/hello"))), "hello");
}

TEST_F(Server_, ARequestCutAtAnyByteIsNeverAcceptedAndTheServerGoesOn) {
    start();
    const std::string request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde";
    const std::string chunked =
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n";
    for (const auto& whole : {request, chunked})
        for (std::size_t length = 1; length < whole.size(); ++length) {
            const auto answer = exchange(whole.substr(0, length));
            EXPECT_EQ(status_in(answer), 400) << length << answer;
        }
    EXPECT_EQ(echoed, 0);
    EXPECT_EQ(body_in(exchange(request)), "abcde");
    EXPECT_EQ(body_in(exchange(chunked)), "abcde");
}

TEST_F(Server_, ReadsARequestThatComesByteByByte) {
    start();
    for (const std::string_view text :
         {"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
          "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
          "2;x=y\r\nab\r\n1\r\nc\r\n0\r\nTrailer: z\r\n\r\n"}) {
        RawSocket socket(address);
        for (const char c : text) socket.send({&c, 1});
        EXPECT_EQ(body_in(socket.read_all()), "abc");
    }
}

TEST_F(Server_, BoundsBodiesByTheRoutesLimit) {
    start();
    const std::string large(2000, 'x');
    const auto known = exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + large);
    EXPECT_EQ(status_in(known), 413);
    const auto chunked = exchange("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                                  large + "\r\n0\r\n\r\n");
    EXPECT_EQ(status_in(chunked), 413);
    EXPECT_EQ(echoed, 0);
}

TEST_F(Server_, AsksForTheBodyOnlyWhenItIsRead) {
    start();
    RawSocket reads(address);
    reads.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(reads.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    reads.send("abc");
    EXPECT_EQ(body_in(reads.read_answer()), "abc");

    RawSocket refuses(address);
    refuses.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n");
    EXPECT_EQ(status_in(refuses.read_all()), 413);  // and it closes, for who knows whether the body comes
}

TEST_F(Server_, AnUnreadBodyNeverBecomesTheNextRequest) {
    start();
    const auto there = exchange("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /" + get("/hello"));
    EXPECT_EQ(status_in(there), 204);
    EXPECT_EQ(body_in(body_in(there)), "hello");

    RawSocket later(address);
    later.send("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n");
    const auto answer = later.read_until("\r\n\r\n");
    EXPECT_EQ(status_in(answer), 204);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    later.send(get("/hello"));
    EXPECT_EQ(later.read_all(), "");
}

TEST_F(Server_, ShedsSlowHeadersBodiesAndIdleConnections) {
    options.header_timeout = options.idle_timeout = options.stall_grace = std::chrono::milliseconds(100);
    options.min_rate = 1000000;
    start();
    RawSocket header(address);
    header.send("GET /hello HT");
    EXPECT_EQ(status_in(header.read_all()), 408);
    RawSocket body(address);
    body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na");
    EXPECT_EQ(status_in(body.read_all()), 408);
    RawSocket idle(address);
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_EQ(echoed, 0);
}

TEST_F(Server_, ShedsAClientThatDoesNotTakeItsAnswer) {
    options.stall_grace = std::chrono::milliseconds(100);
    options.min_rate = std::uint64_t{1} << 30;
    router.add(Method::get, "/large",
               [](Request&) -> Task<Response> { co_return Response::text(200, std::string(64 << 20, 'x')); });
    start();
    RawSocket socket(address);
    socket.send(get("/large"));
    while (metrics.counter("cadre_http_timeouts_total", "").value() == 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_LT(socket.read_all().size(), std::size_t{64} << 20);
}

TEST(WireBudget, SilenceIsBorneForTheGraceWhateverCameBefore) {
    Wire::Budget budget{std::chrono::seconds(15), 2048};
    budget.move(std::uint64_t{63} << 20);
    EXPECT_EQ(budget.left(), std::chrono::seconds(15));
    budget.wait(std::chrono::milliseconds(14'900));
    EXPECT_EQ(budget.left(), std::chrono::milliseconds(100));
    budget.wait(std::chrono::milliseconds(100));
    EXPECT_EQ(budget.left().count(), 0);
}

TEST(WireBudget, AByteNowAndThenDoesNotBuyTheNextSilence) {
    Wire::Budget budget{std::chrono::seconds(15), 2048};
    budget.move(std::uint64_t{1} << 30);
    for (int i = 0; i < 2; ++i) {
        budget.wait(std::chrono::seconds(14));
        budget.move(1);
    }
    EXPECT_LT(budget.left().count(), 0);
}

TEST(WireBudget, ASlowOneThatGoesOnIsBorneForHours) {
    Wire::Budget phone{std::chrono::seconds(15), 2048, std::chrono::hours(6)};
    for (int second = 0; second < 5 * 3600; ++second) {
        phone.wait(std::chrono::seconds(1));
        phone.move(20'000);
        ASSERT_GT(phone.left(), std::chrono::seconds(14)) << second;
    }
    Wire::Budget tunnels{std::chrono::seconds(15), 2048, std::chrono::hours(6)};
    for (int minute = 0; minute < 5 * 60; ++minute) {
        tunnels.wait(std::chrono::seconds(13));
        ASSERT_GT(tunnels.left().count(), 0) << minute;
        tunnels.move(100'000);
    }
    phone.wait(std::chrono::hours(1));
    EXPECT_LE(phone.left().count(), 0) << "the longest time for a whole body";
}

TEST_F(Server_, ShedsAClientThatFallsSilentAfterMuchOfItsBody) {
    options.stall_grace = std::chrono::milliseconds(300);
    router.add(Method::post, "/take",
               [this](Request& request) -> Task<Response> {
                   auto body = co_await request.body.read_all(1 << 20);
                   if (!body) co_return fail(std::move(body.error()));
                   ++echoed;
                   co_return Response::empty(204);
               },
               {.body_limit = 1 << 20});
    start();
    RawSocket silent(address);
    silent.send("POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + std::string(59'000, 'x'));
    EXPECT_EQ(status_in(silent.read_all()), 408);
    RawSocket chunked(address);
    chunked.send("POST /take HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nE678\r\n" +
                 std::string(59'000, 'x'));
    EXPECT_EQ(status_in(chunked.read_all()), 408);
    RawSocket trickles(address);
    trickles.send("POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + std::string(59'000, 'x'));
    int sent = 0;
    while (sent < 200 && metrics.counter("cadre_http_timeouts_total", "").value() < 3 && trickles.send("x")) {
        ++sent;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_LT(sent, 200);
    EXPECT_EQ(echoed, 0);
}

TEST_F(Server_, AClientThatTakesItsAnswerSlowlyGetsIt) {
    options.stall_grace = std::chrono::milliseconds(1'500);
    router.add(Method::get, "/large",
               [](Request&) -> Task<Response> { co_return Response::text(200, std::string(64 << 20, 'x')); });
    start();
    RawSocket socket(address);
    socket.send(get("/large"));
    // The socket says that there is room again only after megabytes: longer than the grace at this pace.
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(socket.read_exactly(50'000).size(), 50'000U) << i;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    EXPECT_EQ(metrics.counter("cadre_http_timeouts_total", "").value(), 0U);
    EXPECT_EQ(socket.read_exactly(10'000'000).size(), 10'000'000U);
}

TEST_F(Server_, BelievesForwardedFieldsOnlyFromTrustedProxies) {
    const std::string forged =
        get("/who",
            "X-Forwarded-For: 9.9.9.9, 10.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: photos.example\r\n"
            "X-Request-Id: from-proxy\r\n");
    start();
    const auto untrusted = body_in(exchange(forged));
    EXPECT_TRUE(untrusted.starts_with("127.0.0.1 http://a ")) << untrusted;
    EXPECT_EQ(untrusted.find("from-proxy"), std::string::npos);

    server.reset();
    options.trusted_proxies = Networks::parse("127.0.0.0/8, 10.0.0.0/8").value();
    start();
    EXPECT_EQ(body_in(exchange(forged)), "9.9.9.9 https://photos.example from-proxy");
}

TEST_F(Server_, RefusesConnectionsPastTheLimitWith503AndTakesNewOnesAfterwards) {
    options.max_connections = 1000;
    options.header_timeout = std::chrono::minutes(5);
    start();
    std::vector<std::unique_ptr<RawSocket>> open;
    for (int i = 0; i < 1000; ++i) {
        open.push_back(std::make_unique<RawSocket>(address));
        ASSERT_TRUE(open.back()->connected());
        open.back()->send("GET /hello HTTP/1.1\r\n");  // none of them is idle
    }
    const auto refused = exchange(get("/hello"));
    EXPECT_EQ(status_in(refused), 503);
    EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos);
    open.clear();
    while (status_in(exchange(get("/hello"))) != 200) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST_F(Server_, ClosesTheConnectionThatIsIdleLongestForANewOne) {
    options.max_connections = 8;
    start();
    std::vector<std::unique_ptr<RawSocket>> idle;
    for (int i = 0; i < 8; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        idle.push_back(std::make_unique<RawSocket>(address));
        if (i % 2 == 0) continue;  // that never asked for anything counts likewise
        idle.back()->send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        ASSERT_EQ(body_in(idle.back()->read_answer()), "hello");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1'200));
    RawSocket one(address);
    one.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_in(one.read_answer()), 200);
    while (!idle.front()->ended()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(std::count_if(idle.begin(), idle.end(), [](const auto& socket) { return socket->ended(); }), 1);
    idle.back()->send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(body_in(idle.back()->read_answer()), "hello");
}

TEST_F(Server_, BoundsTheConnectionsOfOneAddressButNotOfAProxy) {
    options.max_connections_an_address = 4;
    options.header_timeout = std::chrono::minutes(5);
    for (const bool trusted : {false, true}) {
        server.reset();
        if (trusted) options.trusted_proxies = Networks::parse("127.0.0.1").value();
        start();
        std::vector<std::unique_ptr<RawSocket>> busy;
        for (int i = 0; i < 4; ++i) {
            busy.push_back(std::make_unique<RawSocket>(address));
            busy.back()->send("GET /hello HTTP/1.1\r\n");
        }
        const auto answer = exchange(get("/hello"));
        EXPECT_EQ(status_in(answer), trusted ? 200 : 503);
        EXPECT_EQ(answer.find("Retry-After: 1\r\n") != std::string::npos, !trusted);
    }
}

TEST_F(Server_, RunningOutOfDescriptorsPassesAndIsNoFault) {
    router.add(Method::get, "/out", [](Request&) -> Task<Response> {
        throw std::system_error(EMFILE, std::generic_category(), "opening something");
    });
    router.add(Method::get, "/other", [](Request&) -> Task<Response> {
        throw std::system_error(ELOOP, std::generic_category(), "opening something");
    });
    log::set_level(static_cast<log::Level>(9));
    start();
    const auto answer = exchange(get("/out"));
    EXPECT_EQ(status_in(answer), 503);
    EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos);
    EXPECT_EQ(status_in(exchange(get("/other"))), 500);
}

TEST_F(Server_, ServesItsMetricsOnAnAddressOfTheirOwn) {
    options.metrics_listen = Address{"127.0.0.1", 0};
    start();
    EXPECT_EQ(status_in(exchange(get("/metrics"))), 404);
    exchange(get("/photos/7/original"));
    address = *server->metrics_address();
    const auto text = exchange(get("/metrics"));
    EXPECT_NE(text.find("cadre_http_requests_total{route=\"/photos/{id}/original\",status=\"200\"} 1\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("cadre_http_requests_total{route=\"none\",status=\"404\"} 1\n"), std::string::npos);
    EXPECT_NE(text.find("cadre_http_request_duration_seconds_count{route=\"/photos/{id}/original\"} 1\n"),
              std::string::npos);
    EXPECT_NE(text.find("cadre_http_connections "), std::string::npos);
}

TEST_F(Server_, RefusesAnAddressThatIsTaken) {
    start();
    ServerOptions second;
    second.listen = address;
    Server other(second, router, metrics);
    const auto bound = other.start();
    ASSERT_FALSE(bound);
    EXPECT_EQ(bound.error().kind, ErrorKind::unavailable);
}

TEST_F(Server_, MiddlewareSeesEveryRequestAndMayAnswerIt) {
    struct Gate final : Middleware {
        Task<std::optional<Response>> before(Request& request) override {
            request.context = std::string("viewer");
            if (request.headers.has("X-Stop")) co_return Response::text(403, "stopped");
            if (request.headers.has("X-Fail")) co_return fail(ErrorKind::unauthenticated, "Log in.");
            co_return std::optional<Response>{};
        }
        void after(const Request&, Response& response) override { response.headers.set("X-After", "yes"); }
    };
    router.use(std::make_shared<Gate>());
    router.add(Method::get, "/viewer", [](Request& request) -> asio::awaitable<Response> {
        co_return Response::text(200, *request.attached<std::string>());
    });
    start();
    EXPECT_EQ(body_in(exchange(get("/viewer"))), "viewer");
    EXPECT_EQ(status_in(exchange(get("/viewer", "X-Stop: 1\r\n"))), 403);
    EXPECT_EQ(status_in(exchange(get("/viewer", "X-Fail: 1\r\n"))), 401);
    for (const char* path : {"/viewer", "/nothing"})
        EXPECT_NE(exchange(get(path)).find("X-After: yes\r\n"), std::string::npos);
}

TEST_F(Server_, AFieldThatWouldSplitTheAnswerIsLeftOut) {
    router.add(Method::get, "/split", [](Request& request) -> Task<Response> {
        Response response = Response::text(200, "");
        response.headers.set("Location", "/x\r\nX-Evil: " + request.path);
        co_return response;
    });
    start();
    EXPECT_EQ(exchange(get("/split")).find("X-Evil"), std::string::npos);
}

}  // namespace
}  // namespace cadre::http
