"""The Docker engine of this machine: the one that runs, or one that is started here and goes on running."""

import os
import pathlib
import shutil
import subprocess
import time

from cadre_dev import packages
from cadre_dev.shell import Failed, say

FOLDER = pathlib.Path("/var/log/cadre")  # dockerd's log and pid: it serves all checkouts and outlives each


class Unavailable(Failed):
    """No engine runs here and none can be started; the sentence says why."""


def answer(*words: str) -> str | None:
    """What the docker client prints; None if it fails or is not there."""
    if shutil.which("docker") is None:
        return None
    done = subprocess.run(["docker", *words], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def runs() -> bool:
    return bool(answer("version", "--format", "{{.Server.Version}}"))


def ensure() -> None:
    """An engine answers afterwards; else Unavailable."""
    if runs():
        return
    if os.geteuid() != 0:
        raise Unavailable("no Docker engine answers, and only root can start one: start it, or run this as root.")
    if shutil.which("dockerd") is None:
        packages.debian(packages.DOCKER)
        if runs():  # the package's own service
            return
    say(f"starting dockerd; its log is {FOLDER / 'dockerd.log'}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "dockerd.log").open("ab") as log:
        daemon = subprocess.Popen(["dockerd"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    (FOLDER / "dockerd.pid").write_text(f"{daemon.pid}\n")
    until = time.monotonic() + 60
    while not runs():
        if daemon.poll() is not None or time.monotonic() > until:
            raise Unavailable(f"no Docker engine can run on this machine; dockerd said: {_last_line()}")
        time.sleep(0.3)


def _last_line() -> str:
    lines = (FOLDER / "dockerd.log").read_text(errors="replace").splitlines()
    return lines[-1] if lines else "nothing"
