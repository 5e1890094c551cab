#include "http/server.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <future>
#include <iterator>
#include <thread>
#include <vector>

#include "base/log.h"
#include "http/connection.h"
#include "http/io_thread.h"

namespace cadre::http {
namespace {

using asio::ip::tcp;

/// What the end of a handshake takes at most that was under way.
constexpr std::chrono::milliseconds kHandshake{5};
/// For the first request of a connection that was accepted last.
constexpr std::chrono::milliseconds kFirstRequest{1'000};

/// Accepts on the first thread and hands out.
class Listener {
public:
    Listener(asio::io_context& io, std::shared_ptr<Site> served) : acceptor(io), pause(io), site(std::move(served)) {}

    Result<Address> listen(const Address& address) {
        boost::system::error_code wrong;
        const auto ip = asio::ip::make_address(address.host == "localhost" ? "127.0.0.1" : address.host, wrong);
        if (wrong) return fail(ErrorKind::invalid, "“" + address.host + "” is not an address to listen on.");
        const tcp::endpoint endpoint(ip, address.port);
        const auto refused = [&] {
            return fail(ErrorKind::unavailable, "Cannot listen on " + address.text() + ": " + wrong.message() + ".");
        };
        acceptor.open(endpoint.protocol(), wrong);
        if (!wrong) acceptor.set_option(tcp::acceptor::reuse_address(true), wrong);
        if (!wrong) acceptor.bind(endpoint, wrong);
        if (!wrong) acceptor.listen(asio::socket_base::max_listen_connections, wrong);
        if (!wrong) acceptor.native_non_blocking(true, wrong);
        if (wrong) return refused();
        const auto bound = acceptor.local_endpoint(wrong);
        if (wrong) return refused();
        protocol = endpoint.protocol();
        return Address{bound.address().to_string(), bound.port()};
    }

    /// Who knocks from now on gets no answer; whose handshake is under way comes in. Closing alone would reset those
    /// who come in between the last accept and the close: their request may be on its way, and nobody could tell them
    /// that it was not read. Who knocked in vain knocks again after a second, and is refused, or finds another server.
    void let_nobody_knock() {
        constexpr std::uint32_t kFlags = 13, kSyn = 0x02, kAck = 0x10;  // of a TCP header
        sock_filter program[] = {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kFlags),
                                 BPF_STMT(BPF_ALU | BPF_AND | BPF_K, kSyn | kAck),
                                 BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kSyn, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0),
                                 BPF_STMT(BPF_RET | BPF_K, 0xffff'ffff)};
        const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
        ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
    }

    tcp::acceptor acceptor;
    asio::steady_timer pause;  // after the process ran out of descriptors
    tcp protocol = tcp::v4();
    std::shared_ptr<Site> site;
};

}  // namespace

struct Server::Impl {
    Impl(ServerOptions options, const Router& router, Metrics& given)
        : metrics(given),
          shared(std::move(options), given),
          site(std::make_shared<Site>(router, given, shared.options.access_log)) {
        const auto count = std::max<std::size_t>(shared.options.threads, 1);
        for (std::size_t i = 0; i < count; ++i) threads.push_back(std::make_unique<IoThread>(shared));
    }

    void accept(std::shared_ptr<Listener> listener) {
        auto& acceptor = listener->acceptor;
        acceptor.async_wait(tcp::acceptor::wait_read, [this, listener](boost::system::error_code stopped) {
            if (stopped) return;
            if (accept_all(*listener)) {
                accept(listener);
                return;
            }
            listener->pause.expires_after(std::chrono::milliseconds(100));
            listener->pause.async_wait([this, listener](boost::system::error_code gone) {
                if (!gone) accept(listener);
            });
        });
    }

