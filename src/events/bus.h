// What just happened, for those who watch. Events may be lost (a watcher is then told to resync), and are never needed
// for anything to be right. All calls are thread-safe; events/suite.h tests them for every driver.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/task.h"

namespace cadre::events {

struct Event {
    std::string id;    // grows within a channel; what Last-Event-ID says
    std::string type;  // "timeline.changed", "photo.changed", "account.changed", "resync"
    json::object data;
};

/// One watcher of one channel. Not thread-safe.
class Subscription {
public:
    virtual ~Subscription() = default;
    /// What came since the last call, in order; empty after `wait` without any. A watcher that fell behind what the bus
    /// keeps gets one event "resync" and goes on from there.
    virtual Task<std::vector<Event>> next(Millis wait) = 0;
};

class Bus {
public:
    virtual ~Bus() = default;
    virtual Task<void> publish(std::string channel, std::string type, json::object data) = 0;
    /// From now on, or after `last_id` if it is not empty: if that is no longer kept, or was never given out, the first
    /// event is "resync".
    virtual Task<std::unique_ptr<Subscription>> subscribe(std::string channel, std::string last_id) = 0;
};

/// The type of an event {user}: who watches by that account has to ask whether they still may. Not told to watchers.
inline constexpr const char* kAccountChanged = "account.changed";

/// The channels: what the wall shows, and what one person's timelines show.
inline constexpr const char* kWallChannel = "wall";
[[nodiscard]] inline std::string channel_of_user(const std::string& user_id) { return "user:" + user_id; }

}  // namespace cadre::events
