#include "cli/import/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/sleep.h"
#include "base/utf8.h"

namespace cadre::cli {
namespace {

constexpr Millis kRedraw{200};
constexpr Millis kLine{10'000};
constexpr std::size_t kBar = 24;  // characters

std::size_t columns_of_terminal() {
    struct winsize size {};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : std::size_t{80};
}

}  // namespace

std::string sentence(const Figures& figures) {
    std::string text = figures.total > 0
                           ? fmt::format("{} of {}{} files", figures.settled, figures.total, figures.counted ? "" : "+")
                           : fmt::format("{} files", figures.settled);
    if (figures.refused > 0) text += fmt::format(", {} refused", figures.refused);
    if (figures.failed > 0) text += fmt::format(", {} failed", figures.failed);
    if (figures.waiting > 0) text += fmt::format(", {} not ready yet", figures.waiting);
    if (figures.passed > Millis(0) && figures.bytes > 0)
        text += fmt::format(", {:.1f} MB/s",
                            static_cast<double>(figures.bytes) / 1000.0 / static_cast<double>(figures.passed.count()));
    return text;
}

std::string bar(const Figures& figures, std::size_t columns) {
    const auto total = std::max(figures.total, figures.settled);
    const auto done = total == 0 ? 0 : static_cast<std::size_t>(figures.settled * kBar / total);
    const auto text = fmt::format("[{:#<{}}{:-<{}}] {}", "", done, "", kBar - done, sentence(figures));
    return std::string(cut_utf8(text, columns));
}

Progress::Progress(const Report& report, const Pipeline& pipeline, const std::atomic<std::uint64_t>& total,
                   const std::atomic<bool>& counted)
    : report_(report),
      pipeline_(pipeline),
      total_(total),
      counted_(counted),
      begun_(clock_.monotonic()),
      on_terminal_(::isatty(STDOUT_FILENO) == 1) {}

Figures Progress::figures() const {
    Figures figures;
    figures.settled = report_.settled();
    figures.total = total_;
    figures.counted = counted_;
    figures.refused = report_.refused();
    figures.failed = report_.failed();
    figures.waiting = pipeline_.waiting();
    figures.bytes = pipeline_.bytes_sent();
    figures.passed = clock_.monotonic() - begun_;
    return figures;
}

boost::asio::awaitable<void> Progress::run() {
    while (true) {
        co_await sleep_for(on_terminal_ ? kRedraw : kLine);
        if (on_terminal_)
            fmt::print("\r\033[K{}", bar(figures(), columns_of_terminal() - 1));
        else
            fmt::print("{}\n", sentence(figures()));
        std::fflush(stdout);
    }
}

void Progress::clear() {
    if (on_terminal_) fmt::print("\r\033[K");
}

}  // namespace cadre::cli
