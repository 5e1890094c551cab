#!/usr/bin/env python3
"""A page of the timeline from one replica, against the same answer from one process of Node: Express, ioredis, the same
Redis Cluster (bench/peers/timeline-node). Once as one would write it, and once with Cadre's own idea, a cache of encoded
answers by version.

Each server has one thread and core 0; wrk and Redis share core 1. 1.0 is Node; more is better."""

import contextlib
import json
import os
import subprocess
import urllib.request
from statistics import median

from _fleet import Fleet
from _gallery import Failed, free_port, main, report, stop, table, temporary_folder, wait_ready
from _library import fill, newest_month
from _load import in_turn, loaded, spread, two_cores, verdict

from cadre_dev import packages
from cadre_dev.shell import ROOT

PEER = ROOT / "bench" / "peers" / "timeline-node"
PHOTOS = 300
PAGE = 100
ROUNDS = 5
SECONDS = 3
TARGET = 5
# What Node writes by itself, and what is of one answer.
OWN_HEADERS = {"content-type", "content-length", "etag", "date", "connection", "x-request-id"}


def environment_of(plan) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "NODE_ENV": "production",
            "PEER_REDIS": ",".join(node.address for node in plan.redis()),
            "PEER_REDIS_PASSWORD": plan.secret("redis-password")}


@contextlib.contextmanager
def node(environment: dict[str, str], **more):
    """The peer, on core 0; gives its process and address."""
    port = free_port()
    process = subprocess.Popen(["taskset", "-c", "0", "node", PEER / "server.js"],
                               env=environment | {"PEER_PORT": str(port), **more})
    try:
        wait_ready(process, port, pause=0.05)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def answer(url: str) -> tuple[dict, dict]:
    """The document and the fields of the head."""
    with urllib.request.urlopen(url, timeout=30) as response:
        return json.load(response), dict(response.headers.items())


def same(pages: list[str]) -> int:
    """How many bytes the answer has, which must say the same everywhere."""
    documents = [answer(page)[0] for page in pages]
    if any(document != documents[0] for document in documents):
        raise Failed("the servers do not answer the same.")
    return int(answer(pages[0])[1]["Content-Length"])


def measure() -> None:
    two_cores()
    packages.npm(PEER)
    with temporary_folder() as folder, Fleet(folder, garage=False) as fleet, \
            fleet.replica("replica", "--workers", "1", core=0) as replica:
        fill(folder, [replica], PHOTOS)
        fleet.bind_to(1)
        month = newest_month(replica)
        page = f"/api/v1/timeline/{month}?scope=wall&limit={PAGE}"
        head = {name: value for name, value in answer(replica.url + page)[1].items() if name.lower() not in OWN_HEADERS}
        environment = environment_of(fleet.plan) | {"PEER_HEADERS": json.dumps(head)}
        subprocess.run(["node", PEER / "fill.js", replica.url, month], env=environment, check=True)
        with node(environment) as plain, node(environment, PEER_CACHE="1") as cached:
            servers = {"replica": (replica.process, replica.url), "express": plain, "express with a cache": cached}
            size = same([url + page for _, url in servers.values()])
            for process, url in servers.values():
                loaded(process.pid, url + page, 2)  # Node compiles what is hot
            found = in_turn(ROUNDS, **{
                name: lambda process=process, url=url: loaded(process.pid, url + page, SECONDS)
                for name, (process, url) in servers.items()})
    ratios = {name: [ours["rps"] / theirs["rps"] for ours, theirs in zip(found["replica"], found[name])]
              for name in found if name != "replica"}
    table(["", "answers/s", "p50, ms", "p99, ms", "µs CPU", "the replica is faster by"],
          [[name, *(f"{median(one[key] for one in found[name]):.{digits}f}"
                    for key, digits in (("rps", 0), ("p50_ms", 2), ("p99_ms", 2), ("cpu_us", 1))),
            spread(ratios[name], 1) if name in ratios else ""] for name in found])
    reached = {name: verdict(median(values) >= TARGET) for name, values in ratios.items()}
    print(f"A page of {PAGE} of {PHOTOS} photos, {size} bytes; to reach: {TARGET}; "
          f"reached: {', '.join(f'{value} against {name}' for name, value in reached.items())}.")
    report({"bench": "fleet_node", "target": TARGET, "ratios": ratios, **found})


if __name__ == "__main__":
    main(measure)
