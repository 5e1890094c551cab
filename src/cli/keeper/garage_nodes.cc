#include "cli/keeper/garage_nodes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "base/number.h"

namespace cadre::cli {
namespace {

http::ClientOptions patience() {
    http::ClientOptions options;
    options.connect_timeout = std::chrono::seconds(1);
    options.answer_timeout = std::chrono::seconds(5);
    options.read_timeout = std::chrono::seconds(5);
    options.quick_ack = true;
    return options;
}

http::Url with_target(http::Url url, std::string target) {
    url.target = std::move(target);
    return url;
}

/// What a node sends to another that lacks much is broken off when that takes longer than an RPC may; then it goes on
/// from there when it is told to again.
constexpr std::chrono::seconds kFillAgain{10};
/// Entries that a node may lack because they are being written.
constexpr std::uint64_t kOnTheirWay = 16;
/// Tables that all of three nodes have all of.
constexpr std::string_view kTables[] = {"object", "version", "block_ref"};

/// Of these tables together, from what Garage tells Prometheus: table_size{table_name="object"} 12
std::uint64_t entries_in(std::string_view metrics) {
    std::uint64_t sum = 0;
    for (const auto table : kTables) {
        const auto name = fmt::format("table_size{{table_name=\"{}\"}} ", table);
        const auto at = metrics.find(name);
        if (at == std::string_view::npos) continue;
        sum += leading_number<std::uint64_t>(metrics.substr(at + name.size())).value_or(0);
    }
    return sum;
}

/// {"success": {"<id>": {…}}} of a question to one node.
std::string only_id(const json::object& answer) {
    const auto* success = answer.if_contains("success");
    if (success == nullptr || !success->is_object() || success->get_object().empty()) return {};
    return std::string(success->get_object().begin()->key());
}

}  // namespace

std::map<std::string, gallery::BlobNode> garage_nodes_in(std::string_view cluster_status) {
    std::map<std::string, gallery::BlobNode> found;
    const auto document = parse_json(cluster_status);
    if (!document || !document->is_object()) return found;
    const auto* nodes = document->get_object().if_contains("nodes");
    if (nodes == nullptr || !nodes->is_array()) return found;
    for (const auto& one : nodes->get_array()) {
        if (!one.is_object()) continue;
        const auto& object = one.get_object();
        const auto id = get_string(object, "id");
        const auto* role = object.if_contains("role");
        if (!id || role == nullptr || !role->is_object()) continue;  // one without a role keeps nothing
        gallery::BlobNode node;
        node.name = get_string(object, "addr").value_or("");
        node.up = get_bool(object, "isUp").value_or(false);
        const auto* disk = object.if_contains("dataPartition");
        if (disk != nullptr && disk->is_object()) {
            const auto available = get_int(disk->get_object(), "available");
            const auto total = get_int(disk->get_object(), "total");
            if (available && *available >= 0) node.free = static_cast<std::uint64_t>(*available);
            if (total && *total >= 0) node.total = static_cast<std::uint64_t>(*total);
        }
        found.emplace(*id, std::move(node));
    }
    return found;
}

std::optional<std::uint64_t> garage_gauge(std::string_view metrics, std::string_view name) {
    const auto line = fmt::format("\n{} ", name);
    const auto at = metrics.find(line);
    if (at == std::string_view::npos) return std::nullopt;
    return leading_number<std::uint64_t>(metrics.substr(at + line.size()));
}

Result<std::vector<http::Url>> parse_garage_admin(std::string_view addresses) {
    std::vector<http::Url> admins;
    while (!addresses.empty()) {
        const auto comma = addresses.find(',');
        TRY(auto url, http::parse_url(addresses.substr(0, comma)));
        admins.push_back(std::move(url));
        addresses.remove_prefix(comma == std::string_view::npos ? addresses.size() : comma + 1);
    }
    return admins;
}

GarageNodes::GarageNodes(asio::any_io_executor executor, std::vector<http::Url> admins, std::string token)
    : client_(std::move(executor), patience()), admins_(std::move(admins)), token_(std::move(token)) {}

Task<std::string> GarageNodes::request(http::Method method, http::Url url, std::string body) {
    const std::string what = url.text();
    http::ClientRequest request;
    request.method = method;
    request.url = std::move(url);
    request.headers.set("Authorization", "Bearer " + token_);
    if (!body.empty()) {
        request.headers.set("Content-Type", "application/json");
        request.body = std::move(body);
    }
    CO_TRY(auto response, co_await client_.request(std::move(request)));
    if (response.status != 200)
        co_return fail(ErrorKind::unavailable, "Garage's admin API refused a question.",
                       fmt::format("{}: {} {}", what, response.status, response.body.substr(0, 200)));
    co_return std::move(response.body);
}

Task<GarageNodes::View> GarageNodes::view_of(http::Url admin) {
    View view;
    view.admin = admin;
    auto info_url = with_target(admin, "/v2/GetNodeInfo?node=self");
    auto status_url = with_target(std::move(admin), "/v2/GetClusterStatus");
    std::string nothing;
    CO_TRY(const auto info, co_await request(http::Method::get, std::move(info_url), nothing));
    CO_TRY(const auto status, co_await request(http::Method::get, std::move(status_url), nothing));
    CO_TRY(const auto info_json, parse_json(info));
    CO_TRY(const auto status_json, parse_json(status));
    if (info_json.is_object()) view.id = only_id(info_json.get_object());
    const auto* nodes = status_json.is_object() ? status_json.get_object().if_contains("nodes") : nullptr;
    if (nodes != nullptr) view.blank = get_int(status_json.get_object(), "layoutVersion") == 0;
    if (view.id.empty() || nodes == nullptr || !nodes->is_array())
        co_return fail(ErrorKind::unavailable, "Garage's admin API gave an answer that is not understood.");
    for (const auto& node : nodes->get_array()) {
        if (!node.is_object()) continue;
        const auto& object = node.get_object();
        const auto id = get_string(object, "id");
        if (!id) continue;
        if (get_bool(object, "isUp").value_or(false)) view.up.emplace(*id);
        if (*id == view.id) view.address = get_string(object, "addr").value_or("");
    }
    co_return view;
}

/// Of those that answer.
Task<std::vector<GarageNodes::View>> GarageNodes::views() {
    std::vector<View> all;
    for (const auto& admin : admins_) {
        auto view = co_await view_of(admin);
        if (view) all.push_back(std::move(*view));
    }
    co_return all;
}

/// One that answers and did not before has missed what was written meanwhile.
void GarageNodes::note_who_is_back(const std::vector<View>& all) {
    std::set<std::string> answer;
    for (const auto& view : all) {
        answer.insert(view.id);
        if (view.blank || (answered_ && !answered_->contains(view.id))) behind_[view.id] = {view.blank, {}};
    }
    answered_ = std::move(answer);
}

Task<std::size_t> GarageNodes::introduce() {
    CO_TRY(const auto all, co_await views());
    note_who_is_back(all);
    std::size_t told = 0;
    for (const auto& view : all) {
        json::array back;
        for (const auto& other : all)
            if (!other.address.empty() && !view.up.contains(other.id))
                back.emplace_back(fmt::format("{}@{}", other.id, other.address));
        if (back.empty()) continue;
        auto url = with_target(view.admin, "/v2/ConnectClusterNodes");
        std::string body = json::serialize(back);
        const auto connected = co_await request(http::Method::post, std::move(url), std::move(body));
        if (!connected) {
            log::warn("Garage nodes could not be introduced", {{"why", connected.error().detail}});
            continue;
        }
        ++told;
        log::info("Garage nodes were introduced again", {{"to", view.id}, {"nodes", json::serialize(back)}});
    }
    co_return told;
}

Task<void> GarageNodes::repair(http::Url admin, std::string what, std::string node) {
    auto url = with_target(std::move(admin), "/v2/LaunchRepairOperation?node=" + node);
    std::string body = json::serialize(json::object{{"repairType", what}});
    CO_CHECK(co_await request(http::Method::post, std::move(url), std::move(body)));
    co_return Result<void>();
}

Task<std::uint64_t> GarageNodes::entries_of(http::Url admin) {
    auto url = with_target(std::move(admin), "/metrics");
    std::string nothing;
    CO_TRY(const auto metrics, co_await request(http::Method::get, std::move(url), nothing));
    co_return entries_in(metrics);
}

Task<gallery::BlobState> GarageNodes::states(Machines machines) {
    std::map<std::string, gallery::BlobNode> nodes;
    for (const auto& admin : admins_) {
        auto status_url = with_target(admin, "/v2/GetClusterStatus");
        auto info_url = with_target(admin, "/v2/GetNodeInfo?node=self");
        auto metrics_url = with_target(admin, "/metrics");
        std::string nothing;
        const auto status = co_await request(http::Method::get, std::move(status_url), nothing);
        if (!status) continue;  // a machine that is away is waited for once
        const auto info = co_await request(http::Method::get, std::move(info_url), nothing);
        const auto metrics = co_await request(http::Method::get, std::move(metrics_url), nothing);
        if (!info || !metrics) continue;
        auto seen = garage_nodes_in(*status);
        if (nodes.empty()) nodes = seen;
        const auto document = parse_json(*info);
        const auto id = document && document->is_object() ? only_id(document->get_object()) : std::string();
        const auto node = nodes.find(id);
        if (node == nodes.end()) continue;
        // Of the others a node knows the disks from what they told it last, and for a while after a start not at all.
        node->second.free = seen[id].free;
        node->second.total = seen[id].total;
        node->second.repairs = garage_gauge(*metrics, "block_resync_queue_length");
        node->second.errors = garage_gauge(*metrics, "block_resync_errored_blocks");
    }
    if (nodes.empty()) co_return fail(ErrorKind::unavailable, "None of Garage's nodes answers its admin API.");
    gallery::BlobState state;
    state.kind = "garage";
    for (auto& [id, node] : nodes) {
        auto& address = addresses_[id];
        if (!node.name.empty()) address = node.name;
        node.name = address.empty() ? id.substr(0, 16) : address;
        node.machine = machines.of(std::string_view(node.name).substr(0, node.name.rfind(':')));
        state.nodes.push_back(std::move(node));
    }
    std::ranges::sort(state.nodes, {}, &gallery::BlobNode::name);
    co_return state;
}

Task<std::size_t> GarageNodes::fill() {
    if (behind_.empty()) co_return std::size_t{0};
    CO_TRY(const auto all, co_await views());
    std::size_t told = 0;
    for (const auto& view : all) {
        const auto found = behind_.find(view.id);
        if (view.blank || found == behind_.end()) continue;
        auto& [was_blank, again_at] = found->second;
        const auto now = std::chrono::steady_clock::now();
        if (again_at && now < *again_at) continue;
        CO_TRY(const auto has, co_await entries_of(view.admin));
        std::uint64_t most = 0;
        for (const auto& other : all) {
            CO_TRY(const auto theirs, co_await entries_of(other.admin));
            most = std::max(most, theirs);
        }
        // Of tables a node only sends what it has: all have to, so that this one gets theirs. Blocks it fetches.
        CO_CHECK(co_await repair(view.admin, "tables", "*"));
        if (was_blank) CO_CHECK(co_await repair(view.admin, "blocks", view.id));
        ++told;
        log::info("a Garage node that was away gets what it missed",
                  {{"node", view.id}, {"entries", has}, {"of", most}});
        if (again_at && has + kOnTheirWay >= most)
            behind_.erase(found);
        else
            again_at = now + kFillAgain;
    }
    co_return told;
}

}  // namespace cadre::cli
