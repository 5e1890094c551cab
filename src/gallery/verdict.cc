#include "gallery/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace cadre::gallery {
namespace {

class Judge {
public:
    explicit Judge(const Sight& sight) : sight_(sight) {}

    Verdict verdict() {
        processes();
        catalog();
        blobs();
        queue();
        if (!found_.reasons.empty()) found_.health = found_.reasons.front().health;
        return std::move(found_);
    }

private:
    /// The worst first, else in the order in which they are said.
    void say(Health health, std::string code, std::string subject, std::string detail) {
        const auto after = std::ranges::find_if(found_.reasons, [&](const Reason& one) { return one.health < health; });
        found_.reasons.insert(after, {health, std::move(code), std::move(subject), std::move(detail)});
    }

    template <class T>
    bool fresh(const Observed<T>& known, Millis already = Millis(0)) const {
        return known.read && sight_.at - *known.read + already < kStale;
    }

    void processes() {
        // What was not read lately tells nothing of who has fallen silent.
        if (!sight_.processes.read || sight_.at - *sight_.processes.read >= kSilentFor * 2) {
            say(Health::degraded, "processes_unknown", "", "Which replicas, workers and keepers run is not known.");
            return;
        }
        std::array<int, 3> ready{};  // serve, worker, keeper
        for (const auto& process : sight_.processes.value) {
            if (process.lost()) {
                say(Health::degraded, "process_lost", process.name,
                    fmt::format("{} has said nothing for {} seconds.", process.name,
                                std::chrono::duration_cast<std::chrono::seconds>(process.age).count()));
                continue;
            }
            if (process.state == "failed")
                say(Health::unavailable, "rebuild_failed", process.name,
                    fmt::format("{} could not rebuild its catalog.", process.name));
            else if (process.state == "rebuilding")
                say(Health::unavailable, "rebuilding", process.name,
                    fmt::format("{} is rebuilding its catalog.", process.name));
            if (process.state == "starting" || process.state == "stopping" || process.state == "failed") continue;
            ++ready[process.role == "serve" ? 0 : process.role == "worker" ? 1 : 2];
        }
        if (!sight_.shared) return;
        if (ready[0] == 1)
            say(Health::degraded, "one_replica", "", "Only one replica serves: if it goes, nobody answers.");
        if (ready[1] == 0)
            say(Health::degraded, "no_worker", "", "No worker runs: photos that are uploaded are not prepared.");
        if (ready[2] == 0)
            say(Health::degraded, "no_keeper", "",
                "No keeper runs: nothing is repaired after a failure, and nothing expires.");
    }

    void catalog() {
        const auto& known = sight_.catalog;
        if (!fresh(known)) {
            say(Health::unavailable, "catalog_unknown", "", "The catalog does not answer.");
            return;
        }
        int covered = 0;
        std::set<std::string> machines;
        for (const auto& shard : known.value.shards) {
            machines.insert(shard.master.machine);
            for (const auto& replica : shard.replicas) machines.insert(replica.machine);
        }
        for (const auto& shard : known.value.shards) {
            for (const auto& [first, last] : shard.slots) covered += last - first + 1;
            judge_shard(shard, machines.size() > 1);
        }
        if (covered < known.value.slots)
            say(Health::unavailable, "slots_uncovered", std::to_string(known.value.slots - covered),
                fmt::format("{} slots of the catalog belong to nobody.", known.value.slots - covered));
        for (const auto& node : known.value.others)
            if (!node.up)
                say(Health::degraded, "catalog_node_down", node.name,
                    fmt::format("The catalog's node {} is away.", node.name));
    }

    void judge_shard(const CatalogShard& shard, bool several_machines) {
        const auto name = shard_name(shard);
        if (!shard.master.up)
            say(Health::unavailable, "shard_without_master", name,
                fmt::format("The master of slots {} does not answer.", name));
        const auto up = std::ranges::count_if(shard.replicas, [](const auto& replica) { return replica.up; });
        if (up == 0)
            say(Health::degraded, "shard_without_replica", name,
                fmt::format("Slots {} have no replica: if their master goes, they are away.", name));
        for (const auto& replica : shard.replicas) {
            if (!replica.up)
                say(Health::degraded, "catalog_node_down", replica.name,
                    fmt::format("The catalog's node {} is away.", replica.name));
            else if (replica.in_step == false || replica.behind.value_or(0) > kBehind)
                say(Health::degraded, "replica_behind", replica.name,
                    fmt::format("The replica {} lags behind its master.", replica.name));
        }
        const auto apart = [&](const auto& replica) { return replica.up && replica.machine != shard.master.machine; };
        if (several_machines && up > 0 && std::ranges::none_of(shard.replicas, apart))
            say(Health::degraded, "shard_on_one_machine", name,
                fmt::format("Slots {} have master and replica on one machine, {}.", name, shard.master.machine));
    }

    static std::string shard_name(const CatalogShard& shard) {
        std::string name;
        for (const auto& [first, last] : shard.slots)
            name += fmt::format("{}{}-{}", name.empty() ? "" : ", ", first, last);
        return name;
    }

    void blobs() {
        const auto& known = sight_.blobs;
        if (!fresh(known, known.value.age)) {
            say(Health::degraded, "blobs_unknown", "", "How the blob store is, is not known.");
            return;
        }
        std::size_t up = 0;
        for (const auto& node : known.value.nodes) {
            if (node.up) ++up;
            if (!node.up)
                say(Health::degraded, "blob_node_down", node.name,
                    fmt::format("The storage node {} is away.", node.name));
            if (node.errors.value_or(0) > 0)
                say(Health::degraded, "blob_errors", node.name,
                    fmt::format("The storage node {} could not repair {} blocks so far.", node.name, *node.errors));
            if (node.free && node.total && *node.free < std::min(*node.total / 20, kDiskLow))
                say(Health::degraded, "disk_low", node.name,
                    fmt::format("{} has {:.1f} GiB left.", node.name, static_cast<double>(*node.free) / (1U << 30U)));
        }
        // What Garage keeps on three nodes is written and read by two of them; other stores' addresses are all the
        // same.
        const auto needed = known.value.kind == "garage" ? known.value.nodes.size() / 2 + 1 : std::size_t{1};
        if (up < needed)
            say(Health::unavailable, "blobs_down", "",
                "Most of the storage nodes are away: photos can't be read or kept.");
    }

    void queue() {
        const auto& known = sight_.queue;
        if (!fresh(known)) {
            say(Health::degraded, "queue_unknown", "", "How many jobs wait is not known.");
            return;
        }
        if (!known.value.oldest) return;
        const auto waits = sight_.time - *known.value.oldest;
        if (waits > kQueueOld)
            say(Health::degraded, "queue_old", "",
                fmt::format("A job has waited for {} minutes.",
                            std::chrono::duration_cast<std::chrono::minutes>(waits).count()));
    }

    const Sight& sight_;
    Verdict found_;
};

}  // namespace

std::string_view text_of(Health health) {
    switch (health) {
        case Health::healthy:
            return "healthy";
        case Health::degraded:
            return "degraded";
        case Health::unavailable:
            return "unavailable";
    }
    return "unavailable";
}

Verdict judge(const Sight& sight) { return Judge(sight).verdict(); }

}  // namespace cadre::gallery
