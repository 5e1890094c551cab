#include "cli/fleet/machines.h"

#include <fmt/format.h>

namespace cadre::cli {

Result<Machines> Machines::parse(std::string_view text) {
    Machines machines;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto one = text.substr(0, comma);
        const auto equals = one.find('=');
        if (equals == 0 || equals == std::string_view::npos || equals + 1 == one.size())
            return fail(ErrorKind::invalid,
                        fmt::format("machines: \"{}\" is not of the form NAME=ADDRESS[,NAME=ADDRESS…].", one));
        machines.by_host_.insert_or_assign(std::string(one.substr(equals + 1)), std::string(one.substr(0, equals)));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return machines;
}

std::string Machines::of(std::string_view host) const {
    const auto found = by_host_.find(host);
    return found == by_host_.end() ? std::string(host) : found->second;
}

}  // namespace cadre::cli
