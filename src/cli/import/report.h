// What became of the files of an import.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "cli/import/left_out.h"

namespace cadre::cli {

/// Lines that wait in a file without a name, so that a million of them take no memory. Not thread-safe.
class Spill {
public:
    Spill();
    void add(std::string_view line);  // without line feeds
    /// The next line that next() has not given yet; nothing when all were.
    [[nodiscard]] std::optional<std::string> next();
    /// All lines from the first.
    void each(const std::function<void(std::string_view)>& see);
    [[nodiscard]] std::uint64_t size() const { return added_; }
    [[nodiscard]] bool all_given() const { return given_ == added_; }

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    [[nodiscard]] std::string line_at(long& offset);

    std::unique_ptr<std::FILE, Close> file_;
    long end_ = 0;
    long given_to_ = 0;
    std::uint64_t added_ = 0;
    std::uint64_t given_ = 0;
};

/// One file of which something has to be told.
struct Told {
    std::string path;
    int status = 0;      // that the server answered; 0: it did not come to that
    std::string detail;  // a sentence
};

/// All that is met is counted in `seen`, and once more in one of sent, duplicate, refused, failed and left_out when it
/// is known what became of it. Sidecars of files are not met for themselves.
class Report {
public:
    std::uint64_t seen = 0;
    std::uint64_t sent = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t restored = 0;  // photos that came out of the trash
    std::uint64_t sidecars = 0;  // that were read
    std::uint64_t ready = 0;     // of those that were waited for

    void refuse(const Told& told);  // the file itself is to blame
    void fail(const Told& told);    // anything else is
    void leave_out(const std::string& path, const Reason& why);
    void sidecar_refused(const Told& told);  // it could not be read, or the server did not take it
    void unreadable(const Told& told);       // it was taken, and then could not be decoded

    [[nodiscard]] std::uint64_t refused() const { return refused_.size(); }
    [[nodiscard]] std::uint64_t failed() const { return failed_.size(); }
    [[nodiscard]] std::uint64_t left_out() const { return left_out_.size(); }
    [[nodiscard]] std::uint64_t unreadable() const { return unreadable_.size(); }
    [[nodiscard]] std::uint64_t settled() const { return sent + duplicate + refused() + failed() + left_out(); }

    /// docs/how-to/import.md names the members.
    [[nodiscard]] Result<void> write_json(const std::string& path);
    struct Wanted {
        bool waited = false;
        bool verbose = false;  // what was left out is named
    };
    /// The same for people, to standard output.
    void print(const Wanted& wanted);

private:
    Spill refused_, failed_, left_out_, sidecars_refused_, unreadable_;
};

}  // namespace cadre::cli
