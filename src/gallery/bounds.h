// What one record may grow to. Every value that was ever set in a new field stays in its record, so somebody who tags
// and untags could make facts that no reader takes; what is written is bounded here, before it is stored.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "catalog/record.h"

namespace cadre::gallery {

/// Of the object that is written. 100 tags of 100 characters, a caption and all else that is allowed at one time are
/// below 128 KiB; the rest is room for what was taken off. Readers take sixteen times as much (blobs/store.h), since a
/// truth is joined of several objects while it is written.
inline constexpr std::size_t kMostRecordBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMostRecordFields = 2000;

/// What was taken off is remembered for so long: an older put that lands late must not bring it back. As long as a
/// tomb.
inline constexpr std::chrono::days kRemovedFor{30};

/// Takes out of `facts` what was taken off of a set (a tag, an album) and is old. Returns the names. Only for a record
/// of which nothing but one object is listed: where others lie beside it, one of them may hold what was taken off.
std::vector<std::string> forget_removed(catalog::Record& facts,
                                        const std::function<bool(const catalog::Stamp&)>& is_old);

/// Whether `after` may be stored in place of `before`. Beyond the bounds only what does not grow is taken: what was
/// there is set to something as short, taken off or taken on again; short values of fields that are no members. Errors:
/// invalid.
[[nodiscard]] Result<void> check_growth(const catalog::Record& before, const catalog::Record& after);

}  // namespace cadre::gallery
