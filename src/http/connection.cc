#include "http/connection.h"

#include <boost/asio/co_spawn.hpp>

#include "base/log.h"
#include "http/forwarded.h"
#include "http/problem.h"
#include "http/target.h"

namespace cadre::http {
namespace {

constexpr std::chrono::milliseconds kLingerTime{2'000};
constexpr std::chrono::milliseconds kRefusedTime{1'000};

/// One more of a gauge for as long as it lives.
class Raised {
public:
    explicit Raised(Gauge& gauge) : gauge_(gauge) { gauge_.add(1); }
    ~Raised() { gauge_.add(-1); }
    Raised(const Raised&) = delete;
    Raised& operator=(const Raised&) = delete;

private:
    Gauge& gauge_;
};

/// Whether what has come can't be the beginning of a header, whatever comes next: TLS, or lines that end in LF alone.
/// Nobody need wait for its end. `from`: how much was looked at before.
bool never_a_head(std::string_view bytes, std::size_t from) {
    if (bytes.empty()) return false;
    const auto first = static_cast<unsigned char>(bytes.front());
    if (first <= ' ' || first >= 0x7f) return first != '\r' || (bytes.size() > 1 && bytes[1] != '\n');
    for (auto at = bytes.find('\n', from); at != std::string_view::npos; at = bytes.find('\n', at + 1))
        if (at == 0 || bytes[at - 1] != '\r') return true;
    return false;
}

}  // namespace

Connection::Connection(std::shared_ptr<Guest> guest, std::shared_ptr<Site> site, asio::ip::tcp::socket socket,
                       bool refused)
    : guest_(std::move(guest)),
      thread_(guest_->thread),
      site_(std::move(site)),
      wire_(std::move(socket)),
      refused_(refused) {
    guest_->connection = this;
    boost::system::error_code wrong;
    const auto remote = wire_.socket().remote_endpoint(wrong);
    peer_ = remote.address();
    if (peer_.is_v6() && peer_.to_v6().is_v4_mapped())
        peer_ = asio::ip::make_address_v4(asio::ip::v4_mapped, peer_.to_v6());
    peer_text_ = peer_.to_string();
    thread_.connections.insert(this);
    thread_.shared.open.add(1);
}

Connection::~Connection() {
    asked();
    guest_->connection = nullptr;
    thread_.shared.crowd.gone(guest_);
    thread_.connections.erase(this);
    thread_.load.fetch_sub(1);
    thread_.shared.open.add(-1);
    thread_.shared.connections.fetch_sub(1);
}

void Connection::serve() {
    asio::co_spawn(wire_.socket().get_executor(), run(), [self = shared_from_this()](std::exception_ptr fault) {
        if (!fault) return;
        try {
            std::rethrow_exception(fault);
        } catch (const std::exception& exception) {
            log::error("fault", {{"where", "connection"}, {"what", exception.what()}});
        }
    });
}

void Connection::begin_close() {
    if (idle()) wire_.cancel();
    if (streaming_) end_events_.emit(asio::cancellation_type::terminal);
}

void Connection::leave() {
    if (idle()) {
        thread_.shared.let_go.add();
        wire_.cancel();
    } else {
        thread_.shared.crowd.stays(*guest_);
    }
}

bool Connection::idle() {
    boost::system::error_code wrong;
    return waiting_ && wire_.socket().available(wrong) == 0;
}

void Connection::asked() {
    if (unasked_) thread_.shared.unasked.fetch_sub(1);
    unasked_ = false;
}

void Connection::wait_for_request(bool waits) {
    waiting_ = waits;
    guest_->idle_since.store(waits ? coarse_now() : 0, std::memory_order_relaxed);
}

void Connection::cut() {
    if (streaming_) end_events_.emit(asio::cancellation_type::terminal);
    wire_.cut();
}

asio::awaitable<void> Connection::run() {
    After after = After::next_request;
    while (after == After::next_request) after = co_await serve_one();
    if (wire_.ended() == Wire::Ended::timed_out) thread_.shared.timed_out.add();
    if (after == After::linger) co_await linger();
    boost::system::error_code ignored;
    wire_.socket().close(ignored);
}

void Connection::reset() {
    head_ = {};
    sent_ = 0;
    request_.clear();
}

/// Whether it is whole, or will never be.
bool Connection::look_at(Incoming& head) {
    while (head.looked_at == 0 && wire_.pending().starts_with("\r\n")) wire_.consume(2);  // RFC 9112 section 2.2
    const auto pending = wire_.pending();
    if (const auto end = end_of_head(pending, head.looked_at)) {
        head.length = *end;
        return true;
    }
    if (never_a_head(pending, head.looked_at)) {
        head.malformed = Malformed{Code::malformed_http, "The request is not valid HTTP/1.1."};
        return true;
    }
    head.looked_at = pending.size();
    if (head.looked_at < thread_.shared.options.header_limit) return false;
    const bool in_first_line = pending.find('\n') == std::string_view::npos;
    head.malformed = in_first_line ? Malformed{Code::address_too_long, "The address of the request is too long."}
                                   : Malformed{Code::header_too_large, "The header of the request is too large."};
    return true;
}

/// There is nobody to answer where not one byte came.
void Connection::broken_off(Incoming& head) const {
    if (head.looked_at == 0) return;
    if (wire_.ended() == Wire::Ended::timed_out)
        head.malformed = Malformed{Code::too_slow, "The header of the request came too slowly."};
    else
        head.malformed = Malformed{Code::malformed_http, "The request ended in the middle of its header."};
}

std::optional<Malformed> Connection::understand(std::string_view head) {
    Request& request = request_;
    if (const auto wrong = parser_.parse_head(head, head_, request.headers)) return wrong;
    request.method_text = head_.method;
    request.method = parse_method(request.method_text);
    request.target = head_.target;
    request.content_length = head_.content_length;
    request.has_body = head_.chunked || head_.content_length.value_or(0) > 0;

    const auto hosts = request.headers.count("Host");
    if (hosts > 1 || (hosts == 0 && head_.version == 11))
        return Malformed{Code::malformed_http, "The request must have one Host field."};
    if (hosts == 1 && !valid_host(*request.headers.get("Host")))
        return Malformed{Code::malformed_http, "The request's Host field is malformed."};
    if (head_.version == 10 && head_.chunked)
        return Malformed{Code::malformed_http, "HTTP/1.0 knows no transfer coding."};
    if (request.method == Method::other && request.method_text == "CONNECT")
        return Malformed{Code::not_implemented, "This server is no proxy."};
    const auto expected = request.headers.get("Expect");
    if (expected && !equal_ignoring_case(*expected, "100-continue"))
        return Malformed{Code::expectation_failed, "Only 100-continue can be expected here."};
    body_.begin(head_, expected && head_.version == 11);
    if (const auto parsed = parse_target(request); !parsed) {
        target_refusal_ = parsed.error().message;
        return Malformed{Code::malformed_address, target_refusal_};
    }
    return std::nullopt;
}

asio::awaitable<Connection::After> Connection::serve_one() {
    const auto& options = thread_.shared.options;
    Incoming head{{refused_ ? kRefusedTime : options.idle_timeout}, {refused_ ? kRefusedTime : options.header_timeout}};
    while (!look_at(head)) {
        if (waiting_ != (head.looked_at == 0)) wait_for_request(!waiting_);
        // Not where a request lies in the kernel: closing would reset the connection, and the proxy in front could not
        // know that nothing was done.
        if (thread_.shared.closing.load(std::memory_order_relaxed) && idle()) co_return After::close;
        auto& budget = waiting_ ? head.idle : head.reading;
        const std::size_t count = co_await wire_.receive(options.header_limit, budget);
        if (count > 0) continue;
        broken_off(head);
        break;
    }
    wait_for_request(false);
    asked();
    if (head.length == 0 && !head.malformed) co_return After::close;
    reset();
    if (head.length > 0) {
        head.malformed = understand(wire_.pending().substr(0, head.length));
        wire_.consume(head.length);
    }
    set_origin(request_, peer_, peer_text_, options.trusted_proxies);
    if (!head.malformed && refused_)
        head.malformed =
            Malformed{Code::too_many_connections, "The server has too many connections. Try again in a moment."};
    if (head.malformed) co_return co_await refuse(*head.malformed);
    co_return co_await answer();
}

asio::awaitable<Connection::After> Connection::refuse(Malformed malformed) {
    const auto began = std::chrono::steady_clock::now();
    if (malformed.code == Code::too_slow) thread_.shared.timed_out.add();
    Response response = problem(malformed.code, malformed.why, request_.id);
    if (malformed.code == Code::too_many_connections) response.headers.set("Retry-After", "1");
    const bool sent = co_await send(response, false);
    site_->answered(request_, nullptr, response.status, sent_,
                    std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began));
    co_return sent ? After::linger : After::close;
}

asio::awaitable<Connection::After> Connection::answer() {
    const auto began = std::chrono::steady_clock::now();
    const Raised in_flight(thread_.shared.in_flight);
    Request& request = request_;
    Match match = site_->router().match(request);
    const Route* route = match.route;
    if (route != nullptr) body_.limit(route->options.body_limit, route->options.body_timeout);

    Response response = co_await site_->router().answer(request, std::move(match));
    if (body_.broken == 408) response = problem(Code::too_slow, "The body of the request came too slowly.", request.id);
    body_.drain();
    const bool keep_alive =
        head_.keep_alive && body_.complete() && !thread_.shared.stopping.load(std::memory_order_relaxed);
    const bool sent = co_await send(response, keep_alive);
    site_->answered(request, route, response.status, sent_,
                    std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began));
    if (!sent) co_return After::close;
    if (keep_alive) co_return After::next_request;
    co_return body_.complete() && wire_.pending().empty() ? After::close : After::linger;
}

/// Closing with unread bytes would reset the connection, and the client might never see the answer.
asio::awaitable<void> Connection::linger() {
    wire_.shut_sending();
    Wire::Budget budget{kLingerTime};
    while (budget.left().count() > 0) {
        wire_.consume(wire_.pending().size());
        const std::size_t count = co_await wire_.receive(thread_.shared.options.header_limit, budget);
        if (count == 0) co_return;
    }
}

}  // namespace cadre::http
