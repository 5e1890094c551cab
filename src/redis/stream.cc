#include "redis/stream.h"

#include <openssl/ssl.h>
#include <poll.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <vector>

namespace cadre::redis {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// Nodes are mostly known by address; only names need the resolver and its thread.
asio::awaitable<void> connect(tcp::socket& socket, const Endpoint& to, error_code& error) {
    const auto address = asio::ip::make_address(to.host, error);
    if (!error) {
        const tcp::endpoint endpoint(address, to.port);
        co_await socket.async_connect(endpoint, into(error));
    } else {
        tcp::resolver resolver(socket.get_executor());
        const auto port = std::to_string(to.port);
        const auto found = co_await resolver.async_resolve(to.host, port, into(error));
        if (error) co_return;
        co_await asio::async_connect(socket, found, into(error));
    }
    if (error) co_return;
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

bool peer_ended(tcp::socket& socket) {
    pollfd asked{socket.native_handle(), POLLIN | POLLRDHUP, 0};
    if (::poll(&asked, 1, 0) < 0) return true;
    return (asked.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

class PlainStream final : public Stream {
public:
    explicit PlainStream(const asio::any_io_executor& executor) : socket_(executor) {}

    asio::awaitable<void> open(Endpoint to, error_code& error) override { co_await connect(socket_, to, error); }
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer buffer, error_code& error) override {
        co_return co_await socket_.async_read_some(buffer, into(error));
    }
    asio::awaitable<void> write(asio::const_buffer all, error_code& error) override {
        co_await asio::async_write(socket_, all, into(error));
    }
    void close() override {
        error_code ignored;
        socket_.close(ignored);
    }
    bool ended() override { return peer_ended(socket_); }

private:
    tcp::socket socket_;
};

class TlsStream final : public Stream {
public:
    TlsStream(const asio::any_io_executor& executor, std::shared_ptr<asio::ssl::context> tls)
        : tls_(std::move(tls)), stream_(executor, *tls_) {}

    asio::awaitable<void> open(Endpoint to, error_code& error) override {
        co_await connect(stream_.next_layer(), to, error);
        if (error) co_return;
        stream_.set_verify_mode(asio::ssl::verify_peer);
        stream_.set_verify_callback(asio::ssl::host_name_verification(to.host));
        error_code address;
        asio::ip::make_address(to.host, address);
        if (address) SSL_set_tlsext_host_name(stream_.native_handle(), to.host.c_str());  // names only: RFC 6066, 3
        co_await stream_.async_handshake(asio::ssl::stream_base::client, into(error));
    }
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer buffer, error_code& error) override {
        co_return co_await stream_.async_read_some(buffer, into(error));
    }
    asio::awaitable<void> write(asio::const_buffer all, error_code& error) override {
        co_await asio::async_write(stream_, all, into(error));
    }
    void close() override {
        error_code ignored;
        stream_.next_layer().close(ignored);
    }
    bool ended() override { return peer_ended(stream_.next_layer()); }

private:
    std::shared_ptr<asio::ssl::context> tls_;
    asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

std::shared_ptr<asio::ssl::context> make_tls(const Options& options) {
    if (!options.tls) return nullptr;
    auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
    if (options.tls_ca_file.empty())
        tls->set_default_verify_paths();
    else
        tls->load_verify_file(options.tls_ca_file);
    return tls;
}

std::unique_ptr<Stream> make_stream(const asio::any_io_executor& executor, std::shared_ptr<asio::ssl::context> tls) {
    if (tls) return std::make_unique<TlsStream>(executor, std::move(tls));
    return std::make_unique<PlainStream>(executor);
}

}  // namespace cadre::redis
