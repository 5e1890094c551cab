"""Load, and rounds in turn: what every comparison of two servers needs."""

import os
import re
import subprocess
from statistics import median

from _gallery import Failed, cpu_seconds

CONNECTIONS = 16


def two_cores() -> None:
    if len(os.sched_getaffinity(0)) < 2:
        raise Failed("a server and its load need a core each; this machine has one.")


def wrk(url: str, seconds: float, connections: int = CONNECTIONS, core: int | None = 1) -> dict:
    """One round of wrk with one thread: requests a second, and latencies in milliseconds."""
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    words = [*pinned, "wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--latency", url]
    return read_wrk(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)


def read_wrk(text: str) -> dict:
    if "Non-2xx" in text or "Socket errors" in text:
        raise Failed(f"wrk saw errors:\n{text}")

    def milliseconds(name: str) -> float:
        number, unit = re.search(rf"^\s*{name}%\s+([\d.]+)(us|ms|s)", text, re.MULTILINE).groups()
        return float(number) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]

    return {"requests": int(re.search(r"(\d+) requests in", text)[1]),
            "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
            "p50_ms": milliseconds("50"), "p99_ms": milliseconds("99")}


def loaded(pid: int, url: str, seconds: float) -> dict:
    """The same, and microseconds of the server's processor time a request."""
    before = cpu_seconds(pid)
    found = wrk(url, seconds)
    return found | {"cpu_us": (cpu_seconds(pid) - before) / found["requests"] * 1e6}


def in_turn(rounds: int, **sides) -> dict[str, list]:
    """What each side's function found in each round. Who begins alternates, so that a drift of the machine hits all."""
    found = {name: [] for name in sides}
    for number in range(rounds):
        order = list(sides) if number % 2 == 0 else list(reversed(sides))
        for name in order:
            found[name].append(sides[name]())
    return found


def spread(values: list[float], digits: int = 2) -> str:
    """The median, and in brackets the lowest and the highest."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} … {max(values):.{digits}f})"


def verdict(reached: bool) -> str:
    return "yes" if reached else "no"
