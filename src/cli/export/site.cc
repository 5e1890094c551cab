#include "cli/export/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "base/concurrently.h"
#include "base/hash.h"
#include "base/unicode.h"
#include "cli/export/names.h"

namespace cadre::cli {
namespace {

using catalog::Kind;
using gallery::Photo;

constexpr std::size_t kPerPage = 500;  // photos
constexpr std::size_t kPicturesAtOnce = 4;
constexpr std::size_t kNameLength = 24;  // hex digits: enough that no two pictures share them

/// "2024-05.html", then "2024-05-2.html".
std::string nth_page(std::string_view base, std::size_t n) {
    return n == 1 ? fmt::format("{}.html", base) : fmt::format("{}-{}.html", base, n);
}

std::string base_of(const Id& album) { return "album-" + album.text(); }

/// Nobody learns a media key from it, by which a gallery would show the picture to anybody.
std::string picture_name(const Photo& photo, std::string_view variant) {
    const auto digest = sha256_hex(photo.media_key).substr(0, kNameLength);
    return fmt::format("media/{}/{}-{}.webp", digest.substr(0, 2), digest, variant);
}

/// Cuts a run of tiles into pages that know of each other, and of what stands before and behind the run.
class Pages {
public:
    Pages(std::string base, SitePage like) : base_(std::move(base)), like_(std::move(like)) {}

    void add(std::vector<SiteTile> tiles) {
        for (auto& tile : tiles) waiting_.push_back(std::move(tile));
    }
    [[nodiscard]] bool is_full() const { return waiting_.size() > kPerPage; }
    [[nodiscard]] const std::string& first_cover() const { return cover_; }
    [[nodiscard]] std::string last_name() const { return nth_page(base_, written_); }

    /// The next page; `older` is what follows the run, if this is its last.
    NamedPage next(std::string older) {
        auto page = like_;
        if (written_ > 0) page.inside.clear();
        const auto count = std::min(waiting_.size(), kPerPage);
        const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
        page.tiles.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
        waiting_.erase(waiting_.begin(), end);
        if (written_ > 0) page.newer = last_name();
        ++written_;
        page.older = waiting_.empty() ? std::move(older) : nth_page(base_, written_ + 1);
        if (written_ == 1 && !page.tiles.empty()) cover_ = page.tiles.front().small;
        return {last_name(), std::move(page)};
    }
    [[nodiscard]] bool is_done() const { return waiting_.empty() && written_ > 0; }

private:
    std::string base_;
    SitePage like_;
    std::vector<SiteTile> waiting_;
    std::string cover_;
    std::size_t written_ = 0;
};

}  // namespace

Result<bool> Site::write(const NamedPage& page) { return target_.put(root_ + page.first, page_html(page.second)); }

Task<bool> Site::copy(std::string blob, std::string name) {
    auto object = co_await gallery_.stores().blobs.open(std::move(blob));
    if (!object && object.error().kind == ErrorKind::not_found) co_return false;
    if (!object) co_return fail(std::move(object).error());
    if (target_.size_of(root_ + name) == object->size) co_return true;
    CO_TRY(auto draft, target_.draft());
    std::vector<std::uint8_t> piece(kPiece);
    for (;;) {
        const auto got = co_await object->read(piece);
        if (!got && gallery::is_unreadable(got.error())) co_return false;
        if (!got) co_return fail(got.error());
        if (*got == 0) break;
        CO_CHECK(co_await pool_.run([&] { return draft.write(std::span<const std::uint8_t>(piece).first(*got)); }));
    }
    CO_CHECK(co_await pool_.run([&] { return draft.finish(std::nullopt); }));
    CO_CHECK(target_.keep(std::move(draft), root_ + name));
    co_return true;
}

Task<std::optional<SiteTile>> Site::tile_of(Photo photo) {
    const auto small = std::ranges::find(photo.variants, "m", &gallery::VariantSize::name);
    if (photo.state != gallery::State::ready || photo.turned != photo.rotation || small == photo.variants.end())
        co_return std::nullopt;
    SiteTile tile;
    tile.small = picture_name(photo, "m");
    tile.large = picture_name(photo, "l");
    for (const auto& [variant, name] : {std::pair("m", tile.small), std::pair("l", tile.large)}) {
        CO_TRY(const bool there, co_await copy(gallery::media_blob(photo.media_key, variant), name));
        if (!there) co_return std::nullopt;
    }
    tile.width = small->width;
    tile.height = small->height;
    tile.title = photo.title;
    tile.caption = photo.caption;
    if (photo.taken_at) tile.taken = text_of(*photo.taken_at);
    co_return tile;
}

Task<std::vector<SiteTile>> Site::tiles_of(const std::vector<catalog::Row>& rows) {
    std::vector<Id> ids;
    for (const auto& row : rows) ids.push_back(row.place.id);
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(Kind::photo, ids));
    std::vector<Photo> photos;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (entries[i] && !entries[i]->truth.purged) photos.push_back(gallery::photo_of(ids[i], entries[i]->truth));
    std::vector<std::optional<SiteTile>> made(photos.size());
    CO_CHECK(co_await each(photos.size(), kPicturesAtOnce, [&](std::size_t i) -> Task<void> {
        CO_TRY(made[i], co_await tile_of(photos[i]));
        co_return Result<void>();
    }));
    std::vector<SiteTile> tiles;
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (made[i])
            tiles.push_back(std::move(*made[i]));
        else
            left_out_.insert(photos[i].id);
    }
    CO_CHECK(target_.sync());
    co_return tiles;
}

