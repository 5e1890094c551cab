#include "gallery/simulation/choices.h"

#include <algorithm>

namespace cadre::gallery::simulation {

std::size_t EveryChoice::pick(std::size_t count) {
    if (depth_ == path_.size()) path_.emplace_back(0, count);
    return path_[depth_++].first;
}

bool EveryChoice::next() {
    path_.resize(depth_);
    while (!path_.empty() && path_.back().first + 1 == path_.back().second) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().first;
    depth_ = 0;
    return true;
}

std::string EveryChoice::text() const {
    std::string text = "path";
    for (std::size_t i = 0; i < depth_; ++i) text += " " + std::to_string(path_[i].first);
    return text;
}

RandomChoices::RandomChoices(std::uint64_t seed) : random_(seed) {
    change_one_in_ = 3 + random_() % 20;
    rare_one_in_ = 4 + random_() % 30;
}

std::size_t RandomChoices::pick(std::size_t count) { return random_() % count; }

bool RandomChoices::rarely() { return random_() % rare_one_in_ == 0; }

std::uint32_t& RandomChoices::priority_of(int actor) {
    const auto index = static_cast<std::size_t>(actor);
    while (priorities_.size() <= index)
        priorities_.push_back((1u << 20) + static_cast<std::uint32_t>(random_() % (1u << 20)));
    return priorities_[index];
}

std::size_t RandomChoices::pick_actor(const std::vector<int>& actors) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < actors.size(); ++i)
        if (priority_of(actors[i]) > priority_of(actors[best])) best = i;
    if (random_() % change_one_in_ == 0) priority_of(actors[best]) = --bottom_;
    return best;
}

}  // namespace cadre::gallery::simulation
