// cadre-decode: reads one picture after the other for the server, inside a sandbox. The only program of Cadre that
// links libvips and Exiv2. Started by the server alone, with one end of a socket at descriptor 3.
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/number.h"
#include "decode/answer.h"
#include "decode/channel.h"
#include "decode/metadata.h"
#include "decode/picture.h"
#include "decode/sandbox.h"

namespace {

/// The number of "--name=number" among the arguments; 0 if it is not there.
std::uint64_t number(int count, char** arguments, std::string_view name) {
    std::uint64_t value = 0;
    for (int i = 1; i < count; ++i) {
        const std::string_view argument(arguments[i]);
        if (!argument.starts_with(name)) continue;
        value = cadre::leading_number<std::uint64_t>(argument.substr(name.size())).value_or(value);
    }
    return value;
}

}  // namespace

int main(int count, char** arguments) {
    using namespace cadre;
    const auto memory = number(count, arguments, "--memory=");
    const auto cpu_seconds = number(count, arguments, "--cpu=");
    const auto idle_seconds = number(count, arguments, "--idle=");
    const auto parent = number(count, arguments, "--parent=");
    if (memory == 0 || cpu_seconds == 0 || !decode::open_channel(static_cast<long>(idle_seconds))) {
        std::fputs("cadre-decode reads pictures for cadre, which starts it by itself.\n", stderr);
        return 2;
    }
    decode::start_libvips(arguments[0]);
    decode::start_exiv2();
    decode::enter_sandbox({memory, cpu_seconds, static_cast<pid_t>(parent)});

    const SystemClock clock;
    while (auto job = decode::next_job()) {
        const std::string text = decode::answer(*job, clock);
        job.reset();  // who reads the answer may rely on nothing of the photo being open here any more
        decode::send_answer(text);
    }
    return 0;
}
