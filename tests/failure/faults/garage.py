"""Faults of the S3 store."""

import shutil
import signal
import time

from cadre_dev import fleet_garage

from failure import checks
from failure.faults.fault import no_stale
from failure.load import percentile
from failure.run import Run


def _promises(run: Run) -> None:
    times = [request.seconds for request in run.since_fault]
    run.promise("reads and writes go on", not run.failed, f"{len(run.failed)} failed")
    run.promise("p99 from then on is at most 3 s", percentile(times, 0.99) <= 3,
                f"{percentile(times, 0.99):.2f} s of {len(times)}")
    no_stale(run)


def _resynchronised(run: Run, began: float) -> None:
    _, missing = checks.until(lambda: fleet_garage.lacking(run.plan))
    run.promise("Garage is resynchronised", missing is None, missing or f"after {time.monotonic() - began:.0f} s")


def killed(run: Run) -> None:
    node = run.plan.garage()[1]
    node.kill()
    time.sleep(run.seconds)
    shutil.rmtree(node.folder / "data")
    # Its key is its name in the cluster: like a password, it is restored, not made anew.
    for entry in (node.folder / "meta").iterdir():
        if not entry.name.startswith("node_key"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    run.up_processes()  # and nothing else: the rest is the keeper's
    back = time.monotonic()
    seconds, missing = checks.until(lambda: None if fleet_garage.connected(run.plan) else "they do not see each other", 60)
    run.promise("its return is seen by all", not missing, missing or f"after {seconds:.1f} s")
    _resynchronised(run, back)
    _promises(run)


def stopped(run: Run) -> None:
    node = run.plan.garage()[2]
    node.signal(signal.SIGSTOP)
    time.sleep(60)
    node.signal(signal.SIGCONT)
    back = time.monotonic()
    time.sleep(run.seconds)
    _resynchronised(run, back)
    _promises(run)
