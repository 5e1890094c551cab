// Many changes in one: what is told of a second in which a thousand photos were changed.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "events/bus.h"

namespace cadre::api {

/// Gathers a scope's events and tells them as server-sent events (WHATWG HTML, section 9.2): the months that changed in
/// one `timeline.changed`, of each photo the latest `photo.changed`, of each
/// tag the latest `tags.changed`. Each has the id up to which all has been told, so
/// that a reader who is cut off anywhere misses nothing (before the first is told it has none). Not thread-safe.
class EventMerger {
public:
    /// `last_id` is the one that the reader has seen, or empty; `name` what the reader calls the scope.
    EventMerger(std::string scope, std::string last_id, std::string name)
        : scope_(std::move(scope)), name_(std::move(name)), told_(std::move(last_id)) {}
    EventMerger(std::string scope, std::string last_id) : EventMerger(scope, std::move(last_id), scope) {}

    /// Events of other scopes are passed over.
    void add(const events::Event& event);
    [[nodiscard]] bool empty() const { return months_.empty() && photos_.empty() && tags_.empty() && !resync_; }
    /// All that was gathered, as text of the stream; gathers anew.
    [[nodiscard]] std::string take();

private:
    struct PhotoChange {
        std::string id;
        std::string data;
    };
    void add_timeline(const events::Event& event);
    void add_photo(const events::Event& event);

    std::string scope_;
    std::string name_;
    std::string told_;    // all up to this id was told
    std::string newest_;  // the id of the last event that was added
    std::set<std::string, std::greater<>> months_;
    std::string version_;
    std::vector<PhotoChange> photos_;          // each photo once, in the order of their latest changes
    std::map<std::string, std::string> tags_;  // of each tag the latest `tags.changed`
    bool resync_ = false;
};

}  // namespace cadre::api
