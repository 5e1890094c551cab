#include "gallery/blob_state.h"

#include "base/json.h"

namespace cadre::gallery {
namespace {

constexpr const char* kBoard = "blobs";
constexpr Millis kStays{60'000};
constexpr std::size_t kMostNodes = 256;

void put(json::object& object, std::string_view key, const std::optional<std::uint64_t>& value) {
    if (value) object[key] = static_cast<std::int64_t>(*value);
}

std::optional<std::uint64_t> number_in(const json::object& object, std::string_view key) {
    const auto value = get_int(object, key);
    if (!value || *value < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*value);
}

}  // namespace

std::string text_of(const BlobState& state) {
    json::array nodes;
    for (const auto& node : state.nodes) {
        json::object object{{"name", node.name}, {"machine", node.machine}, {"up", node.up}};
        put(object, "free", node.free);
        put(object, "total", node.total);
        put(object, "repairs", node.repairs);
        put(object, "errors", node.errors);
        nodes.push_back(std::move(object));
    }
    return json::serialize(json::object{{"kind", state.kind}, {"nodes", std::move(nodes)}});
}

std::optional<BlobState> parse_blob_state(std::string_view text) {
    const auto document = parse_json(text);
    if (!document || !document->is_object()) return std::nullopt;
    const auto& object = document->get_object();
    const auto* nodes = object.if_contains("nodes");
    BlobState state;
    state.kind = get_string(object, "kind").value_or("");
    if (state.kind.empty() || nodes == nullptr || !nodes->is_array()) return std::nullopt;
    for (const auto& one : nodes->get_array()) {
        if (!one.is_object() || state.nodes.size() == kMostNodes) continue;
        BlobNode node;
        node.name = get_string(one.get_object(), "name").value_or("");
        node.machine = get_string(one.get_object(), "machine").value_or("");
        node.up = get_bool(one.get_object(), "up").value_or(false);
        node.free = number_in(one.get_object(), "free");
        node.total = number_in(one.get_object(), "total");
        node.repairs = number_in(one.get_object(), "repairs");
        node.errors = number_in(one.get_object(), "errors");
        state.nodes.push_back(std::move(node));
    }
    return state;
}

Task<void> post_blob_state(catalog::Catalog& catalog, BlobState state) {
    std::string board = kBoard, item = "nodes", text = text_of(state);
    co_return co_await catalog.post(std::move(board), std::move(item), std::move(text), kStays, 1);
}

Task<std::optional<BlobState>> posted_blob_state(catalog::Catalog& catalog) {
    std::string board = kBoard;
    CO_TRY(const auto posted, co_await catalog.posted(std::move(board)));
    if (posted.empty()) co_return std::nullopt;
    auto state = parse_blob_state(posted.front().text);
    if (state) state->age = posted.front().age;
    co_return state;
}

}  // namespace cadre::gallery
