// A blob as the body of an answer.
#pragma once

#include "blobs/store.h"
#include "http/body.h"
#include "http/conditional.h"

namespace cadre::api {

/// Bytes [range) of an object that was opened for that range: by sendfile where it is a file, else piece by piece.
[[nodiscard]] http::Body body_of(blobs::Object object, http::ByteRange range);

}  // namespace cadre::api
