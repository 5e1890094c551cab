#include "api/page.h"

namespace cadre::api {

Result<PageTemplate> PageTemplate::parse(std::string_view html) {
    constexpr std::string_view kOpen = "<script type=\"application/json\" id=\"initial\">";
    constexpr std::string_view kClose = "</script>";
    const auto open = html.find(kOpen);
    const auto begin = open == std::string_view::npos ? open : open + kOpen.size();
    const auto end = open == std::string_view::npos ? open : html.find(kClose, begin);
    if (end == std::string_view::npos)
        return fail(ErrorKind::unprocessable, "index.html of the web interface has no place for the first data.");
    PageTemplate page;
    page.before_ = html.substr(0, begin);
    page.after_ = html.substr(end);
    return page;
}

std::string PageTemplate::with(std::string_view json) const {
    std::string text;
    text.reserve(before_.size() + json.size() + after_.size());
    return text.append(before_).append(json).append(after_);
}

}  // namespace cadre::api
