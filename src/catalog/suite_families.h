// Views that only the suite knows. That every driver keeps them proves that a family of views, or a look-up, is added
// by its declaration alone.
#pragma once

#include "catalog/families.h"

namespace cadre::catalog {

/// A person's photos under a label: fields "label:<word>", as tags will be. Its views are by time.
inline constexpr Family kLabel = static_cast<Family>(200);
/// Photos that were put on a pile, in the pile's own order: fields "pile:<id>" → number, as albums will be.
inline constexpr Family kPile = static_cast<Family>(201);
/// Albums by each of their members: fields "member:<user>" of an album.
inline constexpr Index kAlbumsOf = static_cast<Index>(200);

/// What the program declares, and these.
[[nodiscard]] const Declarations& suite_declared();

}  // namespace cadre::catalog
