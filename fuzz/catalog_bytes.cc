// Entries, rows and sessions as they lie in Redis.
#include "catalog/redis/coding.h"
#include "catalog/redis/msgpack.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    namespace redis = catalog::redis;
    const auto bytes = fuzz::text_of(data, size);
    (void)redis::unpack(bytes);
    if (const auto stored = redis::unpack_stored(bytes)) (void)redis::pack(stored->entry.truth);
    if (const auto row = redis::unpack_row(std::string(16, 'x'), bytes)) (void)redis::pack(row->row, row->version);
    if (const auto session = redis::unpack_session("hash", bytes)) {
        const auto again = redis::unpack_session("hash", redis::pack(*session));
        fuzz::must(again && *again == *session, "a session that is written reads the same");
    }
    return 0;
}
