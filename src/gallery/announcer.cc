#include "gallery/announcer.h"

#include <set>

#include "base/log.h"
#include "gallery/photo.h"

namespace cadre::gallery {
namespace {

using catalog::Scope;

std::string_view name_of(Scope::Name name) {
    switch (name) {
        case Scope::Name::wall:
            return "wall";
        case Scope::Name::mine:
            return "mine";
        case Scope::Name::trash:
            return "trash";
        case Scope::Name::favourites:
            return "favourites";
    }
    return "mine";
}

/// The months of each timeline that a change touches.
std::map<Scope, std::set<catalog::Month>> touched(const Id& id, const catalog::Truth& before,
                                                  const catalog::Truth& after) {
    std::map<Scope, std::set<catalog::Month>> months;
    for (const auto* truth : {&before, &after}) {
        const auto row = catalog::row_of(id, *truth);
        if (!row) continue;
        for (const auto& scope : catalog::scopes_of(*truth)) months[scope].insert(catalog::month_of(row->place));
    }
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
    const std::string wall = events::kWallChannel;
    const std::string timeline_type = "timeline.changed";
    const std::string photo_type = "photo.changed";
    const Photo photo = photo_of(id, after.purged ? before : after);
    const std::string mine = events::channel_of_user(photo.owner.text());
    const json::object changed{{"id", id.text()}, {"revision", photo.revision}, {"state", text_of(photo.state)}};
    co_await publish(mine, photo_type, changed);

    bool on_wall = false;
    const auto months_by_scope = touched(id, before, after);
    for (const auto& [scope, months] : months_by_scope) {
        json::array list;
        for (const auto& month : months) list.emplace_back(month.text());
        auto version = co_await gallery_.stores().catalog.version(scope);
        json::object data{{"scope", name_of(scope.name)}, {"months", std::move(list)}};
        data["version"] = version ? *version : std::string();
        if (scope.name == Scope::Name::wall) {
            on_wall = true;
            co_await publish(wall, timeline_type, std::move(data));
        } else {
            co_await publish(mine, timeline_type, std::move(data));
        }
    }
    if (on_wall) co_await publish(wall, photo_type, changed);
}

}  // namespace cadre::gallery
