// CLUSTER NODES and error replies as texts of their own.
#include "fuzz.h"
#include "redis/nodes.h"
#include "redis/slots.h"
#include "redis/verdict.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto text = fuzz::text_of(data, size);
    const redis::Endpoint asked{"127.0.0.1", 7001};
    (void)redis::judge(std::string(text), asked);
    if (const auto endpoint = redis::parse_endpoint(text, asked)) {
        const auto again = redis::parse_endpoint(redis::to_string(*endpoint), asked);
        fuzz::must(again && *again == *endpoint, "an endpoint that is written reads the same");
    }
    (void)redis::parse_nodes(text);
    if (const auto promoted = redis::to_be_promoted(redis::parse_nodes(text, asked)))
        fuzz::must(!promoted->id.empty(), "a node has a name");
    return 0;
}
