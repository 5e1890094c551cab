#include "blobs/files/store.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <system_error>

#include "blobs/files/errors.h"
#include "blobs/files/lister.h"
#include "blobs/files/reader.h"
#include "blobs/files/writer.h"

namespace cadre::blobs::files {
namespace {

constexpr std::size_t kLargestPage = 10'000;

class FolderStore final : public Store {
public:
    FolderStore(std::string root, std::size_t open_files, std::unique_ptr<FileLayer> own_layer, FileLayer& layer,
                std::unique_ptr<Scratch> scratch, Pool& pool)
        : own_layer_(std::move(own_layer)),
          layer_(layer),
          scratch_(std::move(scratch)),
          pool_(pool),
          folders_(std::move(root), layer_),
          descriptors_(open_files),
          writer_(folders_, *scratch_, descriptors_, layer_),
          reader_(folders_, descriptors_, layer_),
          lister_(folders_, layer_) {}

    Task<void> put(std::vector<Put> puts) override {
        co_return co_await pool_.run([&] { return writer_.put(puts); });
    }

    Task<Object> open(std::string key, std::uint64_t offset, std::uint64_t length) override {
        if (auto kept = descriptors_.find(key)) co_return reader_.object(std::move(kept), offset, length, pool_);
        CO_TRY(auto opened, co_await pool_.run([&] { return reader_.open(key); }));
        co_return reader_.object(std::move(opened), offset, length, pool_);
    }

    std::optional<OpenFile> at_hand(std::string_view key) override {
        auto kept = descriptors_.find(key);
        if (!kept) return std::nullopt;
        OpenFile found{{kept, &kept->file}, kept->size, kept->modified};
        return found;
    }

    Task<std::string> get(std::string key) override {
        co_return co_await pool_.run([&] { return reader_.get(key); });
    }

    Task<Listing> list(std::string prefix, std::string cursor, std::size_t limit) override {
        const auto bounded = std::clamp<std::size_t>(limit, 1, kLargestPage);
        co_return co_await pool_.run([&] { return lister_.list(prefix, cursor, bounded); });
    }

    Task<void> remove(std::vector<std::string> keys) override {
        co_return co_await pool_.run([&] { return writer_.remove(keys); });
    }

    Task<void> copy(std::string from, std::string to, Durability durability) override {
        const auto work = [&]() -> Result<void> {
            TRY(const auto source, reader_.open(from));
            return writer_.copy(from, *source, to, durability);
        };
        co_return co_await pool_.run(work);
    }

    Task<void> check() override {
        co_return co_await pool_.run([&] { return write_something(); });
    }

    [[nodiscard]] Traits traits() const override { return {.atomic_listing = true}; }

private:
    Result<void> write_something() {
        const auto name = scratch_->name();
        const auto failed = [](int error) {
            return fail(ErrorKind::unavailable, "The folder of the photographs cannot be written.",
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
    Folders folders_;
    Descriptors descriptors_;
    Writer writer_;
    Reader reader_;
    Lister lister_;
};

std::size_t bounded_by_the_process(std::size_t wanted) {
    struct rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    return std::min<std::size_t>(wanted, static_cast<std::size_t>(limit.rlim_cur / 2));
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
    return std::make_unique<FolderStore>(root, bounded_by_the_process(options.open_files), std::move(own), layer,
                                         std::move(*scratch), pool);
}

}  // namespace cadre::blobs::files
