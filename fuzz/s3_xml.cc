// Documents of an S3 store.
#include "blobs/s3/xml.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre::blobs;
    const auto xml = cadre::fuzz::text_of(data, size);
    (void)s3::parse_list(xml);
    (void)s3::parse_refusal(xml);
    (void)s3::parse_delete_result(xml);
    if (const auto id = s3::parse_upload_id(xml)) cadre::fuzz::must(!id->empty(), "an upload has a name");
    (void)s3::delete_request({std::string(xml)});
    return 0;
}
