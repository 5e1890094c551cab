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

class Report {
public:
    std::uint64_t sent = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t ignored = 0;
    std::uint64_t ready = 0;  // of those that were waited for

    void refuse(const Told& told);      // the file itself is to blame
    void fail(const Told& told);        // anything else is
    void unreadable(const Told& told);  // it was taken, and then could not be decoded

    [[nodiscard]] std::uint64_t refused() const { return refused_.size(); }
    [[nodiscard]] std::uint64_t failed() const { return failed_.size(); }
    [[nodiscard]] std::uint64_t unreadable() const { return unreadable_.size(); }
    [[nodiscard]] std::uint64_t settled() const { return sent + duplicate + refused() + failed(); }

    /// {"sent", "duplicate", "ignored", "ready", "refused": [{"path","status","detail"}], "failed": […],
    /// "unreadable": […]}; status is null where the server did not answer.
    [[nodiscard]] Result<void> write_json(const std::string& path);
    /// The same for people, to standard output.
    void print(bool waited);

private:
    Spill refused_, failed_, unreadable_;
};

}  // namespace cadre::cli
