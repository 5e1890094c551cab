#include "jobs/sqlite/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/number.h"

namespace cadre::jobs::sqlite {
namespace {

constexpr std::int64_t kVersion = 3;

// `due` is when a waiting job can be taken; `token` tells who holds a running one.
constexpr const char* kSchema = R"(
    CREATE TABLE job (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind BLOB NOT NULL,
        subject BLOB NOT NULL,
        payload BLOB NOT NULL,
        not_before INTEGER NOT NULL,
        pushed INTEGER NOT NULL,
        due INTEGER NOT NULL,
        running INTEGER NOT NULL DEFAULT 0,
        attempt INTEGER NOT NULL DEFAULT 0,
        token INTEGER NOT NULL DEFAULT 0,
        lease_until INTEGER NOT NULL DEFAULT 0,
        owner BLOB NOT NULL DEFAULT x'');
    CREATE UNIQUE INDEX job_waiting_name ON job (kind, subject) WHERE running = 0;
    CREATE INDEX job_waiting_due ON job (kind, due, id) WHERE running = 0;
    CREATE INDEX job_waiting_turn ON job (kind, owner, due, id) WHERE running = 0;
    CREATE INDEX job_running_name ON job (kind, subject) WHERE running = 1;
    CREATE INDEX job_running_lease ON job (kind, lease_until) WHERE running = 1;
    CREATE TABLE dead (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind BLOB NOT NULL,
        subject BLOB NOT NULL,
        payload BLOB NOT NULL,
        attempts INTEGER NOT NULL,
        reason BLOB NOT NULL,
        died INTEGER NOT NULL,
        owner BLOB NOT NULL DEFAULT x'');
    PRAGMA user_version = 3;
)";

// Owners came with version 3.
constexpr const char* kFromVersion2 = R"(
    ALTER TABLE job ADD COLUMN owner BLOB NOT NULL DEFAULT x'';
    ALTER TABLE dead ADD COLUMN owner BLOB NOT NULL DEFAULT x'';
    CREATE INDEX job_waiting_turn ON job (kind, owner, due, id) WHERE running = 0;
    PRAGMA user_version = 3;
)";

/// Owners whose last turn is remembered; then all begin anew.
constexpr std::size_t kMostTurns = 100'000;

WallTime wall(std::int64_t millis) { return WallTime(Millis(millis)); }
std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }

json::object payload_from(std::string_view text) {
    auto parsed = parse_json(text);
    if (!parsed || !parsed->is_object()) throw Fault(SQLITE_CORRUPT, "a job's payload is no JSON object");
    return std::move(parsed->get_object());
}

tl::unexpected<Error> lost() {
    return fail(ErrorKind::conflict, "The lease on this job has ended and somebody else has it.");
}

}  // namespace

Table::Table(Options options, const Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random) {}

Result<void> Table::begin() {
    const bool alone = options_.path != ":memory:";
    return open_or_begin_anew(options_.path, alone, [this]() -> Result<void> {
        open_file();
        return {};
    });
}

Result<void> Table::begin_anew(const std::string& why) {
    database_.reset();
    CHECK_RESULT(set_aside(options_.path, why));
    open_file();
    return {};
}

void Table::open_file() {
    database_.emplace(options_.path, Connection::Mode::write);
    database_->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;");
    const auto version = count("PRAGMA user_version");
    try {
        make_current(version);
    } catch (const Fault& fault) {
        if (fault.code() == SQLITE_ERROR) throw Fault(SQLITE_CORRUPT, fault.what());  // its tables are others
        throw;
    }
    check_whole(*database_, options_.path, {"job", "dead"}, std::numeric_limits<std::uintmax_t>::max());
    database_->execute("UPDATE job SET lease_until = 0 WHERE running = 1");
    jobs_ = count("SELECT count(*) FROM job");
}

void Table::make_current(std::int64_t version) {
    if (version == kVersion) return;
    if (version != 0 && version != 2)
        throw Fault(SQLITE_NOTADB, fmt::format("it is of version {}, not {}", version, kVersion));
    WriteTransaction transaction(*database_);
    database_->execute(version == 0 ? kSchema : kFromVersion2);
    transaction.commit();
}

std::int64_t Table::count(std::string_view sql) {
    Query query(*database_, sql);
    query.step();
    return query.integer(0);
}

bool Table::waits(const std::string& kind, const std::string& subject) {
    return Query(*database_, "SELECT 1 FROM job WHERE running = 0 AND kind = ? AND subject = ?", kind, subject).step();
}

Result<void> Table::push(const Job& job) {
    if (waits(job.kind, job.subject)) return {};
    if (jobs_ >= static_cast<std::int64_t>(options_.limit)) {
        Error full{Code::busy, "Too much work is waiting already. Try again later."};
        full.retry_after = std::chrono::seconds(10);
        return fail(std::move(full));
    }
    const auto pushed = now();
    Query(*database_,
          "INSERT INTO job (kind, subject, payload, not_before, pushed, due, owner) VALUES (?, ?, ?, ?, ?, ?, ?)",
          job.kind, job.subject, json::serialize(job.payload), millis(job.not_before), pushed,
          std::max(pushed, millis(job.not_before)), job.owner)
        .run();
    ++jobs_;
    return {};
}

