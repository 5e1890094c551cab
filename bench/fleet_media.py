#!/usr/bin/env python3
"""A derivative through one replica, which keeps none of them, against the same object from Garage itself: a signed
request to the node that the replica asks too. 1.0 is Garage; more is better.

Every object in turn from both; the same client, which acknowledges at once (else Garage takes 44 ms for a small one)."""

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
AT_ONCE = (1, 8)
TARGET = 0.9
VARIANTS = ("s", "m", "l", "xl")


class Side:
    """All objects of a size from one server, `at_once` connections at a time."""

    def __init__(self, url: str, targets: list[str], at_once: int):
        self._connections = [Connection(url) for _ in range(at_once)]
        self._targets = targets
        self.bodies = {}

    def seconds(self) -> float:
        began = time.perf_counter()
        with ThreadPoolExecutor(len(self._connections)) as pool:
            list(pool.map(self._some, range(len(self._connections))))
        return time.perf_counter() - began

    def _some(self, number: int) -> None:
        for at in range(number, len(self._targets), len(self._connections)):
            status, body = self._connections[number].ask("GET", self._targets[at], {})
            if status != 200:
                raise Failed(f"{self._targets[at].partition('?')[0]} was answered {status}.")
            self.bodies[at] = body


def compare(replica, signer: Signer, photos: list[dict], variant: str, at_once: int) -> dict:
    paths = [f"/media/{photo['media']['key']}/{variant}.webp" for photo in photos]
    keys = [f"media/{photo['media']['key']}/{variant}.webp" for photo in photos]
    ours = Side(replica.url, paths, at_once)
    theirs = Side(signer.url, [signer.target("GET", key) for key in keys], at_once)
    for side in (ours, theirs):
        side.seconds()  # connects; what lies on disk is in memory then, for both
    if ours.bodies != theirs.bodies:
        raise Failed("the replica and Garage do not answer the same bytes.")
    found = in_turn(ROUNDS, replica=ours.seconds, garage=theirs.seconds)
    return {"bytes": median(len(body) for body in ours.bodies.values()),
            "replica_ms": median(found["replica"]) / len(keys) * 1000, "garage_ms": median(found["garage"]) / len(keys) * 1000,
            "ratios": [garage / replica for replica, garage in zip(found["replica"], found["garage"])]}


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