    /// False where the process has no descriptors left.
    bool accept_all(Listener& listener) {
        while (true) {
            tcp::endpoint peer;
            auto length = static_cast<socklen_t>(peer.capacity());
            const int fd =
                ::accept4(listener.acceptor.native_handle(), peer.data(), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
            if (fd < 0 && errno == EAGAIN) return true;
            if (fd < 0) {
                log::warn("cannot accept", {{"error", errno}});
                if (errno == EMFILE || errno == ENFILE) tell_to_leave(shared.crowd.make_room(coarse_now()));
                return false;
            }
            peer.resize(length);
            hand_out(UniqueFd(fd), listener, peer.address());
        }
    }

    static void tell_to_leave(const std::shared_ptr<Guest>& guest) {
        if (!guest) return;
        asio::post(guest->thread.io, [guest] {
            if (guest->connection != nullptr) guest->connection->leave();
        });
    }

    void hand_out(UniqueFd fd, Listener& listener, const asio::ip::address& peer) {
        const int on = 1;
        ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto& thread = **std::min_element(threads.begin(), threads.end(), [](const auto& a, const auto& b) {
            return a->load.load(std::memory_order_relaxed) < b->load.load(std::memory_order_relaxed);
        });
        auto guest = std::make_shared<Guest>(thread);
        const bool counted = !shared.options.trusted_proxies.contains(peer);
        const auto admission = shared.crowd.admit(guest, peer, counted, coarse_now());
        tell_to_leave(admission.leaves);
        const bool refused = admission.verdict != Crowd::Verdict::welcome;
        if (refused) shared.over_limit.add();
        if (admission.verdict == Crowd::Verdict::turned_away) return;
        shared.connections.fetch_add(1);
        shared.unasked.fetch_add(1);
        thread.load.fetch_add(1);
        asio::dispatch(thread.io, [this, &thread, guest = std::move(guest), fd = fd.release(),
                                   protocol = listener.protocol, to = listener.site, refused]() mutable {
            boost::system::error_code wrong;
            tcp::socket socket(thread.io);
            socket.assign(protocol, fd, wrong);
            if (wrong) {
                ::close(fd);
                shared.crowd.gone(guest);
                thread.load.fetch_sub(1);
                shared.unasked.fetch_sub(1);
                shared.connections.fetch_sub(1);
                return;
            }
            socket.native_non_blocking(true, wrong);
            std::make_shared<Connection>(std::move(guest), std::move(to), std::move(socket), refused)->serve();
        });
    }

    Result<Address> open(const Address& address, std::shared_ptr<Site> for_site) {
        auto listener = std::make_shared<Listener>(threads.front()->io, std::move(for_site));
        TRY(Address bound, listener->listen(address));
        listeners.push_back(listener);
        return bound;
    }

    /// Runs `what` for every connection, on its own thread.
    void on_all(void (Connection::*what)()) {
        for (auto& thread : threads)
            asio::post(thread->io, [&thread = *thread, what] {
                // What is told to end may go at once: the set is not walked while it changes.
                const std::vector<Connection*> all(thread.connections.begin(), thread.connections.end());
                std::vector<std::shared_ptr<Connection>> kept;
                for (auto* connection : all) kept.push_back(connection->shared_from_this());
                for (const auto& connection : kept) (connection.get()->*what)();
            });
    }

    static bool wait_for_none(const std::atomic<std::size_t>& connections, std::chrono::milliseconds most) {
        const auto end = std::chrono::steady_clock::now() + most;
        while (connections.load() > 0) {
            if (std::chrono::steady_clock::now() >= end) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        return true;
    }

    Metrics& metrics;
    ServerShared shared;
    std::shared_ptr<Site> site;
    Router metrics_router;
    std::vector<std::shared_ptr<Listener>> listeners;
    std::optional<Address> metrics_address;
    bool running = false;
    std::atomic<std::size_t> next_executor{0};
    std::vector<std::unique_ptr<IoThread>> threads;  // goes first, with all coroutines
};

Server::Server(ServerOptions options, const Router& router, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), router, metrics)) {}

Server::~Server() {
    stop({.drain = std::chrono::milliseconds(0), .bound = std::chrono::milliseconds(0)});
    impl_->listeners.clear();
}

Result<Address> Server::start() {
    TRY(Address bound, impl_->open(impl_->shared.options.listen, impl_->site));
    if (impl_->shared.options.metrics_listen) {
        Metrics& metrics = impl_->metrics;
        impl_->metrics_router.add(Method::get, "/metrics", [&metrics](Request&) -> asio::awaitable<Response> {
            co_return Response::with(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
        });
        auto site = std::make_shared<Site>(impl_->metrics_router, metrics, false);
        TRY(Address metrics_bound, impl_->open(*impl_->shared.options.metrics_listen, std::move(site)));
        impl_->metrics_address = std::move(metrics_bound);
    }
    for (auto& listener : impl_->listeners) impl_->accept(listener);
    for (auto& thread : impl_->threads) thread->start();
    impl_->running = true;
    return bound;
}

std::optional<Address> Server::metrics_address() const { return impl_->metrics_address; }

bool Server::stop(Stop how) {
    if (!impl_->running) return true;
    impl_->running = false;
    impl_->shared.stopping.store(true);
    std::this_thread::sleep_for(how.drain);
    for (auto& listener : impl_->listeners) listener->let_nobody_knock();
    std::this_thread::sleep_for(kHandshake);
    std::promise<void> closed;
    asio::post(impl_->threads.front()->io, [&] {
        for (auto& listener : impl_->listeners) {
            boost::system::error_code ignored;
            impl_->accept_all(*listener);  // who is in the queue already is still served
            listener->acceptor.close(ignored);
            listener->pause.cancel();
        }
        closed.set_value();
    });
    closed.get_future().wait();
    impl_->wait_for_none(impl_->shared.unasked, std::min(kFirstRequest, how.bound));
    impl_->shared.closing.store(true);
    impl_->on_all(&Connection::begin_close);
    bool clean = impl_->wait_for_none(impl_->shared.connections, how.bound);
    if (!clean) {
        impl_->on_all(&Connection::cut);
        impl_->wait_for_none(impl_->shared.connections, std::chrono::milliseconds(500));
    }
    for (auto& thread : impl_->threads) thread->stop();
    return clean;
}

bool Server::stopping() const { return impl_->shared.stopping.load(std::memory_order_relaxed); }

asio::any_io_executor Server::executor() {
    const auto turn = impl_->next_executor.fetch_add(1) % impl_->threads.size();
    return impl_->threads[turn]->io.get_executor();
}

}  // namespace cadre::http
