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
#include "gallery/album.h"
#include "gallery/filename.h"

namespace cadre::cli {
namespace {

constexpr std::size_t kBatch = 1000;  // hashes in one question
constexpr std::size_t kAhead = 2000;  // files that were hashed and not sent yet
constexpr std::size_t kReadPiece = std::size_t{256} << 10;
constexpr Millis kFirstLook{100};
constexpr Millis kLongestLook{2'000};

std::string because(int error) { return std::generic_category().message(error) + "."; }

struct Opened {
    UniqueFd file;
    std::uint64_t size = 0;
    LocalTime modified{};
};

Result<Opened> open_file(const std::filesystem::path& path) {
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) return fail(ErrorKind::not_found, because(errno));
    if (!S_ISREG(status.st_mode)) return fail(ErrorKind::not_found, "It is no regular file any more.");
    return Opened{std::move(file), static_cast<std::uint64_t>(status.st_size), on_local_clock(status.st_mtim.tv_sec)};
}

/// The file itself is to blame, not the way to the server.
bool is_refusal(int status) { return status == 400 || status == 413 || status == 415 || status == 422; }
/// Nothing else that would be sent could fare better.
bool is_hopeless(int status) { return status == 401 || status == 403 || status == 404 || status == 507; }

/// Why a photo failed; a server of an older release says a sentence instead of a code with one.
std::string failure_in(const json::object& photo) {
    const auto* failure = photo.if_contains("failure");
    if (failure == nullptr) return {};
    if (failure->is_object()) return std::string(get_string(failure->get_object(), "detail").value_or(""));
    return std::string(get_string(photo, "failure").value_or(""));
}

/// What a thread of the pool does with one file.
struct Step {
    std::optional<Found> found;
    Result<Hashed> hashed = fail(ErrorKind::internal, "");
    Said said;
    std::uint64_t sidecars = 0;  // that were read
    std::vector<Told> unreadable;
};

void read_sidecars(Step& step) {
    const auto folder = step.found->path.parent_path();
    const auto name = as_utf8(step.found->path.filename().native());
    for (const auto& sidecar : step.found->sidecars) {
        auto said = read_sidecar(folder, sidecar, name);
        if (said) {
            ++step.sidecars;
            step.said.add(std::move(*said));
        } else {
            step.unreadable.push_back({(folder / sidecar.name).string(), 0, said.error().message});
        }
    }
    if (step.said.trashed) step.found->left_out = reason::kThrownAway;
}

Step take_step(Walker& walker) {
    Step step;
    step.found = walker.next();
    const auto is_file = [&] { return step.found && step.found->problem.empty() && !step.found->left_out; };
    if (is_file()) read_sidecars(step);
    if (!is_file()) return step;
    step.hashed = hash_file(step.found->path);
    if (step.hashed) {
        step.hashed->folder = gallery::clean_folder(as_utf8(step.found->folder));
        step.hashed->shelf = gallery::clean_folder(as_utf8(step.found->shelf));
        step.hashed->said = std::move(step.said);
    }
    return step;
}

}  // namespace

Result<Hashed> hash_file(const std::filesystem::path& path) {
    TRY(auto opened, open_file(path));
    Sha256 hash;
    std::vector<std::uint8_t> piece(kReadPiece);
    std::uint64_t size = 0;
    while (true) {
        const auto got = ::read(opened.file.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(ErrorKind::internal, because(errno));
        if (got == 0) break;
        hash.update(std::span<const std::uint8_t>(piece.data(), static_cast<std::size_t>(got)));
        size += static_cast<std::uint64_t>(got);
    }
    Hashed hashed{path, size, opened.modified, hash.finish(), {}, {}, {}, {}};
    hashed.hex = hex(hashed.digest);
    return hashed;
}

Pipeline::Pipeline(asio::io_context& io, Pool& pool, Walker& walker, Remote& remote, Shelf& shelf, Report& report,
                   Options options)
    : io_(io),
      pool_(pool),
      walker_(walker),
      remote_(remote),
      shelf_(shelf),
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
    const auto step = [this]() -> Result<Step> { return take_step(walker_); };
    while (true) {
        while (hashed_.size() + to_send_.size() + to_settle_.size() >= kAhead) co_await until_changed();
        auto done = co_await pool_.run(step);
        if (!done) continue;  // the pool is never full: it has as many threads as there are of these
        if (!done->found) break;
        const auto path = done->found->path.string();
        ++report_.seen;
        report_.sidecars += done->sidecars;
        for (const auto& told : done->unreadable) report_.sidecar_refused(told);
        if (done->found->left_out)
            report_.leave_out(path, *done->found->left_out);
        else if (!done->found->problem.empty())
            report_.fail({path, 0, done->found->problem});
        else if (!done->hashed)
            report_.fail({path, 0, done->hashed.error().message});
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
    for (auto& file : batch) note_known(std::move(file), *known);
}

void Pipeline::note_known(Hashed file, const KnownPhotos& known) {
    if (const auto id = known.ids.find(file.hex); id != known.ids.end()) {
        to_settle_.push_back({std::move(file), id->second, {}, false});
    } else if (const auto thrown = known.trashed.find(file.hex); thrown != known.trashed.end()) {
        if (options_.restore)
            to_settle_.push_back({std::move(file), thrown->second, {}, true});
        else
            report_.leave_out(file.path.string(), reason::kInTrash);
    } else if (const auto twin = sending_.find(file.hex); twin != sending_.end()) {
        twin->second.push_back(std::move(file));
    } else {
        sending_.emplace(file.hex, std::vector<Hashed>());
        to_send_.push_back(std::move(file));
    }
}

asio::awaitable<void> Pipeline::send() {
    while (true) {
        while (to_send_.empty() && to_settle_.empty() && (asking_ > 0 || !sending_.empty())) co_await until_changed();
        if (!to_settle_.empty()) {
            auto there = std::move(to_settle_.front());
            to_settle_.pop_front();
            co_await settle(std::move(there));
        } else if (!to_send_.empty()) {
            auto file = std::move(to_send_.front());
            to_send_.pop_front();
            co_await send_one(std::move(file));
        } else {
            break;
        }
        changed();
    }
    --senders_;
}

asio::awaitable<void> Pipeline::send_one(Hashed file) {
    auto opened = open_file(file.path);
    if (!opened || opened->size != file.size) {
        report_.fail({file.path.string(), 0, opened ? "It changed while it was read." : opened.error().message});
        finish_twins(file.hex, {});
        co_return;
    }
    auto answer = co_await remote_.send(sending_of(file, std::move(opened->file)));
    if (!answer) {
        report_.fail({file.path.string(), 0, answer.error().message});
        end(std::move(answer).error());
        co_return;
    }
    if (answer->status != 201 && answer->status != 200) {
        note_refusal(file, *answer);
        finish_twins(file.hex, {});
        co_return;
    }
    // What an attempt without an answer had brought there was sent by us all the same.
    (answer->status == 201 || answer->attempts > 1 ? report_.sent : report_.duplicate) += 1;
    bytes_sent_ += file.size;
    There there{std::move(file), std::string(get_string(answer->body, "id").value_or("")), std::move(answer->body),
                false};
    await_later(there.file, there.id);
    // Before its twins: what the first file's sidecar says counts.
    co_await tell(there);
    co_await shelve(there);
    finish_twins(there.file.hex, there.id);
}

/// As it was called, and lay, where it was first sent from, if a sidecar says that.
Sending Pipeline::sending_of(const Hashed& file, UniqueFd opened) const {
    const auto& said = file.said;
    const bool named = said.exact || !said.filename.empty();
    const auto name = named ? said.filename : as_utf8(file.path.filename().native());
    const auto visibility = std::string(text_of(said.visibility.value_or(gallery::Visibility::private_)));
    return {std::make_shared<const UniqueFd>(std::move(opened)),
            file.size,
            gallery::clean_filename(name),
            said.exact ? said.folder : file.folder,
            options_.visibility.value_or(visibility),
            said.modified.value_or(file.modified),
            file.digest};
}

void Pipeline::note_refusal(const Hashed& file, const Answer& answer) {
    if (is_refusal(answer.status)) {
        report_.refuse({file.path.string(), answer.status, answer.detail()});
        return;
    }
    report_.fail({file.path.string(), answer.status, answer.detail()});
    if (is_hopeless(answer.status)) end({ErrorKind::unavailable, answer.detail()});
}

/// Sent at the same moment they might become two photos.
void Pipeline::finish_twins(const std::string& hex, const std::string& id) {
    auto node = sending_.extract(hex);
    auto& twins = node.mapped();
    if (!id.empty()) {
        for (auto& twin : twins) to_settle_.push_back({std::move(twin), id, {}, false});
    } else if (!twins.empty()) {
        auto next = std::move(twins.back());
        twins.pop_back();
        sending_.insert(std::move(node));
        to_send_.push_front(std::move(next));
    }
    changed();
}

/// What is left to do with a file whose photo was there before it came.
asio::awaitable<void> Pipeline::settle(There there) {
    if (there.trashed) {
        auto answer = co_await remote_.restore(there.id);
        if (!answer || answer->status != 200) {
            report_.fail({there.file.path.string(), answer ? answer->status : 0,
                          answer ? answer->detail() : answer.error().message});
            if (!answer) end(std::move(answer).error());
            co_return;
        }
        report_.restored += restored_.insert(there.id).second ? 1 : 0;  // equal files are one photo
        there.photo = std::move(answer->body);
    }
    ++report_.duplicate;
    await_later(there.file, there.id);
    co_await tell(there);
    co_await shelve(there);
}

/// Tells the server what the file's sidecars say, unless it knows.
asio::awaitable<void> Pipeline::tell(const There& there) {
    const auto& said = there.file.said;
    if ((said.empty() && !said.exact) || there.id.empty()) co_return;
    json::object photo = there.photo;
    if (photo.empty()) {
        auto answer = co_await remote_.photo(there.id);
        if (!answer) co_return end(std::move(answer).error());
        if (answer->status != 200) co_return note_untold(there, *answer);
        photo = std::move(answer->body);
    }
    auto patch = patch_of(said, photo);
    if (options_.visibility) patch.erase("visibility");
    if (patch.empty()) co_return;
    auto answer = co_await remote_.tell(there.id, std::move(patch));
    if (!answer) co_return end(std::move(answer).error());
    if (answer->status != 200) note_untold(there, *answer);
}

/// Those that its sidecar names; else with `albums` that of its folder, in those of the folders around it.
std::vector<SaidAlbum> Pipeline::albums_of(const Hashed& file) const {
    if (file.said.exact || !options_.albums || file.shelf.empty()) return file.said.albums;
    SaidAlbum album;
    for (std::string_view rest = file.shelf; !rest.empty();) {
        const auto slash = std::min(rest.find('/'), rest.size());
        album.titles.emplace_back(rest.substr(0, slash));
        rest.remove_prefix(std::min(slash + 1, rest.size()));
    }
    const auto depth = static_cast<std::ptrdiff_t>(std::min(album.titles.size(), gallery::kMaxAlbumDepth));
    album.titles.erase(album.titles.begin(), album.titles.end() - depth);
    return {std::move(album)};
}

asio::awaitable<void> Pipeline::shelve(const There& there) {
    if (there.id.empty()) co_return;
    for (auto& album : albums_of(there.file)) {
        const auto put = co_await shelf_.put(std::move(album), there.id, there.file.hex);
        if (put) continue;
        if (put.error().kind == ErrorKind::unavailable) co_return end(put.error());
        report_.sidecar_refused({there.file.path.string(), 0, put.error().message});
        untold_ = untold_ || put.error().kind != ErrorKind::not_found;
    }
}

void Pipeline::note_untold(const There& there, const Answer& answer) {
    report_.sidecar_refused({there.file.path.string(), answer.status, answer.detail()});
    // A photo that was deleted meanwhile has nobody to be told.
    untold_ = untold_ || !(is_refusal(answer.status) || answer.status == 404);
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
                report_.unreadable({path, 200, failure_in(answer->body)});
            } else {
                report_.unreadable({path, answer->status, answer->detail()});
            }
            break;
        }
    }
}

}  // namespace cadre::cli
