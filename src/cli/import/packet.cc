#include "cli/import/packet.h"

#include "cli/xmp_names.h"

namespace cadre::cli::xmp {
namespace {

constexpr int kMostAbove = 8;  // elements around a property: xmpmeta, RDF, Description
constexpr std::size_t kMostItems = 10'000;

struct Name {
    std::string_view prefix, local;
};
Name split(std::string_view name) {
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return {{}, name};
    return {name.substr(0, colon), name.substr(colon + 1)};
}

/// The namespace that a prefix stands for at `node`; "" for none.
std::string_view space_of(std::string_view prefix, pugi::xml_node node) {
    const auto declares = prefix.empty() ? std::string("xmlns") : "xmlns:" + std::string(prefix);
    for (int up = 0; node && up < kMostAbove; ++up, node = node.parent())
        if (const auto found = node.attribute(declares.c_str())) return found.value();
    return {};
}

}  // namespace

bool is_named(pugi::xml_node node, std::string_view space, std::string_view local) {
    const auto name = split(node.name());
    return name.local == local && space_of(name.prefix, node) == space;
}

pugi::xml_node child_named(pugi::xml_node node, std::string_view space, std::string_view local) {
    for (const auto child : node.children())
        if (is_named(child, space, local)) return child;
    return {};
}

std::vector<pugi::xml_node> items_of(pugi::xml_node node) {
    for (const auto* const kind : {"Alt", "Seq", "Bag"}) {
        const auto list = child_named(node, kRdf, kind);
        if (!list) continue;
        std::vector<pugi::xml_node> items;
        for (const auto item : list.children())
            if (item.type() == pugi::node_element && items.size() < kMostItems) items.push_back(item);
        return items;
    }
    return {node};
}

Property::Property(pugi::xml_node node) {
    for (const auto& item : items_of(node)) {
        if (std::string_view(item.attribute("xml:lang").value()) == "x-default") first_ = texts_.size();
        texts_.emplace_back(item.text().get());
    }
}

Property Packet::get(std::string_view space, const char* local) const {
    for (const auto description : rdf_.children()) {
        if (!is_named(description, kRdf, "Description")) continue;
        for (const auto attribute : description.attributes()) {
            const auto name = split(attribute.name());
            if (name.local == local && space_of(name.prefix, description) == space)
                return Property(std::string(attribute.value()));
        }
        if (const auto child = child_named(description, space, local)) return Property(child);
    }
    return {};
}

pugi::xml_node Packet::element(std::string_view space, const char* local) const {
    for (const auto description : rdf_.children())
        if (is_named(description, kRdf, "Description"))
            if (const auto child = child_named(description, space, local)) return child;
    return {};
}

pugi::xml_node find_rdf(const pugi::xml_document& document) {
    const auto root = document.document_element();
    return is_named(root, kRdf, "RDF") ? root : child_named(root, kRdf, "RDF");
}

}  // namespace cadre::cli::xmp
