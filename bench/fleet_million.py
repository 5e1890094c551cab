#!/usr/bin/env python3
"""A replica over a million photos against one over ten thousand: the same requests, one after the other, to both in
turn. 1.0 is ten thousand; less is better. And what the million takes in Redis, key by key.

    BENCH_PHOTOS=100000 ./dev bench fleet_million     with less memory (a million takes 2.5 GB) and time"""

import collections
import contextlib
import json
import os
import re
import subprocess
from statistics import median

from _connection import Connection
from _gallery import Failed, Gallery, main, report, table, temporary_folder
from _load import in_turn, spread, verdict
from _redis import Masters, Node

from cadre_dev import build

FEW = 10_000
MANY = int(os.environ.get("BENCH_PHOTOS", "1000000"))
MONTHS = [f"{year}-{month:02}" for year in range(2005, 2024) for month in range(1, 13)]
PAGE = 40
ROUNDS = 7
OF_A_KIND = 600  # requests a round
TARGET = 1.2
KINDS = {"photos": "entries", "lookup": "look-ups", "rows": "rows", "directory": "rows", "head": "rows"}


def fill(program, cluster: Masters, photos: int) -> str:
    """What the program printed: it also measures the catalog's calls."""
    done = subprocess.run([program, cluster.addresses[0], str(photos)], check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"the cluster could not be filled:\n{done.stdout}")
    return done.stdout


class Asked:
    """One replica, and requests that no cache of its own answers twice in a row."""

    def __init__(self, gallery: Gallery):
        self._connection = Connection(gallery.url)
        self._ids = []
        for month in MONTHS:
            page = json.loads(self._get(f"/api/v1/timeline/{month}?limit={PAGE}")[1])
            self._ids += page["id"]
        self._next = 0

    def _get(self, target: str) -> tuple[float, bytes]:
        seconds, status, body = self._connection.timed("GET", target, {})
        if status != 200:
            raise Failed(f"{target} was answered {status}: {body.decode(errors='replace')}")
        return seconds, body

    def once(self) -> dict[str, float]:
        """Milliseconds of one request of each kind."""
        self._next += 1
        targets = {
            "timeline": "/api/v1/timeline",
            "page of a month": f"/api/v1/timeline/{MONTHS[self._next % len(MONTHS)]}?limit={PAGE}",
            "newest photos": f"/api/v1/photos?scope=wall&limit={PAGE}",
            "photo": f"/api/v1/photos/{self._ids[self._next * 7919 % len(self._ids)]}",
        }
        return {name: self._get(target)[0] * 1000 for name, target in targets.items()}


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[int(part * (len(values) - 1))]


def rounds_of(sides: dict[str, Asked]) -> list[dict]:
    """Of each round: side → kind → milliseconds of each request. The sides take turns request by request."""
    found = []
    for _ in range(ROUNDS):
        round_ = {side: collections.defaultdict(list) for side in sides}
        turns = in_turn(OF_A_KIND, **{side: asked.once for side, asked in sides.items()})
        for side, answers in turns.items():
            for answer in answers:
                for kind, milliseconds in answer.items():
                    round_[side][kind].append(milliseconds)
                    round_[side]["all"].append(milliseconds)
        found.append(round_)
    return found


def weigh(cluster: Masters) -> dict:
    """Bytes by kind of key and by partition, and the largest key: `MEMORY USAGE` of every key, exact."""
    kinds, partitions, counts, largest = collections.Counter(), collections.Counter(), collections.Counter(), (0, b"")
    for address in cluster.addresses:
        node = Node(address)
        for keys in node.keys():
            for key, size in zip(keys, node.ask_many([("MEMORY", "USAGE", key, "SAMPLES", 0) for key in keys])):
                tag, kind = re.match(rb"[^{]*\{([^}]*)\}:([a-z]+)", key).groups()
                kinds[KINDS.get(kind.decode(), "other")] += size
                counts[kind.decode()] += 1
                partitions[tag] += size
                largest = max(largest, (size, key))
        node.close()
    sizes = sorted(partitions.values())
    return {"kinds": dict(kinds), "keys": dict(counts), "largest": largest[0],
            "largest_key": largest[1].decode(errors="replace"), "partitions": len(sizes), "partition_least": sizes[0],
            "partition_mean": sum(sizes) / len(sizes), "partition_most": sizes[-1]}


def replica(folder, cluster: Masters) -> Gallery:
    folder.mkdir()
    return Gallery(folder, "--io-threads", "1", environment={"CADRE_CATALOG": f"redis://{','.join(cluster.addresses)}",
                                                             "CADRE_BLOBS": f"files:{folder / 'blobs'}"})


def measure() -> None:
    built = build.configure("release")
    build.compile_targets(built, ["catalog_redis_bench"])
    program = next(built.rglob("catalog_redis_bench"))
    with temporary_folder() as folder, contextlib.ExitStack() as stack:
        few = stack.enter_context(Masters(folder / "few"))
        many = stack.enter_context(Masters(folder / "many"))
        fill(program, few, FEW)
        empty = sum(many.memory())
        print(fill(program, many, MANY))
        nodes = many.memory()
        weights = weigh(many)
        sides = {"few": Asked(stack.enter_context(replica(folder / "of-few", few))),
                 "many": Asked(stack.enter_context(replica(folder / "of-many", many)))}
        found = rounds_of(sides)
    ratios = {kind: [percentile(one["many"][kind], 0.99) / percentile(one["few"][kind], 0.99) for one in found]
              for kind in found[0]["few"]}

    def middle(side: str, kind: str, part: float) -> float:
        return median(percentile(one[side][kind], part) for one in found)

    table(["request", f"p50, {FEW:,}", f"p50, {MANY:,}", f"p99, {FEW:,}", f"p99, {MANY:,}", "p99, ratio"],
          [[kind, *(f"{middle(side, kind, part):.2f}" for part in (0.5, 0.99) for side in sides), spread(values)]
           for kind, values in ratios.items()])
    worst = max(ratios, key=lambda kind: median(ratios[kind]))
    print(f"Milliseconds; to reach: {TARGET} by each; reached: {verdict(median(ratios[worst]) <= TARGET)}.")
    weights |= {"bytes_a_photo": (sum(nodes) - empty) / MANY, "nodes": nodes}
    print(json.dumps(weights, indent=2))
    report({"bench": "fleet_million", "target": TARGET, "photos": MANY, "ratio": median(ratios[worst]), "ratios": ratios,
            **weights})


if __name__ == "__main__":
    main(measure)