std::optional<Taken> Table::take(const std::vector<std::string>& kinds, Millis lease, Turn turn) {
    WriteTransaction transaction(*database_);
    for (const auto& kind : kinds) {
        auto candidate = next_lost(kind, turn);
        if (!candidate) candidate = next_in_turn(kind, turn);
        if (!candidate) continue;
        auto taken = hand_out(kind, *candidate, lease);
        transaction.commit();
        return taken;
    }
    return std::nullopt;
}

/// How many jobs of each owner run. Those whose lease has ended don't, the library's own are not counted.
std::map<std::string, std::int64_t> Table::running_of(const std::string& kind) {
    std::map<std::string, std::int64_t> running;
    Query query(*database_,
                "SELECT owner, count(*) FROM job WHERE running = 1 AND kind = ? AND lease_until > ? AND owner <> x'' "
                "GROUP BY owner",
                kind, now());
    while (query.step()) running[query.string(0)] = query.integer(1);
    return running;
}

std::optional<Table::Candidate> Table::next_lost(const std::string& kind, Turn turn) {
    Query oldest(
        *database_,
        "SELECT id, owner FROM job WHERE running = 1 AND kind = ? AND lease_until <= ? ORDER BY lease_until, id "
        "LIMIT 1",
        kind, now());
    if (!oldest.step()) return std::nullopt;
    Candidate candidate{oldest.integer(0), oldest.string(1)};
    if (turn == Turn::newcomer && running_of(kind).contains(candidate.owner)) return std::nullopt;
    return candidate;
}

std::optional<Table::Candidate> Table::next_in_turn(const std::string& kind, Turn turn) {
    const auto running = running_of(kind);
    std::optional<Candidate> next;
    std::pair<std::int64_t, std::uint64_t> best;
    // From owner to owner through the index, however many jobs each has waiting.
    Query owners(*database_,
                 "WITH RECURSIVE waits (owner) AS ("
                 "  SELECT min(owner) FROM job WHERE running = 0 AND kind = ?1 UNION ALL "
                 "  SELECT (SELECT min(owner) FROM job WHERE running = 0 AND kind = ?1 AND owner > waits.owner) "
                 "  FROM waits WHERE waits.owner IS NOT NULL) "
                 "SELECT owner, (SELECT id FROM job WHERE running = 0 AND kind = ?1 AND job.owner = waits.owner "
                 "  AND due <= ?2 ORDER BY due, id LIMIT 1) FROM waits WHERE owner IS NOT NULL",
                 kind, now());
    while (owners.step()) {
        const auto id = owners.integer(1);
        if (id == 0) continue;
        Candidate candidate{id, owners.string(0)};
        const auto runs = running.find(candidate.owner);
        const std::int64_t count = runs == running.end() ? 0 : runs->second;
        if (turn == Turn::newcomer && count > 0) continue;
        const auto last = last_turns_.find(kind + '\0' + candidate.owner);
        const std::pair rank{count, last == last_turns_.end() ? std::uint64_t{0} : last->second};
        if (next && rank >= best) continue;
        best = rank;
        next = std::move(candidate);
    }
    return next;
}

Taken Table::hand_out(const std::string& kind, const Candidate& candidate, Millis lease) {
    Taken taken;
    {
        Query query(*database_, "SELECT subject, payload, not_before, attempt FROM job WHERE id = ?", candidate.id);
        query.step();
        taken.job = Job{kind, query.string(0), payload_from(query.text(1)), wall(query.integer(2)), candidate.owner};
        taken.attempt = static_cast<int>(query.integer(3)) + 1;
    }
    const auto token = static_cast<std::int64_t>(random_.next_u64() >> 1U);
    Query(*database_, "UPDATE job SET running = 1, attempt = ?, token = ?, lease_until = ? WHERE id = ?", taken.attempt,
          token, now() + lease.count(), candidate.id)
        .run();
    taken.ticket = fmt::format("{}-{}", candidate.id, token);
    if (last_turns_.size() > kMostTurns) last_turns_.clear();
    last_turns_[kind + '\0' + candidate.owner] = ++turns_;
    return taken;
}

bool Table::others_wait(const Job& job) {
    return Query(*database_, "SELECT 1 FROM job WHERE running = 0 AND kind = ? AND owner = ?", job.kind, job.owner)
        .step();
}

std::optional<WallTime> Table::next_due(const std::vector<std::string>& kinds) {
    std::optional<WallTime> next;
    for (const auto& kind : kinds) {
        Query earliest(
            *database_,
            "SELECT due FROM (SELECT min(due) AS due FROM job WHERE running = 0 AND kind = ?1 AND due > ?2 "
            "UNION ALL SELECT min(lease_until) FROM job WHERE running = 1 AND kind = ?1 AND lease_until > ?2) "
            "WHERE due IS NOT NULL",
            kind, now());
        while (earliest.step()) next = std::min(next.value_or(WallTime::max()), wall(earliest.integer(0)));
    }
    return next;
}

