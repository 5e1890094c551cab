"""The faults. Each does something to the fleet and undoes it, while the load goes on, and says what was promised.

A fault is a function of a Run: it acts, and afterwards `run.promise(sentence, holds, figure)` says what
must hold beyond what is checked after every fault (checks.py): nothing acknowledged is lost, `cadre verify` is clean, the
fleet is whole again by itself.
"""

import json
import shutil
import signal
import time

from cadre_dev import fleet, fleet_garage, fleet_redis
from cadre_dev.fleet_process import Process, wait_until
from cadre_dev.shell import Failed

from failure import checks, pictures
from failure.load import HANDS, percentile, seconds_of_errors
from failure.run import Run

FAULTS = {}


def fault(name: str, what: str):
    def note(function):
        FAULTS[name] = (what, function)
        return function

    return note


def _no_stale(run: Run) -> None:
    run.promise("no answer was older than what had been acknowledged", not run.load.stale, "; ".join(run.load.stale[:3]))


def _at_most_ten_seconds(run: Run) -> None:
    seconds = seconds_of_errors(run.requests)
    run.promise("at most 10 s of errors", seconds <= 10, f"{seconds} s")


@fault("serve-killed", "kill -9 of one replica")
def serve_killed(run: Run) -> None:
    replica = run.plan.serve()[1]
    replica.kill()
    time.sleep(run.seconds)
    run.up()
    reads = [request for request in run.requests if request.failed and not request.write]
    writes = [request for request in run.requests if request.failed and request.write]
    run.promise("reads: no error that nginx does not hide", not reads, f"{len(reads)}")
    run.promise("writes: only those in its hands fail", len(writes) <= HANDS, f"{len(writes)} of {HANDS} at most")
    _no_stale(run)


@fault("worker-killed", "kill -9 of one worker with a job in hand")
def worker_killed(run: Run) -> None:
    sent = [run.client.ask("POST", "/api/v1/photos?filename=slow.png", pictures.slow()) for _ in range(4)]
    ids = [answer.json["id"] for answer in sent if answer.status == 201]
    run.promise("four slow photos were taken", len(ids) == 4, f"{[answer.status for answer in sent]}")
    worker = run.plan.workers()[0]
    worker.kill()
    began = time.monotonic()

    def waiting():
        states = [run.client.ask("GET", f"/api/v1/photos/{photo}") for photo in ids]
        return [answer.status for answer in states if answer.status != 200 or answer.json["state"] != "ready"]

    seconds, left = checks.until(waiting, 120)
    run.promise("the other worker did its jobs within 30 s", not left and time.monotonic() - began <= 30, f"{seconds:.0f} s")
    run.up()
    for photo in ids:
        run.client.ask("DELETE", f"/api/v1/photos/{photo}?permanent=true")
    run.promise("no request failed", not run.failed, f"{len(run.failed)}")
    _no_stale(run)


def _a_master(run: Run) -> Process:
    held = fleet_redis.roles(run.plan)
    return next(node for node in run.plan.redis() if held[node.name] == "master")


def _masters_come_home(run: Run) -> None:
    seconds, missing = run.until_whole()
    run.promise("masters return to their machines", missing is None, missing or f"after {seconds:.0f} s")


@fault("redis-master-killed", "kill -9 of a Redis master, which comes back 15 s later")
def redis_master_killed(run: Run) -> None:
    _a_master(run).kill()
    time.sleep(15)
    run.up_processes()
    _masters_come_home(run)
    _at_most_ten_seconds(run)


@fault("redis-master-stopped", "SIGSTOP of a Redis master for 20 s")
def redis_master_stopped(run: Run) -> None:
    master = _a_master(run)
    master.signal(signal.SIGSTOP)
    time.sleep(20)
    master.signal(signal.SIGCONT)
    _masters_come_home(run)
    _at_most_ten_seconds(run)


def _garage_promises(run: Run) -> None:
    times = [request.seconds for request in run.requests]
    run.promise("reads and writes go on", not run.failed, f"{len(run.failed)} failed")
    run.promise("p99 is at most 3 s", percentile(times, 0.99) <= 3, f"{percentile(times, 0.99):.2f} s")
    seconds, missing = run.until_whole()
    run.promise("Garage is resynchronised", missing is None, missing or f"after {seconds:.0f} s")
    _no_stale(run)


