#!/usr/bin/env python3
"""What others notice when one member sends what costs much: small files that are dear to read (_bombs.py), 8 at a time.

Quiet and hostile rounds alternate on one server. In all of them somebody else sends photographs and waits until they are
ready, and a page is asked for who one is. Reported are percentiles of both, and their ratio: 1.0 is the quiet state. The
hostile sender is a process of its own with the lowest priority, so that what it costs to send is not what is measured."""

import http.client
import json
import multiprocessing
import os
import random
import secrets
import threading
import time
import urllib.parse

import _bombs
from _connection import Connection
from _gallery import Failed, Gallery, main, photographs, report, run, table, temporary_folder

ROUNDS = 2
QUIET_SECONDS = 30
HOSTILE_SECONDS = 60
HOSTILE_AT_A_TIME = 8
SENDERS = 2
ASKS_A_SECOND = 20
READY_WITHIN = 600
TARGETS = {"upload": 1.5, "ready": 2.0, "me": 1.5}


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Other:
    """Somebody else: sends photographs one after the other and looks when they are ready; asks who they are."""

    def __init__(self, gallery: Gallery, token: str, photograph: bytes):
        self.url, self.photograph = gallery.url, photograph
        self.headers = {"Authorization": f"Bearer {token}"}
        self.seconds = {"upload": [], "ready": [], "me": []}
        self.refused = 0
        self.lock = threading.Lock()

    def note(self, what: str, seconds: float) -> None:
        with self.lock:
            self.seconds[what].append(seconds)

    def send_one(self, connection: Connection) -> None:
        body = self.photograph + secrets.token_bytes(16)
        seconds, status, content = connection.timed("POST", "/api/v1/photos?filename=a.jpg", self.headers, body)
        if status != 201:
            with self.lock:
                self.refused += 1
            return
        self.note("upload", seconds)
        place = "/api/v1/photos/" + json.loads(content)["id"]
        began = time.perf_counter()
        while time.perf_counter() - began < READY_WITHIN:
            state = json.loads(connection.ask("GET", place, self.headers)[1])["state"]
            if state == "failed":
                raise Failed("a good photograph failed.")
            if state == "ready":
                self.note("ready", time.perf_counter() - began)
                return
            time.sleep(0.02)
        raise Failed(f"a good photograph was not ready after {READY_WITHIN} s.")

    def send(self, until: float) -> None:
        connection = Connection(self.url)
        while time.monotonic() < until:
            self.send_one(connection)

    def ask(self, until: float) -> None:
        connection = Connection(self.url)
        while time.monotonic() < until:
            self.note("me", connection.timed("GET", "/api/v1/me", self.headers)[0])
            time.sleep(1 / ASKS_A_SECOND)

    def live(self, seconds: float) -> None:
        """Does all of it for so long. What goes wrong in a thread goes wrong here."""
        until = time.monotonic() + seconds
        failures = []

        def guarded(work) -> None:
            try:
                work(until)
            except Exception as failure:  # noqa: BLE001
                failures.append(failure)

        threads = [threading.Thread(target=guarded, args=(work,)) for work in [self.send] * SENDERS + [self.ask]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]


def attack(url: str, token: str, stop, statuses) -> None:
    """A process: sends one bomb after the other, some at a time, until it is stopped. How each was answered is counted."""
    os.nice(19)
    bombs = list(_bombs.all_kinds().values())
    counts, lock = {}, threading.Lock()

    def send() -> None:
        address = urllib.parse.urlsplit(url)
        while not stop.is_set():
            connection = http.client.HTTPConnection(address.hostname, address.port, timeout=600)
            try:
                connection.request("POST", "/api/v1/photos?filename=a", _bombs.again(random.choice(bombs)),
                                   {"Authorization": f"Bearer {token}"})
                status = str(connection.getresponse().status)
            except OSError as failure:
                status = type(failure).__name__
            connection.close()
            with lock:
                counts[status] = counts.get(status, 0) + 1

    threads = [threading.Thread(target=send) for _ in range(HOSTILE_AT_A_TIME)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses.update({name: statuses.get(name, 0) + count for name, count in counts.items()})


def under_attack(gallery: Gallery, token: str, statuses, work) -> None:
    stop = multiprocessing.Event()
    attacker = multiprocessing.Process(target=attack, args=(gallery.url, token, stop, statuses))
    attacker.start()
    try:
        time.sleep(5)  # until its bombs are made and the first are in hand
        work()
    finally:
        stop.set()
        attacker.join(700)
        attacker.kill()


def member(gallery: Gallery, name: str) -> str:
    run("user", "add", name, "--role", "member", "--password-stdin", "--data", gallery.data, text="a good password\n")
    return run("token", "create", "--user", name, "--data", gallery.data).strip()


def photograph() -> bytes:
    """The one nearest to 2 MB."""
    return min((path.read_bytes() for path in photographs(at_least=4, at_most=40)), key=lambda b: abs(len(b) - 2_000_000))


def wait_until_idle(gallery: Gallery, token: str) -> None:
    """Until nothing of the hostile member's is being worked on."""
    headers, connection = {"Authorization": f"Bearer {token}"}, Connection(gallery.url)
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        states, cursor = [], ""
        while cursor is not None:
            page = json.loads(connection.ask("GET", f"/api/v1/photos?scope=mine&limit=500&cursor={cursor}", headers)[1])
            states += [photo["state"] for photo in page["photos"]]
            cursor = page["next"]
        if "processing" not in states:
            return
        time.sleep(1)
    raise Failed("the hostile member's photos are still being worked on.")


def measure() -> None:
    with temporary_folder() as folder, Gallery(folder / "gallery") as gallery, multiprocessing.Manager() as manager:
        good, hostile = member(gallery, "ada"), member(gallery, "mallory")
        picture = photograph()
        quiet, attacked = Other(gallery, good, picture), Other(gallery, good, picture)
        statuses = manager.dict()
        Other(gallery, good, picture).live(5)
        for _ in range(ROUNDS):
            quiet.live(QUIET_SECONDS)
            under_attack(gallery, hostile, statuses, lambda: attacked.live(HOSTILE_SECONDS))
            wait_until_idle(gallery, hostile)
        answers = dict(sorted(statuses.items()))
    rows, figures = [], {}
    for name, target in TARGETS.items():
        calm, loaded = quiet.seconds[name], attacked.seconds[name]
        ratios = {p: percentile(loaded, s) / percentile(calm, s) for p, s in (("p50", .5), ("p99", .99))}
        judged = ratios["p99"]
        rows.append([name, len(calm), len(loaded), *(f"{1000 * percentile(calm, s):.0f}" for s in (.5, .99)),
                     *(f"{1000 * percentile(loaded, s):.0f}" for s in (.5, .99)), f"{ratios['p50']:.2f}", f"{judged:.2f}",
                     target, "yes" if judged <= target else "no"])
        figures[name] = {"ratio_p50": round(ratios["p50"], 3), "ratio_p99": round(judged, 3), "target": target}
    table(["others'", "quiet", "hostile", "p50 ms", "p99", "p50 ms hostile", "p99", "ratio p50", "p99", "at most",
           "reached"], rows)
    print(f"Others' uploads that were refused: {attacked.refused} (quiet: {quiet.refused}). "
          f"The hostile member was answered: {answers}.")
    report({"measurement": "hostile", **figures, "others_refused": attacked.refused, "hostile_answers": answers})


if __name__ == "__main__":
    main(measure)
