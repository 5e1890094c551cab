// Decoders over processes of cadre-decode: some that probe, and a pool that derives.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "base/log.h"
#include "media/answers.h"
#include "media/decoders.h"
#include "media/failures.h"
#include "media/format.h"
#include "media/webp.h"
#include "media/workers.h"

namespace cadre::media {
namespace {

/// The same file once more, for reading only: a decoder must not be able to change an original, and has an offset of
/// its own.
Result<UniqueFd> reopen_for_reading(int fd) {
    UniqueFd file(::open(fmt::format("/proc/self/fd/{}", fd).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return fail(short_of_means(errno, "opening a picture for reading"));
    return file;
}

Result<UniqueFd> make_variant_file(const char* name) {
    UniqueFd file(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) return fail(short_of_means(errno, "making a file for a derivative"));
    return file;
}

/// From here on nobody changes the file, the decoder that made it neither. False if it still has it mapped to write.
bool seal(int fd) { return ::fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0; }

/// A probe reads headers: a second or two, the kernel counts whole ones. The rest is for machines that are busy.
constexpr std::chrono::seconds kProbeCpu{1};
constexpr std::chrono::seconds kProbeWall{20};
/// What takes longer goes on at the lowest priority, so that a few pictures that are dear slow nobody else down.
constexpr std::chrono::milliseconds kProbePatience{250};
constexpr std::chrono::milliseconds kDerivePatience{3000};

/// Probes are short, and somebody waits for them; derivatives are made beside.
constexpr Slots kProbers{2, 4, 0};
constexpr int kDeriveNice = 10;

/// A picture that a library refused counts as so many: what it left behind in the process is not known.
constexpr int kRefusedCounts = 5;

/// What no decoder need look at.
std::optional<Error> refused_by_magic(int fd, const Limits& limits) {
    std::array<std::uint8_t, kMagic> magic{};
    const ssize_t got = ::pread(fd, magic.data(), magic.size(), 0);
    if (got < 0) throw std::system_error(errno, std::generic_category(), "read a picture");
    if (format_of(std::span(magic).first(static_cast<std::size_t>(got)))) return std::nullopt;
    return refusal_error(Refusal::unsupported, 0, 0, limits, got == 0 ? "an empty file" : "unknown magic bytes");
}

/// Files that a decoder before has begun are empty again.
void empty_files(std::span<const int> files) {
    for (const int file : files) {
        if (::ftruncate(file, 0) != 0 || ::lseek(file, 0, SEEK_SET) != 0) {
            throw std::system_error(errno, std::generic_category(), "empty a derivative");
        }
    }
}

Request request_of(Operation operation, const Limits& limits) {
    Request request;
    request.operation = operation;
    request.cpu_seconds = static_cast<std::uint32_t>(limits.cpu.count());
    request.max_pixels = limits.max_pixels;
    request.max_progressive_pixels = limits.max_progressive_pixels;
    return request;
}

class SandboxedDecoders final : public Decoders {
public:
    explicit SandboxedDecoders(const Options& options)
        : options_(options),
          probing_(std::make_shared<Workers>(options, options.probers.value_or(kProbers))),
          deriving_(std::make_shared<Workers>(options, Slots{options.workers, options.guests, kDeriveNice}, dear_)) {}
    ~SandboxedDecoders() override {
        probing_->stop();
        deriving_->stop();
    }
    SandboxedDecoders(const SandboxedDecoders&) = delete;
    SandboxedDecoders& operator=(const SandboxedDecoders&) = delete;

    Task<Probe> probe(int fd, Limits limits, std::string owner) override {
        if (auto refused = refused_by_magic(fd, limits)) co_return fail(std::move(*refused));
        limits.cpu = std::min(limits.cpu, kProbeCpu);
        limits.wall = std::min(limits.wall, kProbeWall);
        CO_TRY(auto lease, co_await probing_->take({}, std::move(owner)));
        CO_TRY(const UniqueFd file, reopen_for_reading(fd));
        std::vector<int> descriptors(1, file.get());
        const Request request = request_of(Operation::probe, limits);
        CO_TRY(const std::string answer, co_await ask(lease, request, limits, std::move(descriptors)));
        auto probe = read_probe(answer, limits);
        CO_CHECK(co_await settle(lease, probe ? nullptr : &probe.error(), answer));
        co_return probe;
    }

    [[nodiscard]] std::optional<Busy> busy() const override { return Busy{probing_->load(), deriving_->load()}; }

    Task<Derived> derive(int fd, Limits limits, std::string owner_group, int rotation) override {
        if (auto refused = refused_by_magic(fd, limits)) co_return fail(std::move(*refused));
        std::string turn = owner_group;
        CO_TRY(auto lease, co_await deriving_->take(std::move(owner_group), std::move(turn)));
        CO_TRY(const UniqueFd file, reopen_for_reading(fd));
        std::vector<int> descriptors{file.get()};
        Derived derived;
        for (const auto& size : kVariantSizes) {
            CO_TRY(auto made, make_variant_file(size.name));
            derived.variants.push_back({size.name, 0, 0, std::move(made), 0});
            descriptors.push_back(derived.variants.back().file.get());
        }
        Request request = request_of(Operation::derive, limits);
        request.rotation = static_cast<std::uint32_t>(rotation);
        CO_TRY(const std::string answer, co_await ask(lease, request, limits, descriptors));
        auto facts = read_derived(answer, limits);
        auto complete = facts ? accept(std::move(derived), *facts) : fail(std::move(facts).error());
        CO_CHECK(co_await settle(lease, complete ? nullptr : &complete.error(), answer));
        co_return complete;
    }

    Task<std::string> about() override {
        {
            const std::lock_guard lock(mutex_);
            if (!about_.empty()) co_return about_;
        }
        Limits limits;
        limits.cpu = kProbeCpu;
        limits.wall = kProbeWall;
        CO_TRY(auto lease, co_await probing_->take({}, {}));
        const Request request = request_of(Operation::about, limits);
        CO_TRY(const std::string answer, co_await ask(lease, request, limits, {}));
        auto about = read_about(answer);
        CO_CHECK(co_await settle(lease, about ? nullptr : &about.error(), answer));
        const std::lock_guard lock(mutex_);
        if (about) about_ = *about;
        co_return about;
    }

private:
    /// The files that a decoder wrote, if they are what it said.
    static Result<Derived> accept(Derived derived, const DerivedFacts& facts) {
        derived.width = facts.width;
        derived.height = facts.height;
        derived.incomplete = facts.incomplete;
        derived.thumbhash = facts.thumbhash;
        derived.pixels = facts.pixels;
        derived.phash = facts.phash;
        for (std::size_t i = 0; i < derived.variants.size(); ++i) {
            auto& variant = derived.variants[i];
            variant.width = facts.variants[i].width;
            variant.height = facts.variants[i].height;
            if (!seal(variant.file.get())) {
                return fail(ErrorKind::internal, {}, "a decoder holds on to a derivative");
            }
            auto size = check_derivative(variant.file.get(), variant.width, variant.height);
            if (!size) return fail(ErrorKind::internal, {}, std::move(size.error().detail));
            variant.size = *size;
        }
        return derived;
    }

    /// Sends the request and waits for the answer. What is not the picture's doing is tried again on another decoder:
    /// one that ended because it was idle, one that broke and had seen other pictures before, and, where somebody
    /// waits, one that was killed from outside.
    Task<std::string> ask(Workers::Lease& lease, Request request, Limits limits, std::vector<int> descriptors) {
        const bool probes = request.operation != Operation::derive;
        const Patience patience{probes ? kProbePatience : kDerivePatience, limits.wall};
        for (bool again = false;; again = true) {
            const bool fresh = lease.worker().photos == 0;
            ++lease.worker().photos;
            const auto pid = lease.worker().pid();
            const auto before = lease.worker().cpu_used();
            UniqueFd watched = lease.worker().watched();
            if (!watched) co_return fail(short_of_means(errno, "waiting for a decoder"));
            const bool sent = lease.worker().send(request, descriptors);
            if (sent) {
                auto received = co_await lease.worker().receive(std::move(watched), patience);
                if (lease.worker().cpu_used() - before >= patience.patience) dear_->note(lease.turn());
                if (received && *received) co_return std::move(**received);
                if (!received) {
                    (void)co_await lease.end();
                    log::warn("decoder killed: no answer in time", {{"pid", pid}, {"seconds", limits.wall.count()}});
                    if (probes) co_return fail(too_busy());
                    co_return fail(took_too_long("its time was over"));
                }
            }
            const Ending ending = co_await lease.end();
            const Blame blame = ending.blame();
            const bool tries = !again && (!sent || may_try(blame, fresh, probes));
            if (blame != Blame::nobody) {
                log::warn("decoder ended over a photo", {{"pid", pid}, {"how", ending.text()}, {"tried_again", tries}});
            }
            if (blame == Blame::outside) be_careful(probes);
            if (blame == Blame::time) dear_->note(lease.turn());
            if (!tries) co_return fail(error_of(ending));
            if (!probes) empty_files(std::span(descriptors).subspan(1));
            CO_CHECK(lease.start());
        }
    }

    /// Whether another decoder may do better at once. Derivatives that were broken off from outside wait for their job
    /// to be tried again, later: nobody waits for them.
    static bool may_try(Blame blame, bool fresh, bool probes) {
        return blame == Blame::nobody || (blame == Blame::picture && !fresh) || (blame == Blame::outside && probes);
    }

    void be_careful(bool probes) {
        deriving_->be_careful();  // these are the large ones
        if (probes) probing_->be_careful();
    }

    static Error error_of(const Ending& ending) {
        std::string detail = "a decoder ended: " + ending.text();
        switch (ending.blame()) {
            case Blame::time:
                return took_too_long(std::move(detail));
            case Blame::outside:
                return killed(std::move(detail));
            case Blame::sandbox:
                return no_sandbox(std::move(detail));
            case Blame::nobody:
            case Blame::picture:
                break;
        }
        return broke_off(std::move(detail));
    }

    /// Keeps the decoder for the next photo, or ends it: when it has seen enough of them, when memory was short in it,
    /// when it was slowed down on the way. An answer that could not be made sense of is logged, and is the photo's
    /// failure.
    Task<> settle(Workers::Lease& lease, Error* error, std::string_view answer) {
        auto& worker = lease.worker();
        if (error != nullptr && !is_untouched(answer)) worker.photos += kRefusedCounts - 1;
        const bool fit = (error == nullptr || is_sound(*error)) && worker.slowed == lease.slow();
        if (fit && worker.photos < options_.photos_per_worker) {
            lease.keep();
            co_return Result<void>{};
        }
        const auto pid = worker.pid();
        (void)co_await lease.end();
        if (error != nullptr && error->kind == ErrorKind::internal) {
            log::warn("decoder killed: its answer can't be trusted", {{"pid", pid}, {"why", error->detail}});
            co_return fail(broke_off(std::move(error->detail)));
        }
        co_return Result<void>{};
    }

    const Options options_;
    const std::shared_ptr<Dear> dear_ = std::make_shared<Dear>();
    std::shared_ptr<Workers> probing_;
    std::shared_ptr<Workers> deriving_;
    std::mutex mutex_;
    std::string about_;  // the same for all decoders: the program does not change while it runs
};

}  // namespace

std::unique_ptr<Decoders> make_sandboxed_decoders(Options options) {
    return std::make_unique<SandboxedDecoders>(std::move(options));
}

}  // namespace cadre::media
