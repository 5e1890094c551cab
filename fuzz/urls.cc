// What settings and requests give as addresses of servers and stores.
#include "blobs/s3/location.h"
#include "fuzz.h"
#include "http/address.h"
#include "http/url.h"
#include "redis/url.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto text = fuzz::text_of(data, size);
    if (const auto url = http::parse_url(text)) {
        const auto again = http::parse_url(url->text());
        fuzz::must(again && again->text() == url->text() && again->target == url->target,
                   "a URL that is written reads the same");
    }
    if (const auto address = http::parse_address(text)) {
        const auto again = http::parse_address(address->text());
        fuzz::must(again && again->host == address->host && again->port == address->port,
                   "an address that is written reads the same");
    }
    if (const auto decoded = http::percent_decode(text)) {
        const auto again = http::percent_decode(http::percent_encode(*decoded));
        fuzz::must(again && *again == *decoded, "what is encoded is decoded to the same");
    }
    if (const auto redis = redis::parse_url(text)) fuzz::must(!redis->seeds.empty(), "a cluster has a seed");
    if (const auto store = blobs::s3::parse_location(text))
        fuzz::must(!store->endpoints.empty(), "a store has an endpoint");
    return 0;
}
