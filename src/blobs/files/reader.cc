#include "blobs/files/reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "blobs/files/errors.h"

namespace cadre::blobs::files {
namespace {

constexpr std::size_t kLargestFact = 4 * 1024 * 1024;

bool is_derivative(std::string_view key) { return key.starts_with("media/"); }
bool says_its_length(std::string_view key) { return is_derivative(key) && key.ends_with(".webp"); }

/// What the disk says of one file alone is a refusal: others can be read. All else is a fault.
tl::unexpected<Error> refuse_reading(int error, std::string_view what) {
    switch (error) {
        case EIO:
        case EBADMSG:  // ext4, f2fs: a checksum is wrong
        case EUCLEAN:  // XFS, btrfs: the same
        case EISDIR:
        case ELOOP:
        case EACCES:
        case EPERM:
            return fail(ErrorKind::unprocessable, "This file cannot be read.",
                        std::string(what) + ": " + std::generic_category().message(error));
        default:
            return refuse(error, what);
    }
}

/// What of an open file is still to be read.
struct Window {
    FileLayer& layer;
    Pool& pool;
    std::shared_ptr<const Descriptor> descriptor;
    std::uint64_t offset = 0;
    std::uint64_t end = 0;
};

Task<std::size_t> read_next(std::shared_ptr<Window> window, std::span<std::uint8_t> into) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), window->end - window->offset));
    if (wanted == 0) co_return 0;
    const auto work = [window, into = into.first(wanted)]() -> Result<std::size_t> {
        const auto got = window->layer.read(window->descriptor->file.get(), window->offset, into);
        if (!got) return refuse_reading(got.error(), "reading a file");
        return *got;
    };
    CO_TRY(const auto got, co_await window->pool.run(work));
    window->offset += got;
    co_return got;
}

}  // namespace

bool has_its_length(FileLayer& layer, int file, std::uint64_t size) {
    std::array<std::uint8_t, 12> header{};
    const auto got = layer.read(file, 0, header);
    if (!got || *got < header.size()) return false;
    if (std::memcmp(header.data(), "RIFF", 4) != 0 || std::memcmp(header.data() + 8, "WEBP", 4) != 0) return false;
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length |= std::uint64_t{header[4 + i]} << (8 * i);
    return length + 8 == size;
}

Result<std::shared_ptr<const Descriptor>> Reader::open_file(const Place& place) {
    auto file = layer_.open(folders_.path(place));
    if (!file && (file.error() == ENOENT || file.error() == ENOTDIR)) return no_such_object();
    if (!file) return refuse_reading(file.error(), "opening a file");
    const auto status = layer_.status(file->get());
    if (!status) return refuse(status.error(), "looking at a file");
    return std::make_shared<const Descriptor>(Descriptor{std::move(*file), status->size, status->modified});
}

Result<std::shared_ptr<const Descriptor>> Reader::open(const std::string& key) {
    TRY(const auto place, place_of(key));
    const auto whole = [&](const Descriptor& found) {
        return !says_its_length(key) || has_its_length(layer_, found.file.get(), found.size);
    };
    {
        const std::shared_lock guard(folders_.guard(place));
        TRY(auto found, open_file(place));
        if (whole(*found)) {
            if (is_derivative(key)) descriptors_.keep(key, found);
            return found;
        }
    }
    const std::unique_lock guard(folders_.guard(place));
    TRY(auto found, open_file(place));  // it may have been made again meanwhile
    if (whole(*found)) return found;
    const auto gone = layer_.unlink(folders_.path(place));
    if (!gone && gone.error() != ENOENT) return refuse(gone.error(), "removing a file");
    return no_such_object();
}

Result<std::string> Reader::get(const std::string& key) {
    TRY(const auto found, open(key));
    if (found->size > kLargestFact)
        return fail(ErrorKind::too_large, "That object is too large to be read whole.", key);
    std::string content(static_cast<std::size_t>(found->size), '\0');
    const auto got =
        layer_.read(found->file.get(), 0, {reinterpret_cast<std::uint8_t*>(content.data()), content.size()});
    if (!got) return refuse_reading(got.error(), "reading a file");
    content.resize(*got);
    return content;
}

Object Reader::object(std::shared_ptr<const Descriptor> descriptor, std::uint64_t offset, std::uint64_t length,
                      Pool& pool) const {
    const auto size = descriptor->size;
    const auto begin = std::min(offset, size);
    const auto end = begin + std::min(length, size - begin);
    Object object{size, descriptor->modified, std::shared_ptr<const UniqueFd>(descriptor, &descriptor->file), {}};
    auto window = std::make_shared<Window>(Window{layer_, pool, std::move(descriptor), begin, end});
    object.read = [window = std::move(window)](std::span<std::uint8_t> into) { return read_next(window, into); };
    return object;
}

}  // namespace cadre::blobs::files
