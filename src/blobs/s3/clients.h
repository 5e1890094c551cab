// An HTTP client for each thread: http::Client belongs to one executor, a store is used from many. They live in the
// io_context that they work on, as a service of it, and go with it.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <cstdint>
#include <map>
#include <memory>

#include "http/client.h"

namespace cadre::blobs::s3 {

class Clients final : public asio::execution_context::service {
public:
    using key_type = Clients;
    static asio::execution_context::id id;

    explicit Clients(asio::execution_context& context) : service(context) {}

    /// The client of the store of that number on the awaiter's io_context, which one thread runs.
    [[nodiscard]] static http::Client& of(const asio::any_io_executor& executor, std::uint64_t store,
                                          const http::ClientOptions& options);

private:
    void shutdown() override { clients_.clear(); }

    std::map<std::uint64_t, std::unique_ptr<http::Client>> clients_;
};

}  // namespace cadre::blobs::s3
