"""./dev lab: three machines on this one, by Vagrant's Docker provider and the very playbooks that real machines get."""

import contextlib
import fcntl
import pathlib
import re
import shutil
import sys
import time

from cadre_dev import build, debian13, docker_engine, fleet, images, lab_image, lab_status, packages
from cadre_dev.fleet_process import wait_until
from cadre_dev.lab_plan import Lab as Plan
from cadre_dev.shell import ROOT, Failed, call, say

FOLDER = ROOT / "data" / "lab"


def options(command) -> None:
    """The words after ./dev lab."""
    command.add_argument("action", choices=["up", "status", "test", "down"])
    command.add_argument("names", nargs="*", metavar="NAME", help="test: what is to be shown; all without")
    command.add_argument("--folder", type=pathlib.Path, default=FOLDER, help="default: data/lab of the checkout")
    command.add_argument("--debian", type=int, choices=sorted(lab_image.SUITES), help="up, test: of the machines of a new lab (default: 12)")
    command.add_argument("--json", action="store_true", help="status: for programs")
    command.add_argument("--wipe", action="store_true", help="down: the machines go, and all that was on them")
    command.add_argument("--short", action="store_true", help="test: without the shows that take long")
    command.add_argument("--no-build", action="store_true", help="up, test: takes the programs as they are")


def main(arguments) -> int:
    lab = Lab(arguments.folder, arguments.debian)
    if arguments.debian not in (None, lab.debian):
        raise Failed(f"the machines of {lab.folder} have Debian {lab.debian}; `./dev lab down --wipe` makes room for others.")
    if arguments.action == "up":
        return _up(lab, not arguments.no_build)
    if arguments.action == "test":
        if not arguments.no_build:
            _built()
        short = ["--short"] if arguments.short else []
        short += ["--debian", str(arguments.debian)] if arguments.debian else []
        return call(sys.executable, "-m", "lab", "--folder", lab.folder, *short, *arguments.names,
                    env={"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT / 'tools'}"})
    if not lab.exists:
        raise Failed(f"there is no lab in {lab.folder}; `./dev lab up` makes one.")
    if arguments.action == "status":
        return lab_status.show(lab, arguments.json)
    lab.down(arguments.wipe)
    if arguments.wipe:
        shutil.rmtree(lab.folder)
        say(f"{lab.folder} is deleted")
    return 0


class Lab(Plan):
    """A lab that can be brought up and taken down."""

    @contextlib.contextmanager
    def _alone(self):
        """One ./dev lab at a time changes what runs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def up(self, administrator=True) -> int:
        """Of a program that is built: machines, engines, swarm, gallery; what is there is left as it is. How many things the
        playbooks changed. Unavailable, where no machines can run."""
        docker_engine.ensure()
        packages.debian(packages.LAB)
        with self._alone():
            self.note_images(images.ensure())
            self.lay_out()
            lab_image.ensure(self.debian)
            code, printed = self.vagrant("up", "--provider=docker", "--provision")
            if code != 0:
                raise Failed(f"the machines did not come up; {self.folder / 'log'} says why.")
            for url, machine in zip(self.urls, self.machines):
                wait_until(lambda url=url: lab_status.answers(url), 120, f"the gallery does not answer on {machine.name}, {url}")
            if administrator:
                fleet.administrator(self)
        return changed(printed)

    def down(self, wipe=False) -> None:
        """The machines stop; or are destroyed, with all that was on them but the controller's secrets."""
        with self._alone():
            if not wipe:
                self.vagrant("halt")
                return
            self.vagrant("destroy", "--force")
            self.forget()


def changed(printed: str) -> int:
    """What Ansible's recaps say was changed, over all machines."""
    return sum(int(number) for number in re.findall(r"^\S+ +: ok=\d+ +changed=(\d+)", printed, re.MULTILINE))


def _built() -> None:
    """The program of this host, which checks and backs up, and that of Debian 13, which is in the image."""
    build.program()
    debian13.program()


def _up(lab: Lab, with_build: bool) -> int:
    began = time.monotonic()
    if with_build:
        _built()
    built = time.monotonic()
    number = lab.up()
    say(f"up in {time.monotonic() - built:.0f} s, after {built - began:.0f} s of building; the playbooks changed {number} things")
    say(f"the gallery is at {lab.urls[0]}/ and the same at {lab.urls[1]}/ and {lab.urls[2]}/")
    say(f"log in as {fleet.ADMINISTRATOR} with the password {lab.secret('admin-password')}")
    return 0