std::optional<Table::Ticket> Table::parse(const std::string& ticket) {
    const std::string_view text(ticket);
    const auto dash = text.find('-', 1);
    if (dash == std::string_view::npos) return std::nullopt;
    Ticket parsed;
    const auto id = parse_number<decltype(parsed.id)>(text.substr(0, dash));
    const auto token = parse_number<decltype(parsed.token)>(text.substr(dash + 1));
    if (!id || !token) return std::nullopt;
    parsed.id = *id;
    parsed.token = *token;
    return parsed;
}

Result<Table::Ticket> Table::held(const Taken& taken) {
    const auto ticket = parse(taken.ticket);
    if (!ticket) return lost();
    Query query(*database_, "SELECT 1 FROM job WHERE id = ? AND token = ? AND running = 1", ticket->id, ticket->token);
    if (!query.step()) return lost();
    return *ticket;
}

void Table::remove(std::int64_t id) {
    Query(*database_, "DELETE FROM job WHERE id = ?", id).run();
    jobs_ -= database_->changes();
}

Result<void> Table::renew(const Taken& taken, Millis lease) {
    TRY(const auto ticket, held(taken));
    Query(*database_, "UPDATE job SET lease_until = ? WHERE id = ?", now() + lease.count(), ticket.id).run();
    return {};
}

Result<bool> Table::done(const Taken& taken) {
    TRY(const auto ticket, held(taken));
    remove(ticket.id);
    return others_wait(taken.job);
}

void Table::wait_again(Ticket ticket, const Job& job, std::int64_t due, int attempt) {
    if (waits(job.kind, job.subject)) return remove(ticket.id);  // the one that waits does this one's work too
    Query(*database_, "UPDATE job SET running = 0, due = ?, attempt = ? WHERE id = ?", due, attempt, ticket.id).run();
}

Result<void> Table::retry(const Taken& taken, WallTime not_before) {
    TRY(const auto ticket, held(taken));
    wait_again(ticket, taken.job, std::max(now(), millis(not_before)), taken.attempt);
    return {};
}

void Table::put_back(const Taken& taken) {
    if (const auto ticket = held(taken)) wait_again(*ticket, taken.job, now(), taken.attempt - 1);
}

Result<bool> Table::bury(const Taken& taken, const std::string& reason) {
    TRY(const auto ticket, held(taken));
    WriteTransaction transaction(*database_);
    Query(*database_,
          "INSERT INTO dead (kind, subject, payload, attempts, reason, died, owner) VALUES (?, ?, ?, ?, ?, ?, ?)",
          taken.job.kind, taken.job.subject, json::serialize(taken.job.payload), taken.attempt, reason, now(),
          taken.job.owner)
        .run();
    Query(*database_, "DELETE FROM dead WHERE id NOT IN (SELECT id FROM dead ORDER BY id DESC LIMIT ?)",
          static_cast<std::int64_t>(options_.dead_limit))
        .run();
    remove(ticket.id);
    transaction.commit();
    return others_wait(taken.job);
}

bool Table::holds(const std::string& kind, const std::string& subject) {
    return Query(*database_,
                 "SELECT 1 FROM job WHERE running = 0 AND kind = ?1 AND subject = ?2 UNION ALL "
                 "SELECT 1 FROM job WHERE running = 1 AND kind = ?1 AND subject = ?2",
                 kind, subject)
        .step();
}

Stats Table::stats() {
    Stats stats;
    const auto running = count("SELECT count(*) FROM job WHERE running = 1");
    stats.running = static_cast<std::uint64_t>(running);
    stats.waiting = static_cast<std::uint64_t>(jobs_ - running);
    stats.dead = static_cast<std::uint64_t>(count("SELECT count(*) FROM dead"));
    Query oldest(*database_, "SELECT pushed FROM job WHERE running = 0 ORDER BY id LIMIT 1");
    if (oldest.step()) stats.oldest = wall(oldest.integer(0));
    return stats;
}

std::vector<Dead> Table::dead(std::size_t limit) {
    Query query(*database_,
                "SELECT id, kind, subject, payload, attempts, reason, died, owner FROM dead ORDER BY id DESC LIMIT ?",
                static_cast<std::int64_t>(std::min(limit, options_.dead_limit)));
    std::vector<Dead> all;
    while (query.step())
        all.push_back({std::to_string(query.integer(0)),
                       Job{query.string(1), query.string(2), payload_from(query.text(3)), {}, query.string(7)},
                       static_cast<int>(query.integer(4)), query.string(5), wall(query.integer(6))});
    return all;
}

Result<void> Table::resend(const std::string& ticket) {
    const auto id = parse_number<std::int64_t>(ticket);
    Job job;
    {
        Query query(*database_, "SELECT kind, subject, payload, owner FROM dead WHERE id = ?", id.value_or(0));
        if (!id || !query.step()) return fail(ErrorKind::not_found, "There is no such failed job.");
        job = Job{query.string(0), query.string(1), payload_from(query.text(2)), {}, query.string(3)};
    }
    CHECK_RESULT(push(job));
    Query(*database_, "DELETE FROM dead WHERE id = ?", *id).run();
    return {};
}

}  // namespace cadre::jobs::sqlite
