// The queue's rows and the rules by which they change. One thread; blocks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/sqlite_files.h"
#include "jobs/queue.h"
#include "jobs/sqlite/queue.h"

namespace cadre::jobs::sqlite {

using namespace cadre::sqlite;

/// Calls throw sqlite::Fault, save begin(), which begins anew where the file is damaged or of another version. What was
/// in the queue is found again by repair.
class Table {
public:
    Table(Options options, const Clock& clock, Random& random);

    /// Opens the file, makes or checks what is in it, and releases what ran when the process before ended.
    Result<void> begin();
    [[nodiscard]] bool is_open() const { return database_.has_value(); }
    /// Sets the file aside and begins an empty one.
    Result<void> begin_anew(const std::string& why);
    /// Whether something was freed on a full disk.
    [[nodiscard]] bool restart_log() { return cadre::sqlite::restart_log(*database_); }
    [[nodiscard]] bool make_room() const { return options_.make_room && options_.make_room(); }

    Result<void> push(const Job& job);
    std::optional<Taken> take(const std::vector<std::string>& kinds, Millis lease, Turn turn);
    /// When there may be something to take that can't be taken now, if nothing is pushed or done before; nothing if
    /// there never will be.
    std::optional<WallTime> next_due(const std::vector<std::string>& kinds);

    Result<void> renew(const Taken& taken, Millis lease);
    Result<void> retry(const Taken& taken, WallTime not_before);
    /// These two: whether others of this kind and owner wait, which a taker may only take now (Turn::newcomer).
    Result<bool> done(const Taken& taken);
    Result<bool> bury(const Taken& taken, const std::string& reason);
    /// As if it had not been taken.
    void put_back(const Taken& taken);

    bool holds(const std::string& kind, const std::string& subject);
    Stats stats();
    std::vector<Dead> dead(std::size_t limit);
    Result<void> resend(const std::string& ticket);

private:
    struct Ticket {
        std::int64_t id = 0;
        std::int64_t token = 0;
    };
    /// A waiting or lost job that can be taken.
    struct Candidate {
        std::int64_t id = 0;
        std::string owner;
    };
    static std::optional<Ticket> parse(const std::string& ticket);
    Result<Ticket> held(const Taken& taken);
    void open_file();
    void make_current(std::int64_t version);
    std::map<std::string, std::int64_t> running_of(const std::string& kind);
    std::optional<Candidate> next_lost(const std::string& kind, Turn turn);
    std::optional<Candidate> next_in_turn(const std::string& kind, Turn turn);
    Taken hand_out(const std::string& kind, const Candidate& candidate, Millis lease);
    bool others_wait(const Job& job);
    std::int64_t now() const { return clock_.now().time_since_epoch().count(); }
    bool waits(const std::string& kind, const std::string& subject);
    void remove(std::int64_t id);
    void wait_again(Ticket ticket, const Job& job, std::int64_t due, int attempt);
    std::int64_t count(std::string_view sql);

    const Options options_;
    const Clock& clock_;
    Random& random_;
    std::optional<Connection> database_;
    std::int64_t jobs_ = 0;  // waiting and running
    std::uint64_t turns_ = 0;
    std::unordered_map<std::string, std::uint64_t> last_turns_;  // of kind and owner
};

}  // namespace cadre::jobs::sqlite
