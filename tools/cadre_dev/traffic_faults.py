"""Kills and stops while people look, and a checker with its own record of every write that was acknowledged."""

import contextlib
import pathlib
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass

from cadre_dev import fleet, fleet_redis
from cadre_dev.fleet_process import Process, wait_until
from cadre_dev.shell import ROOT, Failed, say

# The record and its load are the ones of `./dev fleet test`.
sys.path.append(str(ROOT / "tests"))
from failure import checks  # noqa: E402
from failure.client import Client, Request  # noqa: E402
from failure.journal import Journal  # noqa: E402
from failure.load import Load  # noqa: E402

EVERY = 30.0  # seconds from a fault to the next
LASTS = 8.0  # until what was killed is started again, and what was stopped goes on
SOLO = (("killed", "serve"), ("stopped", "serve"))
FLEET = (("killed", "serve"), ("killed", "redis master"), ("stopped", "serve"), ("killed", "garage"), ("killed", "worker"),
         ("stopped", "redis master"), ("stopped", "garage"))
# nginx is not among them: a visitor whose nginx is gone has no gallery, and which one they had is the name service's business.


def order(kind: str, seed: int, count: int) -> list[tuple[str, str]]:
    """Which faults, one after the other: all kinds in a row that the seed chooses, then again in another."""
    chance = random.Random(f"faults {seed}")
    known = SOLO if kind == "solo" else FLEET
    found: list[tuple[str, str]] = []
    while len(found) < count:
        found += chance.sample(known, len(known))
    return found[:count]


@dataclass
class Fault:
    at: float  # time.time()
    kind: str
    target: str
    until: float = 0.0  # of the next one, or the end


class Faults:
    """In a thread of its own, from the phase `recorded` of the run to its end."""

    def __init__(self, aim, scratch: pathlib.Path, seed: int):
        self._aim = aim
        self._phase = scratch / "phase"
        self._order = order(aim.kind, seed, 1000)
        self._chance = random.Random(f"targets {seed}")
        self._made: list[Fault] = []
        self._journal = Journal()
        self._load = Load(aim.urls, aim.token, self._journal)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        # Requests are timed by the monotonic clock, everything else by the one on the wall.
        self._offset = time.time() - time.monotonic()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        self._thread.join()

    def _phase_is(self, *names: str) -> bool:
        try:
            return self._phase.read_text() in names
        except OSError:
            return False

    def _run(self) -> None:
        while not self._phase_is("recorded", "ended") and not self._end.wait(0.2):
            pass
        if self._end.is_set():
            return
        self._load.start()
        try:
            for kind, role in self._order:
                if self._end.wait(EVERY - LASTS) or self._phase_is("ended"):
                    break
                self._make(kind, role)
        finally:
            self._load.stop()

    def _make(self, kind: str, role: str) -> None:
        process = self._choose(role)
        if process is None:
            say(f"no {role} could be {kind}: none runs that the others could do without")
            return
        self._made.append(Fault(time.time(), kind, process.name))
        say(f"fault: {process.name} is {kind}")
        if kind == "killed":
            process.kill()
        else:
            process.signal(signal.SIGSTOP)
        self._end.wait(LASTS)
        if kind == "killed":
            process.start()
        else:
            process.signal(signal.SIGCONT)

    def _choose(self, role: str) -> Process | None:
        """Of a gallery that is whole: a fault hits what works, one at a time."""
        plan = self._aim.plan
        if plan is None:
            return self._aim.processes[0]
        try:
            wait_until(lambda: checks.whole(plan) is None, EVERY, "")
        except Failed:
            say(f"not whole after {EVERY:.0f} s: {checks.whole(plan)}")
            return None
        if role == "redis master":
            held = fleet_redis.roles(plan)
            known = [node for node in plan.redis() if held[node.name] == "master"]
        else:
            known = [process for process in plan.processes() if process.role == role]
        return self._chance.choice(known) if known else None

    def result(self) -> dict:
        """After its end: the gallery is whole again, then everything acknowledged is asked for."""
        self._bring_back()
        client = Client(self._aim.urls[0], self._aim.token)
        _, lost = checks.until(lambda: checks.lost(self._journal, client), 120)
        photos = self._journal.photos
        ends = [fault.at for fault in self._made[1:]] + [time.time()]
        result = {
            "faults": [{"at": fault.at, "kind": fault.kind, "target": fault.target,
                        "reads_failed_s": self._failed(fault.at, end, write=False),
                        "writes_failed_s": self._failed(fault.at, end, write=True)} for fault, end in zip(self._made, ends)],
            "writes": {"acknowledged": sum(_acknowledged(request) for request in self._load.requests),
                       "lost": (lost or []) + self._load.stale[:10]},
        }
        ids = [photo.id for photo in photos if not photo.purged]
        for first in range(0, len(ids), 500):
            client.ask("POST", "/api/v1/photos/bulk", document={"ids": ids[first:first + 500], "purge": True})
        return result

    def _bring_back(self) -> None:
        if self._aim.plan is not None:
            fleet.bring_up(self._aim.plan)
            wait_until(lambda: checks.whole(self._aim.plan) is None, 240, "the fleet is not whole")
            return
        process = self._aim.processes[0]
        fleet.start([process])
        wait_until(lambda: fleet.ready(process), 60, "the gallery is not ready")

    def _failed(self, begin: float, end: float, write: bool) -> int:
        """In how many seconds of the clock a request failed that ended in it."""
        return len({int(at) for request in self._load.requests if request.failed and request.write == write
                    for at in [request.at + request.seconds + self._offset] if begin <= at < end})


def _acknowledged(request: Request) -> bool:
    return request.write and 200 <= request.status < 300


@contextlib.contextmanager
def schedule(aim, scratch: pathlib.Path, seed: int):
    faults = Faults(aim, scratch, seed)
    faults.start()
    try:
        yield faults
    finally:
        faults.stop()
