// Notes what changes in the fleet, so that an administrator can read afterwards what happened: nodes that went and came
// back, masters that moved, processes that fell silent.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/task.h"
#include "gallery/blob_state.h"
#include "gallery/processes.h"
#include "redis/cluster.h"

namespace cadre::cli {

/// Not thread-safe. What it sees first is no change. Nothing fails: a note that cannot be kept is lost.
class Witness {
public:
    /// It outlives the witness.
    explicit Witness(gallery::Presence& presence) : presence_(presence) {}

    Task<void> see_redis(std::vector<redis::Node> nodes);
    Task<void> see_blobs(gallery::BlobState state);
    Task<void> see_processes(std::vector<gallery::Process> processes);
    Task<void> note(std::string kind, std::string subject);

private:
    using Standing = std::map<std::string, bool>;  // whether it is there, by name
    /// Notes `gone` of each that is no longer there, and `back` of each that is again.
    Task<void> compare(Standing& before, Standing now, std::string gone, std::string back);

    gallery::Presence& presence_;
    Standing redis_, blobs_, processes_;
    std::map<int, std::string> masters_;  // address, by the first slot
};

}  // namespace cadre::cli
