#include "api/event_merger.h"

#include <algorithm>
#include <utility>

#include "api/json_writer.h"

namespace cadre::api {
namespace {

struct Told {
    std::string_view type;
    std::string data;
};

std::string text_of(const std::string& id, const Told& event) {
    std::string text;
    if (!id.empty()) text.append("id: ").append(id).append("\n");
    text.append("event: ").append(event.type).append("\ndata: ").append(event.data).append("\n\n");
    return text;
}

}  // namespace

void EventMerger::add(const events::Event& event) {
    newest_ = event.id;
    if (event.type == "timeline.changed") {
        add_timeline(event);
    } else if (event.type == "photo.changed") {
        add_photo(event);
    } else if (event.type == "tags.changed") {
        tags_[std::string(get_string(event.data, "tag").value_or(""))] = json::serialize(event.data);
    } else if (event.type == "resync") {  // everything will be read again: what came before says nothing more
        months_.clear();
        photos_.clear();
        tags_.clear();
        resync_ = true;
    }
}

void EventMerger::add_timeline(const events::Event& event) {
    if (get_string(event.data, "scope") != std::string_view(scope_)) return;
    const auto* months = event.data.if_contains("months");
    const auto version = get_string(event.data, "version");
    if (months == nullptr || !months->is_array() || !version || version->empty()) {
        resync_ = true;  // the publisher could not say what changed
        return;
    }
    for (const auto& month : months->get_array())
        if (month.is_string()) months_.emplace(month.get_string());
    version_ = *version;
}

void EventMerger::add_photo(const events::Event& event) {
    const std::string id(get_string(event.data, "id").value_or(""));
    std::erase_if(photos_, [&](const PhotoChange& change) { return change.id == id; });
    photos_.push_back({id, json::serialize(event.data)});
}

std::string EventMerger::take() {
    std::vector<Told> all;
    if (resync_) all.push_back({"resync", "{}"});
    if (!months_.empty()) {
        JsonWriter out;
        out.begin_object().member("scope", name_).key("months").begin_array();
        for (const auto& month : months_) out.value(month);
        out.end_array().member("version", version_).end_object();
        all.push_back({"timeline.changed", out.take()});
    }
    for (auto& photo : photos_) all.push_back({"photo.changed", std::move(photo.data)});
    for (auto& [tag, data] : tags_) all.push_back({"tags.changed", std::move(data)});

    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i) text += text_of(i + 1 == all.size() ? newest_ : told_, all[i]);
    told_ = newest_;
    months_.clear();
    photos_.clear();
    tags_.clear();
    resync_ = false;
    return text;
}

}  // namespace cadre::api
