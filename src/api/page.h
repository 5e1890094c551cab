// The application's page with the first screen's data in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cadre::api {

/// index.html, cut where the data goes: the text of its <script type="application/json" id="initial">.
class PageTemplate {
public:
    /// Errors: unprocessable where there is no such element.
    [[nodiscard]] static Result<PageTemplate> parse(std::string_view html);

    /// `json` must hold no `<`, `>`, `&`, U+2028 or U+2029, as JsonWriter sees to.
    [[nodiscard]] std::string with(std::string_view json) const;

private:
    std::string before_;
    std::string after_;
};

}  // namespace cadre::api
