// The properties of an XMP packet, whether they stand in elements or in attributes, under whatever prefixes.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace cadre::cli::xmp {

/// The first element in `node` of that name; none if there is none.
[[nodiscard]] pugi::xml_node child_named(pugi::xml_node node, std::string_view space, std::string_view local);
[[nodiscard]] bool is_named(pugi::xml_node node, std::string_view space, std::string_view local);
/// The elements of the list in `node` (rdf:Bag, rdf:Seq, rdf:Alt); of one that is no list itself.
[[nodiscard]] std::vector<pugi::xml_node> items_of(pugi::xml_node node);

/// The values of one property: of a list its items, else one.
class Property {
public:
    Property() = default;
    explicit Property(std::string text) : texts_{std::move(text)} {}
    explicit Property(pugi::xml_node node);

    [[nodiscard]] const std::vector<std::string>& all() const { return texts_; }
    /// Of several languages the default one, else the first.
    [[nodiscard]] std::string one() const { return texts_.empty() ? std::string() : texts_[first_]; }

private:
    std::vector<std::string> texts_;
    std::size_t first_ = 0;
};

class Packet {
public:
    explicit Packet(pugi::xml_node rdf) : rdf_(rdf) {}

    /// The first property of that name; empty if there is none.
    [[nodiscard]] Property get(std::string_view space, const char* local) const;
    [[nodiscard]] std::string text(std::string_view space, const char* local) const { return get(space, local).one(); }
    /// The same as the element that it stands in; none where it stands in an attribute.
    [[nodiscard]] pugi::xml_node element(std::string_view space, const char* local) const;

private:
    pugi::xml_node rdf_;
};

/// The RDF, which may stand by itself or in an element of Adobe's; none if there is none.
[[nodiscard]] pugi::xml_node find_rdf(const pugi::xml_document& document);

}  // namespace cadre::cli::xmp
