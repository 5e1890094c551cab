// The files of a database that can be made again: what is damaged is set aside and begun anew, and what cannot be
// opened is told by its name. Linked by who uses it: cadre_base_sqlite.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/sqlite.h"

namespace cadre::sqlite {

/// Renames the file to <file>.broken (one that was there before goes), and its write-ahead log with it, and says so in
/// the log. Errors: unavailable, if it cannot be renamed.
[[nodiscard]] Result<void> set_aside(const std::filesystem::path& file, std::string_view why);

/// The same where one of the database's names is taken by something that is no file.
[[nodiscard]] Result<void> clear_the_way(const std::filesystem::path& file);

/// Why SQLite could not open it, with the name of the file that is at fault.
[[nodiscard]] Error cannot_open(const std::filesystem::path& file, const Fault& fault);

/// Throws Fault if SQLite finds the file damaged, or a table is missing. Reads all of it unless it is larger than
/// `most` bytes; what is damaged there shows when it is read.
void check_whole(Connection& connection, const std::filesystem::path& file,
                 std::initializer_list<std::string_view> tables, std::uintmax_t most);

/// Whether the write-ahead log beside `file` is there and holds nothing that was damaged after it was written: SQLite
/// ends at the first frame that is, without a word, and what was committed behind it is forgotten. A last frame that
/// was never whole, as the loss of power leaves it, is no damage.
[[nodiscard]] bool log_is_whole(const std::filesystem::path& file);

/// Makes the write-ahead log begin again at its start, so that writing takes no more room on a full disk than it has.
/// Whether it does; waits for readers.
[[nodiscard]] bool restart_log(Connection& connection);

/// Opens with `open` (→ Result<T>; throws Fault). What is damaged is set aside and opened anew if `alone`: nobody else
/// may have it open then. Errors: those of `open`; unprocessable, for what is damaged; those of cannot_open().
template <class Open>
auto open_or_begin_anew(const std::filesystem::path& file, bool alone, Open open) -> std::invoke_result_t<Open&> {
    if (alone) CHECK_RESULT(clear_the_way(file));
    try {
        return open();
    } catch (const Fault& fault) {
        if (!fault.damaged()) return cadre::fail(cannot_open(file, fault));
        if (!alone)
            return cadre::fail(
                ErrorKind::unprocessable,
                "The database " + file.string() + " is damaged. The server begins it anew when it starts.",
                fault.what());
        CHECK_RESULT(set_aside(file, fault.what()));
    }
    try {
        return open();
    } catch (const Fault& fault) {
        return cadre::fail(cannot_open(file, fault));
    }
}

}  // namespace cadre::sqlite
