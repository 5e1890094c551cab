// The power is cut before every single call of the file layer, and the process killed there: what was acknowledged is
// there whole, and nothing is half there. Planted mistakes show that the test would see it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <future>
#include <map>
#include <set>

#include "base/testing.h"
#include "blobs/files/lossy_files.h"
#include "blobs/files/store.h"

namespace cadre::blobs::files {
namespace {

constexpr const char* kOne = "photos/01900000-0000-7000-8000-000000000abc/";
constexpr const char* kTwo = "photos/01900000-0000-7000-8000-111111111abc/";  // in the same shard
constexpr const char* kThree = "photos/01900000-0000-7000-8000-222222222def/";
constexpr const char* kMedia = "media/01900000-0000-7000-8000-000000000abc/";

std::string webp(std::size_t payload) {
    const auto length = static_cast<std::uint32_t>(payload + 4);
    std::string text = "RIFF";
    for (unsigned i = 0; i < 4; ++i) text += static_cast<char>((length >> (8 * i)) & 0xffU);
    return text + "WEBP" + std::string(payload, 'p');
}

struct Action {
    std::vector<Put> puts;
    std::vector<std::string> removed;
    std::string from, to;  // a copy, if not empty
};
using Script = std::vector<std::vector<Action>>;  // the actions of a group run at once

Action put(std::vector<Put> puts) { return {std::move(puts), {}, {}, {}}; }
Put fact(std::string key, std::string text) { return {std::move(key), std::move(text), Durability::synced}; }

Script script() {
    const std::string one = kOne;
    const std::string two = kTwo;
    const std::string three = kThree;
    const std::string media = kMedia;
    return {
        {put({fact(one + "original", std::string(5000, 'o')), fact(one + "f/1.json", "{1}")})},
        {put({{media + "key/s.webp", webp(300), Durability::disposable}})},
        {put({fact(one + "f/2.json", "{2}")})},
        {Action{{}, {one + "f/1.json"}, {}, {}}},
        {put({fact(two + "original", "two"), fact(two + "f/1.json", "{two}")}),
         put({fact(three + "original", "three"), fact(three + "f/1.json", "{three}")})},
        {Action{{}, {}, media + "key/s.webp", media + "other/s.webp"}},
        {put({fact(one + "f/2.json", "{2, again}")})},
        {Action{{}, {two + "original", two + "f/1.json"}, {}, {}}, put({fact(two + "tomb", "")})},
        {Action{{}, {one + "f/2.json", one + "original"}, {}, {}}},
        {put({fact(one + "original", "back again"), fact(three + "d/1.json", "{d}")}),
         put({fact(one + "f/3.json", "{3}")})},
        {put({fact("settings/f/1.json", "{s}")})},
    };
}

/// What may be found under each key: nothing stands for no object.
class Model {
public:
    void begins(const Action& action) {
        for (const auto& put : action.puts) may_[put.key].insert(std::get<std::string>(put.content));
        for (const auto& put : action.puts)
            if (!known(put.key)) may_[put.key].insert(std::nullopt);
        for (std::size_t i = 1; i < action.puts.size(); ++i)
            if (action.puts[i].durability == Durability::synced) before_[action.puts[i].key] = action.puts[i - 1].key;
        for (const auto& key : action.removed) {
            may_[key].insert(std::nullopt);
            std::erase_if(before_, [&](const auto& pair) { return pair.second == key; });
        }
        if (!action.to.empty()) {
            may_[action.to] = may_[action.from];
            may_[action.to].insert(std::nullopt);
        }
    }
    void answered(const Action& action) {
        for (const auto& put : action.puts) {
            answered_.insert(put.key);
            if (put.durability == Durability::synced)
                may_[put.key] = {std::get<std::string>(put.content)};
            else
                may_[put.key].insert(std::nullopt);
        }
    }
    void observed(const std::string& key, const std::optional<std::string>& value) { may_[key] = {value}; }
    [[nodiscard]] bool may(const std::string& key, const std::optional<std::string>& value) const {
        const auto found = may_.find(key);
        return found == may_.end() ? !value : found->second.contains(value);
    }
    /// What was put right before it, by the same call, and not removed since.
    [[nodiscard]] std::optional<std::string> before(const std::string& key) const {
        const auto found = before_.find(key);
        return found == before_.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] std::vector<std::string> keys() const {
        std::vector<std::string> keys;
        for (const auto& [key, values] : may_) keys.push_back(key);
        return keys;
    }

private:
    [[nodiscard]] bool known(const std::string& key) const { return answered_.contains(key); }
    std::map<std::string, std::set<std::optional<std::string>>> may_;
    std::set<std::string> answered_;
    std::map<std::string, std::string> before_;
};

/// A folder, its double and a store on it, that can die.
class Machine {
public:
    explicit Machine(Bug bug) {
        // In memory, where there is such a folder: what the disk keeps is the double's business.
        const std::filesystem::path memory = "/dev/shm";
        const auto parent = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
        folder_.emplace(parent);
        files_.emplace(folder_->path().string(), bug);
        start();
    }

    void start() { store_ = open({.root = folder_->path(), .layer = &*files_}, pool_).value(); }
    void die() { store_.reset(); }
    LossyFiles& files() { return *files_; }

