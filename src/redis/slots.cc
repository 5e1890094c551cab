#include "redis/slots.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/number.h"

namespace cadre::redis {
namespace {

/// CRC-16/XMODEM: polynomial 0x1021, begun with 0, nothing reflected.
constexpr std::array<std::uint16_t, 256> make_crc_table() {
    std::array<std::uint16_t, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        unsigned crc = byte << 8U;
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? (crc << 1U) ^ 0x1021U : crc << 1U;
        table[byte] = static_cast<std::uint16_t>(crc);
    }
    return table;
}
constexpr auto kCrcTable = make_crc_table();

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

const std::vector<Reply>* array_in(const Reply& reply) { return std::get_if<std::vector<Reply>>(&reply.value); }

/// [host, port, …]; the host is nil, empty or "?" where the node does not know it.
std::optional<Endpoint> endpoint_in(const Reply& reply, const Endpoint& asked) {
    const auto* parts = array_in(reply);
    if (parts == nullptr || parts->size() < 2) return std::nullopt;
    const auto* port = std::get_if<std::int64_t>(&(*parts)[1].value);
    if (port == nullptr || *port <= 0 || *port > 0xFFFF) return std::nullopt;
    const auto* host = std::get_if<std::string>(&(*parts)[0].value);
    const bool known = host != nullptr && !host->empty() && *host != "?";
    return Endpoint{known ? *host : asked.host, static_cast<std::uint16_t>(*port)};
}

std::optional<Node> node_in(std::string_view line, const Endpoint& asked) {
    const auto words = split(line, ' ');
    if (words.size() < 8 || words[0].empty()) return std::nullopt;
    Node node;
    node.id = words[0];
    const auto address = words[1].substr(0, words[1].find_first_of("@,"));
    if (const auto endpoint = parse_endpoint(address, asked)) node.endpoint = *endpoint;
    for (const auto flag : split(words[2], ',')) {
        if (flag == "master") node.master = true;
        if (flag == "fail" || flag == "fail?" || flag == "noaddr" || flag == "handshake") node.failed = true;
    }
    if (words[3] != "-") node.master_id = words[3];
    for (std::size_t i = 8; i < words.size(); ++i) {
        if (words[i].starts_with('[')) continue;  // a slot under way to another node still belongs to this one
        const auto dash = words[i].find('-');
        const auto first = parse_number<int>(words[i].substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : parse_number<int>(words[i].substr(dash + 1));
        if (first && last) node.slots.emplace_back(*first, *last);
    }
    return node;
}

}  // namespace

std::uint16_t slot_of(std::string_view key) {
    if (const auto open = key.find('{'); open != std::string_view::npos) {
        const auto close = key.find('}', open + 1);
        if (close != std::string_view::npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
    }
    unsigned crc = 0;
    for (const char c : key)
        crc = ((crc << 8U) & 0xFFFFU) ^ kCrcTable[((crc >> 8U) ^ static_cast<unsigned char>(c)) & 0xFFU];
    return static_cast<std::uint16_t>(crc % kSlots);
}

void SlotMap::assign(std::uint16_t slot, const Endpoint& master) {
    const auto found = std::find(masters.begin(), masters.end(), master);
    owner[slot] = static_cast<std::uint16_t>(found - masters.begin());
    if (found == masters.end()) masters.push_back(master);
}

std::optional<SlotMap> parse_slots(const Reply& answer, const Endpoint& asked) {
    const auto* ranges = array_in(answer);
    if (ranges == nullptr || ranges->empty()) return std::nullopt;
    SlotMap map;
    for (const auto& range : *ranges) {
        const auto* parts = array_in(range);
        if (parts == nullptr || parts->size() < 3) return std::nullopt;
        const auto* first = std::get_if<std::int64_t>(&(*parts)[0].value);
        const auto* last = std::get_if<std::int64_t>(&(*parts)[1].value);
        if (first == nullptr || last == nullptr || *first < 0 || *first > *last ||
            *last >= static_cast<std::int64_t>(kSlots))
            return std::nullopt;
        const auto master = endpoint_in((*parts)[2], asked);
        if (!master) return std::nullopt;
        for (auto slot = *first; slot <= *last; ++slot) map.assign(static_cast<std::uint16_t>(slot), *master);
        for (std::size_t i = 3; i < parts->size(); ++i) {
            const auto replica = endpoint_in((*parts)[i], asked);
            if (replica && std::find(map.replicas.begin(), map.replicas.end(), *replica) == map.replicas.end())
                map.replicas.push_back(*replica);
        }
    }
    return map;
}

std::vector<Node> parse_nodes(std::string_view answer, const Endpoint& asked) {
    std::vector<Node> nodes;
    for (auto line : split(answer, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (auto node = node_in(line, asked)) nodes.push_back(std::move(*node));
    }
    return nodes;
}

std::optional<Endpoint> parse_endpoint(std::string_view text, const Endpoint& asked) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
    if (!port) return std::nullopt;
    const auto host = text.substr(0, colon);
    return Endpoint{host.empty() || host == "?" ? asked.host : std::string(host), *port};
}

std::string to_string(const Endpoint& endpoint) { return fmt::format("{}:{}", endpoint.host, endpoint.port); }

}  // namespace cadre::redis
