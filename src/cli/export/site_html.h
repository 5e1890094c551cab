// The pages of a static gallery, as text. Whatever people wrote is escaped; nothing is written into a script.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cadre::cli {

/// A photograph on a page. Names are relative to it.
struct SiteTile {
    std::string small, large;  // pictures
    std::uint32_t width = 0, height = 0;
    std::string title, caption;
    std::string taken;  // as base/taken_at.h writes it; "" where no date is known
};

/// A way to another page, with a picture.
struct SiteCard {
    std::string page;
    std::string name;   // a title; or of a month
    std::string month;  // "2024-05"; "" where it is none
    std::string cover;  // a picture; "" for none
    std::uint64_t count = 0;
};

struct SitePage {
    std::string gallery;             // its name
    std::string title, description;  // of an album
    std::string month;               // or a month
    std::uint64_t count = 0;         // of all that it has, on whatever pages
    std::string newer, older;        // pages beside it
    std::string above, above_name;   // the album in which this one is
    std::vector<SiteCard> inside;    // albums in it
    std::vector<SiteTile> tiles;
};

[[nodiscard]] std::string page_html(const SitePage& page);
/// The first page. Months come from the newest.
[[nodiscard]] std::string index_html(const std::string& gallery, const std::vector<SiteCard>& albums,
                                     const std::vector<SiteCard>& months);

/// What the pages load: "site.css", "site.js", "favicon.svg".
[[nodiscard]] std::string_view site_style();
[[nodiscard]] std::string_view site_script();
[[nodiscard]] std::string_view site_icon();

}  // namespace cadre::cli
