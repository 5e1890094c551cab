// What reindex, sweep, verify and copy do alike with records that they found, many at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gallery/gallery.h"

namespace cadre::gallery {

/// Kinds of records, in the order in which they are rebuilt: people can log in before the photos are there.
inline constexpr catalog::Kind kRecordKinds[] = {catalog::Kind::settings, catalog::Kind::user,  catalog::Kind::token,
                                                 catalog::Kind::album,    catalog::Kind::share, catalog::Kind::photo};

/// How many records are in hand at once. Each waits on the stores most of its time.
inline constexpr std::size_t kRecordsAtOnce = 32;

/// Things that one call of audit() looks at.
inline constexpr std::size_t kAuditPage = 1000;

/// Repairs until nobody has changed it meanwhile, some times. Errors: unprocessable where its facts cannot be read.
Task<Repaired> repair_for_sure(Gallery& gallery, catalog::Ref ref);

/// Whether a record that could not be reached so often is left out: the stores answer, so that it is this one alone
/// (an object that a store has lost, and says only that it failed). The next round tries it again.
inline constexpr int kMostFailures = 3;
Task<bool> only_this_one(Gallery& gallery, const Error& error, int failures);

/// Sets right what should follow from the catalog's entries and does not. Returns how much that was.
Task<std::uint64_t> audit(Gallery& gallery);

/// The same after an update or a roll-back, where views or look-ups are declared otherwise than by the release that did
/// this last.
Task<void> audit_after_update(Gallery& gallery);

/// Of these, those that the blobs know nothing of.
Task<std::vector<catalog::Ref>> unknown_to_blobs(Gallery& gallery, std::vector<catalog::Ref> refs);

}  // namespace cadre::gallery
