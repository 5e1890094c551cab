#include "blobs/s3/clients.h"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>

namespace cadre::blobs::s3 {

asio::execution_context::id Clients::id;

http::Client& Clients::of(const asio::any_io_executor& executor, std::uint64_t store,
                          const http::ClientOptions& options) {
    auto& context = asio::query(executor, asio::execution::context);
    auto& client = asio::use_service<Clients>(context).clients_[store];
    if (!client) client = std::make_unique<http::Client>(executor, options);
    return *client;
}

}  // namespace cadre::blobs::s3
