#!/usr/bin/env python3
"""A derivative through one replica, which keeps none of them, against the same object from Garage itself: a signed
request to the node that the replica asks too. 1.0 is Garage; more is better.

One at a time, they take turns object by object; eight at once, round by round. The client is the same for both; it
acknowledges at once, else Garage takes 44 ms for a small object."""

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from _connection import Connection
from _fleet import Fleet
from _gallery import Failed, main, photographs, report, table, temporary_folder
from _load import in_turn, spread, verdict
from _s3 import Signer

PHOTOS = 15
ROUNDS = 7
TIMES = 3  # each object in a round
AT_ONCE = (1, 8)
TARGET = 0.9
VARIANTS = ("s", "m", "l", "xl")


class Side:
    """The same objects from one server, over so many connections."""

    def __init__(self, url: str, targets: list[str], connections: int):
        self._connections = [Connection(url) for _ in range(connections)]
        self._targets = targets
        self.bodies = {}

    def one(self, at: int, connection: int = 0) -> float:
        """Seconds of one object."""
        seconds, status, body = self._connections[connection].timed("GET", self._targets[at], {})
        if status != 200:
            raise Failed(f"{self._targets[at].partition('?')[0]} was answered {status}.")
        self.bodies[at] = body
        return seconds

    def all(self, times: int) -> float:
        """Seconds of all objects so many times, on all connections at once."""
        wanted = [*range(len(self._targets))] * times

        def some(connection: int) -> None:
            for at in wanted[connection::len(self._connections)]:
                self.one(at, connection)

        began = time.perf_counter()
        with ThreadPoolExecutor(len(self._connections)) as pool:
            list(pool.map(some, range(len(self._connections))))
        return time.perf_counter() - began


def one_by_one(ours: Side, theirs: Side, count: int) -> tuple[float, float]:
    """The middle seconds of an object from both, which take turns object by object. Not the mean: some reads of either
    take 45 ms, when the Garage nodes wait for each other's acknowledgements."""
    seconds = {ours: [], theirs: []}
    for number in range(count * TIMES):
        for side in (ours, theirs) if number % 2 else (theirs, ours):
            seconds[side].append(side.one(number % count))
    return median(seconds[ours]), median(seconds[theirs])


def all_at_once(ours: Side, theirs: Side, count: int, at_once: int) -> list[tuple[float, float]]:
    """Of each round the mean seconds of an object, as many as there are connections under way."""
    times = TIMES * at_once
    turns = in_turn(ROUNDS, ours=lambda: ours.all(times), theirs=lambda: theirs.all(times))
    return [(a / count / times, b / count / times) for a, b in zip(turns["ours"], turns["theirs"])]


def compare(replica, signer: Signer, photos: list[dict], variant: str, at_once: int) -> dict:
    paths = [f"/media/{photo['media']['key']}/{variant}.webp" for photo in photos]
    keys = [f"media/{photo['media']['key']}/{variant}.webp" for photo in photos]
    ours = Side(replica.url, paths, at_once)
    theirs = Side(signer.url, [signer.target("GET", key) for key in keys], at_once)
    for side in (ours, theirs):
        side.all(1)  # connects; what lies on disk is in memory then, for both
    if ours.bodies != theirs.bodies:
        raise Failed("the replica and Garage do not answer the same bytes.")
    if at_once == 1:
        found = [one_by_one(ours, theirs, len(keys)) for _ in range(ROUNDS)]
    else:
        found = all_at_once(ours, theirs, len(keys), at_once)
    return {"bytes": median(len(body) for body in ours.bodies.values()),
            "replica_ms": median(a for a, _ in found) * 1000, "garage_ms": median(b for _, b in found) * 1000,
            "ratios": [b / a for a, b in found]}


def measure() -> None:
    with temporary_folder() as folder, Fleet(folder, garage=True) as fleet:
        with fleet.replica("replica", "--workers", "2") as filler:
            filler.add_user()
            filler.take_in(photographs(at_least=8, at_most=PHOTOS))
            token = filler.token
        with fleet.replica("replica") as replica:
            replica.token = token
            photos = replica.photos()
            signer = Signer(fleet.plan)
            found = {(variant, at_once): compare(replica, signer, photos, variant, at_once)
                     for at_once in AT_ONCE for variant in VARIANTS}
    table(["variant", "at once", "bytes", "replica, ms", "Garage, ms", "ratio"],
          [[variant, at_once, f"{one['bytes']:.0f}", f"{one['replica_ms']:.2f}", f"{one['garage_ms']:.2f}",
            spread(one["ratios"])] for (variant, at_once), one in found.items()])
    ratio = median(median(one["ratios"]) for one in found.values())
    print(f"Milliseconds an object; to reach: {TARGET}; reached: {verdict(ratio >= TARGET)}, {ratio:.2f} in the middle.")
    report({"bench": "fleet_media", "target": TARGET, "ratio": ratio,
            **{f"{variant}, {at_once} at once": one for (variant, at_once), one in found.items()}})


if __name__ == "__main__":
    main(measure)
