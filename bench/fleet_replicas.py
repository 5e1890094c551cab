#!/usr/bin/env python3
"""Four replicas against one, each limited to a small share of a core by the kernel (cgroup v1, cpu.cfs_quota_us), so
that four fit on this machine. 1.0 is four times one; more is better."""

import contextlib
import pathlib
import subprocess
from statistics import median

from _fleet import Fleet
from _gallery import Failed, main, report, table, temporary_folder
from _library import fill, newest_month
from _load import in_turn, read_wrk, spread, two_cores, verdict

REPLICAS = 4
SHARE = 0.10  # of a core
PERIOD_US = 20_000
CONNECTIONS = 4  # a replica
PHOTOS = 300
PAGE = 100
ROUNDS = 7
SECONDS = 4
TARGET = 0.95
CPU = pathlib.Path("/sys/fs/cgroup/cpu")


def own_group() -> pathlib.Path:
    """This process's own, below which it makes others."""
    lines = [line.split(":", 2) for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines()]
    found = [path for _, controllers, path in lines if "cpu" in controllers.split(",")]
    if not found or not CPU.is_dir():
        raise Failed("a share of a core is given by cgroup v1, which this machine does not have.")
    return CPU / found[0].lstrip("/")


@contextlib.contextmanager
def share_of_a_core(pid: int):
    """All threads and children of a process get SHARE of a core, for as long as the block lasts."""
    above = own_group()
    group = above / f"cadre-bench-{pid}"
    group.mkdir()
    try:
        (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
        (group / "cpu.cfs_quota_us").write_text(str(int(PERIOD_US * SHARE)))
        (group / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        for line in (group / "cgroup.procs").read_text().split():
            with contextlib.suppress(OSError):
                (above / "cgroup.procs").write_text(line)
        group.rmdir()


def together(urls: list[str]) -> float:
    """Answers a second of all of them, each with its own wrk on core 1."""
    running = [subprocess.Popen(["taskset", "-c", "1", "wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{SECONDS}s",
                                 "--latency", url], stdout=subprocess.PIPE, text=True) for url in urls]
    return sum(read_wrk(one.communicate()[0])["rps"] for one in running)


def measure() -> None:
    two_cores()
    with temporary_folder() as folder, Fleet(folder, garage=False) as fleet, contextlib.ExitStack() as stack:
        with fleet.replica("filler", "--workers", "1") as filler:
            fill(folder, [filler], PHOTOS)
            page = f"/api/v1/timeline/{newest_month(filler)}?scope=wall&limit={PAGE}"
        fleet.bind_to(1)
        replicas = [stack.enter_context(fleet.replica(f"replica-{n}", core=0)) for n in range(REPLICAS)]
        for replica in replicas:
            stack.enter_context(share_of_a_core(replica.pid))
        urls = [replica.url + page for replica in replicas]
        together(urls)
        turn = iter(range(ROUNDS))
        found = in_turn(ROUNDS, one=lambda: together([urls[next(turn) % REPLICAS]]), all=lambda: together(urls))
    ratios = [four / (REPLICAS * one) for one, four in zip(found["one"], found["all"])]
    table(["replicas", "answers/s", "of linear"],
          [["1", spread(found["one"], 0), "1"], [str(REPLICAS), spread(found["all"], 0), spread(ratios)]])
    print(f"Each has {SHARE:.0%} of a core; to reach: {TARGET}; reached: {verdict(median(ratios) >= TARGET)}.")
    report({"bench": "fleet_replicas", "target": TARGET, "share": SHARE, "ratio": median(ratios), "ratios": ratios, **found})


if __name__ == "__main__":
    main(measure)
