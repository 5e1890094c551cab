"""Each machine in turn loses its power under load, and comes back. The load goes through the others."""

import time

from failure.load import seconds_of_errors

from lab.run import LabRun

# Seconds without the machine: the swarm has noticed (15 s), its tasks run elsewhere, Redis has failed over.
AWAY = 45


def killed(machine):
    def show(run: LabRun) -> None:
        run.plan.kill(machine)
        time.sleep(AWAY)
        away = list(run.requests)
        run.plan.start(machine)
        seconds, missing = run.until_whole()
        run.promise("the cluster is whole by itself", missing is None, missing or f"{seconds:.0f} s after {machine.name} was back")
        failed = [request for request in run.requests if request.failed]
        reads = seconds_of_errors([request for request in failed if not request.write])
        writes = seconds_of_errors([request for request in failed if request.write])
        run.promise("reads: at most 10 s of errors", reads <= 10, f"{reads} s")
        run.figure(f"writes: {writes} s of errors; while it was away, the last error came "
                   f"{_last_error(away):.0f} s after the first")

    return show


def _last_error(requests) -> float:
    ends = [request.at + request.seconds for request in requests if request.failed]
    return max(ends) - min(ends) if ends else 0.0


def kill_each(lab):
    """(name, what, show, urls of the others) for every machine."""
    for machine in lab.machines:
        others = [url for url, each in zip(lab.urls, lab.machines) if each is not machine]
        yield f"{machine.name} killed", f"{machine.name} loses power for {AWAY} s", killed(machine), others
