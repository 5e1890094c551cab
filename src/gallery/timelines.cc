#include "gallery/timelines.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/number.h"
#include "gallery/albums.h"

namespace cadre::gallery {
namespace {

// Seconds from 1970 to the end of the year 9999. No photo stands beyond, and no month could be named there.
constexpr std::int64_t kFarthest = 253'402'300'799;

/// What the releases before gave out has no rank, and goes on at the beginning of its second: better twice than never.
/// Before all of its second: so no photo is left out where a rank is not known.
constexpr catalog::Rank kFirstOfSecond{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

std::optional<catalog::Rank> parse_rank(std::string_view text) {
    catalog::Rank rank = kFirstOfSecond;
    if (text.empty()) return rank;
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != rank.size()) return std::nullopt;
    std::ranges::copy(*bytes, rank.begin());
    return rank;
}

/// Whether this stands behind the name of a family.
bool fits(catalog::Form form, bool colon, std::string_view word) {
    switch (form) {
        case catalog::Form::one:
        case catalog::Form::of_person:
            return !colon;
        case catalog::Form::person_word:
            return !word.empty();
        case catalog::Form::of_record:
            return !word.empty();
    }
    return false;
}

tl::unexpected<Error> no_such_view(const catalog::Declarations& declared) {
    std::string known;
    for (const auto& family : declared.families()) {
        if (!known.empty()) known += ", ";
        known += family.name;
        if (family.form == catalog::Form::person_word) known += ":<word>";
        if (family.form == catalog::Form::of_record)
            known += family.readers == catalog::Readers::its_visitors ? ":<key>" : ":<id>";
    }
    return fail(Code::not_found, "There is no such timeline. Its scope is one of " + known + ".");
}

}  // namespace

std::string cursor_of(const catalog::Place& place) {
    return base64url(as_bytes(std::to_string(place.at) + "." + place.id.text()));
}

std::optional<catalog::Place> parse_cursor(std::string_view cursor) {
    const auto bytes = from_base64(cursor);
    if (!bytes) return std::nullopt;
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    catalog::Place place;
    const auto at = parse_number<decltype(place.at)>(text.substr(0, dot));
    const auto second = std::min(text.find('.', dot + 1), text.size());
    const auto id = parse_id(text.substr(dot + 1, second - dot - 1));
    const auto rank = parse_rank(text.substr(std::min(second + 1, text.size())));
    if (!at || *at < -kFarthest || *at > kFarthest || !id || !rank) return std::nullopt;
    place.at = *at;
    place.id = *id;
    place.rank = *rank;
    return place;
}

Result<catalog::View> view_for(const Viewer& viewer, std::string_view scope) {
    return view_for(viewer, scope, catalog::declared());
}

Result<catalog::View> view_for(const Viewer& viewer, std::string_view scope, const catalog::Declarations& declared) {
    const auto colon = std::min(scope.find(':'), scope.size());
    const auto word = scope.substr(std::min(colon + 1, scope.size()));
    const auto* family = declared.find(scope.substr(0, colon));
    if (family == nullptr || !fits(family->form, colon < scope.size(), word)) return no_such_view(declared);
    catalog::View view{family->number};
    if (family->readers == catalog::Readers::its_visitors) {
        if (!viewer.share || viewer.share->key != word) return no_such_share();
        return viewer.share->view();
    }
    if (family->form == catalog::Form::of_record) {
        const auto id = parse_id(word);
        if (!id) return no_such_view(declared);
        view.of = *id;
    }
    if (family->readers == catalog::Readers::its_person) {
        TRY(const auto user, require_user(viewer));
        view.of = user.id;
    }
    if (family->readers == catalog::Readers::its_members) {
        CHECK_RESULT(require_user(viewer));
        if (!viewer.sees_album(view.of)) return no_such_album();
    }
    if (family->form == catalog::Form::person_word) view.word = std::string(word);
    return view;
}

std::string channel_of(const catalog::View& view, const catalog::Declarations& declared) {
    const auto* family = declared.find(view.family);
    if (family != nullptr && family->channel == catalog::Channel::person)
        return events::channel_of_user(view.of.text());
    if (family != nullptr && family->channel == catalog::Channel::own) return "view:" + declared.text_of(view);
    return events::kWallChannel;
}

Task<catalog::View> Timelines::view_for(Viewer viewer, std::string scope) {
    const std::string_view text = scope;
    const auto colon = std::min(text.find(':'), text.size());
    const auto* family = catalog::declared().find(text.substr(0, colon));
    if (family != nullptr && family->readers == catalog::Readers::its_members) {
        std::vector<Id> albums;
        if (const auto id = parse_id(text.substr(std::min(colon + 1, text.size())))) albums.push_back(*id);
        CO_TRY(viewer, co_await gallery_.albums().with_albums(std::move(viewer), std::move(albums)));
    }
    co_return gallery::view_for(viewer, scope);
}

Task<std::string> Timelines::version(catalog::View view) { return gallery_.stores().catalog.version(view); }

Task<catalog::Timeline> Timelines::timeline(catalog::View view) { return gallery_.stores().catalog.timeline(view); }

Task<catalog::MonthVersion> Timelines::month_version(catalog::View view, catalog::Month month) {
    return gallery_.stores().catalog.month_version(view, month);
}

Task<catalog::MonthRows> Timelines::month(catalog::View view, catalog::Month month, std::uint32_t offset,
                                          std::uint32_t limit) {
    CO_TRY(auto rows, co_await gallery_.stores().catalog.month(view, month, offset, limit));
    if (rows.month.count == 0) co_return fail(Code::month_not_found, "There are no photos in this month.");
    co_return rows;
}

Task<catalog::Page<Photo>> Timelines::list(catalog::View view, std::string cursor, std::uint32_t limit) {
    std::optional<catalog::Place> after;
    if (!cursor.empty()) {
        after = parse_cursor(cursor);
        if (!after) co_return fail(ErrorKind::invalid, "This cursor was not given out by this server.");
        if (after->rank == kFirstOfSecond) {
            CO_TRY(after->rank, co_await rank_at(view, *after));
        }
    }
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(const auto rows, co_await catalog.newest(view, after, limit));
    std::vector<Id> ids;
    for (const auto& row : rows) ids.push_back(row.place.id);
    CO_TRY(const auto entries, co_await catalog.get_many(catalog::Kind::photo, std::move(ids)));
    catalog::Page<Photo> page;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (entries[i] && !entries[i]->truth.purged)
            page.items.push_back(photo_of(rows[i].place.id, entries[i]->truth));
    if (rows.size() == limit) page.next = cursor_of(rows.back().place);
    co_return page;
}

/// Of the photo that a page ended with. One that is gone, or has another date now, has none there any more.
Task<catalog::Rank> Timelines::rank_at(catalog::View view, catalog::Place place) {
    const catalog::Ref ref{catalog::Kind::photo, place.id};
    CO_TRY(const auto entry, co_await gallery_.stores().catalog.get(ref));
    if (entry)
        for (const auto& posting : catalog::declared().postings_of(ref, entry->truth).all)
            if (posting.view == view && posting.place.at == place.at) co_return posting.place.rank;
    co_return kFirstOfSecond;
}

Task<catalog::Page<catalog::Word>> Timelines::tags(Id person, std::string after, std::size_t limit) {
    return gallery_.stores().catalog.words(catalog::Family::tag, person, std::move(after), limit);
}

}  // namespace cadre::gallery
