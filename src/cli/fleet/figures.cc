#include "cli/fleet/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "gallery/verdict.h"

namespace cadre::cli {
namespace {

double seconds(Millis time) { return static_cast<double>(time.count()) / 1000; }

/// A text in quotes, as labels' values stand.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') out.push_back('\\');
        out.push_back(c);
    }
    return out + '"';
}

class Lines {
public:
    void family(std::string_view name, std::string_view help) {
        name_ = name;
        written_.clear();
        fmt::format_to(std::back_inserter(out_), "# HELP {} {}\n# TYPE {} gauge\n", name, help, name);
    }
    /// Of several with the same labels the first counts: Prometheus wants each once.
    template <class T>
    void series(std::initializer_list<std::pair<std::string_view, std::string_view>> labels, T value) {
        std::string text;
        for (const auto& [name, of] : labels) {
            if (!text.empty()) text += ',';
            text += fmt::format("{}={}", name, quoted(of));
        }
        if (!written_.insert(text).second) return;
        if (text.empty())
            fmt::format_to(std::back_inserter(out_), "{} {}\n", name_, value);
        else
            fmt::format_to(std::back_inserter(out_), "{}{{{}}} {}\n", name_, text, value);
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
    std::string name_;
    std::set<std::string> written_;  // labels of this family
};

/// So that a figure of long ago is not taken for one of now.
template <class T>
bool recent(const gallery::Sight& sight, const gallery::Observed<T>& known) {
    return known.read && sight.at - *known.read < Millis(60'000);
}

std::string name_of(const gallery::CatalogShard& shard) {
    return shard.slots.empty() ? std::string("none") : std::to_string(shard.slots.front().first);
}

void write_queue(Lines& out, const gallery::Sight& sight) {
    if (!recent(sight, sight.queue)) return;
    const auto& stats = sight.queue.value;
    out.family("cadre_jobs", "Jobs in the queue.");
    out.series({{"state", "waiting"}}, stats.waiting);
    out.series({{"state", "running"}}, stats.running);
    out.series({{"state", "dead"}}, stats.dead);
    out.family("cadre_jobs_oldest_seconds", "How long the job has waited that waits longest; 0: none waits.");
    out.series({}, stats.oldest ? std::max(0.0, seconds(sight.time - *stats.oldest)) : 0.0);
}

void write_catalog(Lines& out, const gallery::Sight& sight) {
    if (!recent(sight, sight.catalog)) return;
    const auto& state = sight.catalog.value;
    if (!state.databases.empty()) {
        out.family("cadre_database_bytes", "Size of a file of the catalog, with its log.");
        for (const auto& database : state.databases) out.series({{"database", database.name}}, database.size);
    }
    if (state.slots == 0) return;
    int covered = 0;
    out.family("cadre_catalog_shard_replicas", "Replicas that answer, of the shard that begins with this slot.");
    for (const auto& shard : state.shards) {
        int up = 0;
        for (const auto& replica : shard.replicas) up += replica.up ? 1 : 0;
        out.series({{"shard", name_of(shard)}}, up);
        if (shard.master.up)
            for (const auto& [first, last] : shard.slots) covered += last - first + 1;
    }
    out.family("cadre_catalog_slots_missing", "Slots whose master is away, or that belong to nobody.");
    out.series({}, state.slots - covered);
    out.family("cadre_catalog_node_up", "Whether a node of the catalog answers.");
    const auto up = [&](const gallery::CatalogNode& node) {
        out.series({{"node", node.name}, {"machine", node.machine}}, node.up ? 1 : 0);
    };
    for (const auto& shard : state.shards) {
        up(shard.master);
        for (const auto& replica : shard.replicas) up(replica);
    }
    for (const auto& node : state.others) up(node);
    out.family("cadre_catalog_memory_bytes", "Memory that a master of the catalog uses.");
    for (const auto& shard : state.shards)
        if (shard.master.memory) out.series({{"node", shard.master.name}}, *shard.master.memory);
    out.family("cadre_catalog_memory_limit_bytes", "Memory that a master of the catalog may use.");
    for (const auto& shard : state.shards)
        if (shard.master.max_memory) out.series({{"node", shard.master.name}}, *shard.master.max_memory);
    out.family("cadre_catalog_replica_behind_bytes", "What a replica of the catalog lacks of its master's stream.");
    for (const auto& shard : state.shards)
        for (const auto& replica : shard.replicas)
            if (replica.behind) out.series({{"node", replica.name}}, *replica.behind);
}

void write_blobs(Lines& out, const gallery::Sight& sight) {
    if (!recent(sight, sight.blobs)) return;
    const auto& nodes = sight.blobs.value.nodes;
    const auto each = [&](std::string_view name, std::string_view help, const auto& value) {
        out.family(name, help);
        for (const auto& node : nodes)
            if (const auto found = value(node)) out.series({{"node", node.name}, {"machine", node.machine}}, *found);
    };
    using Value = std::optional<std::uint64_t>;
    each("cadre_blob_node_up", "Whether a place where blobs lie can be used.",
         [](const auto& node) { return Value(node.up ? 1 : 0); });
    each("cadre_blob_free_bytes", "What is free where blobs lie.", [](const auto& node) { return node.free; });
    each("cadre_blob_size_bytes", "What there is where blobs lie.", [](const auto& node) { return node.total; });
    each("cadre_blob_repairs", "Blocks that a storage node has to look at.",
         [](const auto& node) { return node.repairs; });
    each("cadre_blob_repair_errors", "Of these, what failed and is tried again.",
         [](const auto& node) { return node.errors; });
}

void write_processes(Lines& out, const gallery::Sight& sight) {
    if (!recent(sight, sight.processes)) return;
    const auto since_read = sight.at - *sight.processes.read;
    auto processes = sight.processes.value;  // one that ends and its successor have the same name: the livelier counts
    std::ranges::sort(processes, {}, [](const gallery::Process& one) { return std::tie(one.age, one.name, one.role); });
    out.family("cadre_process_silent_seconds", "Since a process of the gallery last said something of itself.");
    for (const auto& process : processes)
        out.series({{"name", process.name}, {"role", process.role}, {"machine", process.machine}},
                   seconds(process.age + since_read));
    out.family("cadre_replica_p99_seconds", "Of its last ten seconds, as a replica says.");
    for (const auto& process : processes)
        if (process.p99_ms) out.series({{"name", process.name}, {"machine", process.machine}}, *process.p99_ms / 1000);
}

}  // namespace

std::string figures_of(const gallery::Sight& sight) {
    Lines out;
    out.family("cadre_build_info", "The program.");
    out.series({{"version", sight.self.version}, {"name", sight.self.name}, {"machine", sight.self.machine}}, 1);
    out.family("cadre_start_time_seconds", "When it was started, in seconds since 1970.");
    out.series({}, seconds(sight.self.started.time_since_epoch()));
    out.family("cadre_health", "How the whole is: 0 healthy, 1 degraded, 2 unavailable; /cluster says why.");
    out.series({}, static_cast<int>(gallery::judge(sight).health));
    write_processes(out, sight);
    write_queue(out, sight);
    write_catalog(out, sight);
    write_blobs(out, sight);
    return out.take();
}

}  // namespace cadre::cli
