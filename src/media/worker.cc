#include "media/worker.h"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "base/number.h"
#include "media/failures.h"

namespace cadre::media {
namespace {

/// posix_spawn's two structures, freed.
class SpawnPlan {
public:
    SpawnPlan() {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

void plan_descriptors(SpawnPlan& plan, int socket) {
    posix_spawn_file_actions_addopen(&plan.actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&plan.actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&plan.actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&plan.actions, socket, kDecoderSocket);
    posix_spawn_file_actions_addclosefrom_np(&plan.actions, kDecoderSocket + 1);
}

/// Signals as a program expects them at its start, and a process group of its own: Ctrl-C is for the server.
void plan_attributes(SpawnPlan& plan) {
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&plan.attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&plan.attributes, &signals);
    posix_spawnattr_setpgroup(&plan.attributes, 0);
    posix_spawnattr_setflags(
        &plan.attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP));
}

/// The processor time of a decoder's life, as the limit that it cannot raise itself: what its photos may have together,
/// and so much more that the limit of one of them, which ends it with a signal of its own, always comes first.
std::chrono::seconds lifetime_cpu(const Options& options) {
    constexpr std::chrono::seconds kMore{60};
    return (options.photo_cpu + std::chrono::seconds(2)) * options.photos_per_worker + kMore;
}

/// It goes on with what all others leave: under SCHED_IDLE whoever wakes up takes the core from it at once, where the
/// lowest nice value lets it finish its slice. Both are a thread's, and libraries have begun some.
bool give_way(pid_t pid) {
    const sched_param none{};
    std::error_code gone;
    for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid), gone)) {
        const auto number = parse_number<pid_t>(thread.path().filename().string()).value_or(0);
        (void)::sched_setscheduler(number, SCHED_IDLE, &none);
    }
    return ::setpriority(PRIO_PGRP, static_cast<id_t>(pid), kSlowedNice) == 0;
}

}  // namespace

std::string Ending::text() const {
    return signal ? fmt::format("signal {} ({})", *signal, strsignal(*signal)) : fmt::format("exit {}", status);
}

Blame Ending::blame() const {
    if (!signal) {
        if (status == kExitNoSandbox) return Blame::sandbox;
        return status == 0 ? Blame::nobody : Blame::picture;
    }
    if (ours) return Blame::picture;
    switch (*signal) {
        case SIGSEGV:
        case SIGBUS:
        case SIGFPE:
        case SIGILL:
        case SIGABRT:
        case SIGTRAP:
        case SIGSYS:
        case SIGXFSZ:
            return Blame::picture;
        case SIGXCPU:
            return Blame::time;
        default:
            return Blame::outside;
    }
}

Result<Worker> Worker::start(const Options& options, int nice) {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
        return fail(short_of_means(errno, "making a decoder's socket"));
    }
    UniqueFd ours(pair[0]);
    const UniqueFd theirs(pair[1]);
    SpawnPlan plan;
    // Above the number that it is copied to, so that the copy always clears close-on-exec.
    const UniqueFd high(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, kDecoderSocket + 1));
    if (!high) return fail(short_of_means(errno, "copying a decoder's socket"));
    plan_descriptors(plan, high.get());
    plan_attributes(plan);

    std::vector<std::string> words = {
        options.program.string(),
        fmt::format("--memory={}", options.memory),
        fmt::format("--cpu={}", lifetime_cpu(options).count()),
        fmt::format("--idle={}", options.idle.count()),
        fmt::format("--parent={}", ::getpid()),
    };
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    // One thread a decoder; fewer arenas of malloc save a fifth of its memory.
    std::vector<std::string> settings = {"LANG=C.UTF-8", "MALLOC_ARENA_MAX=2", "VIPS_CONCURRENCY=1"};
    std::vector<char*> environment;
    for (auto& setting : settings) environment.push_back(setting.data());
    environment.push_back(nullptr);

    pid_t pid = -1;
    const int error =
        posix_spawn(&pid, words.front().c_str(), &plan.actions, &plan.attributes, arguments.data(), environment.data());
    if (error != 0) {
        return fail(Code::decoder_unavailable, "Pictures can't be read at the moment.",
                    fmt::format("{}: {}", words.front(), std::generic_category().message(error)));
    }
    if (nice >= kSlowedNice) {
        (void)give_way(pid);
    } else if (nice > 0) {
        (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(pid), nice);
    }
    return Worker(pid, std::move(ours));
}

Worker::Worker(Worker&& other) noexcept
    : owner(std::move(other.owner)),
      photos(other.photos),
      slowed(other.slowed),
      pid_(std::exchange(other.pid_, -1)),
      socket_(std::move(other.socket_)) {}

