"""Faults of Cadre's own processes, and of all at once."""

import json
import signal
import time

from cadre_dev import fleet, fleet_redis
from cadre_dev.fleet_process import wait_until
from cadre_dev.shell import Failed

from failure import checks, pictures
from failure.faults.fault import no_stale
from failure.load import HANDS
from failure.run import Run


def serve_killed(run: Run) -> None:
    replica = run.plan.serve()[1]
    killed = time.monotonic()
    replica.kill()
    time.sleep(run.seconds)
    run.up()
    reads = [request for request in run.failed if not request.write]
    writes = [request for request in run.failed if request.write]
    late = [request for request in writes if request.at > killed + 0.1]
    run.promise("reads: no error that nginx does not hide", not reads, f"{len(reads)}")
    run.promise("writes: only those in its hands fail", len(writes) <= HANDS and not late,
                f"{len(writes)} of {HANDS} at most, {len(late)} begun after its end")
    no_stale(run)


def _slow_job_of(run: Run, worker) -> bool:
    """Whether it has a job in hand that it still has half a second later: most of the load's own photos take less."""
    before = set(fleet_redis.jobs_in_hand(run.plan, "derive", worker.name))
    time.sleep(0.5)
    return bool(before & set(fleet_redis.jobs_in_hand(run.plan, "derive", worker.name)))


def worker_killed(run: Run) -> None:
    sent = [run.client.ask("POST", "/api/v1/photos?filename=slow.png", picture) for picture in _slow_pictures(4)]
    ids = [answer.json["id"] for answer in sent if answer.status == 201]
    run.promise("four slow photos were taken", len(ids) == 4, f"{[answer.status for answer in sent]}")
    worker = run.plan.workers()[0]
    wait_until(lambda: _slow_job_of(run, worker), 30, f"{worker.name} has no slow job")
    in_hand = fleet_redis.jobs_in_hand(run.plan, "derive", worker.name)
    worker.kill()

    def still_in_hand():
        left = set(in_hand) & set(fleet_redis.jobs_in_hand(run.plan, "derive"))
        return f"{len(left)} of its jobs are not done" if left else None

    seconds, left = checks.until(still_in_hand, 120)
    run.promise(f"its {len(in_hand)} jobs in hand were done by another within 30 s", not left and seconds <= 30,
                left or f"{seconds:.0f} s")

    def waiting():
        shown = [run.client.ask("GET", f"/api/v1/photos/{photo}") for photo in ids]
        left = sum(answer.status != 200 or answer.json["state"] != "ready" for answer in shown)
        return f"{left} of the slow photos are not ready" if left else None

    seconds, left = checks.until(waiting, 120)
    run.promise("all slow photos are ready", not left, left or f"{seconds:.0f} s later")
    run.up()
    for photo in ids:
        run.client.ask("DELETE", f"/api/v1/photos/{photo}?permanent=true")
    run.promise("no request failed", not run.failed, f"{len(run.failed)}")
    no_stale(run)


def _slow_pictures(count: int) -> list[bytes]:
    """Made before the first is sent, so that they are in the queue together."""
    return [pictures.slow() for _ in range(count)]


def rolling_restart(run: Run) -> None:
    for replica in run.plan.serve():
        replica.signal(signal.SIGTERM)
        wait_until(lambda replica=replica: replica.pid() is None, 35, f"{replica.name} does not end")
        replica.start()
        wait_until(lambda replica=replica: fleet.ready(replica), 60, f"{replica.name} is not ready")
        time.sleep(2)
    run.promise("no request failed", not run.failed,
                json.dumps([f"{request.kind} {request.status} {request.why}" for request in run.failed[:3]]))
    no_stale(run)


def all_killed(run: Run) -> None:
    processes = [process for process in run.plan.processes() if process.pid()]
    for process in processes:
        process.signal(signal.SIGKILL)
    for process in processes:
        process.kill()  # waits, and ends what they had started
    try:
        run.up()
        seconds, missing = run.until_whole()
        run.promise("all well, by itself", missing is None, missing or f"after {seconds:.0f} s")
    except Failed as failure:
        run.promise("it starts again", False, str(failure))
