#include "jobs/sqlite/table.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/log.h"

namespace cadre::jobs::sqlite {
namespace {

constexpr std::int64_t kVersion = 1;

// `due` is when a waiting job can be taken; `token` tells who holds a running one.
constexpr const char* kSchema = R"(
    CREATE TABLE job (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        payload TEXT NOT NULL,
        not_before INTEGER NOT NULL,
        pushed INTEGER NOT NULL,
        due INTEGER NOT NULL,
        running INTEGER NOT NULL DEFAULT 0,
        attempt INTEGER NOT NULL DEFAULT 0,
        token INTEGER NOT NULL DEFAULT 0,
        lease_until INTEGER NOT NULL DEFAULT 0);
    CREATE UNIQUE INDEX job_waiting_name ON job (kind, subject) WHERE running = 0;
    CREATE INDEX job_waiting_due ON job (kind, due, id) WHERE running = 0;
    CREATE INDEX job_running_name ON job (kind, subject) WHERE running = 1;
    CREATE INDEX job_running_lease ON job (kind, lease_until) WHERE running = 1;
    CREATE TABLE dead (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        payload TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        reason TEXT NOT NULL,
        died INTEGER NOT NULL);
    PRAGMA user_version = 1;
)";

WallTime wall(std::int64_t millis) { return WallTime(Millis(millis)); }
std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }

json::object payload_from(const std::string& text) {
    auto parsed = parse_json(text);
    if (!parsed || !parsed->is_object()) throw SqliteError(SQLITE_CORRUPT, "a job's payload is no JSON object");
    return std::move(parsed->get_object());
}

tl::unexpected<Error> lost() {
    return fail(ErrorKind::conflict, "The lease on this job has ended and somebody else has it.");
}

}  // namespace

Table::Table(Options options, const Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random) {}

void Table::begin() {
    try {
        open_file();
    } catch (const SqliteError& error) {
        if (!error.damaged()) throw;
        begin_anew(error.what());
    }
}

void Table::begin_anew(const std::string& why) {
    const auto aside = options_.path.string() + ".broken";
    log::warn("the job queue is damaged and begins anew; what was in it is found again by repair",
              {{"why", why}, {"kept_as", aside}});
    database_.reset();
    std::filesystem::rename(options_.path, aside);
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(options_.path.string() + suffix);
    open_file();
}

void Table::open_file() {
    database_.emplace(options_.path);
    database_->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;");
    const auto version = count("PRAGMA user_version");
    if (version != 0 && version != kVersion)
        throw SqliteError(SQLITE_NOTADB, fmt::format("it is of version {}, not {}", version, kVersion));
    if (version == 0) {
        Transaction transaction(*database_);
        database_->execute(kSchema);
        transaction.commit();
    }
    {
        auto check = database_->query("PRAGMA quick_check(1)");
        if (!check.step() || check.text(0) != "ok") throw SqliteError(SQLITE_CORRUPT, check.text(0));
    }
    database_->execute("UPDATE job SET lease_until = 0 WHERE running = 1");
    jobs_ = count("SELECT count(*) FROM job");
}

std::int64_t Table::count(const char* sql) {
    auto query = database_->query(sql);
    query.step();
    return query.integer(0);
}

bool Table::waits(const std::string& kind, const std::string& subject) {
    auto query = database_->query("SELECT 1 FROM job WHERE running = 0 AND kind = ? AND subject = ?");
    return query.bind(1, kind).bind(2, subject).step();
}

Result<void> Table::push(const Job& job) {
    if (waits(job.kind, job.subject)) return {};
    if (jobs_ >= static_cast<std::int64_t>(options_.limit)) {
        Error full{ErrorKind::unavailable, "Too much work is waiting already. Try again later."};
        full.retry_after = std::chrono::seconds(10);
        return fail(std::move(full));
    }
    auto insert =
        database_->query("INSERT INTO job (kind, subject, payload, not_before, pushed, due) VALUES (?, ?, ?, ?, ?, ?)");
    const auto pushed = now();
    insert.bind(1, job.kind).bind(2, job.subject).bind(3, json::serialize(job.payload));
    insert.bind(4, millis(job.not_before)).bind(5, pushed).bind(6, std::max(pushed, millis(job.not_before))).step();
    ++jobs_;
    return {};
}

