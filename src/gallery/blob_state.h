// How the places are where blobs lie. A keeper that may ask the blob store's own administration shows it to all
// replicas on a board of the catalog: so none of them needs the right to administer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "catalog/catalog.h"

namespace cadre::gallery {

struct BlobNode {
    std::string name;
    std::string machine;
    bool up = false;
    std::optional<std::uint64_t> free{};     // bytes
    std::optional<std::uint64_t> total{};    // bytes
    std::optional<std::uint64_t> repairs{};  // blocks that it has to look at: to fetch, or to give away
    std::optional<std::uint64_t> errors{};   // of these, what failed and is tried again
};

struct BlobState {
    std::string kind;  // "files", "s3", "garage"
    std::vector<BlobNode> nodes{};
    Millis age{0};  // when it was read, already
};

[[nodiscard]] std::string text_of(const BlobState& state);
/// Nothing if it makes no sense.
[[nodiscard]] std::optional<BlobState> parse_blob_state(std::string_view text);

Task<void> post_blob_state(catalog::Catalog& catalog, BlobState state);
/// Nothing if no keeper has shown any for a while.
Task<std::optional<BlobState>> posted_blob_state(catalog::Catalog& catalog);

}  // namespace cadre::gallery
