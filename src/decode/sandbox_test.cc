// The sandbox from inside: what a picture could do that has taken its decoder over.
#include "decode/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "base/fd.h"

namespace cadre::decode {
namespace {

constexpr std::uint64_t kMemory = std::uint64_t{2} << 30;

/// Exit status of a process that is locked in and then does this; minus the signal that ended it.
int inside(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        enter_sandbox({kMemory, 60, ::getppid()});
        ::_exit(work());
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/// 0 if the call was refused, else 1.
template <class Call>
int refused(Call call) {
    return inside([&] { return call() ? 1 : 0; });
}

TEST(Sandbox, NoMemoryBecomesCode) {
    constexpr std::size_t kPage = 4096;
    constexpr int kPrivate = MAP_PRIVATE | MAP_ANONYMOUS;
    const auto mapped = [](int protection) {
        return ::mmap(nullptr, kPage, protection, kPrivate, -1, 0) != MAP_FAILED;
    };
    EXPECT_EQ(refused([&] { return mapped(PROT_READ | PROT_WRITE | PROT_EXEC); }), 0);
    EXPECT_EQ(refused([&] { return mapped(PROT_READ | PROT_EXEC); }), 0);
    EXPECT_EQ(refused([&] {
                  void* const page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, kPrivate, -1, 0);
                  return page == MAP_FAILED || ::mprotect(page, kPage, PROT_READ | PROT_EXEC) == 0;
              }),
              0);
    EXPECT_EQ(refused([&] {
                  void* const page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, kPrivate, -1, 0);
                  return page == MAP_FAILED || ::syscall(SYS_pkey_mprotect, page, kPage, PROT_EXEC, -1) == 0;
              }),
              0);
    // And what decoding needs stays.
    EXPECT_EQ(inside([&] { return mapped(PROT_READ | PROT_WRITE) ? 0 : 1; }), 0);
}

TEST(Sandbox, ThreadsAreBounded) {
    const int started = inside([] {
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, std::size_t{16} << 10);
        int threads = 0;
        const auto wait = [](void*) -> void* {
            for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
        };
        pthread_t thread{};
        while (threads < 3000 && ::pthread_create(&thread, &attributes, wait, nullptr) == 0) ++threads;
        return threads < 4 ? 1 : threads >= 3000 ? 2 : 0;
    });
    EXPECT_NE(started, 1) << "decoding needs some";
    EXPECT_EQ(started, 0);
}

TEST(Sandbox, NoProcessSocketOrFile) {
    EXPECT_EQ(inside([] {
                  ::syscall(SYS_fork);
                  return 0;
              }),
              -SIGSYS);
    EXPECT_EQ(inside([] {
                  const char* const words[] = {"/bin/true", nullptr};
                  ::execve(words[0], const_cast<char**>(words), nullptr);
                  return 0;
              }),
              -SIGSYS);
    EXPECT_EQ(refused([] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }), 0);
    EXPECT_EQ(refused([] { return ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC) >= 0; }), 0);
    EXPECT_EQ(refused([] { return ::setpriority(PRIO_PROCESS, 0, -5) == 0; }), 0);
    EXPECT_EQ(refused([] { return ::syscall(SYS_memfd_create, "x", 0) >= 0; }), 0);
}

/// A process with a child that is locked in and busy; the child holds the end of a pipe that its end closes.
struct Family {
    UniqueFd end;
    pid_t parent = -1;
};

Family busy_child_of_a_process(bool dies_before) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    Family family{UniqueFd(ends[0]), -1};
    const UniqueFd other(ends[1]);
    family.parent = ::fork();
    if (family.parent == 0) {
        const pid_t parent = ::getpid();
        if (::fork() == 0) {
            while (dies_before && ::getppid() == parent) ::sched_yield();
            enter_sandbox({kMemory, 600, parent});
            (void)!::write(ends[1], "x", 1);
            for (;;) ::sched_yield();
        }
        if (dies_before) ::_exit(0);
        for (;;) ::pause();
    }
    return family;
}

TEST(Sandbox, ADecoderThatIsBusyDiesWithItsServer) {
    auto family = busy_child_of_a_process(false);
    char byte = 0;
    ASSERT_EQ(::read(family.end.get(), &byte, 1), 1);
    ::kill(family.parent, SIGKILL);
    ::waitpid(family.parent, nullptr, 0);
    EXPECT_EQ(::read(family.end.get(), &byte, 1), 0) << "what holds the pipe is gone";
}

TEST(Sandbox, ADecoderWhoseServerDiedBeforeItWasLockedInEnds) {
    auto family = busy_child_of_a_process(true);
    ::waitpid(family.parent, nullptr, 0);
    char byte = 0;
    EXPECT_EQ(::read(family.end.get(), &byte, 1), 0);
}

}  // namespace
}  // namespace cadre::decode
