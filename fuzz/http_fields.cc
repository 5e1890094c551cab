// The values of single fields: entity tags, dates, digests, hosts, networks, lists.
#include "api/digest_field.h"
#include "base/encoding.h"
#include "fuzz.h"
#include "http/address.h"
#include "http/conditional.h"
#include "http/forwarded.h"
#include "http/headers.h"
#include "http/negotiate.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto value = fuzz::text_of(data, size);
    (void)http::matches_weakly(value, "\"abc\"");
    (void)http::matches_strongly(value, "\"abc\"");
    (void)http::parse_entity_tags(value);
    (void)http::parse_http_date(value);
    (void)http::valid_host(value);
    for (const auto member : http::split_list(value)) fuzz::must(!member.empty(), "no member of a list is empty");
    if (const auto digest = api::parse_repr_digest(value); digest && *digest) {
        const auto again = api::parse_repr_digest(api::repr_digest(hex(**digest)));
        fuzz::must(again && *again == *digest, "a digest that is written reads the same");
    }
    if (const auto networks = http::Networks::parse(value))
        (void)networks->contains(boost::asio::ip::make_address("192.0.2.1"));
    http::Request request;
    request.headers.add("Accept-Encoding", value);
    (void)http::accepts(request, http::preferred_coding(request));
    http::Headers fields;
    fields.add("Vary", value);
    http::add_vary(fields, "Cookie");
    return 0;
}
