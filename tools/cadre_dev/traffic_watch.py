"""What the processes of a gallery use while it is visited: CPU seconds, memory, descriptors, once a second."""

import json
import os
import pathlib
import threading
import time
from dataclasses import dataclass

EVERY = 1.0  # seconds
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Used:
    """By one process, as proc(5) says."""

    session: int
    started: int
    ticks: int  # its own
    waited: int  # of children that ended and were waited for
    pages: int


def used(pid: int) -> Used | None:
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    words = text[text.rindex(")") + 2:].split()
    return Used(session=int(words[3]), started=int(words[19]), ticks=int(words[11]) + int(words[12]),
                waited=int(words[13]) + int(words[14]), pages=int(words[21]))


def descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


class Watch:
    """From `with` to its end. What it knows of CPU so far is in `cpu.json` in `scratch`."""

    def __init__(self, processes, scratch: pathlib.Path):
        self._processes = processes
        self._file = scratch / "cpu.json"
        self._cpu: dict[tuple[str, int, int], float] = {}  # role, pid, start → seconds; what has ended keeps its last
        self._before: dict[tuple[str, int, int], float] = {}
        self._samples: list[dict] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watch":
        self._sample()
        self._before = dict(self._cpu)
        self._samples.clear()
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._end.set()
        self._thread.join()

    def result(self) -> dict:
        return {"samples": self._samples, "cpu_s": self._by_role()}

    def _run(self) -> None:
        while not self._end.wait(EVERY):
            self._sample()

    def _by_role(self) -> dict[str, float]:
        total: dict[str, float] = {}
        for key, seconds in self._cpu.items():
            total[key[0]] = total.get(key[0], 0) + seconds - self._before.get(key, 0)
        return total

    def _sample(self) -> None:
        """A process of the gallery and what it started are a session: ./dev fleet and containers begin one for each."""
        sessions: dict[int, list[tuple[int, Used]]] = {}
        for entry in pathlib.Path("/proc").iterdir():
            seen = used(int(entry.name)) if entry.name.isdigit() else None
            if seen:
                sessions.setdefault(seen.session, []).append((int(entry.name), seen))
        roles: dict[str, dict] = {}
        for process in self._processes:
            pid = process.pid()
            first = used(pid) if pid else None
            if first is None:
                roles.setdefault(process.role, {"n": 0, "cpu_s": 0.0, "rss": 0, "fds": 0})
                continue
            members = sessions.get(first.session, [(pid, first)])
            # A child that ended is in its parent's `waited`, one that lives is in its own ticks.
            seconds = sum(member.ticks + member.waited for _, member in members) / TICKS
            key = (process.role, pid, first.started)
            self._cpu[key] = max(seconds, self._cpu.get(key, 0))
            role = roles.setdefault(process.role, {"n": 0, "cpu_s": 0.0, "rss": 0, "fds": 0})
            role["n"] += len(members)
            role["cpu_s"] += self._cpu[key]
            role["rss"] += sum(member.pages for _, member in members) * PAGE
            role["fds"] += sum(descriptors(number) for number, _ in members)
        self._samples.append({"at": time.time(), "roles": roles})
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(self._by_role()))
        new.rename(self._file)
