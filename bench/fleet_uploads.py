#!/usr/bin/env python3
"""Uploads of 1 MiB acknowledged by one replica, with no worker running, against the same two objects put into Garage by
a bare client: the original, then the facts. The same client program, the same number at once, rounds in turn. 1.0 is
the bare client; more is better."""

import secrets
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from _connection import Connection
from _fleet import Fleet
from _gallery import Failed, cpu_seconds, main, report, table, temporary_folder
from _load import in_turn, spread, verdict
from _pictures import picture
from _s3 import Signer

SIZE = 1 << 20
FACTS = 900  # bytes, as of an upload
EACH = 6  # a connection and round
ROUNDS = 7
AT_ONCE = (1, 8)
TARGET = 0.8


def a_second(connections: list[Connection], work) -> float:
    """Calls `work(connection, number)` EACH times on every connection; how many a second. Pictures are made before."""
    pictures = [[picture(secrets.randbits(60), SIZE) for _ in range(EACH)] for _ in connections]

    def one(number: int) -> None:
        for body in pictures[number]:
            work(connections[number], body)

    began = time.perf_counter()
    with ThreadPoolExecutor(len(connections)) as pool:
        list(pool.map(one, range(len(connections))))
    return EACH * len(connections) / (time.perf_counter() - began)


def expect(answer: tuple[int, bytes], status: int) -> None:
    if answer[0] != status:
        raise Failed(f"an answer was {answer[0]}: {answer[1].decode(errors='replace')}")


def compare(replica, signer: Signer, at_once: int) -> dict:
    ours = [Connection(replica.url) for _ in range(at_once)]
    theirs = [Connection(signer.url) for _ in range(at_once)]
    headers = {"Authorization": f"Bearer {replica.token}"}

    def upload(connection: Connection, body: bytes) -> None:
        expect(connection.ask("POST", "/api/v1/photos?filename=a.png", headers, body), 201)

    def put_both(connection: Connection, body: bytes) -> None:
        folder = f"bare/{uuid.uuid4()}"
        expect(connection.ask("PUT", signer.target("PUT", f"{folder}/original"), {}, body), 200)
        expect(connection.ask("PUT", signer.target("PUT", f"{folder}/f/1.json"), {}, body[-FACTS:]), 200)

    for connections, work in ((ours, upload), (theirs, put_both)):
        a_second(connections, work)
    before = cpu_seconds(replica.pid)
    found = in_turn(ROUNDS, replica=lambda: a_second(ours, upload), bare=lambda: a_second(theirs, put_both))
    used = (cpu_seconds(replica.pid) - before) / (ROUNDS * EACH * at_once)
    return {**found, "cpu_ms": used * 1000, "ratios": [a / b for a, b in zip(found["replica"], found["bare"])]}


def measure() -> None:
    with temporary_folder() as folder, Fleet(folder, garage=True) as fleet, fleet.replica("replica") as replica:
        replica.add_user()
        signer = Signer(fleet.plan)
        found = {at_once: compare(replica, signer, at_once) for at_once in AT_ONCE}
    table(["at once", "uploads/s", "bare pairs/s", "ratio", "replica, ms CPU", "reached"],
          [[at_once, spread(one["replica"], 1), spread(one["bare"], 1), spread(one["ratios"]), f"{one['cpu_ms']:.1f}",
            verdict(median(one["ratios"]) >= TARGET)] for at_once, one in found.items()])
    print(f"Files of {SIZE} bytes; to reach: {TARGET}.")
    report({"bench": "fleet_uploads", "target": TARGET, **{f"{at_once} at once": one for at_once, one in found.items()}})


if __name__ == "__main__":
    main(measure)
