// Encoded answers by what they show, so that a hot read costs one version look-up and copies nothing.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cadre::api {

/// Bounded by bytes; what was used longest ago goes first. Thread-safe.
class AnswerCache {
public:
    using Body = std::shared_ptr<const std::string>;

    explicit AnswerCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// What was put under this name, if it is of this version.
    [[nodiscard]] Body get(const std::string& name, std::string_view version);
    /// Takes the place of any other version of that name. What is larger than an eighth of all is not kept.
    void put(const std::string& name, std::string version, Body body);

    [[nodiscard]] std::size_t bytes() const;

private:
    struct Entry {
        std::string name;
        std::string version;
        Body body;
        std::size_t bytes;
    };
    using Entries = std::list<Entry>;
    void drop(Entries::iterator entry);

    const std::size_t max_bytes_;
    mutable std::mutex mutex_;
    Entries entries_;                                                  // used last first
    std::unordered_map<std::string_view, Entries::iterator> by_name_;  // its keys are views of entries' names
    std::size_t bytes_ = 0;
};

}  // namespace cadre::api
