// Writing objects: small ones from memory, files from their descriptors, large ones in parts.
#pragma once

#include <memory>
#include <string>

#include "base/pool.h"
#include "blobs/s3/caller.h"
#include "blobs/store.h"

namespace cadre::blobs::s3 {

struct WriterOptions {
    std::uint64_t part_above = std::uint64_t{64} << 20;  // larger files are put in parts
    std::uint64_t part_size = std::uint64_t{16} << 20;  // at least 5 MiB, by Amazon's rule; larger for very large files
    std::size_t parts_at_once = 4;
};

/// Every body is hashed before it is sent (a file's on the pool), so that the store refuses one that changed on the
/// way. Thread-safe; the pool outlives it.
class Writer {
public:
    Writer(std::shared_ptr<Caller> caller, Pool& pool, WriterOptions options)
        : caller_(std::move(caller)), pool_(pool), options_(options) {}

    /// One object. Errors: no_space, unavailable.
    [[nodiscard]] Task<void> put(Put what) const;

private:
    struct Upload;
    [[nodiscard]] Task<void> put_text(std::string key, std::string text) const;
    [[nodiscard]] Task<void> put_file(std::string key, FileRange range) const;
    [[nodiscard]] Task<void> put_in_parts(std::string key, FileRange range) const;
    [[nodiscard]] Task<void> put_part(Upload& upload, std::size_t part) const;
    [[nodiscard]] Task<void> complete(Upload& upload) const;
    [[nodiscard]] Task<void> abort(Upload& upload) const;
    [[nodiscard]] Task<Answer> send_file(Call call, std::shared_ptr<const UniqueFd> file, FileRange range) const;

    std::shared_ptr<Caller> caller_;
    Pool& pool_;
    WriterOptions options_;
};

}  // namespace cadre::blobs::s3
