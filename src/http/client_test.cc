#include "http/client.h"

#include <fcntl.h>

#include <atomic>
#include <thread>

#include "http/test_support.h"

namespace cadre::http {
namespace {

using testing::run;
using testing::ServerTest;

class Client_ : public ServerTest {
protected:
    Client_() {
        router.add(Method::get, "/hello", [this](Request& request) -> Task<Response> {
            ++asked;
            co_return Response::text(200, "hello " + std::string(request.query.get("name").value_or("")));
        });
        router.add(Method::put, "/echo",
                   [](Request& request) -> Task<Response> {
                       auto body = co_await request.body.read_all(64 << 20);
                       if (!body) co_return fail(std::move(body.error()));
                       Response response = Response::text(200, std::move(*body));
                       response.headers.set("X-Chunked", request.content_length ? "no" : "yes");
                       co_return response;
                   },
                   {.body_limit = 64 << 20});
        router.add(Method::put, "/small", [](Request& request) -> Task<Response> {
            auto body = co_await request.body.read_all(10);
            co_return Response::empty(204);
        });
    }
    Url url(std::string target) { return Url{"http", "127.0.0.1", address.port, std::move(target)}; }
    ClientRequest ask(Method method, std::string target, Body body = {}) {
        ClientRequest request;
        request.method = method;
        request.url = url(std::move(target));
        request.body = std::move(body);
        return request;
    }
    /// Connections that the server has had so far are seen by the ports of the clients: here, by the gauge.
    std::int64_t open_connections() { return metrics.gauge("cadre_http_connections", "").value(); }

    asio::io_context io;
    std::atomic<int> asked{0};
};

TEST_F(Client_, UsesOneConnectionForOneRequestAfterTheOther) {
    start();
    Client client(io.get_executor());
    for (int i = 0; i < 20; ++i) {
        const auto answer = run(io, client.request(ask(Method::get, "/hello?name=a%20b")));
        ASSERT_TRUE(answer) << answer.error().detail;
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->body, "hello a b");
    }
    EXPECT_EQ(open_connections(), 1);
}

TEST_F(Client_, SendsBodiesOfEveryKind) {
    start();
    Client client(io.get_executor());
    std::string large;
    for (int i = 0; i < 3'000'000; ++i) large.push_back(static_cast<char>(i * 7 + i / 255));
    const testing::TemporaryFolder folder;
    const auto path = folder.write("large", large);
    const auto fd = std::make_shared<const UniqueFd>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const auto pieces = [&large] {
        auto at = std::make_shared<std::size_t>(0);
        return Producer([at, &large]() -> Task<std::optional<std::string>> {
            if (*at >= large.size()) co_return std::nullopt;
            auto piece = large.substr(*at, 100'000);
            *at += piece.size();
            co_return piece;
        });
    };
    for (Body& body :
         std::vector<Body>{large, std::make_shared<const std::string>(large), FileBody{fd, 0, large.size()},
                           StreamBody{pieces(), large.size()}, StreamBody{pieces()}}) {
        const bool chunked = !length_of(body);
        const auto answer = run(io, client.request(ask(Method::put, "/echo", std::move(body))));
        ASSERT_TRUE(answer) << answer.error().detail;
        EXPECT_TRUE(answer->body == large);
        EXPECT_EQ(answer->headers.get("X-Chunked"), chunked ? "yes" : "no");
    }
    EXPECT_EQ(open_connections(), 1);
}

TEST_F(Client_, ARefusalReachesItAlthoughTheBodyIsStillBeingSent) {
    start();
    Client client(io.get_executor());
    auto request = ask(Method::put, "/small", std::string(8 << 20, 'x'));
    auto answer = run(io, client.request(std::move(request)));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->status, 413);

    auto waiting = ask(Method::put, "/small", std::string(8 << 20, 'x'));
    waiting.expect_continue = true;
    answer = run(io, client.request(std::move(waiting)));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->status, 413);

    auto welcome = ask(Method::put, "/echo", std::string(1 << 20, 'x'));
    welcome.expect_continue = true;
    answer = run(io, client.request(std::move(welcome)));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->status, 200);
}

TEST_F(Client_, AsksAgainWhenAKeptConnectionWasClosedMeanwhile) {
    start();
    Client client(io.get_executor());
    ASSERT_TRUE(run(io, client.request(ask(Method::get, "/hello"))));
    options.listen = address;
    server.reset();
    start();
    const auto answer = run(io, client.request(ask(Method::get, "/hello")));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(asked, 2);
}

TEST_F(Client_, SaysThatNobodyIsThere) {
    start();
    Client client(io.get_executor());
    server.reset();
    const auto answer = run(io, client.request(ask(Method::get, "/hello")));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
}

TEST_F(Client_, GivesUpOnAnAnswerThatTakesTooLong) {
    router.add(Method::get, "/forever", [](Request&) -> Task<Response> {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        timer.expires_after(std::chrono::hours(1));
        co_await timer.async_wait(asio::use_awaitable);
        co_return Response::empty(204);
    });
    start();
    ClientOptions impatient;
    impatient.answer_timeout = std::chrono::milliseconds(50);
    Client client(io.get_executor(), impatient);
    const auto answer = run(io, client.request(ask(Method::get, "/forever")));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
}

TEST_F(Client_, ReadsAnAnswerPieceByPieceAndRefusesOneThatIsTooLarge) {
    router.add(Method::get, "/large",
               [](Request&) -> Task<Response> { co_return Response::text(200, std::string(1 << 20, 'x')); });
    start();
    ClientOptions small;
    small.body_limit = 1000;
    Client client(io.get_executor(), small);
    EXPECT_EQ(run(io, client.request(ask(Method::get, "/large"))).error().kind, ErrorKind::too_large);

    auto stream = run(io, client.open(ask(Method::get, "/large")));
    ASSERT_TRUE(stream);
    std::size_t total = 0;
    std::vector<std::uint8_t> piece(10'000);
    while (const auto count = run(io, stream->body->read_some(piece)).value()) total += count;
    EXPECT_EQ(total, std::size_t{1} << 20);
}

TEST_F(Client_, HeadAnd204HaveNoBody) {
    start();
    Client client(io.get_executor());
    const auto head = run(io, client.request(ask(Method::head, "/hello")));
    ASSERT_TRUE(head) << head.error().detail;
    EXPECT_EQ(head->body, "");
    EXPECT_EQ(head->headers.get("Content-Length"), "6");
    EXPECT_EQ(run(io, client.request(ask(Method::put, "/small", std::string("x")))).value().status, 204);
    EXPECT_EQ(open_connections(), 1);
}

}  // namespace
}  // namespace cadre::http
