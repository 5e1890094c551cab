// Signature Version 4 of Amazon's requests, as header fields.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
//
// Own code, since no library for it is packaged and libcurl 7.88's is wrong in places; tested with the published
// vectors (docs/decisions/0008-s3-without-an-sdk.md).
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/headers.h"
#include "http/url.h"

namespace cadre::blobs::s3 {

struct Credentials {
    std::string access_key;
    std::string secret_key;
};

/// The SHA-256 of no bytes, in hex.
inline constexpr std::string_view kEmptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What is hashed and signed of a request. `target` is as it is sent: the path encoded once, names and values of the
/// query encoded; `fields` has all that is to be signed, without Host.
[[nodiscard]] std::string canonical_request(std::string_view method, std::string_view host, std::string_view target,
                                            const http::Headers& fields, std::string_view payload_sha256);

/// Thread-safe.
class Signer {
public:
    Signer(Credentials credentials, std::string region, std::string service = "s3")
        : credentials_(std::move(credentials)), region_(std::move(region)), service_(std::move(service)) {}

    /// The value of Authorization. `fields` has X-Amz-Date already, of the same `time`.
    [[nodiscard]] std::string authorization(std::string_view method, std::string_view host, std::string_view target,
                                            const http::Headers& fields, std::string_view payload_sha256,
                                            WallTime time) const;

    /// Adds X-Amz-Date, X-Amz-Content-Sha256 and Authorization to `fields`, all of which are signed. Nothing of the
    /// request may be changed afterwards. `payload_sha256` is in hex.
    void sign(std::string_view method, const http::Url& url, std::string_view payload_sha256, WallTime time,
              http::Headers& fields) const;

private:
    Credentials credentials_;
    std::string region_;
    std::string service_;
};

/// "20130524T000000Z"
[[nodiscard]] std::string amz_date(WallTime time);

}  // namespace cadre::blobs::s3
