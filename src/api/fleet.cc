// GET /api/v1/fleet: how the gallery is, for administrators.
#include "gallery/fleet.h"

#include "api/answers.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "gallery/verdict.h"

namespace cadre::api {
namespace {

using gallery::Sight;

double seconds(Millis time) { return static_cast<double>(std::max(Millis(0), time).count()) / 1000; }

/// How old a part is, and why it is not newer.
template <class T>
void write_age(JsonWriter& out, const Sight& sight, const gallery::Observed<T>& known, Millis already = Millis(0)) {
    out.key("age_s");
    if (known.read)
        out.value(seconds(sight.at - *known.read + already));
    else
        out.value(nullptr);
    out.key("problem");
    if (known.problem.empty())
        out.value(nullptr);
    else
        out.value(known.problem);
}

void write_verdict(JsonWriter& out, const gallery::Verdict& verdict) {
    out.member("status", text_of(verdict.health)).key("reasons").begin_array();
    for (const auto& reason : verdict.reasons) {
        out.begin_object().member("status", text_of(reason.health)).member("code", reason.code);
        out.member("subject", reason.subject).member("detail", reason.detail).end_object();
    }
    out.end_array();
}

void write_process(JsonWriter& out, const Sight& sight, const gallery::Process& process, Millis since_read) {
    out.begin_object().member("id", process.id).member("name", process.name).member("role", process.role);
    out.member("machine", process.machine).member("version", process.version);
    out.member("state", process.lost() ? std::string("lost") : process.state).member("started_at", process.started);
    out.member("uptime_s", seconds(sight.time - process.started));
    out.member("requests_per_s", process.requests_per_s).member("errors_per_s", process.errors_per_s);
    out.member("p99_ms", process.p99_ms).key("requests").begin_array();
    for (const auto second : process.requests) out.value(second);
    out.end_array().member("age_s", seconds(process.age + since_read)).end_object();
}

void write_processes(JsonWriter& out, const Sight& sight) {
    const auto& known = sight.processes;
    const auto since_read = known.read ? sight.at - *known.read : Millis(0);
    out.key("replicas").begin_array();
    for (const auto& process : known.value)
        if (process.role == "serve") write_process(out, sight, process, since_read);
    out.end_array().key("others").begin_array();
    for (const auto& process : known.value)
        if (process.role != "serve") write_process(out, sight, process, since_read);
    out.end_array().key("processes").begin_object();
    write_age(out, sight, known);
    out.end_object();
}

void write_node(JsonWriter& out, const gallery::CatalogNode& node) {
    out.begin_object().member("name", node.name).member("machine", node.machine).member("up", node.up);
    out.member("memory_bytes", node.memory).member("max_memory_bytes", node.max_memory);
    out.member("in_step", node.in_step).member("behind_bytes", node.behind).end_object();
}

void write_shard(JsonWriter& out, const gallery::CatalogShard& shard) {
    int count = 0;
    bool on_one_machine = false;
    out.begin_object().key("slots").begin_array();
    for (const auto& [first, last] : shard.slots) {
        out.begin_array().value(first).value(last).end_array();
        count += last - first + 1;
    }
    out.end_array().member("slot_count", count).key("master");
    write_node(out, shard.master);
    out.key("replicas").begin_array();
    for (const auto& replica : shard.replicas) {
        write_node(out, replica);
        on_one_machine = on_one_machine || replica.machine == shard.master.machine;
    }
    out.end_array().member("memory_bytes", shard.master.memory).member("on_one_machine", on_one_machine).end_object();
}

void write_catalog(JsonWriter& out, const Sight& sight) {
    const auto& state = sight.catalog.value;
    out.key("catalog").begin_object().member("kind", state.kind).member("slots", state.slots);
    out.key("shards").begin_array();
    for (const auto& shard : state.shards) write_shard(out, shard);
    out.end_array().key("others").begin_array();
    for (const auto& node : state.others) write_node(out, node);
    out.end_array().key("databases").begin_array();
    for (const auto& database : state.databases)
        out.begin_object().member("name", database.name).member("size_bytes", database.size).end_object();
    out.end_array();
    write_age(out, sight, sight.catalog);
    out.end_object();
}

void write_blobs(JsonWriter& out, const Sight& sight) {
    const auto& state = sight.blobs.value;
    out.key("blobs").begin_object().member("kind", state.kind).key("nodes").begin_array();
    for (const auto& node : state.nodes) {
        out.begin_object().member("name", node.name).member("machine", node.machine).member("up", node.up);
        out.member("free_bytes", node.free).member("total_bytes", node.total);
        out.member("repairs", node.repairs).member("repair_errors", node.errors).end_object();
    }
    out.end_array();
    write_age(out, sight, sight.blobs, state.age);
    out.end_object();
}

void write_queue(JsonWriter& out, const Sight& sight) {
    const auto& stats = sight.queue.value;
    out.key("queue").begin_object().member("waiting", stats.waiting).member("running", stats.running);
    out.member("failed", stats.dead).member("oldest", stats.oldest).key("oldest_s");
    if (stats.oldest)
        out.value(seconds(sight.time - *stats.oldest));
    else
        out.value(nullptr);
    write_age(out, sight, sight.queue);
    out.end_object();
}

void write_load(JsonWriter& out, std::string_view name, const media::Load& load) {
    out.key(name).begin_object().member("at_once", load.at_once).member("in_hand", load.in_hand);
    out.member("waiting", load.waiting).end_object();
}

void write_decoders(JsonWriter& out, const Sight& sight) {
    out.key("decoders");
    if (!sight.decoders) {
        out.value(nullptr);
        return;
    }
    out.begin_object();
    write_load(out, "probing", sight.decoders->probing);
    write_load(out, "deriving", sight.decoders->deriving);
    out.end_object();
}

void write_events(JsonWriter& out, const Sight& sight) {
    out.key("events").begin_array();
    for (const auto& note : sight.notes.value) {
        out.begin_object().member("at", note.at).member("kind", note.kind).member("subject", note.subject);
        out.member("by", note.by).end_object();
    }
    out.end_array();
}

std::string fleet_json(const Sight& sight) {
    JsonWriter out(8192);
    out.begin_object().member("shape", sight.shared ? "fleet" : "solo");
    write_verdict(out, gallery::judge(sight));
    out.key("served_by").begin_object().member("name", sight.self.name).member("machine", sight.self.machine);
    out.end_object().member("time", sight.time);
    write_processes(out, sight);
    write_catalog(out, sight);
    write_blobs(out, sight);
    write_queue(out, sight);
    write_decoders(out, sight);
    write_events(out, sight);
    out.end_object();
    return out.take();
}

Task<http::Response> get_fleet(Call& call) {
    CO_CHECK(require_admin(call.viewer));
    const auto sight = co_await call.context.options.fleet->look();
    co_return personal_json(call.request, "", fleet_json(sight));
}

}  // namespace

void add_fleet(http::Router& router, const SharedContext& context) {
    if (context->options.fleet != nullptr) add(router, context, http::Method::get, "/api/v1/fleet", get_fleet);
}

}  // namespace cadre::api
