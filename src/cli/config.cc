#include <cstdio>

#include "base/codes.h"
#include "cli/command.h"

namespace cadre::cli {
namespace {

int config(const Invocation& invocation) {
    std::string text;
    const bool toml = invocation.has("--toml");
    const bool defaults = invocation.has("--defaults");
    const bool markdown = invocation.has("--markdown");
    const bool problems = invocation.has("--problems");
    if (toml + defaults + markdown + problems > 1) return wrong_usage("config", "Ask for one form at a time.");
    if (toml)
        text = example_configuration();
    else if (defaults)
        text = default_settings();
    else if (markdown)
        text = settings_reference();
    else if (problems)
        text = codes_reference();
    else
        text = effective_settings(invocation);
    std::fputs(text.c_str(), stdout);
    return kDone;
}

}  // namespace

Command config_command() {
    return {{"config",
             "",
             "Prints every setting as it is in effect, and where it came from.",
             {{"--toml", "", "A configuration file in which every setting is explained, commented out."},
              {"--defaults", "", "Every setting and its default, a line each."},
              {"--markdown", "", "The reference page of the documentation."},
              {"--problems", "", "The documentation's page of all that the server says when it refuses or fails."}}},
            config};
}

}  // namespace cadre::cli
