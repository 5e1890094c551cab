// Tells those who watch what changed. Nothing depends on its being heard: an error of the bus is logged and forgotten.
#pragma once

#include "gallery/gallery.h"

namespace cadre::gallery {

class Announcer {
public:
    explicit Announcer(Gallery& gallery) : gallery_(gallery) {}

    /// `photo.changed` {id, revision, state} to the owner's channel and to that of every view that shows or showed it;
    /// `timeline.changed` {scope, months, version} of each of these views to its channel.
    /// Before all, `photo.touched` {id} to those who follow the whole library (search.h).
    /// Returns before they are told: nobody's answer waits for that.
    asio::awaitable<void> photo_changed(Id id, catalog::Truth before, catalog::Truth after);
    /// `account.changed` {user} to the channel of the user and to the wall's, whose watchers have to ask again whether
    /// they may watch. Does not wait either.
    asio::awaitable<void> account_changed(Id user);

    /// `tags.changed` to the user's channel: how far a renaming has come (tag_changes.h). Does not wait either.
    asio::awaitable<void> tags_changed(Id user, json::object data);

private:
    asio::awaitable<void> tell_account(Id user);
    asio::awaitable<void> tell(Id id, catalog::Truth before, catalog::Truth after);
    asio::awaitable<void> publish(std::string channel, std::string type, json::object data);

    Gallery& gallery_;
};

}  // namespace cadre::gallery
