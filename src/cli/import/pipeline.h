// Walks, hashes, asks what is known, sends, tells what sidecars say, and waits: all at the same time, each a bounded
// number of files ahead of the next, so that memory does not grow with the folder.
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
#include <unordered_set>
#include <vector>

#include "base/pool.h"
#include "cli/import/remote.h"
#include "cli/import/report.h"
#include "cli/import/shelf.h"
#include "cli/import/sidecar.h"
#include "cli/import/walker.h"

namespace cadre::cli {

/// A file whose bytes were read once.
struct Hashed {
    std::filesystem::path path;
    std::uint64_t size = 0;
    LocalTime modified{};  // on this machine's clock
    Sha256Digest digest{};
    std::string hex;
    std::string folder;  // relative to what was asked for
    std::string shelf;   // the same, or the name of that
    Said said;           // by its sidecars
};

/// Reads all of it. Blocks. Errors: a sentence that says why it cannot be read.
[[nodiscard]] Result<Hashed> hash_file(const std::filesystem::path& path);

/// All coroutines run on one io_context of one thread, which is stopped when all is done or nothing more can be.
class Pipeline {
public:
    struct Options {
        std::optional<std::string> visibility;  // of all; nothing: as a sidecar says, else private
        std::size_t hash_at_once = 2;
        std::size_t send_at_once = 4;
        bool wait = false;     // until every photo is ready or failed
        bool restore = false;  // what is in the trash comes out of it
        bool albums = false;   // folders become albums
    };
    /// All of them outlive it; the pool is stopped before the io_context goes.
    Pipeline(asio::io_context& io, Pool& pool, Walker& walker, Remote& remote, Shelf& shelf, Report& report,
             Options options);

    void start();
    /// What ended it early.
    [[nodiscard]] const std::optional<Error>& fatal() const { return fatal_; }
    /// Whether everything was done that there was to do.
    [[nodiscard]] bool complete() const { return stages_ == 0 && !fatal_ && !untold_; }
    /// Bytes that were sent so far.
    [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }
    /// Photos that are still waited for.
    [[nodiscard]] std::uint64_t waiting() const { return pending_.size() - report_.ready - report_.unreadable(); }

private:
    void begin(asio::awaitable<void> stage);
    void end(Error error);
    void changed() { change_.cancel(); }
    asio::awaitable<void> until_changed();

    /// A file whose photo is there.
    struct There {
        Hashed file;
        std::string id;
        json::object photo;    // as the server has just said; empty: it has not
        bool trashed = false;  // and is to be restored
    };

    asio::awaitable<void> hash();
    asio::awaitable<void> ask();
    asio::awaitable<void> send();
    asio::awaitable<void> send_one(Hashed file);
    [[nodiscard]] Sending sending_of(const Hashed& file, UniqueFd opened) const;
    asio::awaitable<void> settle(There there);
    asio::awaitable<void> tell(const There& there);
    asio::awaitable<void> shelve(const There& there);
    [[nodiscard]] std::vector<SaidAlbum> albums_of(const Hashed& file) const;
    asio::awaitable<void> await_ready();

    [[nodiscard]] bool may_ask() const;
    asio::awaitable<void> ask_about(std::vector<Hashed> batch);
    void note_known(Hashed file, const KnownPhotos& known);
    void note_refusal(const Hashed& file, const Answer& answer);
    void note_untold(const There& there, const Answer& answer);
    /// Files of the same bytes wait for the first of them; `id`: its photo, "" if there is none.
    void finish_twins(const std::string& hex, const std::string& id);
    void await_later(const Hashed& file, const std::string& id);

    asio::io_context& io_;
    Pool& pool_;
    Walker& walker_;
    Remote& remote_;
    Shelf& shelf_;
    Report& report_;
    Options options_;

    asio::steady_timer change_;  // never expires: cancelled when anything below changes
    std::deque<Hashed> hashed_;
    std::deque<Hashed> to_send_;
    std::deque<There> to_settle_;
    std::unordered_map<std::string, std::vector<Hashed>> sending_;  // by hash: with files of the same bytes
    std::unordered_set<std::string> restored_;                      // ids of photos
    Spill pending_;                                                 // [id, path] of photos that are waited for
    std::size_t hashing_ = 0;                                       // stages of that kind that still run
    std::size_t asking_ = 0;
    std::size_t senders_ = 0;
    std::size_t stages_ = 0;
    std::uint64_t bytes_sent_ = 0;
    bool untold_ = false;  // something went wrong with a sidecar that is not to blame
    std::optional<Error> fatal_;
};

}  // namespace cadre::cli
