#include "gallery/generations.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/disk.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/log.h"
#include "gallery/once.h"
#include "gallery/packed.h"
#include "gallery/scratch.h"

namespace cadre::gallery {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "find/";
constexpr std::size_t kGenerationsPage = 1000;
constexpr std::size_t kKept = 2;              // of a form: somebody may be reading the one before
constexpr std::chrono::hours kOthersFor{48};  // those of other forms: releases before and after this one
constexpr std::chrono::hours kClocksDiffer{1};
constexpr std::uintmax_t kCopies = 2;  // of what the finder keeps: one as it is, one compressed

/// A file of the finder's that goes at the end.
class Passing {
public:
    explicit Passing(fs::path path) : path_(std::move(path)) { remove(); }
    ~Passing() { remove(); }
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    void remove() const {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    fs::path path_;
};

Result<UniqueFd> open_file(const std::string& path, int flags) {
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, 0600));
    if (fd) return fd;
    if (auto refusal = disk_refusal(errno, path)) return fail(std::move(*refusal));
    return fail(ErrorKind::internal, "A file of search cannot be opened.",
                path + ": " + std::generic_category().message(errno));
}

/// Fills it; fewer at the end.
Result<std::size_t> read_piece(int fd, std::span<std::uint8_t> into) {
    std::size_t got = 0;
    while (got < into.size()) {
        const auto some = ::read(fd, into.data() + got, into.size() - got);
        if (some < 0 && errno == EINTR) continue;
        if (some < 0)
            return fail(ErrorKind::internal, "A file of search cannot be read.",
                        std::generic_category().message(errno));
        if (some == 0) break;
        got += static_cast<std::size_t>(some);
    }
    return got;
}

tl::unexpected<Error> cut_short() { return fail(ErrorKind::unprocessable, "A generation of search ends too early."); }

/// All of `into`. Errors: unprocessable where the object ends before.
Task<void> read_all(blobs::Object& object, std::span<std::uint8_t> into) {
    while (!into.empty()) {
        CO_TRY(const auto got, co_await object.read(into));
        if (got == 0) co_return cut_short();
        into = into.subspan(got);
    }
    co_return Result<void>();
}

std::string head_of(const Standing& standing) {
    return json::serialize(
        json::object{{"place", standing.place}, {"passed", standing.passed.time_since_epoch().count()}});
}

Result<Standing> parse_head(std::span<const std::uint8_t> bytes) {
    TRY(const auto head, parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    if (!head.is_object()) return fail(ErrorKind::unprocessable, "A generation of search has no head.");
    Standing standing;
    standing.place = get_string(head.get_object(), "place").value_or("");
    standing.passed = WallTime(Millis(get_int(head.get_object(), "passed").value_or(0)));
    return standing;
}

/// What the finder keeps in its file and in the log beside it.
std::uintmax_t size_of(const fs::path& file) {
    std::uintmax_t size = 0;
    for (const char* end : {"", "-wal"}) {
        std::error_code error;
        const auto one = fs::file_size(file.string() + end, error);
        if (!error) size += one;
    }
    return size;
}

}  // namespace

// ---- which there are ------------------------------------------------------------------------------------------------

Task<std::vector<Generations::Kept>> Generations::list() {
    std::vector<Kept> all;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await gallery_.stores().blobs.list(kFolder, std::move(cursor), kGenerationsPage));
        for (auto& item : page.items) {
            Kept kept;
            const std::string_view rest = std::string_view(item.key).substr(std::string_view(kFolder).size());
            const auto slash = rest.find('/');
            const auto id = parse_id(rest.substr(0, slash));
            if (!id || slash == std::string_view::npos) continue;
            kept.id = *id;
            kept.form = rest.substr(slash + 1);
            kept.size = item.size;
            kept.key = std::move(item.key);
            all.push_back(std::move(kept));
        }
        cursor = std::move(page.next);
    } while (!cursor.empty());
    std::ranges::sort(all, std::greater<>(), &Kept::id);
    co_return all;
}

std::vector<Generations::Kept> Generations::own(const std::vector<Kept>& all) const {
    std::vector<Kept> own;
    const auto form = finder_.form();
    const auto latest = gallery_.stores().clock.now() + kClocksDiffer;
    std::ranges::copy_if(all, std::back_inserter(own),
                         [&](const Kept& kept) { return kept.form == form && kept.id.made_at() < latest; });
    return own;
}

bool Generations::is_due(const std::vector<Kept>& all) const {
    const auto newest = own(all);
    return newest.empty() || gallery_.stores().clock.now() - newest.front().id.made_at() >= kGenerationEvery;
}

Task<void> Generations::clear_away(std::vector<Kept> all) {
    const auto ours = own(all);
    const auto now = gallery_.stores().clock.now();
    std::vector<std::string> keys;
    for (const auto& kept : all) {
        const auto among = std::ranges::find(ours, kept.key, &Kept::key);
        const bool is_ours = among != ours.end();
        const auto age = now - kept.id.made_at();
        const bool stays =
            is_ours ? static_cast<std::size_t>(among - ours.begin()) < kKept : age > -kClocksDiffer && age < kOthersFor;
        if (!stays) keys.push_back(kept.key);
    }
    if (keys.empty()) co_return Result<void>();
    co_return co_await gallery_.stores().blobs.remove(std::move(keys));
}

// ---- taking ---------------------------------------------------------------------------------------------------------

