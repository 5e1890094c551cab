#include "cli/keeper/witness.h"

#include "redis/slots.h"

namespace cadre::cli {

Task<void> Witness::note(std::string kind, std::string subject) {
    (void)co_await presence_.note(std::move(kind), std::move(subject));
    co_return Result<void>();
}

Task<void> Witness::compare(Standing& before, Standing now, std::string gone, std::string back) {
    const auto was = std::exchange(before, std::move(now));
    const auto is = before;
    for (const auto& [name, there] : is) {
        const auto known = was.find(name);
        if (known == was.end() || known->second == there) continue;
        std::string kind = there ? back : gone, subject = name;
        CO_CHECK(co_await note(std::move(kind), std::move(subject)));
    }
    co_return Result<void>();
}

Task<void> Witness::see_redis(std::vector<redis::Node> nodes) {
    Standing standing;
    std::map<int, std::string> masters;
    for (const auto& node : nodes) {
        if (node.endpoint.port == 0) continue;                    // forgotten
        auto& there = standing[redis::to_string(node.endpoint)];  // one that is met again is in the table twice
        there = there || !node.failed;
        for (const auto& [first, last] : node.slots) masters[first] = redis::to_string(node.endpoint);
    }
    std::string gone = "catalog_node_away", back = "catalog_node_back";
    CO_CHECK(co_await compare(redis_, std::move(standing), std::move(gone), std::move(back)));
    const auto was = std::exchange(masters_, masters);
    for (const auto& [first, master] : masters) {
        const auto known = was.find(first);
        if (known == was.end() || known->second == master) continue;
        std::string kind = "master_changed", subject = master;
        CO_CHECK(co_await note(std::move(kind), std::move(subject)));
    }
    co_return Result<void>();
}

Task<void> Witness::see_blobs(gallery::BlobState state) {
    Standing standing;
    for (const auto& node : state.nodes) standing[node.name] = node.up;
    std::string gone = "blob_node_away", back = "blob_node_back";
    co_return co_await compare(blobs_, std::move(standing), std::move(gone), std::move(back));
}

Task<void> Witness::see_processes(std::vector<gallery::Process> processes) {
    Standing standing;
    for (const auto& process : processes) standing[process.name] = standing[process.name] || !process.lost();
    std::string gone = "process_lost", back = "process_back";
    co_return co_await compare(processes_, std::move(standing), std::move(gone), std::move(back));
}

}  // namespace cadre::cli
