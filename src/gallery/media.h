// The gate before derivatives: whoever has the current key may see them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gallery/gallery.h"

namespace cadre::gallery {

class Media {
public:
    explicit Media(Gallery& gallery) : gallery_(gallery) {}

    /// A derivative of the photo that has this key now. One that is missing is made again, once, however many ask.
    /// Errors: not_found, unavailable.
    Task<blobs::Object> open(std::string key, std::string variant);

    /// Whether open() would find one, as far as the catalog knows; the store is not asked. Errors: not_found,
    /// unavailable.
    Task<void> is_shown(std::string key, std::string variant);

    /// The same as open() where nothing has to be waited for, as for a derivative that was asked for before. Nothing:
    /// ask open().
    [[nodiscard]] std::optional<blobs::OpenFile> at_hand(std::string_view key, std::string_view variant) const;

private:
    Task<blobs::Object> make_again(Id id, std::string blob);

    Gallery& gallery_;
};

}  // namespace cadre::gallery
