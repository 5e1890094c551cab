"""Machines go, come back, are replaced and upgraded, under load. It goes through those that stay."""

import time

from cadre_dev.shell import Failed

from failure import checks
from failure.load import seconds_of_errors

from lab.run import LabRun

# While machines are upgraded: some 5,000 in all, of the three.
RATE = 40  # requests a second
AT_LEAST = 1700  # of them for each machine

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
        _few_errors(run, f"; while it was away, the last error came {_last_error(away):.0f} s after the first")

    return show


def _few_errors(run: LabRun, more="") -> None:
    reads = seconds_of_errors([request for request in run.failed if not request.write])
    writes = seconds_of_errors([request for request in run.failed if request.write])
    run.promise("reads: at most 10 s of errors", reads <= 10, f"{reads} s")
    run.figure(f"writes: {writes} s of errors{more}")


def _last_error(requests) -> float:
    ends = [request.at + request.seconds for request in requests if request.failed]
    return max(ends) - min(ends) if ends else 0.0


def kill_each(lab):
    """(name, what, show, urls of the others) for every machine."""
    for machine in lab.machines:
        others = [url for url, each in zip(lab.urls, lab.machines) if each != machine]
        yield f"{machine.name} killed", f"{machine.name} loses power for {AWAY} s", killed(machine), others


def replaced(machine):
    """It dies for good, with its disks, and a new one gets its name and its address."""
    def show(run: LabRun) -> None:
        run.plan.kill(machine)
        for words in (("destroy", "--force", machine.name), ("up", "--provider=docker", "--no-provision", machine.name)):
            if run.plan.vagrant(*words)[0] != 0:
                raise Failed(f"vagrant {words[0]} {machine.name} failed")
        _play(run, "replace_machine.yml", "-e", f"machine={machine.name}")
        seconds, missing = run.until_whole()
        run.promise("the cluster is whole", missing is None, missing or f"{seconds:.0f} s later")
        _few_errors(run)

    return show


def upgrade_each(lab):
    """(name, what, show, urls of the others) for every machine: by the playbook, though there is nothing to upgrade."""
    for machine in lab.machines:
        others = [url for url, each in zip(lab.urls, lab.machines) if each != machine]
        yield f"{machine.name} upgraded", f"{machine.name} is drained and upgraded", upgraded(machine), others


def upgraded(machine):
    def show(run: LabRun) -> None:
        _play(run, "upgrade.yml", "-e", "upgrade_anyway=true", "-e", f"upgrade_machines={machine.name}")
        seconds, missing = run.until_whole()
        run.promise("the cluster is whole", missing is None, missing or f"{seconds:.0f} s later")
        checks.until(lambda: len(run.requests) < AT_LEAST and "more are to come")
        requests, shown = len(run.requests), [f"{request.kind} {request.status} {request.why}" for request in run.failed]
        run.promise(f"at least {AT_LEAST} requests went through those that stay", requests >= AT_LEAST, f"{requests}")
        run.promise(f"0 of {requests} requests through those that stay failed", not shown,
                    f"{len(shown)}: {', '.join(shown[:5])}" if shown else "")

    return show


def _play(run: LabRun, playbook: str, *words: str) -> None:
    began = time.monotonic()
    code, printed = run.plan.play(playbook, *words, quiet=True)
    run.promise(f"{playbook} ends well", code == 0, f"{time.monotonic() - began:.0f} s" if code == 0 else printed[-3000:])
