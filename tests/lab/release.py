"""New releases under load: a good one goes in, one that never becomes healthy is taken back, and nobody notices."""

import json
import pathlib
import subprocess
import tempfile
import time

from cadre_dev.shell import Failed

from lab import look
from lab.run import LabRun

NEXT = "cadre:lab-next"
BROKEN = "cadre:lab-broken"

# In place of the program: it starts and stays, and its health check never succeeds.
_NEVER_HEALTHY = "#!/bin/sh\n[ \"$1\" = healthcheck ] && exit 1\nexec sleep 1000000\n"


class Releases:
    """What runs now, and two others that are made from it and loaded on every machine."""

    def __init__(self, lab):
        self._lab = lab
        self.now = look.image(lab)
        program = _entry(self.now)
        self._make(NEXT, "LABEL lab.release=next\n", {})
        self._make(BROKEN, f"COPY program {program}\n", {"program": _NEVER_HEALTHY})

    def _make(self, tag: str, more: str, files: dict[str, str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "Dockerfile").write_text(f"FROM {self.now}\n{more}")
            for name, text in files.items():
                pathlib.Path(folder, name).write_text(text)
                pathlib.Path(folder, name).chmod(0o755)
            _docker("build", "--quiet", "--tag", tag, folder)
        self._lab.load_image(tag)

    def deploy(self, image: str) -> tuple[int, str, float]:
        """(exit code, what was printed, seconds)"""
        began = time.monotonic()
        code, printed = self._lab.play("deploy.yml", "-e", f"cadre_image={image}")
        return code, printed, time.monotonic() - began


def _entry(image: str) -> str:
    """The program that the image runs."""
    entry = json.loads(_docker("image", "inspect", image, "--format", "{{json .Config.Entrypoint}}"))
    if not entry or not entry[0].startswith("/"):
        raise Failed(f"{image} does not say by its path which program it runs: {entry}")
    return entry[0]


def _docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"`docker {words[0]}` failed:\n{done.stderr}")
    return done.stdout


def _nobody_noticed(run: LabRun) -> None:
    shown = [f"{request.kind} {request.status or request.why}" for request in run.failed]
    run.promise(f"0 of {len(run.requests)} requests failed", not shown, f"{len(shown)}: {', '.join(shown[:5])}" if shown else "")
    run.promise("no answer was older than what had been acknowledged", not run.load.stale, "; ".join(run.load.stale[:3]))


def update(releases: Releases):
    def show(run: LabRun) -> None:
        code, printed, seconds = releases.deploy(NEXT)
        run.promise("another image is rolled out", code == 0, f"{seconds:.0f} s" if code == 0 else printed[-2000:])
        found = look.image(run.plan)
        run.promise("it is what runs now", found == NEXT, found)
        _nobody_noticed(run)

    return show


def bad_release(releases: Releases):
    def show(run: LabRun) -> None:
        before = look.image(run.plan)
        code, printed, seconds = releases.deploy(BROKEN)
        run.promise("deploy.yml says that the release failed", code != 0, f"exit code {code} after {seconds:.0f} s")
        found, state = look.image(run.plan), look.update(run.plan)
        run.promise("Swarm took it back by itself", found == before and state == "rollback_completed", f"{found}, {state}")
        _nobody_noticed(run)

    return show
