// Garage's nodes find each other again only after some 25 seconds when one was away; told by its admin API (v2) they do
// so at once. One that was away, or lost its disk, gets what it missed at once when they are told to, else within ten
// minutes. The blob store itself knows nothing of Garage.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "cli/fleet/machines.h"
#include "gallery/blob_state.h"
#include "http/client.h"
#include "http/url.h"

namespace cadre::cli {

/// "http://host:port[,http://host:port…]". Errors: invalid, with a sentence.
[[nodiscard]] Result<std::vector<http::Url>> parse_garage_admin(std::string_view addresses);

/// Not thread-safe; calls run on the executor given.
class GarageNodes {
public:
    GarageNodes(asio::any_io_executor executor, std::vector<http::Url> admins, std::string token);

    /// Connects every node that answers to every other one that answers and that it has no connection to. Returns how
    /// many nodes were told of another; those that do not answer are left out.
    Task<std::size_t> introduce();

    /// Has nodes that answered introduce() again, or with an empty disk, get what was written meanwhile: the others'
    /// tables, and blocks. Tells it again every ten seconds until they have what the others have. Returns how many
    /// nodes it was told about.
    Task<std::size_t> fill();

    /// How all of them are, as the first that answers knows, and what those that answer have to repair. `machines` has
    /// the names of their addresses. Errors: unavailable, when none answers.
    Task<gallery::BlobState> states(Machines machines);

private:
    /// A node that answers, and what it believes.
    struct View {
        http::Url admin;
        std::string id;
        std::string address;       // where others reach it; of a node that is away no other one tells it
        bool blank = false;        // it knows of no layout
        std::set<std::string> up;  // ids of the nodes that it has a connection to, its own too
    };
    Task<std::vector<View>> views();
    void note_who_is_back(const std::vector<View>& all);
    Task<View> view_of(http::Url admin);
    /// `node` is one node's id, or "*".
    Task<void> repair(http::Url admin, std::string what, std::string node);
    /// How much a node's tables hold.
    Task<std::uint64_t> entries_of(http::Url admin);
    Task<std::string> request(http::Method method, http::Url url, std::string body);

    http::Client client_;
    std::vector<http::Url> admins_;
    std::string token_;
    struct Behind {
        bool was_blank = false;
        std::optional<std::chrono::steady_clock::time_point> again_at{};  // nothing: it was not told so far
    };
    std::map<std::string, Behind> behind_;           // nodes that were away, by id
    std::optional<std::set<std::string>> answered_;  // when they were last looked at
    std::map<std::string, std::string> addresses_;   // by id: of one that is away no other one tells it
};

/// What GetClusterStatus of the admin API (v2) says of nodes that have a role, by id; `name` is the address, where it
/// is told. Nothing that is not understood is in it.
[[nodiscard]] std::map<std::string, gallery::BlobNode> garage_nodes_in(std::string_view cluster_status);
/// A gauge without labels of what Garage tells Prometheus.
[[nodiscard]] std::optional<std::uint64_t> garage_gauge(std::string_view metrics, std::string_view name);

}  // namespace cadre::cli
