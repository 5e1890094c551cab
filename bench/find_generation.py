#!/usr/bin/env python3
"""How long a new replica of a fleet has no search: the first one, which reads the whole catalog, and the next one, which takes
the copy that the first one wrote to the blob store. The catalog is a real Redis Cluster, the blob store a folder of both.

    BENCH_PHOTOS=1000000 ./dev bench find_generation     the million that the figures of issue 14 are for; it takes 3 GB of
                                                         memory and a quarter of an hour"""

import contextlib
import os
import pathlib
import time
import urllib.error
import urllib.request

from _gallery import Failed, Gallery, main, report, table, temporary_folder
from _redis import Masters
from fleet_million import fill

from cadre_dev import build

PHOTOS = int(os.environ.get("BENCH_PHOTOS", "100000"))
MOST_BUILT_S = 180 * PHOTOS / 1_000_000
MOST_TAKEN_S = 20
GIVEN_UP_AFTER = 1800  # seconds


def replica(folder: pathlib.Path, blobs: pathlib.Path, cluster: Masters) -> Gallery:
    folder.mkdir()
    return Gallery(folder, environment={"CADRE_CATALOG": f"redis://{','.join(cluster.addresses)}",
                                        "CADRE_BLOBS": f"files:{blobs}", "CADRE_SCRATCH": str(folder / "scratch")})


def until_found(gallery: Gallery) -> float:
    """Seconds until search answers; what it answers is a hit."""
    start = time.monotonic()
    while time.monotonic() - start < GIVEN_UP_AFTER:
        try:
            with urllib.request.urlopen(f"{gallery.url}/api/v1/search?scope=wall&q=type:jpeg&limit=1", timeout=30) as answer:
                if b'"total":2000' not in answer.read():
                    raise Failed("search answered without all hits")
                return time.monotonic() - start
        except urllib.error.HTTPError as refused:
            if refused.code != 503:
                raise
        time.sleep(0.1)
    raise Failed(f"search did not answer within {GIVEN_UP_AFTER} s")


def until_kept(blobs: pathlib.Path) -> tuple[float, int]:
    """Seconds until the copy stands in the blob store, and its bytes."""
    start = time.monotonic()
    while time.monotonic() - start < GIVEN_UP_AFTER:
        # A file that is being written has another name, or stands in another folder.
        kept = [path for path in (blobs / "find").rglob("sqlite-*") if path.is_file()] if (blobs / "find").exists() else []
        if kept:
            return time.monotonic() - start, kept[0].stat().st_size
        time.sleep(0.1)
    raise Failed(f"no copy was written within {GIVEN_UP_AFTER} s")


def measure() -> None:
    built = build.configure("release")
    build.compile_targets(built, ["catalog_redis_bench", "cadre", "cadre-decode"])
    with temporary_folder() as folder, contextlib.ExitStack() as stack:
        cluster = stack.enter_context(Masters(folder / "redis"))
        fill(next(built.rglob("catalog_redis_bench")), cluster, PHOTOS)
        blobs = folder / "blobs"
        first = stack.enter_context(replica(folder / "first", blobs, cluster))
        made = until_found(first)
        written, size = until_kept(blobs)
        second = stack.enter_context(replica(folder / "second", blobs, cluster))
        taken = until_found(second)
    table(["", "measured", "of the figure"],
          [["search of the first replica after its start, s", round(made, 1), round(made / MOST_BUILT_S, 2)],
           ["then its copy in the blob store after, s", round(written, 1), ""],
           ["the copy, MB", round(size / 1e6, 1), ""],
           ["search of the second replica after its start, s", round(taken, 1), round(taken / MOST_TAKEN_S, 2)]])
    report({"bench": "find_generation", "photos": PHOTOS, "built_s": made, "written_s": written, "copy_bytes": size,
            "taken_s": taken})


if __name__ == "__main__":
    main(measure)