std::optional<Taken> Table::take(const std::vector<std::string>& kinds, Millis lease) {
    Transaction transaction(*database_);
    const auto at = now();
    for (const auto& kind : kinds) {
        std::optional<Taken> taken;
        std::int64_t id = 0;
        {
            auto oldest = database_->query(
                "SELECT * FROM (SELECT id, subject, payload, not_before, attempt, due FROM job "
                "  WHERE running = 1 AND kind = ?1 AND lease_until <= ?2 ORDER BY lease_until LIMIT 1) "
                "UNION ALL "
                "SELECT * FROM (SELECT id, subject, payload, not_before, attempt, due FROM job "
                "  WHERE running = 0 AND kind = ?1 AND due <= ?2 ORDER BY due, id LIMIT 1) "
                "ORDER BY due, id LIMIT 1");
            if (!oldest.bind(1, kind).bind(2, at).step()) continue;
            id = oldest.integer(0);
            taken = Taken{{},
                          Job{kind, oldest.text(1), payload_from(oldest.text(2)), wall(oldest.integer(3))},
                          static_cast<int>(oldest.integer(4)) + 1};
        }
        const auto token = static_cast<std::int64_t>(random_.next_u64() >> 1U);
        auto hold =
            database_->query("UPDATE job SET running = 1, attempt = ?, token = ?, lease_until = ? WHERE id = ?");
        hold.bind(1, taken->attempt).bind(2, token).bind(3, at + lease.count()).bind(4, id).step();
        transaction.commit();
        taken->ticket = fmt::format("{}-{}", id, token);
        return taken;
    }
    return std::nullopt;
}

std::optional<WallTime> Table::next_due(const std::vector<std::string>& kinds) {
    std::optional<WallTime> next;
    for (const auto& kind : kinds) {
        auto earliest = database_->query(
            "SELECT due FROM (SELECT min(due) AS due FROM job WHERE running = 0 AND kind = ?1 UNION ALL "
            "SELECT min(lease_until) FROM job WHERE running = 1 AND kind = ?1) WHERE due IS NOT NULL");
        earliest.bind(1, kind);
        while (earliest.step()) next = std::min(next.value_or(WallTime::max()), wall(earliest.integer(0)));
    }
    return next;
}

std::optional<Table::Ticket> Table::parse(const std::string& ticket) {
    Ticket parsed;
    const auto* const end = ticket.data() + ticket.size();
    const auto id = std::from_chars(ticket.data(), end, parsed.id);
    if (id.ec != std::errc() || id.ptr == end || *id.ptr != '-') return std::nullopt;
    const auto token = std::from_chars(id.ptr + 1, end, parsed.token);
    if (token.ec != std::errc() || token.ptr != end) return std::nullopt;
    return parsed;
}

Result<Table::Ticket> Table::held(const Taken& taken) {
    const auto ticket = parse(taken.ticket);
    if (!ticket) return lost();
    auto query = database_->query("SELECT 1 FROM job WHERE id = ? AND token = ? AND running = 1");
    if (!query.bind(1, ticket->id).bind(2, ticket->token).step()) return lost();
    return *ticket;
}

void Table::remove(std::int64_t id) {
    database_->query("DELETE FROM job WHERE id = ?").bind(1, id).step();
    jobs_ -= database_->changes();
}

Result<void> Table::renew(const Taken& taken, Millis lease) {
    TRY(const auto ticket, held(taken));
    auto update = database_->query("UPDATE job SET lease_until = ? WHERE id = ?");
    update.bind(1, now() + lease.count()).bind(2, ticket.id).step();
    return {};
}

Result<void> Table::done(const Taken& taken) {
    TRY(const auto ticket, held(taken));
    remove(ticket.id);
    return {};
}

