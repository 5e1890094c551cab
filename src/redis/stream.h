// A socket, with TLS or without.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>

#include "redis/cluster.h"

namespace boost::asio::ssl {
class context;
}

namespace cadre::redis {

/// The certificates that nodes are checked by, and TLS 1.2 or newer. Null without TLS. Throws if they cannot be read.
[[nodiscard]] std::shared_ptr<asio::ssl::context> make_tls(const Options& options);

/// Belongs to one thread. Errors come in the last argument; 0 bytes come only with one.
class Stream {
public:
    virtual ~Stream() = default;
    virtual asio::awaitable<void> open(Endpoint to, boost::system::error_code& error) = 0;
    virtual asio::awaitable<std::size_t> read_some(asio::mutable_buffer into, boost::system::error_code& error) = 0;
    virtual asio::awaitable<void> write(asio::const_buffer all, boost::system::error_code& error) = 0;
    /// Ends what is under way, which sees an error.
    virtual void close() = 0;
    /// Whether the other side has ended the connection, as far as the kernel knows.
    [[nodiscard]] virtual bool ended() = 0;
};

[[nodiscard]] std::unique_ptr<Stream> make_stream(const asio::any_io_executor& executor,
                                                  std::shared_ptr<asio::ssl::context> tls);

}  // namespace cadre::redis
