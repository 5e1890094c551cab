// Reading objects: whole ones into memory, ranges as a stream.
#pragma once

#include <memory>
#include <string>

#include "blobs/s3/caller.h"
#include "blobs/store.h"

namespace cadre::blobs::s3 {

/// As blobs::Store::get.
[[nodiscard]] Task<std::string> get_object(std::shared_ptr<Caller> caller, std::string key);

/// As blobs::Store::open. A stream that breaks off or stalls goes on from another endpoint if the object is still the
/// same there (by its entity tag). What is read from beginning to end is compared with the store's SHA-256, where it
/// keeps one: the last piece is an error if they differ.
[[nodiscard]] Task<Object> open_object(std::shared_ptr<Caller> caller, std::string key, std::uint64_t offset,
                                       std::uint64_t length);

}  // namespace cadre::blobs::s3