Task<std::optional<Standing>> Generations::take() {
    CO_TRY(const auto all, co_await list());
    for (const auto& kept : own(all)) {
        if (kept.key == taken_) break;
        const auto begun = gallery_.stores().clock.monotonic();
        const Passing file(finder_.file().string() + ".taken");
        auto fetched = co_await fetch(kept.key, file.path());
        if (!fetched && fetched.error().kind == ErrorKind::not_found) continue;
        if (!fetched && fetched.error().kind == ErrorKind::unprocessable) {
            log::warn("a generation of search is damaged, and goes", {{"key", kept.key}});
            std::vector<std::string> keys{kept.key};
            CO_CHECK(co_await gallery_.stores().blobs.remove(std::move(keys)));
            continue;
        }
        if (!fetched) co_return fail(std::move(fetched).error());
        const auto taken = co_await finder_.take(file.path());
        if (!taken && taken.error().kind == ErrorKind::unprocessable) {
            log::warn("a generation of search cannot be taken", {{"key", kept.key}, {"why", taken.error().detail}});
            continue;
        }
        if (!taken) co_return fail(taken.error());
        taken_ = kept.key;
        log::info(
            "a generation of search was taken",
            {{"key", kept.key}, {"bytes", kept.size}, {"ms", (gallery_.stores().clock.monotonic() - begun).count()}});
        co_return std::optional(std::move(*fetched));
    }
    co_return std::optional<Standing>();
}

Task<Standing> Generations::fetch(std::string key, std::string to) {
    CO_TRY(auto object, co_await gallery_.stores().blobs.open(std::move(key)));
    CO_TRY(const auto file, open_file(to, O_WRONLY | O_CREAT | O_TRUNC));
    Unpacker unpacker;
    std::optional<Standing> standing;
    std::vector<std::uint8_t> compressed;
    while (true) {
        std::array<std::uint8_t, Unpacker::kHead> head{};
        CO_CHECK(co_await read_all(object, head));
        CO_TRY(const auto length, unpacker.begin(head));
        compressed.resize(length);
        CO_CHECK(co_await read_all(object, compressed));
        const auto unpack = [&]() -> Result<bool> {
            TRY(const auto piece, unpacker.unpack(compressed));
            if (piece.empty()) return false;
            if (standing) {
                CHECK_RESULT(write_all(file.get(), piece));
            } else {
                TRY(standing, parse_head(piece));
            }
            return true;
        };
        CO_TRY(const bool more, co_await pool_.run(unpack));
        if (!more) break;
    }
    if (!standing) co_return cut_short();
    co_return std::move(*standing);
}

// ---- writing --------------------------------------------------------------------------------------------------------

Task<void> Generations::keep(Stands stands) {
    auto& stores = gallery_.stores();
    CO_TRY(auto all, co_await list());
    if (!is_due(all)) co_return co_await clear_away(std::move(all));
    if (!stands()) co_return Result<void>();
    std::string name = "find";
    auto lease = co_await stores.catalog.lease(std::move(name), kOnceLease);
    if (!lease && lease.error().kind == ErrorKind::conflict) co_return Result<void>();  // another replica does it
    if (!lease) co_return fail(std::move(lease).error());
    Renewed renewed(stores.catalog, std::move(*lease), co_await asio::this_coro::executor);
    Result<void> written;
    const std::function<asio::awaitable<void>()> work = [&]() -> asio::awaitable<void> {
        // Another one may have written it before this one had the lease.
        auto now = co_await list();
        if (!now)
            written = fail(std::move(now).error());
        else if (is_due(*now))
            written = co_await write(stands);
    };
    co_await renewed.during(work);
    (void)co_await stores.catalog.release(renewed.lease());
    CO_CHECK(std::move(written));
    CO_TRY(all, co_await list());
    co_return co_await clear_away(std::move(all));
}

Task<void> Generations::write(const Stands& stands) {
    auto& stores = gallery_.stores();
    const auto begun = stores.clock.monotonic();
    if (!has_room(finder_.file().parent_path(), kCopies * size_of(finder_.file())))
        co_return fail(ErrorKind::no_space, "There is no room for a copy of what search keeps.",
                       finder_.file().parent_path());
    const Passing saved(finder_.file().string() + ".saved"), packed(finder_.file().string() + ".packed");
    const auto before = stands();
    if (!before) co_return Result<void>();
    CO_CHECK(co_await finder_.save(saved.path()));
    const auto after = stands();
    if (!after || after->life != before->life) co_return Result<void>();
    CO_TRY(const auto from, open_file(saved.path(), O_RDONLY));
    CO_TRY(const auto to, open_file(packed.path(), O_RDWR | O_CREAT | O_EXCL));
    Packer packer;
    const auto head = head_of(*before);
    std::uint64_t bytes = 0;
    const auto put = [&](std::span<const std::uint8_t> piece) -> Result<void> {
        const auto done = packer.pack(piece);
        bytes += done.size();
        return write_all(to.get(), done);
    };
    CO_CHECK(put(as_bytes(head)));
    std::vector<std::uint8_t> piece(kLongestPiece);
    while (true) {
        const auto one = [&]() -> Result<bool> {
            TRY(const auto got, read_piece(from.get(), piece));
            CHECK_RESULT(put(std::span(piece).first(got)));
            return got > 0;
        };
        CO_TRY(const bool more, co_await pool_.run(one));
        if (!more) break;
    }
    std::vector<blobs::Put> puts;
    auto key = fmt::format("{}{}/{}", kFolder, make_id(stores.clock, stores.random).text(), finder_.form());
    // It can be made again, and is found damaged where it was cut short.
    puts.push_back({key, blobs::FileRange{to.get(), 0, bytes}, blobs::Durability::disposable});
    CO_CHECK(co_await stores.blobs.put(std::move(puts)));
    log::info("a generation of search was written",
              {{"key", key}, {"bytes", bytes}, {"ms", (stores.clock.monotonic() - begun).count()}});
    co_return Result<void>();
}

}  // namespace cadre::gallery
