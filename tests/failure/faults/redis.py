"""Faults of the catalog's store."""

import shutil
import signal
import time

from cadre_dev import fleet, fleet_redis
from cadre_dev.fleet_process import Process, wait_until

from failure import pictures
from failure.faults.fault import at_most_ten_seconds, no_stale
from failure.run import Run
from failure.watch import Watch


def _a_master(run: Run) -> Process:
    held = fleet_redis.roles(run.plan)
    return next(node for node in run.plan.redis() if held[node.name] == "master")


def _masters_come_home(run: Run) -> None:
    seconds, missing = run.until_whole()
    run.promise("masters return to their machines", missing is None, missing or f"after {seconds:.0f} s")


def master_killed(run: Run) -> None:
    _a_master(run).kill()
    time.sleep(15)
    run.up_processes()
    _masters_come_home(run)
    at_most_ten_seconds(run)


WITNESSES = 24  # photos: with 256 partitions on three masters, some are the stopped one's
RENAMED = "while the old master was stopped"


def master_stopped(run: Run) -> None:
    """Photos are renamed when another node has the old master's slots. Whoever believed the old one, which goes on with
    what it knew, would show their old titles."""
    witnesses = _witnesses(run)
    master = _a_master(run)
    old = fleet_redis.Ear(run.plan, master)
    master.signal(signal.SIGSTOP)
    stopped = time.monotonic()
    time.sleep(12)
    renamed = [photo for photo in witnesses
               if run.client.ask("PATCH", f"/api/v1/photos/{photo}", document={"title": RENAMED}).done]
    run.promise("its slots are written elsewhere meanwhile", len(renamed) == WITNESSES, f"{len(renamed)} of {WITNESSES} edits")
    expected = {photo: run.client.ask("GET", f"/api/v1/photos/{photo}").json for photo in renamed}
    with Watch(run.plan.urls, run.token, expected) as watch:
        time.sleep(max(0.0, stopped + 20 - time.monotonic()))
        master.signal(signal.SIGCONT)
        own_belief = old.seconds_as_master()
        time.sleep(5)
    run.promise("no answer from the old master is believed", not watch.wrong,
                f"{'; '.join(watch.wrong[:3]) or watch}; it took itself for one for {own_belief * 1000:.0f} ms more")
    _masters_come_home(run)
    at_most_ten_seconds(run)
    for photo in witnesses:
        run.client.ask("DELETE", f"/api/v1/photos/{photo}?permanent=true")
    no_stale(run)


def _witnesses(run: Run) -> list[str]:
    """Photos of ours that the load knows nothing of, ready: nothing but this changes them."""
    sent = [run.client.ask("POST", "/api/v1/photos?filename=witness.jpg", pictures.small()) for _ in range(WITNESSES)]
    ids = [answer.json["id"] for answer in sent if answer.status == 201]
    wait_until(lambda: all(run.client.ask("GET", f"/api/v1/photos/{photo}").json["state"] == "ready" for photo in ids), 60,
               "photos do not become ready")
    return ids


def _forget(node: Process, cluster_too: bool) -> None:
    """Deletes a node's data; with `cluster_too` also what it knows of the cluster."""
    shutil.rmtree(node.folder / "appendonlydir", ignore_errors=True)
    (node.folder / "dump.rdb").unlink(missing_ok=True)
    if cluster_too:
        (node.folder / "nodes.conf").unlink(missing_ok=True)


def _untouched(run: Run) -> dict[str, dict]:
    """The library as it is. The load that goes on afterwards makes photos of its own and leaves these alone."""
    run.load.stop()
    run.settle()
    library = {photo: shown for photo, shown in run.library().items() if shown is not None}
    run.load.start()
    return library


def _nothing_looked_empty(run: Run, watch: Watch) -> None:
    run.promise("what is not there yet is answered 503", watch.refused > 0, f"{watch}")
    run.promise("nothing looked empty, nothing was answered wrong", not watch.wrong, "; ".join(watch.wrong[:3]))
    no_stale(run)


def _setup_is_closed(run: Run, when: str) -> None:
    setup = run.client.ask("POST", "/api/v1/setup", document={"token": "x" * 43, "name": "eve", "password": "a good password"})
    me = run.client.ask("GET", "/api/v1/me")
    offered = me.status == 200 and me.json["setup_needed"]
    run.promise(f"set-up stays closed {when}", setup.status in (404, 503) and not offered,
                f"{setup.status}, and who asks is answered {me.status}")


def lost(run: Run) -> None:
    before = _untouched(run)
    with Watch(run.plan.urls, run.token, before) as watch:
        for node in run.plan.redis():
            node.kill()
        time.sleep(5)
        answer = run.client.ask("GET", "/api/v1/timeline?scope=mine")
        run.promise("without Redis it says 503", answer.status == 503, f"{answer.status}")
        _setup_is_closed(run, "without Redis")
        for node in run.plan.redis():
            _forget(node, cluster_too=True)
            node.start()
        fleet_redis.form(run.plan)
        wait_until(lambda: fleet_redis.whole(run.plan), 60, "the Redis Cluster is not whole")
        _setup_is_closed(run, "with an empty one")
        began = time.monotonic()
        fleet.cadre(run.plan, "reindex")
        run.promise("it is indexed again", True, f"in {time.monotonic() - began:.1f} s")
        seconds, missing = run.until_whole(lambda: _timeline_is_503(run))
        run.promise("it answers", missing is None, missing or f"{seconds:.0f} s later")
    _nothing_looked_empty(run, watch)
    _identical(run, before)
    entered = run.client.ask("POST", "/api/v1/session", document={"name": run.name, "password": run.password})
    run.promise("people can log in", entered.status == 201, f"{entered.status}")


def _identical(run: Run, before: dict[str, dict]) -> None:
    """In all that the API shows of each photo in the catalog."""
    after = run.library(before)
    changed = [photo for photo, shown in before.items() if after[photo] != shown]
    run.promise("the library is identical", not changed,
                f"{len(changed)} of {len(before)} photos differ, {changed[0]} first" if changed else f"{len(before)} photos")


def shard_lost(run: Run) -> None:
    before = _untouched(run)
    master = _a_master(run)
    pair = [master, fleet_redis.replica_of(run.plan, master)]
    with Watch(run.plan.urls, run.token, before) as watch:
        for node in pair:
            node.kill()
        for node in pair:
            _forget(node, cluster_too=False)
            node.start()
        seconds, missing = run.until_whole(lambda: _timeline_is_503(run))
        run.promise("its partitions are rebuilt", missing is None, missing or f"after {seconds:.0f} s")
    _nothing_looked_empty(run, watch)
    _identical(run, before)


def _timeline_is_503(run: Run) -> str | None:
    answer = run.client.ask("GET", "/api/v1/timeline?scope=mine")
    return None if answer.status == 200 else f"the timeline is answered {answer.status}"
