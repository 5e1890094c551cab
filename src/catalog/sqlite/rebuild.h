// What follows from the entries, made again where another release made it, or another declaration.
#pragma once

#include "base/result.h"
#include "base/sqlite.h"
#include "catalog/views.h"

namespace cadre::catalog::sqlite {

using namespace cadre::sqlite;

/// Makes rows, counters and look-ups of what is declared from the entries, as far as they are not there in this form,
/// and removes those of what is not declared (another release that knows them makes them again). In one transaction;
/// some minutes for a million photos. An entry that cannot be read makes the catalog incomplete, so that it is rebuilt
/// from the blobs.
void rebuild(Connection& db, const Declarations& declared);

}  // namespace cadre::catalog::sqlite
