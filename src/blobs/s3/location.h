// Where a store is and how it is asked: the setting `blobs`, parsed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/url.h"

namespace cadre::blobs::s3 {

/// Which endpoint is asked while all are well.
enum class Choice {
    first,  // the first of the list: the node on this machine; the others when it is away or slow
    turns,  // one after the other
};

struct Location {
    std::string bucket;
    std::vector<http::Url> endpoints;  // at least one; scheme, host and port
    std::string region = "us-east-1";
    Choice choice = Choice::first;
};

/// "s3://bucket?endpoint=http://host:port[,http://host:port…][&region=…][&choose=first|turns]". Errors: invalid with a
/// sentence that says what is wrong.
[[nodiscard]] Result<Location> parse_location(std::string_view text);

}  // namespace cadre::blobs::s3
