#include "cli/export/listing.h"

#include "catalog/families.h"

namespace cadre::cli {
namespace {

constexpr std::uint32_t kPage = 200;

}  // namespace

Listing::Listing(catalog::Catalog& catalog, const std::vector<catalog::View>& views) : catalog_(catalog) {
    for (const auto& view : views) sources_.push_back({view, {}, std::nullopt, false});
}

Listing::Source* Listing::highest() {
    Source* best = nullptr;
    for (auto& source : sources_) {
        if (source.rows.empty()) continue;
        if (best == nullptr || source.rows.front().place > best->rows.front().place) best = &source;
    }
    return best;
}

Task<std::vector<catalog::Row>> Listing::next() {
    std::vector<catalog::Row> page;
    while (page.size() < kPage) {
        for (auto& source : sources_) {
            if (!source.rows.empty() || source.ended) continue;
            CO_TRY(auto rows, co_await catalog_.newest(source.view, source.after, kPage));
            source.ended = rows.size() < kPage;
            if (rows.empty()) continue;
            source.after = rows.back().place;
            source.rows.assign(std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
        }
        auto* const source = highest();
        if (source == nullptr) break;
        auto row = std::move(source->rows.front());
        source->rows.pop_front();
        if (last_ == row.place) continue;
        last_ = row.place;
        page.push_back(std::move(row));
    }
    co_return page;
}

std::vector<catalog::View> views_of(const Id& person, bool trash) {
    std::vector<catalog::View> views;
    for (const auto& family : catalog::declared().families())
        if (family.holds_all && (trash || family.number != catalog::Family::trash))
            views.push_back({family.number, person});
    return views;
}

}  // namespace cadre::cli
