// Time is handed in, so that tests and the simulation decide what o'clock it is.
#pragma once

#include <chrono>

namespace cadre {

using Millis = std::chrono::milliseconds;
/// Wall time, as the machine believes it: milliseconds since 1970, UTC.
using WallTime = std::chrono::sys_time<Millis>;
/// Time that never goes back; only differences mean anything.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Millis>;

/// Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual WallTime now() const = 0;
    [[nodiscard]] virtual MonotonicTime monotonic() const = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
public:
    [[nodiscard]] WallTime now() const override {
        return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
    }
    [[nodiscard]] MonotonicTime monotonic() const override {
        return std::chrono::time_point_cast<Millis>(std::chrono::steady_clock::now());
    }
};

}  // namespace cadre
