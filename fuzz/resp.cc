// Answers of Redis, and the maps and verdicts that are read out of them.
#include "redis/resp.h"

#include <vector>

#include "fuzz.h"
#include "redis/nodes.h"
#include "redis/slots.h"
#include "redis/verdict.h"

namespace cadre::fuzz {
namespace {

const redis::Endpoint kAsked{"127.0.0.1", 7001};

void understand(const redis::Answer& answer) {
    if (answer.error) {
        (void)redis::judge(*answer.error, kAsked);
        return;
    }
    if (const auto map = redis::parse_slots(answer.reply, kAsked)) {
        must(!map->masters.empty(), "a map has a master");
        for (std::size_t slot = 0; slot < redis::kSlots; slot += 97)
            (void)map->master_of(static_cast<std::uint16_t>(slot));
    }
    if (const auto* text = std::get_if<std::string>(&answer.reply.value)) {
        (void)redis::parse_nodes(*text, kAsked);
        (void)redis::parse_nodes(*text);
        (void)redis::to_be_promoted(redis::parse_nodes(*text, kAsked));
    }
}

/// How many answers there are in the bytes, which come `step` at a time, and whether they end in what is none.
std::pair<std::size_t, bool> read(std::string_view bytes, std::size_t step, bool deep) {
    redis::Reader reader;
    std::size_t count = 0;
    while (!bytes.empty()) {
        reader.feed(bytes.substr(0, step));
        bytes.remove_prefix(std::min(step, bytes.size()));
        redis::Answer answer;
        auto got = reader.next(answer);
        for (; got == redis::Reader::Got::answer; got = reader.next(answer)) {
            ++count;
            if (deep) understand(answer);
        }
        if (got == redis::Reader::Got::broken) return {count, true};
    }
    return {count, false};
}

}  // namespace
}  // namespace cadre::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto bytes = fuzz::text_of(data, size);
    const auto whole = fuzz::read(bytes, size + 1, true);
    const auto slowly = fuzz::read(bytes, 1, false);
    if (!whole.second && !slowly.second) fuzz::must(whole == slowly, "answers do not depend on how their bytes come");
    return 0;
}