Task<std::vector<SiteCard>> Site::months(Id person) {
    auto& catalog = gallery_.stores().catalog;
    const catalog::View view{catalog::Family::mine, person};
    CO_TRY(const auto timeline, co_await catalog.timeline(view));
    std::vector<SiteCard> cards;
    std::string newer;
    for (std::size_t i = 0; i < timeline.months.size(); ++i) {
        const auto& month = timeline.months[i];
        SitePage like;
        like.gallery = name_;
        like.month = month.month.text();
        like.count = month.count;
        Pages pages(like.month, like);
        const auto older =
            i + 1 == timeline.months.size() ? std::string() : nth_page(timeline.months[i + 1].month.text(), 1);
        const auto flush = [&] {
            auto page = pages.next(older);
            if (page.second.newer.empty()) page.second.newer = newer;
            return write(page);
        };
        for (std::uint32_t offset = 0; offset < month.count; offset += kPerPage) {
            auto rows = co_await catalog.month(view, month.month, offset, kPerPage);
            if (!rows && rows.error().kind == ErrorKind::not_found) break;  // its photos have gone meanwhile
            if (!rows) co_return fail(std::move(rows).error());
            CO_TRY(auto tiles, co_await tiles_of(rows->rows));
            pages.add(std::move(tiles));
            while (pages.is_full()) CO_CHECK(flush());
        }
        while (!pages.is_done()) CO_CHECK(flush());
        newer = pages.last_name();
        cards.push_back({nth_page(like.month, 1), "", like.month, pages.first_cover(), month.count});
    }
    co_return cards;
}

Task<SiteCard> Site::album(const gallery::Album& album, SitePage like) {
    const std::vector<catalog::View> views{catalog::View{catalog::Family::album, album.id}};
    CO_TRY(const auto sums, co_await gallery_.stores().catalog.summaries(views));
    const bool oldest_first = album.order == gallery::AlbumOrder::oldest;
    like.count = sums.front().total;
    Pages pages(base_of(album.id), like);
    std::vector<SiteTile> all;
    Listing listing(gallery_.stores().catalog, views);
    for (;;) {
        CO_TRY(const auto rows, co_await listing.next());
        if (rows.empty()) break;
        CO_TRY(auto tiles, co_await tiles_of(rows));
        if (oldest_first)
            std::ranges::move(tiles, std::back_inserter(all));
        else
            pages.add(std::move(tiles));
        while (pages.is_full()) CO_CHECK(write(pages.next({})));
    }
    std::ranges::reverse(all);
    pages.add(std::move(all));
    while (!pages.is_done()) CO_CHECK(write(pages.next({})));
    SiteCard card;
    card.page = nth_page(base_of(album.id), 1);
    card.name = like.title;
    card.cover = pages.first_cover();
    card.count = like.count;
    co_return card;
}

/// The deepest first, so that each page knows those in it.
Task<std::vector<SiteCard>> Site::albums(std::vector<Id> shown) {
    std::ranges::sort(shown, {}, [&](const Id& id) {
        return std::tuple(-std::ssize(albums_.at(id)->titles), fold_case(albums_.find(id)->title), id);
    });
    const std::set<Id> all(shown.begin(), shown.end());
    std::map<Id, std::vector<SiteCard>> inside;
    std::vector<SiteCard> top;
    for (const auto& id : shown) {
        const auto& album = *albums_.find(id);
        SitePage like;
        like.gallery = name_;
        like.title = album.title;
        like.description = album.description;
        like.inside = std::move(inside[id]);
        const bool nested = album.parent && all.contains(*album.parent);
        if (nested) {
            like.above = nth_page(base_of(*album.parent), 1);
            like.above_name = albums_.find(*album.parent)->title;
        }
        CO_TRY(auto card, co_await this->album(album, std::move(like)));
        (nested ? inside[*album.parent] : top).push_back(std::move(card));
    }
    co_return top;
}

Task<void> Site::person(Id person, std::string name, std::string folder, std::optional<std::set<Id>> only) {
    root_ = (folder.empty() ? folder : folder + "/") + std::string(kSiteFolder) + "/";
    name_ = std::move(name);
    std::vector<SiteCard> of_months;
    if (!only) {
        CO_TRY(of_months, co_await months(person));
    }
    CO_TRY(auto shown, co_await albums_.owned_by(person, std::move(only)));
    CO_TRY(const auto of_albums, co_await albums(std::move(shown)));
    for (const auto& [file, text] : {std::pair("site.css", site_style()), std::pair("site.js", site_script()),
                                     std::pair("favicon.svg", site_icon())})
        CO_CHECK(target_.put(root_ + file, text));
    CO_CHECK(target_.put(root_ + "index.html", index_html(name_, of_albums, of_months)));
    co_return target_.sync();
}

}  // namespace cadre::cli
