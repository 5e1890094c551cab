// SQLite's C interface with owners: a connection, its prepared statements, and its errors as exceptions. Every call
// throws Fault. Linked by who uses it: cadre_base_sqlite.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/id.h"
#include "base/result.h"

namespace cadre::sqlite {

/// What SQLite could not do.
class Fault : public std::runtime_error {
public:
    /// `code` may be an extended one; `error` is the system's errno, if it had one.
    Fault(int code, const std::string& what, int error = 0) : std::runtime_error(what), code_(code), error_(error) {}
    /// SQLite's primary result code.
    [[nodiscard]] int code() const { return code_ & 0xff; }
    [[nodiscard]] int error() const { return error_; }
    /// The refusal that it is for a caller: no_space when the disk is full; unavailable when another process writes for
    /// too long, or the disk is away, broken or read-only. Nothing when it is a fault indeed.
    [[nodiscard]] std::optional<Error> refusal() const;
    /// The disk or a quota is full.
    [[nodiscard]] bool full() const;
    /// The file is damaged, shorter than it was, or no database.
    [[nodiscard]] bool damaged() const {
        return code() == SQLITE_CORRUPT || code() == SQLITE_NOTADB || code_ == SQLITE_IOERR_SHORT_READ;
    }

private:
    int code_;
    int error_;
};

/// One connection to a database, which waits up to 5 s for another process's write. Used by one thread at a time.
class Connection {
public:
    enum class Mode { write, read };
    /// A writing connection makes the file if it is not there.
    Connection(const std::filesystem::path& file, Mode mode);

    void execute(const char* sql);
    /// `sql` must be a literal: the prepared statement is kept under it for as long as the connection lives.
    [[nodiscard]] sqlite3_stmt* prepared(std::string_view sql);
    /// How many rows the last statement changed.
    [[nodiscard]] int changes() const { return sqlite3_changes(handle_.get()); }
    /// False once SQLite has rolled the transaction back by itself.
    [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
    [[noreturn]] void fail(int code) const;

private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Close>> statements_;
};

/// One use of a prepared statement: `values` are its parameters, all of them, in their order. Texts are kept as blobs,
/// byte by byte, and bound without a copy: they must outlive the last step(). Columns count from 0.
class Query {
public:
    template <class... Values>
    Query(Connection& connection, std::string_view sql, const Values&... values)
        : connection_(connection), statement_(connection.prepared(sql)) {
        int at = 0;
        (bind(++at, values), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Moves to the next row; false after the last.
    bool step();
    /// To its end, for statements whose rows nobody wants.
    void run() {
        while (step()) {
        }
    }

    [[nodiscard]] int columns() const { return sqlite3_column_count(statement_); }
    [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    [[nodiscard]] std::uint64_t bits(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    /// Valid until the next step().
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::string string(int column) const { return std::string(text(column)); }
    [[nodiscard]] Id id(int column) const;

private:
    void bind(int at, std::int64_t value);
    void bind(int at, std::uint64_t value) { bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, int value) { bind(at, std::int64_t{value}); }
    void bind(int at, std::uint32_t value) { bind(at, std::int64_t{value}); }
    void bind(int at, std::string_view text);
    void bind(int at, const Id& id);

    Connection& connection_;
    sqlite3_stmt* statement_;
};

/// A read of several statements that all see the same moment.
class Snapshot {
public:
    explicit Snapshot(Connection& connection) : connection_(connection) { Query(connection_, "BEGIN").run(); }
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    Connection& connection_;
};

/// A write of several statements; what is not committed is rolled back.
class WriteTransaction {
public:
    explicit WriteTransaction(Connection& connection) : connection_(connection) {
        Query(connection_, "BEGIN IMMEDIATE").run();
    }
    ~WriteTransaction();
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;

    void commit() { Query(connection_, "COMMIT").run(); }

private:
    Connection& connection_;
};

}  // namespace cadre::sqlite
