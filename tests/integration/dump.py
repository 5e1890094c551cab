"""Prints all of a catalog.db that a reindex has to bring back: every table but sessions and the like, versions left out."""

import sqlite3
import sys

TABLES = {
    "entries": "kind, hex(id), purged, hex(facts), hex(derived)",
    "lookups": "what, hex(key), hex(id)",
    "rows": "hex(scope), at, hex(rank), hex(id), hex(key), hex(taken_at), width, height, hex(thumbhash), hex(title), "
    "favourite, hex(state)",
    "days": "hex(scope), month, day, count, aspect",
    "months": "hex(scope), month, count, digest",
    "scopes": "hex(scope), count, digest",
}

catalog = sqlite3.connect(sys.argv[1])
for table, columns in TABLES.items():
    for row in sorted(map(str, catalog.execute(f"SELECT {columns} FROM {table}"))):
        print(table, row)
