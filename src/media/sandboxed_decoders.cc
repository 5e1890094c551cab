// Decoders over processes of cadre-decode: one that probes, and a pool that derives.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "base/log.h"
#include "media/answers.h"
#include "media/decoders.h"
#include "media/webp.h"
#include "media/workers.h"

namespace cadre::media {
namespace {

/// The same file once more, for reading only: a decoder must not be able to change an original, and has an offset of
/// its own.
UniqueFd reopen_for_reading(int fd) {
    UniqueFd file(::open(fmt::format("/proc/self/fd/{}", fd).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw std::system_error(errno, std::generic_category(), "reopen a picture for reading");
    return file;
}

UniqueFd make_variant_file(const char* name) {
    UniqueFd file(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) throw std::system_error(errno, std::generic_category(), "memfd_create");
    return file;
}

/// From here on nobody changes the file, the decoder that made it neither. False if it still has it mapped to write.
bool seal(int fd) { return ::fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0; }

/// Whether a refusal came before any library had looked at the bytes, so that the decoder can go on.
bool is_harmless(const Error& error) { return error.kind == ErrorKind::unsupported; }

class SandboxedDecoders final : public Decoders {
public:
    explicit SandboxedDecoders(const Options& options)
        : options_(options),
          probing_(std::make_shared<Workers>(options, 1)),
          deriving_(std::make_shared<Workers>(options, options.workers)) {}
    ~SandboxedDecoders() override {
        probing_->stop();
        deriving_->stop();
    }
    SandboxedDecoders(const SandboxedDecoders&) = delete;
    SandboxedDecoders& operator=(const SandboxedDecoders&) = delete;

    Task<Probe> probe(int fd, Limits limits) override {
        CO_TRY(auto lease, co_await probing_->take({}));
        const UniqueFd file = reopen_for_reading(fd);
        const std::vector<int> descriptors(1, file.get());
        CO_TRY(const std::string answer, co_await ask(lease, Operation::probe, limits, descriptors));
        auto probe = read_probe(answer, limits);
        CO_CHECK(co_await settle(lease, probe ? nullptr : &probe.error()));
        co_return probe;
    }

    Task<Derived> derive(int fd, Limits limits, std::string owner_group) override {
        CO_TRY(auto lease, co_await deriving_->take(std::move(owner_group)));
        const UniqueFd file = reopen_for_reading(fd);
        std::vector<int> descriptors{file.get()};
        Derived derived;
        for (const auto& size : kVariantSizes) {
            derived.variants.push_back({size.name, 0, 0, make_variant_file(size.name), 0});
            descriptors.push_back(derived.variants.back().file.get());
        }
        CO_TRY(const std::string answer, co_await ask(lease, Operation::derive, limits, descriptors));
        auto facts = read_derived(answer, limits);
        auto complete = facts ? accept(std::move(derived), *facts) : fail(std::move(facts).error());
        CO_CHECK(co_await settle(lease, complete ? nullptr : &complete.error()));
        co_return complete;
    }

private:
    static constexpr std::string_view kUnreadable =
        "The picture could not be read: the program that reads it broke off. The file is probably damaged.";

    /// The files that a decoder wrote, if they are what it said.
    static Result<Derived> accept(Derived derived, const DerivedFacts& facts) {
        derived.width = facts.width;
        derived.height = facts.height;
        derived.thumbhash = facts.thumbhash;
        for (std::size_t i = 0; i < derived.variants.size(); ++i) {
            auto& variant = derived.variants[i];
            variant.width = facts.variants[i].width;
            variant.height = facts.variants[i].height;
            if (!seal(variant.file.get())) {
                return fail(ErrorKind::internal, std::string(kUnreadable), "a decoder holds on to a derivative");
            }
            auto size = check_derivative(variant.file.get(), variant.width, variant.height);
            if (!size) return fail(ErrorKind::internal, std::string(kUnreadable), std::move(size.error().detail));
            variant.size = *size;
        }
        return derived;
    }

    /// Sends the request and waits for the answer. An idle decoder may end itself at the moment that the request
    /// comes: then, once, another gets it. All else that ends a decoder is the photo's doing.
    Task<std::string> ask(Workers::Lease& lease, Operation operation, Limits limits, std::vector<int> descriptors) {
        const Request request{operation, static_cast<std::uint32_t>(limits.cpu.count()), limits.max_pixels,
                              limits.max_progressive_pixels};
        for (bool again = false;; again = true) {
            ++lease.worker().photos;
            const bool sent = lease.worker().send(request, descriptors);
            std::optional<std::string> answer;
            if (sent) {
                auto received = co_await lease.worker().receive(limits.wall);
                if (!received) {
                    const auto pid = lease.worker().pid();
                    (void)co_await lease.end();
                    log::warn("decoder killed: no answer in time", {{"pid", pid}, {"seconds", limits.wall.count()}});
                    co_return fail(ErrorKind::unprocessable,
                                   "Reading this picture took too long and was given up. The file may be damaged.",
                                   "time limit of a decoder");
                }
                answer = std::move(*received);
            }
            if (answer) co_return std::move(*answer);

            const auto pid = lease.worker().pid();
            const Ending ending = co_await lease.end();
            const bool idled_out = !ending.signal && ending.status == 0;
            if (idled_out && !again) {
                CO_CHECK(lease.start());
                continue;
            }
            log::warn("decoder ended over a photo", {{"pid", pid}, {"how", ending.text()}});
            co_return fail(ErrorKind::unprocessable, std::string(kUnreadable), "a decoder ended: " + ending.text());
        }
    }

    /// Keeps the decoder for the next photo, or ends it: after a failure, or when it has seen enough of them. An answer
    /// that could not be made sense of is logged, and is the photo's failure.
    Task<> settle(Workers::Lease& lease, Error* error) {
        const bool fit = error == nullptr || is_harmless(*error);
        if (fit && lease.worker().photos < options_.photos_per_worker) {
            lease.keep();
            co_return Result<void>{};
        }
        const auto pid = lease.worker().pid();
        (void)co_await lease.end();
        if (error != nullptr && error->kind == ErrorKind::internal) {
            log::warn("decoder killed: its answer can't be trusted", {{"pid", pid}, {"why", error->detail}});
            co_return fail(ErrorKind::unprocessable, std::string(kUnreadable), std::move(error->detail));
        }
        co_return Result<void>{};
    }

    const Options options_;
    std::shared_ptr<Workers> probing_;
    std::shared_ptr<Workers> deriving_;
};

}  // namespace

std::unique_ptr<Decoders> make_sandboxed_decoders(Options options) {
    return std::make_unique<SandboxedDecoders>(std::move(options));
}

}  // namespace cadre::media
