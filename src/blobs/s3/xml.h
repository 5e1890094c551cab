// The documents that S3 speaks: read with pugixml, whatever namespace they carry.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "blobs/store.h"

namespace cadre::blobs::s3 {

/// One page of ListObjectsV2.
struct ListedPage {
    std::vector<Item> items;  // in their order; `modified` in whole seconds, as Last-Modified has it
    bool more = false;
};

/// Errors: unavailable, if it is no such document.
[[nodiscard]] Result<ListedPage> parse_list(std::string_view xml);

/// An <Error> document, or one <Error> of DeleteObjects.
struct Refusal {
    std::string code;     // "NoSuchKey"
    std::string message;  // the store's own words
    std::string key;      // of DeleteObjects
};

/// Nothing if it is no <Error> document.
[[nodiscard]] std::optional<Refusal> parse_refusal(std::string_view xml);

/// What DeleteObjects could not remove. Errors: unavailable, if it is no such document.
[[nodiscard]] Result<std::vector<Refusal>> parse_delete_result(std::string_view xml);

/// The UploadId of CreateMultipartUpload. Errors: unavailable, if there is none.
[[nodiscard]] Result<std::string> parse_upload_id(std::string_view xml);

/// The body of DeleteObjects: what goes well is not listed in the answer.
[[nodiscard]] std::string delete_request(const std::vector<std::string>& keys);

/// The body of CompleteMultipartUpload, of the parts' entity tags in their order.
[[nodiscard]] std::string complete_request(const std::vector<std::string>& etags);

}  // namespace cadre::blobs::s3
