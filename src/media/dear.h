// Whose pictures have taken long lately.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace cadre::media {

/// Whoever has sent what took more processor time than a decoder's patience: for a while their derivatives are made at
/// the lowest priority from the beginning, and not only once they have taken that long as well. Thread-safe.
class Dear {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds kFor{60};

    void note(const std::string& owner, Clock::time_point now = Clock::now());
    [[nodiscard]] bool holds(const std::string& owner, Clock::time_point now = Clock::now()) const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, Clock::time_point> until_;  // what is over goes when somebody is noted
};

}  // namespace cadre::media
