// The walls around everything that reads a picture's bytes.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace cadre::decode {

struct SandboxLimits {
    std::uint64_t memory = 0;       // address space, bytes
    std::uint64_t cpu_seconds = 0;  // in the process's life
    pid_t parent = 0;               // the server
};

/// Gives up, for good and for all threads to come: memory, processor time, threads and file size beyond bounds, core
/// dumps, root (uid and gid 65534), new privileges, every path (Landlock, where the kernel has it), memory that is code
/// and can be written, and every system call that decoding doesn't need (seccomp). Nothing can be opened, connected,
/// executed or looked up afterwards; what an attacker alone would try kills the process. The process also dies with its
/// parent. Exits the process if the kernel refuses any of it but Landlock.
void enter_sandbox(const SandboxLimits& limits);

/// The processor time of the next photo: from now on so many seconds, and then the kernel kills the process.
void grant_cpu(std::uint64_t seconds);

}  // namespace cadre::decode
