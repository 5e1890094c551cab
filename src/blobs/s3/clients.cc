#include "blobs/s3/clients.h"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>

namespace cadre::blobs::s3 {

asio::execution_context::id Clients::id;

namespace {

Clients& on(const asio::any_io_executor& executor) {
    return asio::use_service<Clients>(asio::query(executor, asio::execution::context));
}

}  // namespace

http::Client& Clients::of(const asio::any_io_executor& executor, std::uint64_t store,
                          const http::ClientOptions& options) {
    auto& client = on(executor).clients_[store];
    if (!client) client = std::make_unique<http::Client>(executor, options);
    return *client;
}

std::weak_ptr<Clients::Kept> Clients::keep(const asio::any_io_executor& executor,
                                           std::unique_ptr<http::BodyReader> body) {
    auto& home = on(executor);
    const auto kept = std::make_shared<Kept>();
    kept->body = std::move(body);
    kept->home = &home;
    kept->place = home.kept_.insert(home.kept_.end(), kept);
    return kept;
}

std::shared_ptr<Clients::Kept> Clients::find(const std::weak_ptr<Kept>& kept, const asio::any_io_executor& executor) {
    auto found = kept.lock();
    return found && found->home == &on(executor) ? found : nullptr;
}

void Clients::let_go(const std::weak_ptr<Kept>& kept) {
    if (const auto found = kept.lock()) found->home->kept_.erase(found->place);
}

}  // namespace cadre::blobs::s3
