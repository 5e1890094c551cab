#include "gallery/album_order.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/concurrently.h"
#include "base/field_codes.h"
#include "gallery/account_records.h"
#include "gallery/albums.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Place;
using catalog::Row;
using catalog::Timeline;
using catalog::Truth;
using catalog::View;

constexpr std::size_t kMovedAtOnce = 8;
// Who has to move neighbours leaves so many steps between all of them, that the next ones find room there.
constexpr std::uint64_t kRoom = std::uint64_t{1} << 20;
constexpr std::size_t kNear = 64;
constexpr std::size_t kFar = 4096;
constexpr int kTries = 5;

/// The field of a request that names the neighbour.
const char* side_of(const AlbumSpot& spot) { return spot.side == AlbumSpot::Side::before ? "before" : "after"; }

tl::unexpected<Error> changes_too_fast() {
    return fail(Code::busy, "The order of this album is changing too fast. Try again in a moment.");
}

/// With `reach` of the nearest on each side, as far as there are so many.
std::optional<std::vector<Placed>> place_with(const std::vector<Id>& photos, const Around& around, std::size_t reach,
                                              std::uint64_t apart) {
    const auto before = std::min(reach, around.before.size()), behind = std::min(reach, around.behind.size());
    const bool open_above = before == around.before.size(), open_below = behind == around.behind.size();
    if ((open_above && !around.first) || (open_below && !around.last)) return std::nullopt;
    std::vector<Placed> run;
    for (std::size_t i = before; i > 0; --i) run.push_back(around.before[i - 1]);
    for (const auto& photo : photos) run.push_back({photo, {}});
    for (std::size_t i = 0; i < behind; ++i) run.push_back(around.behind[i]);
    const auto above = open_above ? std::nullopt : std::optional(around.before[before].point);
    auto below = open_below ? std::nullopt : std::optional(around.behind[behind].point);
    if (open_above && open_below) below = around.lowest;
    const auto points = catalog::points_between(above, below, run.size(), apart);
    if (!points) return std::nullopt;
    for (std::size_t i = 0; i < run.size(); ++i) run[i].point = (*points)[i];
    return run;
}

/// Rows of a view by their number, as a timeline that was read counts them. What changes meanwhile is missed or found
/// twice: who needs certainty looks at what came.
class Numbered {
public:
    Numbered(catalog::Catalog& catalog, View view, Timeline timeline)
        : catalog_(catalog), view_(std::move(view)), timeline_(std::move(timeline)) {}

    [[nodiscard]] std::uint64_t total() const { return timeline_.total; }

    /// Of the row at this place; nothing where none is there.
    Task<std::optional<std::uint64_t>> find(Place place) {
        const auto date = date_of(place.at);
        std::uint64_t number = 0;
        for (const auto& month : timeline_.months) {
            if (month.month == catalog::month_of(place)) {
                std::uint32_t offset = 0;
                for (const auto& day : month.days) {
                    if (day.day == date.day) {
                        CO_TRY(const auto found, co_await find_between(place, offset, offset + day.count));
                        co_return found ? std::optional(number + *found) : std::nullopt;
                    }
                    offset += day.count;
                }
            }
            number += month.count;
        }
        co_return std::optional<std::uint64_t>();
    }

    Task<std::vector<Row>> rows(std::uint64_t from, std::uint64_t to) {
        std::vector<Row> rows;
        std::uint64_t begin = 0;
        for (const auto& month : timeline_.months) {
            const auto end = begin + month.count;
            if (from < end && to > begin) {
                const auto offset = static_cast<std::uint32_t>(std::max(from, begin) - begin);
                const auto limit = static_cast<std::uint32_t>(std::min(to, end) - begin) - offset;
                CO_TRY(auto some, co_await catalog_.month(view_, month.month, offset, limit));
                std::ranges::move(some.rows, std::back_inserter(rows));
            }
            begin = end;
        }
        co_return rows;
    }

private:
    /// By halves, among the rows of a month.
    Task<std::optional<std::uint32_t>> find_between(Place place, std::uint32_t low, std::uint32_t high) {
        const auto month = catalog::month_of(place);
        while (low < high) {
            const auto middle = low + (high - low) / 2;
            CO_TRY(const auto found, co_await catalog_.month(view_, month, middle, 1));
            if (found.rows.empty()) break;
            const auto& at = found.rows.front().place;
            if (at == place) co_return std::optional(middle);
            if (at > place)
                low = middle + 1;
            else
                high = middle;
        }
        co_return std::optional<std::uint32_t>();
    }

    catalog::Catalog& catalog_;
    View view_;
    Timeline timeline_;
};

Task<Place> place_in(catalog::Catalog& catalog, View sequence, AlbumSpot spot) {
    CO_TRY(const auto entry, co_await entry_now(catalog, Kind::photo, spot.photo));
    if (entry) {
        const catalog::Ref ref{Kind::photo, spot.photo};
        for (const auto& posting : catalog::postings_of(ref, entry->truth).all)
            if (posting.view == sequence) co_return posting.place;
    }
    co_return wrong_field({side_of(spot), FieldCode::neighbour_not_in_album});
}

/// Before which row of the order the spot is; nothing where the order changed since the timeline was read.
Task<std::optional<std::uint64_t>> number_of(catalog::Catalog& catalog, Numbered& numbered, View sequence,
                                             AlbumSpot spot) {
    if (spot.side == AlbumSpot::Side::beginning) co_return std::optional<std::uint64_t>(0);
    if (spot.side == AlbumSpot::Side::end) co_return std::optional(numbered.total());
    CO_TRY(const auto place, co_await place_in(catalog, std::move(sequence), spot));
    CO_TRY(auto number, co_await numbered.find(place));
    if (number && spot.side == AlbumSpot::Side::after) ++*number;
    co_return number;
}

