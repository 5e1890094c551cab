#include "blobs/files/store.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/disk.h"
#include "blobs/files/errors.h"
#include "blobs/files/lister.h"
#include "blobs/files/reader.h"
#include "blobs/files/writer.h"

namespace cadre::blobs::files {
namespace {

constexpr std::size_t kLargestPage = 10'000;
constexpr std::size_t kSmall = 64 * 1024;  // bytes of an object that may use what is kept for a full disk
constexpr int kRescues = 8;                // of one call; each frees some megabytes

Error away() {
    Error error{Code::stores_away, "The folder of the photographs is not there. Is its disk mounted?"};
    error.retry_after = std::chrono::seconds(10);
    return error;
}

bool is_small(const Put& put) {
    const auto* text = std::get_if<std::string>(&put.content);
    return put.durability == Durability::synced && text != nullptr && text->size() <= kSmall;
}

std::uint64_t size_of(const Put& put) {
    const auto* range = std::get_if<FileRange>(&put.content);
    return range != nullptr ? range->length : std::get<std::string>(put.content).size();
}

class FolderStore final : public Store {
public:
    FolderStore(const Options& options, std::unique_ptr<FileLayer> own_layer, FileLayer& layer,
                std::unique_ptr<Scratch> scratch, Pool& pool)
        : own_layer_(std::move(own_layer)),
          layer_(layer),
          scratch_(std::move(scratch)),
          pool_(pool),
          reserve_(options.reserve),
          root_(options.root.string()),
          folders_(root_, layer_),
          descriptors_(options.open_files),
          writer_(folders_, *scratch_, descriptors_, layer_),
          reader_(folders_, descriptors_, layer_),
          lister_(folders_, layer_) {
        // A derivative that is kept open would keep its room.
        if (reserve_ != nullptr) reserve_->tell([this](const std::string& key) { descriptors_.forget(key); });
    }
    ~FolderStore() override {
        if (reserve_ != nullptr) reserve_->tell({});
    }

    Task<void> put(std::vector<Put> puts) override {
        co_return co_await pool_.run([&]() -> Result<void> {
            std::uint64_t bytes = 0;
            for (const auto& put : puts) bytes += is_small(put) ? 0 : size_of(put);
            if (bytes > 0) CHECK_RESULT(leave_room(bytes));
            return with_room(bytes == 0, [&] { return writer_.put(puts); });
        });
    }

    Task<Object> open(std::string key, std::uint64_t offset, std::uint64_t length) override {
        if (auto kept = descriptors_.find(key)) co_return reader_.object(std::move(kept), offset, length, pool_);
        CO_TRY(auto opened, co_await pool_.run([&] { return unless_away(reader_.open(key)); }));
        co_return reader_.object(std::move(opened), offset, length, pool_);
    }

    std::optional<OpenFile> at_hand(std::string_view key) override {
        auto kept = descriptors_.find(key);
        if (!kept) return std::nullopt;
        OpenFile found{{kept, &kept->file}, kept->size, kept->modified};
        return found;
    }

    Task<std::string> get(std::string key) override {
        co_return co_await pool_.run([&] { return unless_away(reader_.get(key)); });
    }

    Task<Listing> list(std::string prefix, std::string cursor, std::size_t limit) override {
        const auto bounded = std::clamp<std::size_t>(limit, 1, kLargestPage);
        co_return co_await pool_.run([&]() -> Result<Listing> {
            auto page = lister_.list(prefix, cursor, bounded);
            if (!scratch_->there()) return fail(away());  // what is not there looks like an empty library
            return page;
        });
    }

    Task<void> remove(std::vector<std::string> keys) override {
        co_return co_await pool_.run([&]() -> Result<void> {
            if (!scratch_->there()) return fail(away());
            return with_room(true, [&] { return writer_.remove(keys); });
        });
    }

    Task<void> copy(std::string from, std::string to, Durability durability) override {
        const auto work = [&]() -> Result<void> {
            TRY(const auto source, unless_away(reader_.open(from)));
            CHECK_RESULT(leave_room(source->size));
            return writer_.copy(from, *source, to, durability);
        };
        co_return co_await pool_.run(work);
    }

    Task<void> check() override {
        co_return co_await pool_.run([&] { return write_something(); });
    }

    [[nodiscard]] Traits traits() const override { return {.atomic_listing = true}; }

private:
    /// What is no small object leaves what is kept for those.
    Result<void> leave_room(std::uint64_t bytes) const {
        if (has_room(root_, bytes)) return {};
        return refuse(ENOSPC, "keeping " + std::to_string(bytes) + " bytes");
    }

    /// Works, and again once room was made, where it may ask for that.
    template <class Work>
    Result<void> with_room(bool may_ask, Work work) {
        for (int attempt = 0;; ++attempt) {
            auto done = work();
            if (done || done.error().kind != ErrorKind::no_space) return done;
            if (!may_ask || reserve_ == nullptr || attempt == kRescues || !reserve_->make_room()) return done;
        }
    }

    template <class T>
    Result<T> unless_away(Result<T> found) const {
        if (!found && found.error().kind == ErrorKind::not_found && !scratch_->there()) return fail(away());
        return found;
    }

    Result<void> write_something() {
        if (!scratch_->there()) return fail(away());
        const auto name = scratch_->name();
        const auto failed = [](int error) -> Result<void> {
            if (error == ENOSPC || error == EDQUOT) return {};  // reading and deleting go on
            return fail(Code::stores_away, "The folder of the photographs cannot be written.",
                        std::generic_category().message(error));
        };
        const auto file = layer_.create(name.path());
        if (!file) return failed(file.error());
        if (const auto written = layer_.write(file->get(), "x"); !written) return failed(written.error());
        return {};
    }

    std::unique_ptr<FileLayer> own_layer_;
    FileLayer& layer_;
    std::unique_ptr<Scratch> scratch_;
    Pool& pool_;
    Reserve* const reserve_;
    const std::string root_;
    Folders folders_;
    Descriptors descriptors_;
    Writer writer_;
    Reader reader_;
    Lister lister_;
};

std::size_t bounded_by_the_process(std::size_t wanted) {
    struct rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    return std::min<std::size_t>(wanted, static_cast<std::size_t>(limit.rlim_cur / 8));
}

}  // namespace

Result<std::unique_ptr<Store>> open(Options options, Pool& pool) {
    std::unique_ptr<FileLayer> own;
    if (options.layer == nullptr) own = std::make_unique<SystemFiles>();
    auto& layer = own ? *own : *options.layer;
    const auto failed = [&](const std::string& why) {
        return fail(ErrorKind::unavailable,
                    fmt::format("The folder {} cannot be used: {}.", options.root.string(), why));
    };
    std::error_code error;
    std::filesystem::create_directories(options.root, error);
    if (error) return failed(error.message());
    const auto root = options.root.string();
    auto scratch = Scratch::open(layer, root);
    if (!scratch) return failed(std::generic_category().message(scratch.error()));
    // What a killed process had named, but not synced, is visible: from here on it is durable too.
    if (const auto synced = layer.sync_all(root); !synced)
        return failed(std::generic_category().message(synced.error()));
    options.open_files = bounded_by_the_process(options.open_files);
    return std::make_unique<FolderStore>(options, std::move(own), layer, std::move(*scratch), pool);
}

}  // namespace cadre::blobs::files
