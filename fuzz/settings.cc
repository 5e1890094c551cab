// A configuration file; and each of its lines as an argument, and as the value of every setting.
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/settings_table.h"
#include "fuzz.h"

namespace cadre::fuzz {
namespace {

void read_file(std::string_view text) {
    const UniqueFd file(::memfd_create("configuration", MFD_CLOEXEC));
    must(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()), "memory can be written");
    (void)read_configuration("/proc/self/fd/" + std::to_string(file.get()));
}

void take(const std::string& value) {
    for (const auto& setting : settings_table()) {
        Settings settings;
        if (!assign(settings, setting, value).empty()) continue;
        const auto shown = typed(settings, setting);
        Settings again;
        const auto wrong = assign(again, setting, shown);
        must(wrong.empty() && typed(again, setting) == shown, "a setting that is shown can be typed");
    }
}

}  // namespace
}  // namespace cadre::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto text = fuzz::text_of(data, size);
    fuzz::read_file(text);
    std::vector<std::string> arguments;
    for (auto rest = text; !rest.empty() && arguments.size() < 20;) {
        const auto [line, more] = fuzz::first_line(rest);
        arguments.emplace_back(line);
        rest = more;
    }
    if (!arguments.empty()) fuzz::take(arguments.front());
    const CommandLine serve{"serve", "PATH…", "", {}};
    Surroundings here;
    here.program = "/nonexistent";
    here.host_name = "host";
    (void)load_settings(serve, arguments, here);
    return 0;
}
