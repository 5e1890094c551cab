#include "cli/import/pipeline.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <system_error>

#include "base/encoding.h"
#include "base/sleep.h"
#include "cli/import/text.h"

namespace cadre::cli {
namespace {

constexpr std::size_t kBatch = 1000;  // hashes in one question
constexpr std::size_t kAhead = 2000;  // files that were hashed and not sent yet
constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr Millis kFirstLook{100};
constexpr Millis kLongestLook{2'000};

std::string because(int error) { return std::generic_category().message(error) + "."; }

struct Opened {
    UniqueFd file;
    std::uint64_t size = 0;
    WallTime modified{};
};

Result<Opened> open_file(const std::filesystem::path& path) {
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) return fail(ErrorKind::not_found, because(errno));
    if (!S_ISREG(status.st_mode)) return fail(ErrorKind::not_found, "It is no regular file any more.");
    const auto modified = std::chrono::seconds(status.st_mtim.tv_sec) +
                          std::chrono::duration_cast<Millis>(std::chrono::nanoseconds(status.st_mtim.tv_nsec));
    return Opened{std::move(file), static_cast<std::uint64_t>(status.st_size), WallTime(modified)};
}

/// The file itself is to blame, not the way to the server.
bool is_refusal(int status) { return status == 400 || status == 413 || status == 415 || status == 422; }
/// Nothing else that would be sent could fare better.
bool is_hopeless(int status) { return status == 401 || status == 403 || status == 404 || status == 507; }

}  // namespace

Result<Hashed> hash_file(const std::filesystem::path& path) {
    TRY(auto opened, open_file(path));
    Sha256 hash;
    std::vector<std::uint8_t> piece(kPiece);
    std::uint64_t size = 0;
    while (true) {
        const auto got = ::read(opened.file.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(ErrorKind::internal, because(errno));
        if (got == 0) break;
        hash.update(std::span<const std::uint8_t>(piece.data(), static_cast<std::size_t>(got)));
        size += static_cast<std::uint64_t>(got);
    }
    Hashed hashed{path, size, opened.modified, hash.finish(), {}};
    hashed.hex = hex(hashed.digest);
    return hashed;
}

Pipeline::Pipeline(asio::io_context& io, Pool& pool, Walker& walker, Remote& remote, Report& report, Options options)
    : io_(io),
      pool_(pool),
      walker_(walker),
      remote_(remote),
      report_(report),
      options_(std::move(options)),
      change_(io, asio::steady_timer::time_point::max()) {}

void Pipeline::start() {
    hashing_ = options_.hash_at_once;
    asking_ = 1;
    senders_ = options_.send_at_once;
    for (std::size_t i = 0; i < options_.hash_at_once; ++i) begin(hash());
    begin(ask());
    for (std::size_t i = 0; i < options_.send_at_once; ++i) begin(send());
    if (options_.wait) begin(await_ready());
}

void Pipeline::begin(asio::awaitable<void> stage) {
    ++stages_;
    asio::co_spawn(io_, std::move(stage), [this](const std::exception_ptr& fault) {
        --stages_;
        try {
            if (fault) std::rethrow_exception(fault);
        } catch (const std::exception& what) {
            end({ErrorKind::internal, fmt::format("Something went wrong that should not: {}.", what.what())});
        }
        changed();
        if (stages_ == 0) io_.stop();
    });
}

void Pipeline::end(Error error) {
    if (!fatal_) fatal_ = std::move(error);
    io_.stop();
}

asio::awaitable<void> Pipeline::until_changed() {
    (void)co_await change_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> Pipeline::hash() {
    struct Step {
        std::optional<Found> found;
        Result<Hashed> hashed = cadre::fail(ErrorKind::internal, "");
    };
    const auto step = [this]() -> Result<Step> {
        Step done;
        done.found = walker_.next();
        if (done.found && done.found->problem.empty()) done.hashed = hash_file(done.found->path);
        return done;
    };
    while (true) {
        while (hashed_.size() + to_send_.size() >= kAhead) co_await until_changed();
        auto done = co_await pool_.run(step);
        if (!done) continue;  // the pool is never full: it has as many threads as there are of these
        if (!done->found) break;
        if (!done->found->problem.empty())
            report_.fail({done->found->path.string(), 0, done->found->problem});
        else if (!done->hashed)
            report_.fail({done->found->path.string(), 0, done->hashed.error().message});
        else
            hashed_.push_back(std::move(*done->hashed));
        changed();
    }
    --hashing_;
}

/// A full question, or what there is if senders have nothing left to do.
bool Pipeline::may_ask() const {
    return hashed_.size() >= kBatch || (!hashed_.empty() && (to_send_.empty() || hashing_ == 0));
}

asio::awaitable<void> Pipeline::ask() {
    while (true) {
        while (!may_ask() && !(hashing_ == 0 && hashed_.empty())) co_await until_changed();
        if (hashed_.empty()) break;
        std::vector<Hashed> batch;
        while (!hashed_.empty() && batch.size() < kBatch) {
            batch.push_back(std::move(hashed_.front()));
            hashed_.pop_front();
        }
        co_await ask_about(std::move(batch));
        changed();
    }
    --asking_;
}

asio::awaitable<void> Pipeline::ask_about(std::vector<Hashed> batch) {
    std::vector<std::string> hashes;
    for (const auto& file : batch) hashes.push_back(file.hex);
    auto known = co_await remote_.known(std::move(hashes));
    if (!known) {
        end(std::move(known).error());
        co_return;
    }
    for (auto& file : batch) {
        if (const auto id = known->find(file.hex); id != known->end()) {
            ++report_.duplicate;
            await_later(file, id->second);
        } else if (const auto twin = sending_.find(file.hex); twin != sending_.end()) {
            twin->second.push_back(std::move(file));
        } else {
            sending_.emplace(file.hex, std::vector<Hashed>());
            to_send_.push_back(std::move(file));
        }
    }
}

asio::awaitable<void> Pipeline::send() {
    while (true) {
        while (to_send_.empty() && (asking_ > 0 || !sending_.empty())) co_await until_changed();
        if (to_send_.empty()) break;
        auto file = std::move(to_send_.front());
        to_send_.pop_front();
        changed();
        co_await send_one(std::move(file));
    }
    --senders_;
}

asio::awaitable<void> Pipeline::send_one(Hashed file) {
    auto opened = open_file(file.path);
    if (!opened) {
        report_.fail({file.path.string(), 0, opened.error().message});
        finish_twins(file.hex, false);
        co_return;
    }
    if (opened->size != file.size) {
        report_.fail({file.path.string(), 0, "It changed while it was read."});
        finish_twins(file.hex, false);
        co_return;
    }
    Sending sending{std::make_shared<const UniqueFd>(std::move(opened->file)),
                    file.size,
                    as_utf8(file.path.filename().native()),
                    options_.visibility,
                    file.modified,
                    file.digest};
    auto answer = co_await remote_.send(std::move(sending));
    if (!answer) {
        report_.fail({file.path.string(), 0, answer.error().message});
        end(std::move(answer).error());
        co_return;
    }
    note_answer(file, *answer);
    changed();
}

void Pipeline::note_answer(const Hashed& file, const Answer& answer) {
    const bool there = answer.status == 201 || answer.status == 200;
    if (there) {
        // What an attempt without an answer had brought there was sent by us all the same.
        (answer.status == 201 || answer.attempts > 1 ? report_.sent : report_.duplicate) += 1;
        bytes_sent_ += file.size;
        await_later(file, std::string(get_string(answer.body, "id").value_or("")));
    } else if (is_refusal(answer.status)) {
        report_.refuse({file.path.string(), answer.status, answer.detail()});
    } else {
        report_.fail({file.path.string(), answer.status, answer.detail()});
        if (is_hopeless(answer.status)) end({ErrorKind::unavailable, answer.detail()});
    }
    finish_twins(file.hex, there);
}

/// Files of the same bytes wait for the first of them: sent at the same moment they might become two photos.
void Pipeline::finish_twins(const std::string& hex, bool there) {
    auto node = sending_.extract(hex);
    auto& twins = node.mapped();
    if (there) {
        report_.duplicate += twins.size();
    } else if (!twins.empty()) {
        auto next = std::move(twins.back());
        twins.pop_back();
        sending_.insert(std::move(node));
        to_send_.push_front(std::move(next));
    }
    changed();
}

void Pipeline::await_later(const Hashed& file, const std::string& id) {
    if (!options_.wait || id.empty()) return;
    pending_.add(json::serialize(json::array{id, as_utf8(file.path.native())}));
    changed();
}

asio::awaitable<void> Pipeline::await_ready() {
    while (true) {
        while (pending_.all_given() && senders_ > 0) co_await until_changed();
        const auto line = pending_.next();
        if (!line) break;
        const auto pair = json::parse(*line).as_array();
        const std::string id(pair[0].as_string());
        const std::string path(pair[1].as_string());
        for (Millis pause = kFirstLook;; pause = std::min(pause * 2, kLongestLook)) {
            auto answer = co_await remote_.photo(id);
            if (!answer) {
                end(std::move(answer).error());
                co_return;
            }
            const auto state = get_string(answer->body, "state").value_or("");
            if (answer->status == 200 && state == "processing") {
                co_await sleep_for(pause);
                continue;
            }
            if (answer->status == 200 && state == "ready") {
                ++report_.ready;
            } else if (answer->status == 200) {
                report_.unreadable({path, 200, std::string(get_string(answer->body, "failure").value_or(""))});
            } else {
                ++gone_;
                report_.fail({path, answer->status, answer->detail()});
            }
            break;
        }
    }
}

}  // namespace cadre::cli