@fault("garage-killed", "kill -9 of a Garage node, which comes back with an empty disk")
def garage_killed(run: Run) -> None:
    node = run.plan.garage()[1]
    node.kill()
    time.sleep(run.seconds)
    shutil.rmtree(node.folder / "data")
    # Its key is its name in the cluster: like a password, it is restored, not made anew.
    for entry in (node.folder / "meta").iterdir():
        if not entry.name.startswith("node_key"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    run.up_processes()
    fleet_garage.form(run.plan)
    fleet_garage.repair(run.plan)
    time.sleep(run.seconds)
    _garage_promises(run)


@fault("garage-stopped", "SIGSTOP of a Garage node for a minute")
def garage_stopped(run: Run) -> None:
    node = run.plan.garage()[2]
    node.signal(signal.SIGSTOP)
    time.sleep(60)
    node.signal(signal.SIGCONT)
    time.sleep(run.seconds)
    _garage_promises(run)


def _forget(node: Process, cluster_too: bool) -> None:
    """Deletes a node's data; with `cluster_too` also what it knows of the cluster."""
    shutil.rmtree(node.folder / "appendonlydir", ignore_errors=True)
    (node.folder / "dump.rdb").unlink(missing_ok=True)
    if cluster_too:
        (node.folder / "nodes.conf").unlink(missing_ok=True)


@fault("redis-lost", "all six Redis nodes killed, their data deleted; reindex")
def redis_lost(run: Run) -> None:
    run.load.stop()
    run.settle()
    before = run.library()
    run.load.start()
    for node in run.plan.redis():
        node.kill()
    time.sleep(5)
    answer = run.client.ask("GET", "/api/v1/timeline?scope=mine")
    run.promise("without Redis it says 503", answer.status == 503, f"{answer.status}")
    for node in run.plan.redis():
        _forget(node, cluster_too=True)
        node.start()
    fleet_redis.form(run.plan)
    wait_until(lambda: fleet_redis.whole(run.plan), 60, "the Redis Cluster is not whole")
    setup = run.client.ask("POST", "/api/v1/setup", document={"token": "x" * 43, "name": "eve", "password": "a good password"})
    run.promise("set-up stays closed", setup.status in (404, 503), f"{setup.status}")
    began = time.monotonic()
    fleet.cadre(run.plan, "reindex")
    run.promise("it is indexed again", True, f"in {time.monotonic() - began:.1f} s")
    run.load.stop()
    run.until_whole()
    run.promise("the library is identical", _but_for_the_load(before, run.library()), "")
    entered = run.client.ask("POST", "/api/v1/session", document={"name": run.name, "password": run.password})
    run.promise("people can log in", entered.status == 201, f"{entered.status}")


def _but_for_the_load(before: dict, after: dict) -> bool:
    """Photos that the load did not touch in the meantime are the same in every field."""
    same = {photo: shown for photo, shown in before.items() if photo not in after or after[photo] == shown}
    return len(same) > 0 and all(after.get(photo) == before[photo] for photo in same)


@fault("shard-lost", "one Redis master and its replica lose their data")
def shard_lost(run: Run) -> None:
    master = _a_master(run)
    pair = [master, fleet_redis.replica_of(run.plan, master)]
    for node in pair:
        node.kill()
    for node in pair:
        _forget(node, cluster_too=False)
        node.start()
    seconds, missing = run.until_whole(lambda: _timeline_is_503(run))
    run.promise("its partitions are rebuilt", missing is None, missing or f"after {seconds:.0f} s")
    run.promise("nothing looked empty", not run.load.stale, "; ".join(run.load.stale[:3]))


def _timeline_is_503(run: Run) -> str | None:
    answer = run.client.ask("GET", "/api/v1/timeline?scope=mine")
    return None if answer.status == 200 else f"the timeline is answered {answer.status}"


@fault("rolling-restart", "every replica restarted, one after the other")
def rolling_restart(run: Run) -> None:
    for replica in run.plan.serve():
        replica.signal(signal.SIGTERM)
        wait_until(lambda replica=replica: replica.pid() is None, 35, f"{replica.name} does not end")
        replica.start()
        wait_until(lambda replica=replica: fleet.ready(replica), 60, f"{replica.name} is not ready")
        time.sleep(2)
    run.promise("no request failed", not run.failed,
                json.dumps([f"{request.kind} {request.status} {request.why}" for request in run.failed[:3]]))
    _no_stale(run)


@fault("all-killed", "all of it stopped with kill -9 at once, and started again")
def all_killed(run: Run) -> None:
    pids = [process for process in run.plan.processes() if process.pid()]
    for process in pids:
        process.signal(signal.SIGKILL)
    for process in pids:
        process.kill()
    try:
        run.up()
        seconds, missing = run.until_whole()
        run.promise("all well, by itself", missing is None, missing or f"after {seconds:.0f} s")
    except Failed as failure:
        run.promise("it starts again", False, str(failure))