void Table::wait_again(Ticket ticket, const Job& job, std::int64_t due, int attempt) {
    if (waits(job.kind, job.subject)) return remove(ticket.id);  // the one that waits does this one's work too
    auto update = database_->query("UPDATE job SET running = 0, due = ?, attempt = ? WHERE id = ?");
    update.bind(1, due).bind(2, attempt).bind(3, ticket.id).step();
}

Result<void> Table::retry(const Taken& taken, WallTime not_before) {
    TRY(const auto ticket, held(taken));
    wait_again(ticket, taken.job, std::max(now(), millis(not_before)), taken.attempt);
    return {};
}

void Table::put_back(const Taken& taken) {
    if (const auto ticket = held(taken)) wait_again(*ticket, taken.job, now(), taken.attempt - 1);
}

Result<void> Table::bury(const Taken& taken, const std::string& reason) {
    TRY(const auto ticket, held(taken));
    Transaction transaction(*database_);
    auto insert =
        database_->query("INSERT INTO dead (kind, subject, payload, attempts, reason, died) VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(1, taken.job.kind).bind(2, taken.job.subject).bind(3, json::serialize(taken.job.payload));
    insert.bind(4, taken.attempt).bind(5, reason).bind(6, now()).step();
    auto trim = database_->query("DELETE FROM dead WHERE id NOT IN (SELECT id FROM dead ORDER BY id DESC LIMIT ?)");
    trim.bind(1, static_cast<std::int64_t>(options_.dead_limit)).step();
    remove(ticket.id);
    transaction.commit();
    return {};
}

bool Table::holds(const std::string& kind, const std::string& subject) {
    auto query = database_->query(
        "SELECT 1 FROM job WHERE running = 0 AND kind = ?1 AND subject = ?2 UNION ALL "
        "SELECT 1 FROM job WHERE running = 1 AND kind = ?1 AND subject = ?2");
    return query.bind(1, kind).bind(2, subject).step();
}

Stats Table::stats() {
    Stats stats;
    const auto running = count("SELECT count(*) FROM job WHERE running = 1");
    stats.running = static_cast<std::uint64_t>(running);
    stats.waiting = static_cast<std::uint64_t>(jobs_ - running);
    stats.dead = static_cast<std::uint64_t>(count("SELECT count(*) FROM dead"));
    auto oldest = database_->query("SELECT pushed FROM job WHERE running = 0 ORDER BY id LIMIT 1");
    if (oldest.step()) stats.oldest = wall(oldest.integer(0));
    return stats;
}

std::vector<Dead> Table::dead(std::size_t limit) {
    auto query = database_->query(
        "SELECT id, kind, subject, payload, attempts, reason, died FROM dead ORDER BY id DESC LIMIT ?");
    query.bind(1, static_cast<std::int64_t>(std::min(limit, options_.dead_limit)));
    std::vector<Dead> all;
    while (query.step())
        all.push_back({std::to_string(query.integer(0)),
                       Job{query.text(1), query.text(2), payload_from(query.text(3)), {}},
                       static_cast<int>(query.integer(4)), query.text(5), wall(query.integer(6))});
    return all;
}

Result<void> Table::resend(const std::string& ticket) {
    std::int64_t id = 0;
    const auto* const end = ticket.data() + ticket.size();
    const auto parsed = std::from_chars(ticket.data(), end, id);
    Job job;
    {
        auto query = database_->query("SELECT kind, subject, payload FROM dead WHERE id = ?");
        if (parsed.ec != std::errc() || parsed.ptr != end || !query.bind(1, id).step())
            return fail(ErrorKind::not_found, "There is no such failed job.");
        job = Job{query.text(0), query.text(1), payload_from(query.text(2)), {}};
    }
    CHECK_RESULT(push(job));
    database_->query("DELETE FROM dead WHERE id = ?").bind(1, id).step();
    return {};
}

}  // namespace cadre::jobs::sqlite
