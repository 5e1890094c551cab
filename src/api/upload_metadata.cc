#include "api/upload_metadata.h"

#include <algorithm>

#include "base/encoding.h"
#include "http/headers.h"

namespace cadre::api {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

Result<std::map<std::string, std::string, std::less<>>> parse_upload_metadata(std::string_view text) {
    std::map<std::string, std::string, std::less<>> metadata;
    for (const auto pair : http::split_list(text)) {
        const auto space = pair.find(' ');
        const auto value = from_base64(space == std::string_view::npos ? "" : http::trim(pair.substr(space)));
        if (!value)
            return fail(Code::invalid_request,
                        "Upload-Metadata must be names, each with a space and a value in base64.");
        if (!is_name(pair.substr(0, space)))
            return fail(Code::invalid_request, "A name in Upload-Metadata must be of printable ASCII characters.");
        if (!metadata.emplace(pair.substr(0, space), std::string(value->begin(), value->end())).second)
            return fail(Code::invalid_request, "Upload-Metadata has a name twice.");
    }
    return metadata;
}

}  // namespace cadre::api
