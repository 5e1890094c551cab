// One thing at a time, in turns: askers of whom one is many do not keep the others waiting.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/task.h"

namespace cadre::gallery {

/// Thread-safe; outlives its turns and those who wait. Three lanes; of each, every asker in turn, and of each asker the
/// first first. Known askers get every other turn; of the rest, those who come for the first time get two of three.
class Turns {
    struct Waiting;

public:
    enum class Lane { known, fresh, failed };
    static constexpr std::size_t kPerAsker = 16;  // that wait in a lane
    static constexpr std::size_t kPerLane = 128;

    /// Held while the thing is done. Movable.
    class Turn {
    public:
        explicit Turn(Turns& turns) : turns_(&turns) {}
        Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (turns_ != nullptr) turns_->pass_on();
        }

    private:
        Turns* turns_;
    };

    /// Waits for a turn. Errors: unavailable where too many wait. A full lane makes room for who waits less often than
    /// another, whose last one goes.
    Task<Turn> take(Lane lane, std::string asker);

    /// Who waits now.
    [[nodiscard]] std::size_t waiting();

private:
    using Queue = std::deque<std::shared_ptr<Waiting>>;
    struct Row {
        std::map<std::string, Queue> askers;  // none is empty
        std::deque<std::string> order;        // of their next turns
        std::size_t size = 0;
    };

    bool enter(const std::shared_ptr<Waiting>& one);
    void leave(const std::shared_ptr<Waiting>& one);
    bool make_room(Row& row, std::size_t own);
    std::shared_ptr<Waiting> next();
    void pass_on();
    Row& row_of(Lane lane) { return rows_[static_cast<std::size_t>(lane)]; }
    static void take_out(Row& row, const std::shared_ptr<Waiting>& one);

    std::mutex mutex_;
    std::array<Row, 3> rows_;
    std::size_t at_ = 0;  // in the pattern of lanes
    bool busy_ = false;
};

}  // namespace cadre::gallery
