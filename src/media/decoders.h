// Reading pictures: every byte of a picture is read by cadre-decode, a separate process without files, network or
// privileges; this is how the server asks it. Clients hold a Decoders and never learn what stands behind it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/task.h"
#include "media/metadata.h"

namespace cadre::media {

/// What one photo may take. A photo that wants more is refused; nothing else notices.
struct Limits {
    std::int64_t max_pixels = 256'000'000;
    /// A progressive JPEG is held whole while it is decoded (3 bytes and more a pixel), so it gets a lower limit.
    std::int64_t max_progressive_pixels = 100'000'000;
    std::chrono::seconds cpu{90};  // a probe has a second or two of it
    /// From when a decoder has the photo in hand, waiting in the queue not counted.
    std::chrono::seconds wall{90};
};

struct Probe {
    std::string format;        // "jpeg", "png", "webp", "gif", "tiff", "heic", "avif"
    std::string content_type;  // "image/jpeg", …
    int width = 0;             // upright, that is after orientation
    int height = 0;
    bool progressive = false;  // a progressive JPEG
    bool incomplete = false;   // something is missing at the end of the file
    Metadata metadata;
};

/// The names of the variants and their longest edges; a smaller photo is not enlarged.
struct VariantSize {
    const char* name;
    int longest_edge;
};
inline constexpr VariantSize kVariantSizes[] = {{"s", 320}, {"m", 640}, {"l", 1280}, {"xl", 2560}};

/// One derivative, a WebP file without any metadata.
struct Variant {
    std::string name;
    int width = 0;
    int height = 0;
    UniqueFd file;  // a sealed memfd: nobody can change it any more
    std::uint64_t size = 0;
};

struct Derived {
    int width = 0;  // of the upright photo, turned
    int height = 0;
    bool incomplete = false;        // something is missing at the end of the file
    std::string thumbhash;          // the bytes, not base64
    std::vector<Variant> variants;  // all of kVariantSizes, in that order
    // Of the picture as it lies in its file, whatever the rotation:
    std::string pixels{};                  // a digest, the bytes: the same for files that differ in metadata alone
    std::optional<std::uint64_t> phash{};  // a perceptual hash, by the bits of which look-alikes differ little; nothing
                                           // for what is flat
};

/// Decoders of one kind.
struct Load {
    std::size_t at_once = 0;  // guests not counted
    std::size_t in_hand = 0;
    std::size_t waiting = 0;
};
struct Busy {
    Load probing, deriving;
};

/// Thread-safe: any thread may call, on an executor that runs one handler at a time (an io_context of one thread, or a
/// strand). Errors, each with a code of its own:
///   unsupported (415)     not one of the accepted formats, by its bytes
///   unprocessable (422)   of an accepted format, but broken, too large or too dear, or it took its decoder down with
///   it;
///                         the sentence says which, in a photographer's words
///   unavailable (503)     too many are waiting, or the decoder was killed from outside: the next try may succeed
class Decoders {
public:
    virtual ~Decoders() = default;

    /// What the file is, from its header, its container and its metadata; decodes no pixels. `fd` is a file that stays
    /// open during the call; it is read from its start whatever its offset, which does not change. `owner` is whose
    /// turn it is.
    [[nodiscard]] virtual Task<Probe> probe(int fd, Limits limits, std::string owner) = 0;

    /// Makes the derivatives, turned clockwise by `rotation` degrees (0, 90, 180, 270) from upright. A decoder never
    /// sees photos of two owners: it is replaced when `owner_group` changes, whose turn it is, too.
    [[nodiscard]] virtual Task<Derived> derive(int fd, Limits limits, std::string owner_group, int rotation = 0) = 0;

    /// What they have in hand now; nothing where that is not known.
    [[nodiscard]] virtual std::optional<Busy> busy() const { return std::nullopt; }

    /// The libraries that read pictures, with their versions: what could not be read may be once this is another.
    [[nodiscard]] virtual Task<std::string> about() = 0;
};

/// How many decoders may have something in hand at once.
struct Slots {
    std::size_t count = 1;
    /// So many more, each for somebody of whom nothing is in hand: who holds all of `count` with what takes long keeps
    /// nobody else waiting.
    std::size_t guests = 0;
    /// The nice value of the processes. The server that answers people comes first.
    int nice = 0;
};

struct Options {
    std::filesystem::path program;  // cadre-decode
    std::size_t workers = 1;        // decoders that derive
    std::size_t guests = 0;         // more of them for owners of whom none is in hand
    std::optional<Slots> probers;   // decoders that probe; nothing: as many as do well
    /// Calls that may wait for a decoder of each kind; one more is refused with `unavailable`, or the last one of whom
    /// most are waiting.
    std::size_t queue = 64;
    /// Address space of one decoder, in bytes (RLIMIT_AS).
    std::uint64_t memory = std::uint64_t{2} << 30;
    /// The most processor time that any one photo's Limits give it.
    std::chrono::seconds photo_cpu{90};
    /// A decoder is replaced after this many photos.
    int photos_per_worker = 25;
    /// A decoder with nothing to do ends itself after this time.
    std::chrono::seconds idle{60};
};

/// Decoders are started when they are first needed, replaced after `photos_per_worker` photos (one that a library
/// refused counts as several), when they break, run out of memory or take long, and when the owner changes, and killed
/// with the server. When one was killed from outside, one at a time does all the work for a minute. Must be destroyed
/// before the io_contexts whose coroutines wait on it.
[[nodiscard]] std::unique_ptr<Decoders> make_sandboxed_decoders(Options options);

}  // namespace cadre::media
