// One connection of the client and what is said over it.
#pragma once

#include <memory>
#include <string>

#include "http/client.h"
#include "http/parser.h"
#include "http/wire.h"

namespace cadre::http {

struct ClientConnection {
    ClientConnection(asio::ip::tcp::socket socket, std::string authority)
        : wire(std::move(socket)), key(std::move(authority)) {}

    /// Nothing came and nobody left since the last answer.
    [[nodiscard]] bool quiet();

    Wire wire;
    Parser parser{Parser::Kind::response};
    std::string key;
    std::int64_t idle_since = 0;
};

/// Where connections go when an answer was read.
class ClientPool {
public:
    virtual ~ClientPool() = default;
    virtual void give_back(std::unique_ptr<ClientConnection> connection) = 0;
    /// Somebody waits for it from now on, and its deadlines count, until it is forgotten.
    virtual void watch(ClientConnection& connection) = 0;
    /// Nobody waits for it, or it goes away; nobody may look at it any more.
    virtual void forget(ClientConnection& connection) = 0;
};

/// The detail of an Error after which a request may be sent again: not one byte of an answer came.
inline constexpr std::string_view kNothingCame = "closed before an answer";

/// Sends the request and reads the header of the answer. `request` and `pool` must outlive the call, the pool also the
/// body.
[[nodiscard]] Task<ClientStream> exchange(std::unique_ptr<ClientConnection> connection, const ClientRequest& request,
                                          ClientOptions options, ClientPool& pool);

/// Keeps the pool alive as long as the body, which must come from exchange.
void hold(BodyReader& body, std::shared_ptr<ClientPool> pool);

}  // namespace cadre::http
