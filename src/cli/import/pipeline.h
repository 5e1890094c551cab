// Walks, hashes, asks what is known, sends, and waits: all at the same time, each a bounded number of files ahead of
// the next, so that memory does not grow with the folder.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/pool.h"
#include "cli/import/remote.h"
#include "cli/import/report.h"
#include "cli/import/walker.h"

namespace cadre::cli {

/// A file whose bytes were read once.
struct Hashed {
    std::filesystem::path path;
    std::uint64_t size = 0;
    WallTime modified{};
    Sha256Digest digest{};
    std::string hex;
};

/// Reads all of it. Blocks. Errors: a sentence that says why it cannot be read.
[[nodiscard]] Result<Hashed> hash_file(const std::filesystem::path& path);

/// All coroutines run on one io_context of one thread, which is stopped when all is done or nothing more can be.
class Pipeline {
public:
    struct Options {
        std::string visibility;
        std::size_t hash_at_once = 2;
        std::size_t send_at_once = 4;
        bool wait = false;  // until every photo is ready or failed
    };
    /// All of them outlive it; the pool is stopped before the io_context goes.
    Pipeline(asio::io_context& io, Pool& pool, Walker& walker, Remote& remote, Report& report, Options options);

    void start();
    /// What ended it early.
    [[nodiscard]] const std::optional<Error>& fatal() const { return fatal_; }
    /// Whether everything was done that there was to do.
    [[nodiscard]] bool complete() const { return stages_ == 0 && !fatal_; }
    /// Bytes that were sent so far.
    [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }
    /// Photos that are still waited for.
    [[nodiscard]] std::uint64_t waiting() const {
        return pending_.size() - report_.ready - report_.unreadable() - gone_;
    }

private:
    void begin(asio::awaitable<void> stage);
    void end(Error error);
    void changed() { change_.cancel(); }
    asio::awaitable<void> until_changed();

    asio::awaitable<void> hash();
    asio::awaitable<void> ask();
    asio::awaitable<void> send();
    asio::awaitable<void> send_one(Hashed file);
    asio::awaitable<void> await_ready();

    [[nodiscard]] bool may_ask() const;
    asio::awaitable<void> ask_about(std::vector<Hashed> batch);
    void note_answer(const Hashed& file, const Answer& answer);
    void finish_twins(const std::string& hex, bool there);
    void await_later(const Hashed& file, const std::string& id);

    asio::io_context& io_;
    Pool& pool_;
    Walker& walker_;
    Remote& remote_;
    Report& report_;
    Options options_;

    asio::steady_timer change_;  // never expires: cancelled when anything below changes
    std::deque<Hashed> hashed_;
    std::deque<Hashed> to_send_;
    std::unordered_map<std::string, std::vector<Hashed>> sending_;  // by hash: with files of the same bytes
    Spill pending_;                                                 // [id, path] of photos that are waited for
    std::size_t hashing_ = 0;                                       // stages of that kind that still run
    std::size_t asking_ = 0;
    std::size_t senders_ = 0;
    std::size_t stages_ = 0;
    std::uint64_t bytes_sent_ = 0;
    std::uint64_t gone_ = 0;
    std::optional<Error> fatal_;
};

}  // namespace cadre::cli
