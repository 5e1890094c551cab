#!/usr/bin/env python3
"""A page of the timeline that was asked for before: one replica over a Redis Cluster against Solo.

Both have the same photographs, one I/O thread, and core 0; wrk and Redis share core 1. 1.0 is Solo; more is better."""

from statistics import median

from _fleet import Fleet
from _gallery import Failed, Gallery, main, report, table, temporary_folder
from _library import fill, newest_month
from _load import in_turn, loaded, spread, two_cores, verdict

PHOTOS = 300
ROUNDS = 7
SECONDS = 3
PAGE = 100
TARGET = 0.7


def page_of(gallery) -> str:
    return f"/api/v1/timeline/{newest_month(gallery)}?scope=wall&limit={PAGE}"


def measure() -> None:
    two_cores()
    with temporary_folder() as folder, Fleet(folder, garage=False) as fleet:
        with Gallery(folder / "solo", "--io-threads", "1", core=0) as solo, \
                fleet.replica("replica", "--workers", "1", core=0) as replica:
            fill(folder, [solo, replica], PHOTOS)
            fleet.bind_to(1)
            page = page_of(solo)
            sizes = {len(one.get(page)) for one in (solo, replica)}
            if len(sizes) != 1:
                raise Failed(f"the two answers differ in size: {sizes}.")
            for one in (solo, replica):
                loaded(one.pid, one.url + page, 1)
            found = in_turn(ROUNDS, solo=lambda: loaded(solo.pid, solo.url + page, SECONDS),
                            replica=lambda: loaded(replica.pid, replica.url + page, SECONDS))
    ratios = [ours["rps"] / theirs["rps"] for ours, theirs in zip(found["replica"], found["solo"])]
    table(["", "answers/s", "p50, ms", "p99, ms", "µs CPU", "ratio"],
          [[name, *(f"{median(one[key] for one in found[name]):.{digits}f}"
                    for key, digits in (("rps", 0), ("p50_ms", 2), ("p99_ms", 2), ("cpu_us", 1))),
            "1" if name == "solo" else spread(ratios)] for name in found])
    print(f"A page of {PAGE} of {PHOTOS} photos, {sizes.pop()} bytes; to reach: {TARGET}; "
          f"reached: {verdict(median(ratios) >= TARGET)}.")
    report({"bench": "fleet_timeline", "target": TARGET, "ratio": median(ratios), "ratios": ratios, **found})


if __name__ == "__main__":
    main(measure)
