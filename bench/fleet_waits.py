#!/usr/bin/env python3
"""How often a request waits for Redis, one wait after the other: relays hold every answer of Redis back by a fixed time,
and what a request then takes longer, divided by that time, is the number.

First with who asks known to the replica, as it is for 0.2 s after a request of the same person, then without."""

import json
import secrets
import time
from statistics import median

from _connection import Connection
from _delay import Far
from _fleet import Fleet
from _gallery import Failed, main, report, table, temporary_folder
from _library import fill, newest_month
from _load import verdict
from _pictures import picture

PHOTOS = 20
TIMES = 20
DELAY = 0.1  # seconds
FORGOTTEN_AFTER = 0.3  # seconds; catalog/redis/catalog.h: kFreshFor
TARGETS = {"hot timeline": 1, "photo": 1, "upload": 3, "edit": 3}


class Requests:
    """The four of the table, through one connection."""

    def __init__(self, gallery):
        self._connection = Connection(gallery.url)
        self._token = {"Authorization": f"Bearer {gallery.token}"}
        self._page = f"/api/v1/timeline/{newest_month(gallery)}?scope=mine"
        self._ids = [photo["id"] for photo in gallery.photos()]
        self._count = 0

    def introduce(self) -> None:
        """Now the replica knows who asks."""
        self._timed("GET", "/api/v1/me")
        self._timed("GET", f"/api/v1/photos/{self._ids[0]}")

    def once(self, kind: str) -> float:
        """Seconds."""
        self._count += 1
        if kind == "hot timeline":
            return self._timed("GET", self._page)
        photo = f"/api/v1/photos/{self._ids[self._count % len(self._ids)]}"
        if kind == "photo":
            return self._timed("GET", photo)
        if kind == "upload":
            return self._timed("POST", "/api/v1/photos?filename=a.png", picture(secrets.randbits(60)))
        return self._timed("PATCH", photo, json.dumps({"title": f"Title {self._count}"}).encode())

    def _timed(self, method: str, target: str, body: bytes = b"") -> float:
        headers = self._token | ({"Content-Type": "application/json"} if method == "PATCH" else {})
        seconds, status, answer = self._connection.timed(method, target, headers, body)
        if not 200 <= status < 300:
            raise Failed(f"{method} {target} was answered {status}: {answer.decode(errors='replace')}")
        return seconds


def seconds_of(requests: Requests, far: Far, kind: str, delay: float, known: bool) -> float:
    far.seconds = 0.0
    if known:
        requests.introduce()
    else:
        time.sleep(FORGOTTEN_AFTER)
    far.seconds = delay
    try:
        return requests.once(kind)
    finally:
        time.sleep(delay * 2)  # what follows an answer is not in the next one's way
        far.seconds = 0.0


def waits(requests: Requests, far: Far, kind: str, known: bool) -> float:
    near, late = [], []
    for _ in range(TIMES):
        near.append(seconds_of(requests, far, kind, 0.0, known))
        late.append(seconds_of(requests, far, kind, DELAY, known))
    return (median(late) - median(near)) / DELAY


def measure() -> None:
    with temporary_folder() as folder, Fleet(folder, garage=True) as fleet, Far(fleet.plan) as far:
        with fleet.replica("replica", "--workers", "1", environment={"CADRE_CATALOG": far.catalog}) as replica:
            fill(folder, [replica], PHOTOS)
            token = replica.token
        with fleet.replica("replica", environment={"CADRE_CATALOG": far.catalog}) as replica:
            replica.token = token
            requests = Requests(replica)
            for kind in TARGETS:
                requests.once(kind)  # scripts are sent, kinds of jobs are written down
            found = {kind: (waits(requests, far, kind, True), waits(requests, far, kind, False)) for kind in TARGETS}
    table(["request", "waits, person known", "waits, person not known", "to reach", "reached"],
          [[kind, f"{known:.2f}", f"{unknown:.2f}", f"≤ {TARGETS[kind]}", verdict(round(known, 1) <= TARGETS[kind])]
           for kind, (known, unknown) in found.items()])
    report({"bench": "fleet_waits", "delay_s": DELAY, "targets": TARGETS,
            "waits": {kind: known for kind, (known, _) in found.items()},
            "waits_person_not_known": {kind: unknown for kind, (_, unknown) in found.items()}})


if __name__ == "__main__":
    main(measure)
