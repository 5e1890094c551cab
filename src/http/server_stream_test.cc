#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/this_coro.hpp>
#include <future>
#include <thread>

#include "http/conditional.h"
#include "http/test_support.h"

namespace cadre::http {
namespace {

using testing::body_in;
using testing::RawSocket;
using testing::ServerTest;
using testing::status_in;

std::string keep_alive_get(std::string_view path, std::string_view more = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(time);
    co_await timer.async_wait(asio::use_awaitable);
}

template <class Condition>
void wait_until(Condition condition) {
    while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

class Streams : public ServerTest {
protected:
    Streams() {
        router.add(Method::get, "/events", [this](Request&) -> Task<Response> {
            auto count = std::make_shared<int>(0);
            auto alive = std::shared_ptr<void>(nullptr, [this](void*) { --producers; });
            ++producers;
            Producer produce = [count, alive]() -> Task<std::optional<std::string>> {
                if (++*count > 3) co_await pause(std::chrono::hours(1));
                co_return "data: " + std::to_string(*count) + "\n\n";
            };
            co_return Response::with(200, "text/event-stream", EventBody{std::move(produce)});
        });
        router.add(Method::get, "/slow", [this](Request&) -> Task<Response> {
            ++begun;
            co_await pause(std::chrono::milliseconds(300));
            co_return Response::text(200, "finished");
        });
    }
    std::atomic<int> producers{0};
    std::atomic<int> begun{0};
};

TEST_F(Streams, SendsChunksOfUnknownLengthAndKeepsTheConnection) {
    router.add(Method::get, "/chunks", [](Request&) -> Task<Response> {
        auto left = std::make_shared<int>(3);
        co_return Response::with(200, "text/plain", StreamBody{[left]() -> Task<std::optional<std::string>> {
                                     if ((*left)-- == 0) co_return std::nullopt;
                                     co_return "abc";
                                 }});
    });
    start();
    RawSocket socket(address);
    for (int i = 0; i < 2; ++i) {
        socket.send(keep_alive_get("/chunks"));
        EXPECT_EQ(body_in(socket.read_until("0\r\n\r\n")), "3\r\nabc\r\n3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n");
    }
    RawSocket old(address);
    old.send("GET /chunks HTTP/1.0\r\n\r\n");
    EXPECT_EQ(body_in(old.read_all()), "abcabcabc");
}

TEST_F(Streams, AProducerThatFailsBreaksTheAnswerOff) {
    log::set_level(static_cast<log::Level>(9));
    router.add(Method::get, "/fails", [](Request&) -> Task<Response> {
        auto first = std::make_shared<bool>(true);
        co_return Response::with(200, "text/plain", StreamBody{[first]() -> Task<std::optional<std::string>> {
                                     if (!std::exchange(*first, false)) co_return fail(ErrorKind::internal, "gone");
                                     co_return "abc";
                                 }});
    });
    start();
    RawSocket socket(address);
    socket.send(keep_alive_get("/fails"));
    EXPECT_EQ(body_in(socket.read_all()), "3\r\nabc\r\n");
}

/// A body of these pieces, said to be so long.
SequenceBody sequence_of(std::vector<SequenceBody::Piece> pieces, std::uint64_t length) {
    auto left = std::make_shared<std::vector<SequenceBody::Piece>>(std::move(pieces));
    return {[left]() -> Task<std::optional<SequenceBody::Piece>> {
                if (left->empty()) co_return std::nullopt;
                auto piece = std::move(left->front());
                left->erase(left->begin());
                co_return std::optional(std::move(piece));
            },
            length};
}

TEST_F(Streams, SendsBytesAndPartsOfFilesOneAfterTheOther) {
    std::string content;
    for (int i = 0; content.size() < 300'000; ++i) content += std::to_string(i) + " ";
    auto file = std::make_shared<const UniqueFd>(::memfd_create("sequence", MFD_CLOEXEC));
    ASSERT_EQ(::write(file->get(), content.data(), content.size()), static_cast<ssize_t>(content.size()));
    const std::string large(100'000, 'x');
    const auto all =
        "head" + content.substr(5, 10) + large + "between" + content.substr(1000, 200'000) + content.substr(7, 9);
    router.add(Method::get, "/sequence", [&](Request& request) -> Task<Response> {
        const auto length = all.size() + (request.query.has("more") ? 1 : 0) - (request.query.has("less") ? 1 : 0);
        std::vector<SequenceBody::Piece> pieces{"head",    FileBody{file, 5, 10},         large,
                                                "between", FileBody{file, 1000, 200'000}, FileBody{file, 7, 9}};
        co_return Response::with(200, "text/plain", sequence_of(std::move(pieces), length));
    });
    router.add(Method::get, "/short", [&](Request&) -> Task<Response> {
        std::vector<SequenceBody::Piece> pieces{"head", FileBody{file, content.size() - 5, 10}};
        co_return Response::with(200, "text/plain", sequence_of(std::move(pieces), 14));
    });
    log::set_level(static_cast<log::Level>(9));
    start();
    RawSocket socket(address);
    for (int i = 0; i < 2; ++i) {
        socket.send(keep_alive_get("/sequence"));
        const auto answer = socket.read_answer();
        EXPECT_NE(answer.find("Content-Length: " + std::to_string(all.size()) + "\r\n"), std::string::npos);
        EXPECT_EQ(body_in(answer), all);
    }
    socket.send("HEAD /sequence HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(body_in(socket.read_all()), "");
    for (const auto* lie : {"/sequence?more", "/sequence?less"}) {
        RawSocket another(address);
        another.send(keep_alive_get(lie));
        const auto answer = another.read_all();  // ends
        EXPECT_NE(answer.find("Content-Length: "), std::string::npos);
        EXPECT_LE(body_in(answer).size(), all.size());
    }
    RawSocket another(address);
    another.send(keep_alive_get("/short"));
    EXPECT_LE(body_in(another.read_all()).size(), 4U);
}

TEST_F(Streams, EventsAreSentAsTheyComeAndEndCleanlyWhenTheServerStops) {
    start();
    RawSocket socket(address);
    socket.send(keep_alive_get("/events"));
    EXPECT_NE(socket.read_until("data: 3\n\n").find("text/event-stream"), std::string::npos);
    EXPECT_EQ(producers, 1);
    EXPECT_TRUE(server->stop({.bound = std::chrono::seconds(10)}));
    EXPECT_TRUE(socket.read_all().ends_with("0\r\n\r\n"));
    EXPECT_EQ(producers, 0);
}

TEST_F(Streams, AProducerIsCancelledWhenItsClientGoesAway) {
    start();
    RawSocket socket(address);
    socket.send(keep_alive_get("/events"));
    socket.read_until("data: 3\n\n");
    socket.close();
    wait_until([&] { return producers == 0; });
}

TEST_F(Streams, ACleanStopLetsARequestFinishAndTakesNoMore) {
    start();
    RawSocket idle(address);
    RawSocket socket(address);
    socket.send(keep_alive_get("/slow"));
    wait_until([&] { return begun == 1; });
    std::thread stopping([&] { EXPECT_TRUE(server->stop({.bound = std::chrono::seconds(10)})); });
    const auto answer = socket.read_all();
    stopping.join();
    EXPECT_EQ(body_in(answer), "finished");
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_FALSE(RawSocket(address).connected());
}

// A proxy does not repeat a POST that was sent: who could connect is answered, and nobody is reset.
TEST_F(Streams, WhoeverCouldConnectIsAnsweredThoughItStops) {
    router.add(Method::post, "/change", [](Request&) -> Task<Response> { co_return Response::empty(204); });
    std::atomic<int> answered = 0, broken = 0;
    for (int round = 0; round < 4; ++round) {
        start();
        std::atomic<bool> refused = false;
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i)
            clients.emplace_back([&] {
                while (!refused) {
                    RawSocket socket(address);
                    if (!socket.connected()) {
                        refused = true;
                        break;
                    }
                    socket.send("POST /change HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                    if (status_in(socket.read_answer()) != 204) {
                        ++broken;
                        break;
                    }
                    ++answered;
                }
            });
        EXPECT_TRUE(server->stop({.drain = std::chrono::milliseconds(20), .bound = std::chrono::seconds(10)}));
        for (auto& client : clients) client.join();
    }
    EXPECT_EQ(broken, 0) << "of " << answered + broken;
    EXPECT_GT(answered, 0);
}

TEST_F(Streams, ARequestThatCameBeforeTheStopIsAnsweredThoughItsConnectionWasIdle) {
    std::atomic<bool> busy = false;
    std::promise<void> go_on;
    router.add(Method::post, "/change", [](Request&) -> Task<Response> { co_return Response::empty(204); });
    router.add(Method::get, "/busy", [&](Request&) -> Task<Response> {
        busy = true;
        go_on.get_future().wait();
        co_return Response::empty(204);
    });
    options.threads = 1;
    start();
    RawSocket kept(address), other(address);
    constexpr std::string_view kChange = "POST /change HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    kept.send(kChange);
    EXPECT_EQ(status_in(kept.read_answer()), 204);
    other.send(keep_alive_get("/busy"));
    wait_until([&] { return busy.load(); });
    kept.send(kChange);  // lies in the kernel: the only thread is busy
    std::thread stopping([&] { EXPECT_TRUE(server->stop({.bound = std::chrono::seconds(10)})); });
    wait_until([&] { return server->stopping(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // so that the thread finds the end before the request
    go_on.set_value();
    EXPECT_EQ(status_in(kept.read_answer()), 204);
    stopping.join();
}

TEST_F(Streams, NewRequestsAreStillServedWhileItDrains) {
    router.add(Method::get, "/ready",
               [this](Request&) -> Task<Response> { co_return Response::empty(server->stopping() ? 503 : 200); });
    start();
    RawSocket kept(address);
    kept.send(keep_alive_get("/ready"));
    EXPECT_EQ(status_in(kept.read_answer()), 200);
    std::thread stopping(
        [&] { EXPECT_TRUE(server->stop({.drain = std::chrono::seconds(1), .bound = std::chrono::seconds(10)})); });
    wait_until([&] { return server->stopping(); });
    EXPECT_EQ(status_in(exchange(keep_alive_get("/ready"))), 503);
    stopping.join();
}

TEST_F(Streams, AStopCutsWhatOutlastsItsBound) {
    router.add(Method::get, "/forever", [this](Request&) -> Task<Response> {
        ++begun;
        co_await pause(std::chrono::hours(1));
        co_return Response::empty(204);
    });
    start();
    RawSocket socket(address);
    socket.send(keep_alive_get("/forever"));
    wait_until([&] { return begun == 1; });
    EXPECT_FALSE(server->stop({.bound = std::chrono::milliseconds(50)}));
    server.reset();
    EXPECT_EQ(socket.read_all(), "");
}

class Files : public ServerTest {
protected:
    void serve(std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) content.push_back(static_cast<char>(i * 131 + i / 251));
        const auto path = folder.write("photo", content);
        file = std::make_shared<const UniqueFd>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        router.add(Method::get, "/photo", [this](Request& request) -> Task<Response> {
            co_return answer_file(request, {"\"v1\"", 784111777}, FileBody{file, 0, content.size()}, {{"X-Own", "1"}},
                                  alike);
        });
        start();
    }
    std::string ask(std::string_view more) { return exchange(keep_alive_get("/photo", more)); }

    testing::TemporaryFolder folder;
    std::string content;
    std::shared_ptr<const UniqueFd> file;
    const SharedHeaders alike = std::make_shared<const Headers>(
        Headers{{"Content-Type", "image/webp"}, {"Cache-Control", "private, max-age=60"}});
};

TEST_F(Files, AreSentWholeWhateverTheirSize) {
    serve(7'000'001);
    EXPECT_EQ(body_in(ask("")), content);
}

TEST_F(Files, AClientThatLeavesInTheMiddleHarmsNobodyElse) {
    serve(20'000'000);
    for (int i = 0; i < 20; ++i) {
        RawSocket socket(address);
        socket.send(keep_alive_get("/photo"));
        socket.read_exactly(1000);
    }
    EXPECT_EQ(body_in(ask("Range: bytes=0-9\r\n")), content.substr(0, 10));
}

TEST_F(Files, SmallOnesAndEmptyOnesToo) {
    serve(0);
    const auto answer = ask("");
    EXPECT_EQ(status_in(answer), 200);
    EXPECT_NE(answer.find("Content-Length: 0\r\n"), std::string::npos);
}

TEST_F(Files, RangesAreCutOutAtEitherEnd) {
    for (const std::size_t size : {std::size_t{1000}, std::size_t{300'000}}) {
        content.clear();
        router = Router();
        server.reset();
        serve(size);
        const auto middle = ask("Range: bytes=10-19\r\n");
        EXPECT_EQ(status_in(middle), 206);
        EXPECT_EQ(body_in(middle), content.substr(10, 10));
        EXPECT_NE(middle.find("Content-Range: bytes 10-19/" + std::to_string(size) + "\r\n"), std::string::npos);
        EXPECT_EQ(body_in(ask("Range: bytes=-7\r\n")), content.substr(size - 7));
        EXPECT_EQ(body_in(ask("Range: bytes=990-\r\n")), content.substr(990));
        EXPECT_EQ(body_in(ask("Range: bytes=5-99999999999999999999\r\n")), content.substr(5));
        const auto past = ask("Range: bytes=" + std::to_string(size) + "-\r\n");
        EXPECT_EQ(status_in(past), 416);
        EXPECT_NE(past.find("Content-Range: bytes */" + std::to_string(size) + "\r\n"), std::string::npos);
        EXPECT_EQ(status_in(ask("Range: bytes=1-2,4-5\r\n")), 200);
        EXPECT_EQ(status_in(ask("Range: bytes=9-2\r\n")), 200);
        EXPECT_EQ(status_in(ask("Range: bytes=1-2\r\nIf-Range: \"v1\"\r\n")), 206);
        EXPECT_EQ(status_in(ask("Range: bytes=1-2\r\nIf-Range: \"v0\"\r\n")), 200);
    }
}

TEST_F(Files, FieldsThatAllHaveAlikeAreInEveryAnswerOnce) {
    serve(1000);
    const std::string head = "HEAD /photo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for (const auto& answer :
         {ask(""), ask("Range: bytes=1-2\r\n"), exchange(head), ask("If-None-Match: \"v1\"\r\n")}) {
        const bool unchanged = status_in(answer) == 304;
        const auto times = [&](std::string_view line) {
            std::size_t found = 0;
            for (auto at = answer.find(line); at != std::string::npos; at = answer.find(line, at + 1)) ++found;
            return found;
        };
        EXPECT_EQ(times("\r\nCache-Control: private, max-age=60\r\n"), 1U) << answer;
        EXPECT_EQ(times("\r\nX-Own: 1\r\n"), 1U) << answer;
        EXPECT_EQ(times("\r\nContent-Type: image/webp\r\n"), unchanged ? 0U : 1U) << answer;
    }
    const auto failed = ask("If-Match: \"v2\"\r\n");
    EXPECT_EQ(status_in(failed), 412);
    EXPECT_EQ(failed.find("max-age"), std::string::npos);
}

TEST_F(Files, ConditionalRequestsAreAnsweredWithoutTheBody) {
    serve(1000);
    const auto unchanged = ask("If-None-Match: \"v0\", W/\"v1\"\r\n");
    EXPECT_EQ(status_in(unchanged), 304);
    EXPECT_EQ(body_in(unchanged), "");
    EXPECT_NE(unchanged.find("ETag: \"v1\"\r\n"), std::string::npos);
    EXPECT_EQ(status_in(ask("If-None-Match: \"v2\"\r\n")), 200);
    EXPECT_EQ(status_in(ask("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n")), 304);
    EXPECT_EQ(status_in(ask("If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n")), 200);
    EXPECT_EQ(status_in(ask("If-Match: \"v2\"\r\n")), 412);
    EXPECT_EQ(status_in(ask("If-Match: W/\"v1\"\r\n")), 412);
    EXPECT_EQ(status_in(ask("If-Match: \"v1\"\r\n")), 200);
}

}  // namespace
}  // namespace cadre::http
