"""New releases under load: a good one goes in, one that never becomes healthy is taken back, and nobody notices."""

import time

from cadre_dev import images
from cadre_dev.lab_plan import SEEN_AS

from lab import look
from lab.run import LabRun

OURS = ("cadre_app", "cadre_worker", "cadre_keeper")


class Releases:
    """What runs now, and two others, which every machine has."""

    def __init__(self, lab):
        self._lab = lab
        self.now = look.image(lab)
        other = images.program("0.0.1-lab")
        self.next, self.broken = other.name, images.never_healthy(other).name
        for image in (other, images.never_healthy(other)):
            for machine in lab.machines:
                lab.run(machine, "docker", "load", "--quiet", "--input", f"{SEEN_AS}/{image.archive.name}")

    def deploy(self, image: str) -> tuple[int, str, float]:
        """(exit code, what was printed, seconds)"""
        began = time.monotonic()
        code, printed = self._lab.play("deploy.yml", "-e", f"stack_image={image}", quiet=True)
        return code, printed, time.monotonic() - began


def _nobody_noticed(run: LabRun) -> None:
    shown = [f"{request.kind} {request.status} {request.why}" for request in run.failed]
    run.promise(f"0 of {len(run.requests)} requests failed", not shown, f"{len(shown)}: {', '.join(shown[:5])}" if shown else "")
    run.promise("no answer was older than what had been acknowledged", not run.load.stale, "; ".join(run.load.stale[:3]))


def _running(lab) -> dict[str, str]:
    return {service: look.image(lab, service) for service in OURS}


def update(releases: Releases):
    def show(run: LabRun) -> None:
        code, _, seconds = releases.deploy(releases.next)
        run.promise("another image is rolled out", code == 0, f"exit code {code}, {seconds:.0f} s")
        found = _running(run.plan)
        run.promise("it is what runs now", set(found.values()) == {releases.next}, f"{found}")
        _nobody_noticed(run)

    return show


def bad_release(releases: Releases):
    def show(run: LabRun) -> None:
        before = _running(run.plan)
        code, _, seconds = releases.deploy(releases.broken)
        run.promise("deploy.yml says that the release was not taken", code != 0, f"exit code {code}, {seconds:.0f} s")
        state = look.update(run.plan)
        run.promise("Swarm took it back by itself", state == "rollback_completed", state)
        after = _running(run.plan)
        run.promise("what ran before runs again", after == before, f"{after}")
        _nobody_noticed(run)

    return show
