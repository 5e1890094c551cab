// What serve, worker and keeper have in common: they run until they are told to stop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"

namespace cadre::cli {

/// What requests and jobs under way may still take after a signal; with what follows the process ends within 30 s.
inline constexpr Millis kToFinish{20'000};

/// How long it takes at most to tell the others that this one goes.
inline constexpr Millis kToLeave{1'000};

/// Settings of the process itself: signals, heaps, descriptors.
void prepare_process();

/// Errors: not_found, with a sentence, if the program that reads pictures cannot be run.
[[nodiscard]] Result<void> check_decoder(const std::string& decoder);

/// Nothing is lost by leaving at once: the library is as it would be after the loss of power, and that is promised.
[[noreturn]] void leave(int code);

/// SIGTERM and SIGINT. The first ends the wait, a second one ends the process at once.
class StopSignal {
public:
    explicit StopSignal(asio::io_context& io) : io_(io), signals_(io, SIGTERM, SIGINT) {}

    /// Runs the io_context until a signal comes, or until somebody stops the io_context.
    void wait();

private:
    asio::io_context& io_;
    asio::signal_set signals_;
};

}  // namespace cadre::cli
