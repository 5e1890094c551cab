// An HTTP client for each thread: http::Client belongs to one executor, a store is used from many. They live in the
// io_context that they work on, as a service of it, and go with it.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <cstdint>
#include <list>
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

    /// The body of an answer, which goes with the io_context that its connection belongs to, if nobody let it go
    /// before.
    struct Kept {
        std::unique_ptr<http::BodyReader> body;
        Clients* home = nullptr;
        std::list<std::shared_ptr<Kept>>::iterator place{};
    };
    [[nodiscard]] static std::weak_ptr<Kept> keep(const asio::any_io_executor& executor,
                                                  std::unique_ptr<http::BodyReader> body);
    /// Null if it is gone, or belongs to another io_context than this one.
    [[nodiscard]] static std::shared_ptr<Kept> find(const std::weak_ptr<Kept>& kept,
                                                    const asio::any_io_executor& executor);
    /// On the thread of its io_context.
    static void let_go(const std::weak_ptr<Kept>& kept);

private:
    void shutdown() override {
        kept_.clear();
        clients_.clear();
    }

    std::list<std::shared_ptr<Kept>> kept_;

    std::map<std::uint64_t, std::unique_ptr<http::Client>> clients_;
};

}  // namespace cadre::blobs::s3