/// Whether the rows next to the spot are still those that were looked for.
bool is_at(AlbumSpot spot, const std::vector<Row>& before, const std::vector<Row>& behind) {
    if (spot.side == AlbumSpot::Side::before) return !behind.empty() && behind.front().place.id == spot.photo;
    if (spot.side == AlbumSpot::Side::after) return !before.empty() && before.back().place.id == spot.photo;
    return true;
}

/// Rows run from the first to the last; a side begins with the nearest.
Around around_of(const std::vector<Row>& before, const std::vector<Row>& behind, const std::vector<Id>& photos) {
    const std::set<Id> moving(photos.begin(), photos.end());
    Around around;
    const auto take = [&](const Row& row, std::vector<Placed>& side) {
        const auto point = catalog::point_of(row.place);
        if (!moving.contains(row.place.id))
            side.push_back({row.place.id, point});
        else if (!around.lowest || point < *around.lowest)
            around.lowest = point;
    };
    for (auto row = before.rbegin(); row != before.rend(); ++row) take(*row, around.before);
    for (const auto& row : behind) take(row, around.behind);
    return around;
}

/// Nothing where the order changed meanwhile.
Task<std::optional<std::vector<Placed>>> plan_once(catalog::Catalog& catalog, View sequence, std::vector<Id> photos,
                                                   AlbumSpot spot) {
    using Plan = std::optional<std::vector<Placed>>;
    CO_TRY(auto timeline, co_await catalog.timeline(sequence));
    Numbered numbered(catalog, sequence, std::move(timeline));
    CO_TRY(const auto number, co_await number_of(catalog, numbered, sequence, spot));
    if (!number) co_return Plan();
    for (auto reach = kNear + photos.size();; reach *= 4) {
        const auto from = *number - std::min<std::uint64_t>(reach, *number);
        const auto to = std::min(*number + reach, numbered.total());
        CO_TRY(const auto before, co_await numbered.rows(from, *number));
        CO_TRY(const auto behind, co_await numbered.rows(*number, to));
        if (!is_at(spot, before, behind)) co_return Plan();
        auto around = around_of(before, behind, photos);
        around.first = from == 0;
        around.last = to == numbered.total();
        auto plan = place_between(photos, around);
        if (plan || (around.first && around.last) || reach > kFar) co_return plan;
    }
}

}  // namespace

std::optional<std::vector<Placed>> place_between(const std::vector<Id>& photos, const Around& around) {
    if (auto placed = place_with(photos, around, 0, 1)) return placed;
    const auto most = std::max(around.before.size(), around.behind.size());
    for (std::size_t reach = 1; reach < 2 * most; reach *= 2)
        if (auto placed = place_with(photos, around, std::min(reach, most), kRoom)) return placed;
    return std::nullopt;
}

Task<std::vector<Placed>> plan_move(catalog::Catalog& catalog, Id album, std::vector<Id> photos, AlbumSpot spot) {
    if (std::ranges::find(photos, spot.photo) != photos.end())
        co_return wrong_field({side_of(spot), FieldCode::neighbour_moves});
    const View sequence(catalog::Family::sequence, album);
    for (int attempt = 0; attempt < kTries; ++attempt) {
        CO_TRY(auto plan, co_await plan_once(catalog, sequence, photos, spot));
        if (plan) co_return std::move(*plan);
    }
    co_return changes_too_fast();
}

/// As one is taken out: the role is asked for anew for each photo.
Task<void> Albums::place_photo(Viewer viewer, Id album, Placed placed) {
    const Ledger::Early still = [&]() -> Task<void> {
        CO_TRY(const auto now, co_await album_now(album));
        if (!now) co_return no_such_album();
        CO_CHECK(require(viewer, AlbumAction::edit, *now));
        co_return Result<void>();
    };
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        const auto* there = truth.find(album_field(album));
        if (there == nullptr || truth.find(catalog::field::kTrashedAt) != nullptr)
            return fail(Code::photo_not_found, "There is no such photo.");
        Changes changes;
        const auto value = json::string(catalog::text_of(placed.point));
        if (*there != value) changes[album_field(album)] = value;
        return changes;
    };
    CO_CHECK(co_await edit_photo(placed.photo, decide, still));
    co_return Result<void>();
}

/// Neighbours that need another point go first: among themselves they stand as before, and what was to move is told
/// where it could not.
Task<std::vector<BulkResult>> Albums::move_photos(Viewer viewer, Id id, std::vector<Id> photos, AlbumSpot spot) {
    CO_CHECK(co_await require_album(viewer, id, AlbumAction::edit));
    CO_TRY(const auto plan, co_await plan_move(gallery_.stores().catalog, id, photos, spot));
    std::vector<Placed> neighbours, moving;
    for (const auto& placed : plan)
        (std::ranges::find(photos, placed.photo) == photos.end() ? neighbours : moving).push_back(placed);
    const std::function<Task<void>(std::size_t)> give_way = [&](std::size_t i) -> Task<void> {
        auto placed = co_await place_photo(viewer, id, neighbours[i]);
        if (!placed && placed.error().kind != ErrorKind::not_found) co_return fail(std::move(placed).error());
        co_return Result<void>();
    };
    CO_CHECK(co_await each(neighbours.size(), kMovedAtOnce, give_way));
    std::vector<BulkResult> results(moving.size());
    co_await concurrently(moving.size(), kMovedAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        results[i].id = moving[i].photo;
        auto placed = co_await place_photo(viewer, id, moving[i]);
        if (!placed) results[i].error = std::move(placed).error();
    });
    co_return results;
}

}  // namespace cadre::gallery
