// The Lua that the catalog runs inside Redis. What each takes and answers stands at its head, in scripts.cc and
// *_scripts.h; the keys and values are described in docs/reference/catalog-redis.md.
#pragma once

#include "redis/cluster.h"

namespace cadre::catalog::redis {

struct Scripts {
    cadre::redis::Script get, scan, write;                        // entries
    cadre::redis::Script row, month, below, heads, members, add;  // timelines
    cadre::redis::Script words, add_word;                         // lists of views
    cadre::redis::Script claim, find, list, listed;               // look-ups
    cadre::redis::Script walk_rows, walk_lookups, walk_lists;     // audit
    cadre::redis::Script begin_rebuild, end_rebuild;
    cadre::redis::Script lease, renew, release, count, keep, put_session, list_session, uncount, see, post, posted;
};

[[nodiscard]] const Scripts& scripts();

}  // namespace cadre::catalog::redis
