// One client's connection: reads requests, has them answered, sends the answers.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/io_thread.h"
#include "http/parser.h"
#include "http/response_head.h"
#include "http/router.h"
#include "http/site.h"
#include "http/wire.h"

namespace cadre::http {

/// Belongs to one thread; kept alive by the coroutine that serves it.
class Connection final : public std::enable_shared_from_this<Connection> {
public:
    /// `refused`: past the limit of connections; one request is read and answered with 503.
    Connection(std::shared_ptr<Guest> guest, std::shared_ptr<Site> site, asio::ip::tcp::socket socket, bool refused);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Starts the coroutine.
    void serve();

    void check_deadline(std::int64_t now) { wire_.check_deadline(now); }
    /// The server takes no new requests: closes what waits for one, ends streams, lets the rest finish.
    void begin_close();
    /// Closes if it waits for a request, of which nothing has come.
    void leave();
    /// Breaks off.
    void cut();

private:
    enum class After { next_request, close, linger };

    /// The request's body, as handlers read it.
    class RequestBody final : public BodyReader {
    public:
        explicit RequestBody(Connection& connection) : connection_(connection) {}
        Task<std::size_t> read_some(std::span<std::uint8_t> into) override;

        void begin(const Head& head, bool expects_continue);
        void limit(std::uint64_t bytes, std::chrono::seconds time);
        /// Read to its end, or there is none.
        [[nodiscard]] bool complete() const { return complete_; }
        /// Reads away what has already come, so that the connection can be used again if that was all.
        void drain();

        int broken = 0;  // the status that the client's failure deserves: 400 or 408

    private:
        Task<std::size_t> read_plain(std::span<std::uint8_t> into);
        Task<std::size_t> read_chunked(std::span<std::uint8_t> into);
        Result<std::size_t> count(std::size_t bytes);
        tl::unexpected<Error> failed(Wire::Ended how);

        Connection& connection_;
        bool complete_ = true;
        bool chunked_ = false;
        bool expects_continue_ = false;
        std::uint64_t left_ = 0;   // of a plain body
        std::uint64_t taken_ = 0;  // given to the handler
        std::uint64_t limit_ = 0;
        Wire::Budget budget_{};
    };

    /// A header on its way in.
    struct Incoming {
        Wire::Budget idle;     // until its first byte
        Wire::Budget reading;  // from then on
        std::size_t looked_at = 0;
        std::size_t length = 0;                // once it is whole
        std::optional<Malformed> malformed{};  // what to answer where it never will be
    };

    asio::awaitable<void> run();
    asio::awaitable<After> serve_one();
    bool look_at(Incoming& head);
    void broken_off(Incoming& head) const;
    std::optional<Malformed> understand(std::string_view head);
    asio::awaitable<After> refuse(Malformed malformed);
    asio::awaitable<After> answer();
    asio::awaitable<void> linger();

    // connection_send.cc
    asio::awaitable<bool> send(Response& response, bool keep_alive);
    bool in_memory(const Body& body, std::string_view& bytes);
    asio::awaitable<bool> send_file(const FileBody& file);
    asio::awaitable<bool> send_stream(Producer produce, Framing framing);
    asio::awaitable<bool> send_sequence(SequenceBody body);
    asio::awaitable<bool> send_part(const FileBody& file, Wire::Budget& budget, bool more);
    /// As many bytes as the file has there and `file` asks for, or false.
    bool read_small(const FileBody& file);
    asio::awaitable<bool> send_events(Producer produce, Framing framing);
    asio::awaitable<bool> send_chunk(std::string_view data, Framing::Kind kind, Wire::Budget& budget);
    void watch_for_end();

    void reset();

    void wait_for_request(bool waits);
    /// Nothing of a request has come, not even as far as the kernel.
    bool idle();
    /// The first request, or the end.
    void asked();

    std::shared_ptr<Guest> guest_;
    IoThread& thread_;
    std::shared_ptr<Site> site_;
    Wire wire_;
    bool refused_;
    bool unasked_ = true;     // no request has come
    bool waiting_ = false;    // for the first byte of a request
    bool streaming_ = false;  // events
    bool gone_ = false;       // the client left while events were sent
    asio::cancellation_signal end_events_;
    std::array<char, 64> ignored_{};

    asio::ip::address peer_;
    std::string peer_text_;
    Parser parser_{Parser::Kind::request};
    Head head_;
    RequestBody body_{*this};
    Request request_{body_};
    std::string out_;
    std::vector<char> piece_;  // of a file, on its way out
    std::string target_refusal_;
    std::uint64_t sent_ = 0;  // of the answer's body
};

}  // namespace cadre::http
