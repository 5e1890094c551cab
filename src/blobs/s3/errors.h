// What callers hear of an answer that is no success.
#pragma once

#include "base/result.h"
#include "blobs/s3/caller.h"
#include "blobs/s3/xml.h"

namespace cadre::blobs::s3 {

/// not_found only where the bucket says that it has no such object; no_space; else unavailable, with a sentence for the
/// operator in `detail` that names the endpoint and the cause: the key, the region, the bucket, the clock.
[[nodiscard]] Error refusal_of(const Answer& answer, const Caller& caller);
[[nodiscard]] Error refusal_of(int status, const Refusal& refusal, const std::string& endpoint, const Location& where);

/// not_found.
[[nodiscard]] Error no_such_object();

/// unavailable; `detail` is for the operator.
[[nodiscard]] Error out_of_reach(std::string detail);

}  // namespace cadre::blobs::s3
