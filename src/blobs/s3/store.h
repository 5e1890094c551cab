// The blob store on plain S3: Signature Version 4, path style, nothing that one store alone has. What it asks of a
// store, its time limits and what it repeats: docs/reference/s3.md.
//
// An object's SHA-256 goes with it and is compared when it is read as a whole. Objects of more than 64 MiB are put in
// parts and have none. Copies are the store's own. Listings are not atomic.
#pragma once

#include <memory>

#include "base/pool.h"
#include "blobs/s3/caller.h"
#include "blobs/s3/writer.h"
#include "blobs/store.h"

namespace cadre::blobs::s3 {

struct Options {
    Location where;  // parse_location(settings.blobs)
    Credentials credentials;
    Limits limits{};
    WriterOptions writer{};
};

/// Asks nothing of the store yet: check() does. `pool` hashes files; it and `clock` outlive the store. Calls are made
/// on io_contexts that one thread each runs; connections are kept in them. Errors: invalid, for empty credentials.
[[nodiscard]] Result<std::unique_ptr<Store>> open(Options options, const Clock& clock, Pool& pool);

}  // namespace cadre::blobs::s3
