// On which machine something runs: processes are told, servers of the stores are known by their addresses.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cadre::cli {

class Machines {
public:
    /// "a=10.0.0.1,b=10.0.0.2": names of machines and the addresses of their stores. Errors: invalid, with a sentence.
    [[nodiscard]] static Result<Machines> parse(std::string_view text);

    /// The address itself where no machine is known to have it.
    [[nodiscard]] std::string of(std::string_view host) const;

private:
    std::map<std::string, std::string, std::less<>> by_host_;
};

}  // namespace cadre::cli
