#include "jobs/sqlite/database.h"

#include <sqlite3.h>

namespace cadre::jobs::sqlite {
namespace {

void check(sqlite3* database, int code) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    throw SqliteError(code & 0xff, database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code));
}

}  // namespace

bool SqliteError::damaged() const { return code == SQLITE_CORRUPT || code == SQLITE_NOTADB; }

Query::~Query() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Query& Query::bind(int parameter, std::int64_t value) {
    check(database_, sqlite3_bind_int64(statement_, parameter, value));
    return *this;
}

Query& Query::bind(int parameter, std::string_view value) {
    check(database_,
          sqlite3_bind_text64(statement_, parameter, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

bool Query::step() {
    const int code = sqlite3_step(statement_);
    check(database_, code);
    return code == SQLITE_ROW;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
    const auto* text = sqlite3_column_text(statement_, column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Database::Database(const std::filesystem::path& path) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    database_.reset(opened);
    check(opened, code);
    check(opened, sqlite3_busy_timeout(opened, 5000));
}

void Database::execute(const char* sql) {
    check(database_.get(), sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr));
}

Query Database::query(const char* sql) {
    auto& kept = statements_[sql];
    if (!kept) {
        sqlite3_stmt* prepared = nullptr;
        check(database_.get(),
              sqlite3_prepare_v3(database_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr));
        kept.reset(prepared);
    }
    return {database_.get(), kept.get()};
}

int Database::changes() const { return sqlite3_changes(database_.get()); }

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Transaction::Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
    if (!open_) return;
    try {
        database_.execute("ROLLBACK");
    } catch (const SqliteError&) {  // SQLite has rolled back by itself
    }
}

void Transaction::commit() {
    database_.execute("COMMIT");
    open_ = false;
}

}  // namespace cadre::jobs::sqlite
