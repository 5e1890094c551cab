#include "blobs/s3/xml.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "base/number.h"
#include "base/time.h"

namespace cadre::blobs::s3 {
namespace {

tl::unexpected<Error> malformed(std::string_view what, std::string_view xml) {
    return fail(Code::stores_away, "The object store's answer cannot be read.",
                fmt::format("no {} in: {}", what, xml.substr(0, 200)));
}

/// The root, if it has that name.
pugi::xml_node root(pugi::xml_document& document, std::string_view xml, const char* name) {
    if (!document.load_buffer(xml.data(), xml.size())) return {};
    return document.child(name);
}

std::optional<Item> item_of(const pugi::xml_node& node) {
    Item item;
    item.key = node.child_value("Key");
    const std::string_view size = node.child_value("Size");
    const auto bytes = parse_number<decltype(item.size)>(size);
    if (item.key.empty() || !bytes) return std::nullopt;
    item.size = *bytes;
    const auto time = parse_rfc3339(node.child_value("LastModified"));
    if (!time) return std::nullopt;
    item.modified = WallTime(std::chrono::seconds(time->seconds - time->offset_minutes.value_or(0) * 60));
    return item;
}

Refusal refusal_of(const pugi::xml_node& node) {
    return {node.child_value("Code"), node.child_value("Message"), node.child_value("Key")};
}

std::string text_of(const pugi::xml_document& document) {
    std::ostringstream out;
    document.save(out, "", pugi::format_raw | pugi::format_no_declaration);
    return out.str();
}

void add(pugi::xml_node& node, const char* name, const std::string& value) {
    node.append_child(name).append_child(pugi::node_pcdata).set_value(value.c_str());
}

}  // namespace

Result<ListedPage> parse_list(std::string_view xml) {
    pugi::xml_document document;
    const auto list = root(document, xml, "ListBucketResult");
    if (!list) return malformed("ListBucketResult", xml);
    ListedPage page;
    for (const auto& node : list.children("Contents")) {
        auto item = item_of(node);
        if (!item) return malformed("key, size and time of an object", xml);
        page.items.push_back(std::move(*item));
    }
    page.more = std::string_view(list.child_value("IsTruncated")) == "true";
    return page;
}

std::optional<Refusal> parse_refusal(std::string_view xml) {
    pugi::xml_document document;
    const auto error = root(document, xml, "Error");
    if (!error) return std::nullopt;
    return refusal_of(error);
}

Result<std::vector<Refusal>> parse_delete_result(std::string_view xml) {
    pugi::xml_document document;
    const auto result = root(document, xml, "DeleteResult");
    if (!result) return malformed("DeleteResult", xml);
    std::vector<Refusal> refusals;
    for (const auto& node : result.children("Error")) refusals.push_back(refusal_of(node));
    return refusals;
}

Result<std::string> parse_upload_id(std::string_view xml) {
    pugi::xml_document document;
    std::string id = root(document, xml, "InitiateMultipartUploadResult").child_value("UploadId");
    if (id.empty()) return malformed("UploadId", xml);
    return id;
}

std::string delete_request(const std::vector<std::string>& keys) {
    pugi::xml_document document;
    auto request = document.append_child("Delete");
    for (const auto& key : keys) {
        auto object = request.append_child("Object");
        add(object, "Key", key);
    }
    add(request, "Quiet", "true");
    return text_of(document);
}

std::string complete_request(const std::vector<std::string>& etags) {
    pugi::xml_document document;
    auto request = document.append_child("CompleteMultipartUpload");
    for (std::size_t i = 0; i < etags.size(); ++i) {
        auto part = request.append_child("Part");
        add(part, "PartNumber", std::to_string(i + 1));
        add(part, "ETag", etags[i]);
    }
    return text_of(document);
}

}  // namespace cadre::blobs::s3
