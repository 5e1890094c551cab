#include "cli/export/site_html.h"

#include <fmt/format.h>

namespace cadre::cli {
namespace {

/// For text and for attributes between double quotes.
std::string escaped(std::string_view text) {
    std::string html;
    html.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                html += "&amp;";
                break;
            case '<':
                html += "&lt;";
                break;
            case '>':
                html += "&gt;";
                break;
            case '"':
                html += "&quot;";
                break;
            case '\'':
                html += "&#39;";
                break;
            default:
                html += c;
        }
    }
    return html;
}

std::string counted(std::uint64_t count, std::string_view tag) {
    return fmt::format("<{0} class=\"count\" data-count=\"{1}\">{1} photograph{2}</{0}>", tag, count,
                       count == 1 ? "" : "s");
}

std::string time_of(std::string_view month) { return fmt::format("<time datetime=\"{0}\">{0}</time>", month); }

/// Files are no origin of their own to every browser, so that both are named; nothing else is ever loaded.
std::string head(std::string_view title, std::string_view gallery) {
    return fmt::format(R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'self' file:; script-src 'self' file:">
<title>{}</title>
<link rel="icon" href="favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="site.css">
<script defer src="site.js"></script>
</head>
<body>
<a class="skip" href="#photographs" data-word="skip">Skip to the photographs</a>
<header><a class="home" href="index.html"><img src="favicon.svg" alt="">{}</a></header>
<main id="photographs">
)",
                       escaped(title), escaped(gallery));
}

constexpr std::string_view kFoot = "</main>\n</body>\n</html>\n";

std::string cards(const std::vector<SiteCard>& all) {
    std::string html = "<ul class=\"cards\">\n";
    for (const auto& card : all) {
        html += fmt::format("<li><a class=\"card\" href=\"{}\">", escaped(card.page));
        if (card.cover.empty())
            html += "<span class=\"empty\"></span>";
        else
            html += fmt::format("<img loading=\"lazy\" src=\"{}\" alt=\"\">", escaped(card.cover));
        html += fmt::format("<span class=\"name\">{}</span>",
                            card.month.empty() ? escaped(card.name) : time_of(card.month));
        html += counted(card.count, "span") + "</a></li>\n";
    }
    return html + "</ul>\n";
}

std::string tile(const SiteTile& photo) {
    auto html = fmt::format("<li><a class=\"tile\" href=\"{}\"", escaped(photo.large));
    for (const auto& [name, text] :
         {std::pair("title", &photo.title), std::pair("caption", &photo.caption), std::pair("taken", &photo.taken)})
        if (!text->empty()) html += fmt::format(" data-{}=\"{}\"", name, escaped(*text));
    const auto alt = photo.title.empty() ? "Photograph" + (photo.taken.empty() ? "" : ", " + photo.taken) : photo.title;
    return html + fmt::format("><img loading=\"lazy\" src=\"{}\" width=\"{}\" height=\"{}\" alt=\"{}\"></a></li>\n",
                              escaped(photo.small), photo.width, photo.height, escaped(alt));
}

std::string way(std::string_view page, std::string_view rel, std::string_view word, std::string_view text) {
    if (page.empty()) return "<span></span>";
    return fmt::format("<a href=\"{}\"{} data-word=\"{}\">{}</a>", escaped(page), rel, word, text);
}

}  // namespace

std::string page_html(const SitePage& page) {
    const auto& title = page.month.empty() ? page.title : page.month;
    auto html = head(title + " · " + page.gallery, page.gallery);
    if (!page.above.empty())
        html +=
            fmt::format("<p class=\"up\"><a href=\"{}\">{}</a></p>\n", escaped(page.above), escaped(page.above_name));
    html += fmt::format("<h1>{}</h1>\n", page.month.empty() ? escaped(page.title) : time_of(page.month));
    html += counted(page.count, "p") + "\n";
    if (!page.description.empty()) html += fmt::format("<p class=\"about\">{}</p>\n", escaped(page.description));
    if (!page.tiles.empty()) {
        html += "<ul class=\"wall\">\n";
        for (const auto& photo : page.tiles) html += tile(photo);
        html += "</ul>\n";
    }
    if (!page.inside.empty()) html += "<h2 data-word=\"inside\">Albums in it</h2>\n" + cards(page.inside);
    if (!page.newer.empty() || !page.older.empty())
        html += "<nav class=\"turn\">" + way(page.newer, " rel=\"prev\"", "newer", "Newer") +
                way(page.older, " rel=\"next\"", "older", "Older") + "</nav>\n";
    return html + std::string(kFoot);
}

std::string index_html(const std::string& gallery, const std::vector<SiteCard>& albums,
                       const std::vector<SiteCard>& months) {
    auto html = head(gallery, gallery);
    html += fmt::format("<h1>{}</h1>\n", escaped(gallery));
    if (albums.empty() && months.empty()) html += "<p class=\"count\" data-word=\"empty\">Nothing here yet.</p>\n";
    if (!albums.empty()) html += "<h2 data-word=\"albums\">Albums</h2>\n" + cards(albums);
    for (std::size_t i = 0; i < months.size();) {
        const auto year = months[i].month.substr(0, 4);
        std::vector<SiteCard> of_year;
        for (; i < months.size() && months[i].month.starts_with(year); ++i) of_year.push_back(months[i]);
        html += fmt::format("<h2>{}</h2>\n", year) + cards(of_year);
    }
    return html + std::string(kFoot);
}

}  // namespace cadre::cli