Worker& Worker::operator=(Worker&& other) noexcept {
    std::swap(owner, other.owner);
    std::swap(photos, other.photos);
    std::swap(slowed, other.slowed);
    std::swap(pid_, other.pid_);
    std::swap(socket_, other.socket_);
    return *this;
}

Worker::~Worker() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    (void)reap(0);
}

std::optional<Ending> Worker::reap(int options) {
    int status = 0;
    pid_t got = -1;
    do {
        got = ::waitpid(pid_, &status, options);
    } while (got < 0 && errno == EINTR);
    if (got == 0) return std::nullopt;
    pid_ = -1;
    if (got < 0) return Ending{};  // somebody else has waited for it
    if (WIFSIGNALED(status)) return Ending{WTERMSIG(status), 0, false};
    return Ending{std::nullopt, WEXITSTATUS(status), false};
}

bool Worker::alive() const {
    pollfd state{socket_.get(), POLLIN, 0};
    // Nothing may be there to read before a request was sent: a decoder that speaks unasked is as good as gone.
    return ::poll(&state, 1, 0) == 0;
}

bool Worker::send(const Request& request, std::span<const int> descriptors) {
    Request copy = request;
    iovec part{&copy, sizeof copy};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(5 * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
    }
    return ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof copy;
}

std::chrono::milliseconds Worker::cpu_used() const {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return {};
    return std::chrono::milliseconds(used.tv_sec * 1000 + used.tv_nsec / 1'000'000);
}

UniqueFd Worker::watched() const { return UniqueFd(::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0)); }

Task<std::optional<std::string>> Worker::receive(UniqueFd watched, Patience patience) {
    // By its processor time: on a busy machine everything takes long.
    const auto slow = [this, patience, before = cpu_used()]() -> std::chrono::milliseconds {
        const auto used = cpu_used() - before;
        if (used < patience.patience) return std::max(patience.patience - used, std::chrono::milliseconds(20));
        slowed = give_way(pid_);
        return {};
    };
    co_return co_await receive_answer(std::move(watched), patience, slow);
}

Task<std::optional<std::string>> receive_answer(UniqueFd watched, Patience patience,
                                                std::function<std::chrono::milliseconds()> slow) {
    using Clock = std::chrono::steady_clock;
    const auto executor = co_await asio::this_coro::executor;
    // Shared with the timer's handler, which may still be queued when this coroutine is gone.
    const int socket = watched.release();
    const auto descriptor = std::make_shared<asio::posix::stream_descriptor>(executor, socket);
    const auto end = Clock::now() + patience.limit;
    auto next = std::min(Clock::now() + patience.patience, end);
    for (;;) {
        const auto expired = std::make_shared<bool>(false);
        asio::steady_timer timer(executor, next);
        timer.async_wait([descriptor, expired](boost::system::error_code error) {
            if (error) return;
            *expired = true;
            descriptor->cancel();
        });
        const auto [error] = co_await descriptor->async_wait(asio::posix::stream_descriptor::wait_read,
                                                             asio::as_tuple(asio::use_awaitable));
        timer.cancel();
        if (*expired && next >= end) co_return fail(ErrorKind::unavailable, "Reading the picture took too long.");
        if (*expired) {
            const auto more = slow();
            next = more.count() > 0 ? std::min(Clock::now() + more, end) : end;
            continue;
        }
        if (error) co_return std::nullopt;

        std::string answer(kMaxAnswer, '\0');
        const ssize_t length = ::recv(socket, answer.data(), answer.size(), MSG_DONTWAIT | MSG_TRUNC);
        // To be told that something can be read is no promise that there is.
        if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) continue;
        if (length <= 0 || static_cast<std::size_t>(length) > answer.size()) co_return std::nullopt;
        answer.resize(static_cast<std::size_t>(length));
        co_return answer;
    }
}

asio::awaitable<Ending> Worker::end() {
    if (pid_ < 0) co_return Ending{};
    // One that has closed its socket is about to end by itself, and how it does is worth the log's line.
    const bool going = [this] {
        pollfd state{socket_.get(), POLLIN, 0};
        return ::poll(&state, 1, 0) > 0 && (state.revents & POLLHUP) != 0;
    }();
    const auto killed = [](Ending ending) {
        ending.ours = ending.signal == SIGKILL;
        return ending;
    };
    if (!going) ::kill(pid_, SIGKILL);
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    for (auto pause = std::chrono::milliseconds(1); pause < std::chrono::milliseconds(600); pause *= 2) {
        if (auto ending = reap(WNOHANG)) co_return going ? *ending : killed(*ending);
        timer.expires_after(pause);
        (void)co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    ::kill(pid_, SIGKILL);
    co_return killed(*reap(0));
}

}  // namespace cadre::media
