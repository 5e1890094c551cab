// SQLite's C interface as values that close themselves. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace cadre::jobs::sqlite {

/// What SQLite answered, with its primary result code (https://sqlite.org/rescode.html).
class SqliteError : public std::runtime_error {
public:
    SqliteError(int code_, const std::string& what) : std::runtime_error(what), code(code_) {}
    const int code;
    /// The file is damaged, or is no database.
    [[nodiscard]] bool damaged() const;
};

/// A prepared statement in use; it is reset when this goes. Parameters and columns count from 1 and from 0.
class Query {
public:
    Query(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    Query& bind(int parameter, std::int64_t value);
    Query& bind(int parameter, std::string_view value);  // copied
    /// The next row; false at the end.
    bool step();
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;

private:
    sqlite3* database_;
    sqlite3_stmt* statement_;
};

/// All calls throw SqliteError.
class Database {
public:
    explicit Database(const std::filesystem::path& path);

    /// Several statements, without parameters or rows.
    void execute(const char* sql);
    /// Prepared at its first use and kept; `sql` is a literal.
    [[nodiscard]] Query query(const char* sql);
    /// Rows that the last statement changed.
    [[nodiscard]] int changes() const;

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3, Close> database_;
    std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

/// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(Database& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

private:
    Database& database_;
    bool open_ = true;
};

}  // namespace cadre::jobs::sqlite
