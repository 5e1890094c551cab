#include "decode/sandbox.h"

#include <grp.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include "media/protocol.h"

namespace cadre::decode {
namespace {

constexpr uid_t kNobody = 65534;
constexpr std::uint64_t kMaxFile = 64U << 20;  // a derivative; the largest possible is a few megabytes

void require(bool done) {
    if (!done) std::_Exit(media::kExitNoSandbox);
}

void limit(int resource, std::uint64_t most) {
    const rlimit both{most, most};
    require(::setrlimit(static_cast<__rlimit_resource>(resource), &both) == 0);
}

void drop_root() {
    if (::geteuid() != 0) return;
    require(::setgroups(0, nullptr) == 0);
    require(::setresgid(kNobody, kNobody, kNobody) == 0);
    require(::setresuid(kNobody, kNobody, kNobody) == 0);
}

bool a_thread_starts() {
    pthread_t thread{};
    const auto nothing = [](void*) -> void* { return nullptr; };
    if (::pthread_create(&thread, nullptr, nothing, nullptr) != 0) return false;
    return ::pthread_join(thread, nullptr) == 0;
}

/// The kernel counts all threads of the user, everywhere, and says nowhere how many they are: other decoders and, if it
/// has not been root, the server and all that this user runs. So the number is looked for, by the limit at which a
/// thread still starts.
void bound_threads() {
    constexpr rlim_t kMore = 1024;  // for the others: their number changes. For this one a dozen is plenty
    constexpr rlim_t kStep = 64;
    constexpr rlim_t kMost = rlim_t{1} << 22;  // of any Linux
    rlimit before{};
    require(::getrlimit(RLIMIT_NPROC, &before) == 0);
    const rlim_t most = std::min(before.rlim_max, kMost);
    const auto suffices = [&](rlim_t threads) {
        const rlimit soft{threads, before.rlim_max};
        require(::setrlimit(RLIMIT_NPROC, &soft) == 0);
        return a_thread_starts();
    };
    rlim_t low = 0;
    rlim_t high = kStep;
    while (high < most && !suffices(high)) {
        low = high;
        high = std::min(high * 4, most);
    }
    while (high - low > kStep) {
        const rlim_t middle = low + (high - low) / 2;
        (suffices(middle) ? high : low) = middle;
    }
    limit(RLIMIT_NPROC, std::min(high + kMore, before.rlim_max));
}

/// No path at all, with all the rights that the running kernel knows. Kernels without Landlock go without.
void close_paths() {
    const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) return;
    constexpr std::uint64_t kFirstRights = (1ULL << 13) - 1;
    constexpr std::uint64_t kRefer = 1ULL << 13;     // from version 2
    constexpr std::uint64_t kTruncate = 1ULL << 14;  // from version 3
    landlock_ruleset_attr rules{};
    rules.handled_access_fs = kFirstRights | (abi >= 2 ? kRefer : 0) | (abi >= 3 ? kTruncate : 0);
    const long ruleset = ::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules.handled_access_fs, 0);
    require(ruleset >= 0);
    require(::syscall(SYS_landlock_restrict_self, ruleset, 0) == 0);
    ::close(static_cast<int>(ruleset));
}

/// What decoding needs, found by running all formats; everything else fails with EPERM, and what only an attacker
/// would call kills the process.
void close_system_calls() {
    const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ERRNO(EPERM));
    require(filter != nullptr);
    const auto rule = [filter](std::uint32_t action, auto... calls) {
        (require(::seccomp_rule_add(filter, action, calls, 0) == 0), ...);
    };
    // Descriptors that it has, memory, threads, signals, time.
    rule(SCMP_ACT_ALLOW, SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(close),
         SCMP_SYS(dup), SCMP_SYS(fstat), SCMP_SYS(recvmsg), SCMP_SYS(sendto));
    rule(SCMP_ACT_ALLOW, SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(getrandom));
    // Memory, but no new code in it.
    for (const auto call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
        require(::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                                   scmp_arg_cmp{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}) == 0);
    }
    rule(SCMP_ACT_ALLOW, SCMP_SYS(futex), SCMP_SYS(rseq), SCMP_SYS(set_robust_list), SCMP_SYS(sched_getaffinity),
         SCMP_SYS(sched_yield), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(exit), SCMP_SYS(exit_group));
    rule(SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
         SCMP_SYS(sigaltstack), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep),
         SCMP_SYS(nanosleep), SCMP_SYS(sysinfo));
    // Threads, but no processes; clone3 hides its flags from the filter, glibc falls back to clone.
    require(::seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                               scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD}) == 0);
    rule(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
    // abort() of its own; its own processor time.
    require(::seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                               scmp_arg_cmp{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()), 0}) == 0);
    require(::seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, scmp_arg_cmp{0, SCMP_CMP_EQ, 0, 0},
                               scmp_arg_cmp{1, SCMP_CMP_EQ, RLIMIT_CPU, 0}) == 0);
    // Libraries look for what they can do without: Exiv2 for its settings in the home folder, which glibc asks a
    // name service for.
    rule(SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(umask), SCMP_SYS(mkdir),
         SCMP_SYS(socket));
    rule(SCMP_ACT_KILL_PROCESS, SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(ptrace),
         SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(kill),
         SCMP_SYS(setuid), SCMP_SYS(setresuid), SCMP_SYS(bpf), SCMP_SYS(io_uring_setup));
    // Also for threads that a library has started already.
    require(::seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0);
    require(::seccomp_load(filter) == 0);
    ::seccomp_release(filter);
}

}  // namespace

void enter_sandbox(const SandboxLimits& limits) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // these reserve terabytes of addresses
    limit(RLIMIT_AS, limits.memory);
#endif
    limit(RLIMIT_CPU, limits.cpu_seconds);
    limit(RLIMIT_FSIZE, kMaxFile);
    limit(RLIMIT_NOFILE, 32);
    limit(RLIMIT_CORE, 0);
    drop_root();
    bound_threads();
    // After the change of user, which clears it; and the parent may be gone already.
    require(::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    if (::getppid() != limits.parent) std::_Exit(0);
    require(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    close_paths();
    close_system_calls();
}

void grant_cpu(std::uint64_t seconds) {
    timespec used{};
    rlimit both{};
    if (::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0 || ::getrlimit(RLIMIT_CPU, &both) != 0) return;
    // One second more: the kernel counts whole ones.
    both.rlim_cur = std::min<rlim_t>(both.rlim_max, static_cast<rlim_t>(used.tv_sec) + seconds + 1);
    ::setrlimit(RLIMIT_CPU, &both);
}

}  // namespace cadre::decode
