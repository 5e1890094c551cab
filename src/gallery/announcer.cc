#include "gallery/announcer.h"

#include <set>

#include "base/log.h"
#include "gallery/photo.h"
#include "gallery/search.h"
#include "gallery/timelines.h"

namespace cadre::gallery {
namespace {

using catalog::View;

/// The months of each view that a change touches.
std::map<View, std::set<catalog::Month>> touched(const Id& id, const catalog::Truth& before,
                                                 const catalog::Truth& after) {
    std::map<View, std::set<catalog::Month>> months;
    for (const auto* truth : {&before, &after})
        for (const auto& [view, place] : catalog::postings_of({catalog::Kind::photo, id}, *truth).all)
            months[view].insert(catalog::month_of(place));
    return months;
}

}  // namespace

asio::awaitable<void> Announcer::publish(std::string channel, std::string type, json::object data) {
    const std::string name = channel;
    auto told = co_await gallery_.stores().events.publish(std::move(channel), std::move(type), std::move(data));
    if (!told) log::warn("an event was lost", {{"channel", name}, {"why", told.error().message}});
}

asio::awaitable<void> Announcer::photo_changed(Id id, catalog::Truth before, catalog::Truth after) {
    co_await gallery_.afterwards().begin(tell(id, std::move(before), std::move(after)));
}

asio::awaitable<void> Announcer::account_changed(Id user) { co_await gallery_.afterwards().begin(tell_account(user)); }

asio::awaitable<void> Announcer::tags_changed(Id user, json::object data) {
    const std::string type = "tags.changed";
    auto channel = events::channel_of_user(user.text());
    co_await gallery_.afterwards().begin(publish(std::move(channel), type, std::move(data)));
}

asio::awaitable<void> Announcer::tell_account(Id user) {
    const std::string wall = events::kWallChannel;
    const std::string mine = events::channel_of_user(user.text());
    const std::string type = events::kAccountChanged;
    const json::object data{{"user", user.text()}};
    co_await publish(mine, type, data);
    co_await publish(wall, type, data);
}

asio::awaitable<void> Announcer::tell(Id id, catalog::Truth before, catalog::Truth after) {
    // Everything that a co_await takes has a name here: docs/explanation/coroutines.md.
    const std::string timeline_type = "timeline.changed";
    const std::string photo_type = "photo.changed";
    const Photo photo = photo_of(id, after.purged ? before : after);
    const std::string owners = events::channel_of_user(photo.owner.text());
    const json::object changed{{"id", id.text()}, {"revision", photo.revision}, {"state", text_of(photo.state)}};
    const std::string changes = kChangesChannel;
    const std::string touched_type = kPhotoTouched;
    const json::object which{{"id", id.text()}};
    co_await publish(changes, touched_type, which);
    co_await publish(owners, photo_type, changed);

    std::set<std::string> others;
    const auto months_by_view = touched(id, before, after);
    for (const auto& [view, months] : months_by_view) {
        json::array list;
        for (const auto& month : months) list.emplace_back(month.text());
        auto version = co_await gallery_.stores().catalog.version(view);
        json::object data{{"scope", catalog::declared().scope_of(view)}, {"months", std::move(list)}};
        data["version"] = version ? *version : std::string();
        const auto channel = channel_of(view);
        if (channel != owners) others.insert(channel);
        co_await publish(channel, timeline_type, std::move(data));
    }
    for (const auto& channel : others) co_await publish(channel, photo_type, changed);
}

}  // namespace cadre::gallery
