// A keep-alive HTTP/1.1 client. It speaks http:// only; https:// is refused with a sentence.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/task.h"
#include "http/body.h"
#include "http/message.h"
#include "http/url.h"

namespace cadre::http {

struct ClientRequest {
    Method method = Method::get;
    Url url{};
    Headers headers{};  // Host, Content-Length and Transfer-Encoding are the client's
    /// A FileBody is read from its descriptor; a StreamBody of unknown length is sent chunked. No EventBody.
    Body body{};
    /// Waits for "100 Continue" (one second at most) before the body is sent, so that a refusal costs no bytes.
    bool expect_continue = false;
    std::optional<std::chrono::milliseconds> answer_timeout{};  // else the client's
};

/// An answer whose body is still to be read. Ends the connection if it goes before its end was reached.
struct ClientStream {
    int status = 0;
    Headers headers{};
    std::unique_ptr<BodyReader> body;
};

struct ClientResponse {
    int status = 0;
    Headers headers{};
    std::string body{};
};

struct ClientOptions {
    std::chrono::milliseconds connect_timeout{5'000};  // with the resolving of the name and the TLS handshake
    std::chrono::milliseconds send_timeout{30'000};    // without a byte taken by the other side
    std::chrono::milliseconds answer_timeout{60'000};  // from the last byte sent to the answer's header
    std::chrono::milliseconds read_timeout{30'000};    // between two pieces of the body
    std::chrono::milliseconds idle_limit{20'000};      // an unused connection older than this is not used again
    std::size_t max_idle = 16;                         // kept for later, a host
    std::size_t body_limit = std::size_t{64} << 20;    // of request(), whose answer is held in memory
    bool quick_ack = false;                            // TCP_QUICKACK before each answer (facts: Garage and Nagle)
};

/// Errors are ErrorKind::unavailable (nobody there, time limit, broken off) or invalid (the answer is malformed); any
/// status is an answer. A request that failed on a kept connection before a byte of the answer came is sent once more
/// on a new one if its method is idempotent and its body can be sent again. Coroutines run on the awaiter's executor,
/// which must be the one given here; not thread-safe.
class Client {
public:
    explicit Client(asio::any_io_executor executor, ClientOptions options = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] Task<ClientResponse> request(ClientRequest request);
    [[nodiscard]] Task<ClientStream> open(ClientRequest request);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace cadre::http
