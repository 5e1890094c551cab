#include "base/sqlite.h"

#include <cerrno>
#include <cstring>
#include <system_error>

namespace cadre::sqlite {
namespace {

constexpr int kBusyTimeout = 5000;  // milliseconds

/// If SQLite has ended the transaction already, there is nothing to end.
void roll_back(Connection& connection) {
    if (connection.in_transaction()) sqlite3_step(connection.prepared("ROLLBACK"));
    sqlite3_reset(connection.prepared("ROLLBACK"));
}

}  // namespace

bool Fault::full() const {
    if (code() == SQLITE_FULL || code_ == SQLITE_IOERR_SHMSIZE) return true;
    const bool of_system = code() == SQLITE_IOERR || code() == SQLITE_CANTOPEN;
    return of_system && (error_ == ENOSPC || error_ == EDQUOT || error_ == EFBIG);
}

std::optional<Error> Fault::refusal() const {
    if (code() == SQLITE_BUSY || code() == SQLITE_LOCKED) {
        Error busy{Code::busy, "The server's database is busy. Try again in a moment.", what()};
        busy.retry_after = std::chrono::seconds(1);
        return busy;
    }
    if (full()) return Error{Code::no_space, "The server's disk is full: there is no space left to keep this.", what()};
    if (!damaged() && (code() == SQLITE_IOERR || code() == SQLITE_READONLY || code() == SQLITE_CANTOPEN)) {
        Error away{Code::stores_away, "The server's database cannot be used at the moment. Try again later.", what()};
        away.retry_after = std::chrono::seconds(10);
        return away;
    }
    return std::nullopt;
}

Connection::Connection(const std::filesystem::path& file, Mode mode) {
    sqlite3* handle = nullptr;
    const int flags = mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail(code);
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, kBusyTimeout);
    // A writer does without: a file that is cut short under a mapping ends the process, and without one is an error.
    if (mode == Mode::read) execute("PRAGMA mmap_size = 268435456");
}

void Connection::execute(const char* sql) {
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

sqlite3_stmt* Connection::prepared(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return found->second.get();
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) fail(code);
    statements_.emplace(sql, statement);
    return statement;
}

void Connection::fail(int code) const {
    const bool of_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
    const int error = handle_ && of_system ? sqlite3_system_errno(handle_.get()) : 0;
    auto what = std::string("SQLite: ") + (handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code));
    if (error != 0) what += " (" + std::generic_category().message(error) + ")";
    throw Fault(code, what, error);
}

Query::~Query() { sqlite3_reset(statement_); }

bool Query::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    connection_.fail(code);
}

std::string_view Query::text(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return data == nullptr ? std::string_view()
                           : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

Id Query::id(int column) const {
    Id id;
    const auto bytes = text(column);
    if (bytes.size() != id.bytes.size()) throw Fault(SQLITE_CORRUPT, "SQLite: a column holds no id");
    std::memcpy(id.bytes.data(), bytes.data(), bytes.size());
    return id;
}

void Query::bind(int at, std::int64_t value) {
    if (const int code = sqlite3_bind_int64(statement_, at, value); code != SQLITE_OK) connection_.fail(code);
}

// As a blob: text may hold any byte, and nothing here is compared by a collation.
void Query::bind(int at, std::string_view text) {
    const auto* data = text.data() == nullptr ? "" : text.data();
    const int code = sqlite3_bind_blob64(statement_, at, data, text.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) connection_.fail(code);
}

void Query::bind(int at, const Id& id) {
    const int code = sqlite3_bind_blob64(statement_, at, id.bytes.data(), id.bytes.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) connection_.fail(code);
}

Snapshot::~Snapshot() { roll_back(connection_); }

WriteTransaction::~WriteTransaction() { roll_back(connection_); }

}  // namespace cadre::sqlite
