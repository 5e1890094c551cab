#include "http/client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <unordered_set>
#include <vector>

#include "http/client_connection.h"
#include "http/io_thread.h"

namespace cadre::http {
namespace {

using asio::ip::tcp;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kSweepEvery{100};

bool can_be_repeated(const ClientRequest& request) {
    const bool idempotent =
        request.method != Method::post && request.method != Method::patch && request.method != Method::other;
    return idempotent && !std::holds_alternative<StreamBody>(request.body);
}

struct Connecting {
    explicit Connecting(const asio::any_io_executor& executor)
        : resolver(executor), socket(executor), timer(executor) {}
    tcp::resolver resolver;
    tcp::socket socket;
    asio::steady_timer timer;
    bool late = false;
    bool done = false;
};

}  // namespace

struct Client::Impl final : ClientPool, std::enable_shared_from_this<Client::Impl> {
    Impl(asio::any_io_executor on, ClientOptions given) : executor(on), options(given), sweeper(on) {}

    Result<std::unique_ptr<ClientConnection>> failed(const Url& url, std::string_view why) {
        return fail(ErrorKind::unavailable, "There is no answer from " + url.authority() + ".", std::string(why));
    }

    /// A kept connection that is still good; nothing where there is none.
    std::unique_ptr<ClientConnection> take_kept(const std::string& key) {
        auto& kept = idle[key];
        while (!kept.empty()) {
            auto connection = std::move(kept.back());
            kept.pop_back();
            if (coarse_now() - connection->idle_since < options.idle_limit.count() && connection->quiet())
                return connection;
        }
        return nullptr;
    }

    asio::awaitable<Result<std::unique_ptr<ClientConnection>>> connect(Url url) {
        if (url.scheme != "http")
            co_return fail(ErrorKind::invalid, "Only http:// addresses can be asked, not " + url.text() + ".");
        // Shared with the timer's callback, which may be under way when this has ended.
        auto under_way = std::make_shared<Connecting>(executor);
        under_way->timer.expires_after(options.connect_timeout);
        under_way->timer.async_wait([under_way](boost::system::error_code cancelled) {
            if (cancelled || under_way->done) return;
            under_way->late = true;
            boost::system::error_code ignored;
            under_way->resolver.cancel();
            under_way->socket.close(ignored);
        });
        boost::system::error_code error;
        const auto address = asio::ip::make_address(url.host, error);
        if (!error) {  // resolving it would cost a thread
            const auto [refused] = co_await under_way->socket.async_connect(tcp::endpoint(address, url.port), kAwait);
            error = refused;
        } else {
            const auto [unknown, found] =
                co_await under_way->resolver.async_resolve(url.host, std::to_string(url.port), kAwait);
            error = unknown;
            if (!error && !under_way->late) {
                const auto [refused, endpoint] = co_await asio::async_connect(under_way->socket, found, kAwait);
                error = refused;
            }
        }
        under_way->done = true;
        under_way->timer.cancel();
        if (under_way->late) co_return failed(url, "connecting took too long");
        if (error) co_return failed(url, error.message());
        tcp::socket socket = std::move(under_way->socket);
        socket.set_option(tcp::no_delay(true), error);
        socket.native_non_blocking(true, error);
        co_return std::make_unique<ClientConnection>(std::move(socket), url.authority());
    }

    asio::awaitable<Result<ClientStream>> open(ClientRequest request) {
        const std::string key = request.url.authority();
        for (int attempt = 0;; ++attempt) {
            std::unique_ptr<ClientConnection> connection = attempt == 0 ? take_kept(key) : nullptr;
            const bool kept = connection != nullptr;
            if (!kept) {
                auto made = co_await connect(request.url);
                if (!made) co_return fail(std::move(made.error()));
                connection = std::move(*made);
            }
            watch(*connection);
            Result<ClientStream> answer = co_await exchange(std::move(connection), request, options, *this);
            const bool untouched = !answer && answer.error().detail == kNothingCame;
            if (!untouched || !kept || !can_be_repeated(request)) co_return answer;
        }
    }

    // ClientPool
    void give_back(std::unique_ptr<ClientConnection> connection) override {
        forget(*connection);
        auto& kept = idle[connection->key];
        if (kept.size() >= options.max_idle) return;
        connection->idle_since = coarse_now();
        kept.push_back(std::move(connection));
    }
    void forget(ClientConnection& connection) override {
        active.erase(&connection);
        if (active.empty()) sweeper.cancel();  // it would keep the loop of a short program running
    }

    void watch(ClientConnection& connection) override {
        active.insert(&connection);
        if (!sweeping) sweep();
    }

    void sweep() {
        sweeping = true;
        sweeper.expires_after(kSweepEvery);
        sweeper.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
            const auto self = weak.lock();
            if (!self) return;
            if (cancelled) {
                self->sweeping = false;
                if (!self->active.empty()) self->sweep();
                return;
            }
            for (auto* connection : self->active) connection->wire.check_deadline(coarse_now());
            self->sweeping = false;
            if (!self->active.empty()) self->sweep();
        });
    }

    asio::any_io_executor executor;
    ClientOptions options;
    asio::steady_timer sweeper;
    bool sweeping = false;
    std::map<std::string, std::vector<std::unique_ptr<ClientConnection>>> idle;
    std::unordered_set<ClientConnection*> active;
};

Client::Client(asio::any_io_executor executor, ClientOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), options)) {}

Client::~Client() = default;

Task<ClientStream> Client::open(ClientRequest request) {
    const auto impl = impl_;  // outlives the client, should it go first
    Result<ClientStream> answer = co_await impl->open(std::move(request));
    if (answer) hold(*answer->body, impl);
    co_return answer;
}

Task<ClientResponse> Client::request(ClientRequest request) {
    const auto limit = impl_->options.body_limit;
    CO_TRY(ClientStream stream, co_await open(std::move(request)));
    CO_TRY(std::string body, co_await stream.body->read_all(limit));
    co_return ClientResponse{stream.status, std::move(stream.headers), std::move(body)};
}

}  // namespace cadre::http