    /// Runs a group; false if the power went.
    bool run(const std::vector<Action>& group, Model& model) {
        asio::io_context io;
        std::vector<std::future<Result<void>>> answers;
        for (const auto& action : group) {
            model.begins(action);
            if (!action.puts.empty())
                answers.push_back(asio::co_spawn(io, store_->put(action.puts), asio::use_future));
            else if (!action.removed.empty())
                answers.push_back(asio::co_spawn(io, store_->remove(action.removed), asio::use_future));
            else
                answers.push_back(
                    asio::co_spawn(io, store_->copy(action.from, action.to, Durability::disposable), asio::use_future));
        }
        io.run();
        bool on = true;
        for (std::size_t i = 0; i < group.size(); ++i) {
            try {
                if (const auto answer = answers[i].get(); answer)
                    model.answered(group[i]);
                else
                    ADD_FAILURE() << answer.error().message;
            } catch (const PowerCut&) {
                on = false;
            }
        }
        return on;
    }

    std::optional<std::string> get(const std::string& key) {
        auto got = test::run(store_->get(key));
        if (got) return std::move(*got);
        EXPECT_EQ(got.error().kind, ErrorKind::not_found);
        return std::nullopt;
    }

    std::vector<std::string> list() {
        const auto page = test::run(store_->list("", "", 1000));
        std::vector<std::string> keys;
        for (const auto& item : page->items) keys.push_back(item.key);
        return keys;
    }

private:
    std::optional<test::TemporaryFolder> folder_;
    std::optional<LossyFiles> files_;
    Pool pool_{2, 100};
    std::unique_ptr<Store> store_;
};

/// Looks at everything, and holds the store to what it showed. What is wrong, if anything.
std::optional<std::string> look(Machine& machine, Model& model) {
    for (const auto& key : machine.list())
        if (std::ranges::count(model.keys(), key) == 0) return "listed, but never put: " + key;
    for (const auto& key : model.keys()) {
        const auto value = machine.get(key);
        if (!model.may(key, value)) return key + (value ? " is there as: " + value->substr(0, 20) : " is lost");
        const auto before = model.before(key);
        if (value && before && !machine.get(*before)) return key + " is there without " + *before;
        if (!key.starts_with("media/")) model.observed(key, value);
    }
    return std::nullopt;
}

enum class Fault { power, killed };

/// The whole script with a fault before call `at`; afterwards more is written, and the power cut once more. Nothing if
/// the script ended before.
struct Trial {
    bool reached = false;
    std::optional<std::string> wrong;
};

Trial try_fault(Bug bug, Fault fault, std::uint64_t at, std::optional<std::uint64_t> seed) {
    Machine machine(bug);
    Model model;
    machine.files().cut_before(at);
    bool on = true;
    for (const auto& group : script())
        if (on) on = machine.run(group, model);
    machine.files().cut_before(0);
    machine.die();
    if (fault == Fault::power)
        machine.files().restore(seed);
    else
        machine.files().revive();
    machine.start();
    auto wrong = look(machine, model);
    if (!wrong) {
        machine.run({put({fact(std::string(kThree) + "f/9.json", "{9}")})}, model);
        machine.files().cut_before(0);
        machine.die();
        machine.files().restore(seed);
        machine.start();
        wrong = look(machine, model);
    }
    return {!on, wrong};
}

/// The first thing that is wrong with the fault before each call in turn.
std::optional<std::string> find_loss(Bug bug, Fault fault, std::uint64_t seeds) {
    for (std::uint64_t at = 0;; ++at) {
        for (std::uint64_t seed = 0; seed <= seeds; ++seed) {
            const auto dice = seed == 0 ? std::nullopt : std::optional(seed * 1000 + at);
            const auto trial = try_fault(bug, fault, at, dice);
            if (trial.wrong) return fmt::format("before call {}, seed {}: {}", at, dice.value_or(0), *trial.wrong);
            if (!trial.reached) return std::nullopt;
        }
    }
}

TEST(FolderPower, WhatWasAcknowledgedSurvivesThePowersLossBeforeEveryCall) {
    EXPECT_EQ(find_loss(Bug::none, Fault::power, 0), std::nullopt);
}

TEST(FolderPower, NothingIsHalfThereWhateverTheFileSystemKept) {
    EXPECT_EQ(find_loss(Bug::none, Fault::power, 8), std::nullopt);
}

TEST(FolderPower, WhatIsSeenAfterAKillIsNotLostWithThePower) {
    EXPECT_EQ(find_loss(Bug::none, Fault::killed, 0), std::nullopt);
}

TEST(FolderPowerMutation, MissingSyncOfFilesIsFound) {
    EXPECT_NE(find_loss(Bug::no_file_sync, Fault::power, 0), std::nullopt);
}

TEST(FolderPowerMutation, MissingSyncOfFoldersIsFound) {
    EXPECT_NE(find_loss(Bug::no_folder_sync, Fault::power, 0), std::nullopt);
}

TEST(FolderPowerMutation, MissingSyncOfParentsIsFound) {
    EXPECT_NE(find_loss(Bug::no_parent_sync, Fault::power, 0), std::nullopt);
}

TEST(FolderPowerMutation, MissingSyncAtStartIsFound) {
    EXPECT_NE(find_loss(Bug::no_sync_at_start, Fault::killed, 0), std::nullopt);
}

}  // namespace
}  // namespace cadre::blobs::files
