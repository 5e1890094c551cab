#include "cli/fleet/store_probe.h"

#include <filesystem>

#include "base/disk.h"
#include "redis/shards.h"
#include "redis/slots.h"

namespace cadre::cli {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

std::string host_of(std::string_view authority) {
    const auto colon = authority.rfind(':');
    return std::string(authority.substr(0, colon == std::string_view::npos ? authority.size() : colon));
}

gallery::CatalogNode node_from(const redis::ShardNode& of, const Machines& machines) {
    gallery::CatalogNode node;
    node.name = redis::to_string(of.node.endpoint);
    node.machine = machines.of(of.node.endpoint.host);
    node.up = of.answers;
    node.memory = of.memory;
    node.max_memory = of.max_memory;
    node.in_step = of.in_step;
    node.behind = of.behind;
    return node;
}

gallery::CatalogState state_from(const redis::Shards& found, const Machines& machines) {
    gallery::CatalogState state;
    state.kind = "redis";
    state.slots = static_cast<int>(redis::kSlots);
    for (const auto& of : found.shards) {
        gallery::CatalogShard shard;
        shard.slots = of.slots;
        shard.master = node_from(of.master, machines);
        for (const auto& replica : of.replicas) shard.replicas.push_back(node_from(replica, machines));
        state.shards.push_back(std::move(shard));
    }
    for (const auto& other : found.others) state.others.push_back(node_from(other, machines));
    return state;
}

/// A database of SQLite with its log.
gallery::Database database_at(const std::filesystem::path& file) {
    gallery::Database database;
    database.name = file.filename().string();
    for (const char* suffix : {"", "-wal"}) {
        std::error_code error;
        const auto size = std::filesystem::file_size(file.string() + suffix, error);
        if (!error) database.size += size;
    }
    return database;
}

class Probe final : public gallery::StoreProbe {
public:
    Probe(Library& library, const Settings& settings, Machines machines)
        : library_(library), settings_(settings), machines_(std::move(machines)) {}

    Task<gallery::CatalogState> catalog() override {
        if (library_.redis() == nullptr) co_return co_await sqlite();
        CO_TRY(const auto shards, co_await redis::ask_shards(*library_.redis()));
        co_return state_from(shards, machines_);
    }

    Task<gallery::BlobState> blobs() override {
        const auto& stores = library_.gallery().stores();
        if (settings_.blobs.starts_with(kFiles)) co_return co_await folder();
        CO_TRY(auto posted, co_await gallery::posted_blob_state(stores.catalog));
        if (posted) co_return std::move(*posted);
        gallery::BlobState state;
        state.kind = "s3";
        for (const auto& endpoint : stores.blobs.endpoints()) {
            gallery::BlobNode node;
            node.name = endpoint.name;
            node.machine = machines_.of(host_of(endpoint.name));
            node.up = endpoint.well;
            state.nodes.push_back(std::move(node));
        }
        co_return state;
    }

private:
    Task<gallery::CatalogState> sqlite() {
        const auto work = [this]() -> Result<gallery::CatalogState> {
            const std::filesystem::path catalog = settings_.catalog.substr(kSqlite.size());
            gallery::CatalogState state;
            state.kind = "sqlite";
            state.databases.push_back(database_at(catalog));
            state.databases.push_back(database_at(catalog.parent_path() / "volatile.db"));
            state.databases.push_back(database_at(std::filesystem::path(settings_.data) / "jobs.db"));
            return state;
        };
        CO_TRY(auto state, co_await library_.gallery().stores().pool.run(work));
        CO_CHECK(co_await library_.gallery().stores().catalog.check());
        co_return state;
    }

    Task<gallery::BlobState> folder() {
        const auto work = [this]() -> Result<gallery::BlobState> {
            gallery::BlobNode node;
            node.name = settings_.blobs.substr(kFiles.size());
            node.machine = settings_.machine;
            const auto space = disk_space(node.name);
            node.up = space.has_value();
            if (space) {
                node.free = space->available;
                node.total = space->total;
            }
            gallery::BlobState state;
            state.kind = "files";
            state.nodes.push_back(std::move(node));
            return state;
        };
        co_return co_await library_.gallery().stores().pool.run(work);
    }

    Library& library_;
    const Settings& settings_;
    const Machines machines_;
};

}  // namespace

std::unique_ptr<gallery::StoreProbe> make_store_probe(Library& library, const Settings& settings, Machines machines) {
    return std::make_unique<Probe>(library, settings, std::move(machines));
}

}  // namespace cadre::cli
