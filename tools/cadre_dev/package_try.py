"""./dev package --try: the package in a clean machine, which is a container with systemd: installed, used, upgraded, removed,
installed again, purged."""

import contextlib
import json
import pathlib
import subprocess
import time
import urllib.error
import urllib.request

from cadre_dev import docker_engine, images
from cadre_dev.shell import ROOT, Failed, say

SUITES = {12: "bookworm", 13: "trixie"}
PICTURE = ROOT / "docs" / "images" / "library.webp"
PASSWORD = "a good password\n"
LIBRARY = "/var/lib/cadre"
WAIT = 60  # seconds
# systemd needs what an engine otherwise takes away; the service itself locks itself up again.
ALLOWED = ["--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE", "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined", "--cgroupns", "host",
           "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw", "--tmpfs", "/run", "--tmpfs", "/run/lock", "--env", "container=docker"]


def main(package: pathlib.Path, newer: pathlib.Path, debian: int) -> None:
    docker_engine.ensure()
    machine = Machine(images.clean_machine(SUITES[debian]), package.parent)
    try:
        machine.boots()
        began = time.monotonic()
        machine.installs(package)
        installed = time.monotonic() - began
        machine.must("systemctl", "is-active", "--quiet", "cadre")
        machine.opens()
        photo = machine.takes(PICTURE.read_bytes())
        say(f"installed, and a photograph of {photo['width']} × {photo['height']} served, in {time.monotonic() - began:.0f} s, "
            f"{installed:.0f} of them until apt was done and the gallery healthy")
        before = machine.must("systemctl", "show", "--property=MainPID", "--value", "cadre")
        machine.installs(newer)
        if machine.must("systemctl", "show", "--property=MainPID", "--value", "cadre") == before:
            raise Failed("the upgrade did not restart the service.")
        machine.shows(photo)
        say("upgraded: the service is another process, the photograph is there")
        machine.must("apt-get", "remove", "--yes", "-qq", "cadre")
        machine.must_not("systemctl", "is-active", "--quiet", "cadre")
        machine.must_not("test", "-e", "/usr/bin/cadre")
        machine.must("test", "-d", f"{LIBRARY}/blobs")
        machine.installs(newer)
        machine.shows(photo)
        say("removed and installed again: the photograph is there, with the settings of before")
        machine.must("apt-get", "purge", "--yes", "-qq", "cadre")
        machine.must_not("test", "-e", "/etc/cadre")
        machine.must_not("test", "-e", "/etc/systemd/system/multi-user.target.wants/cadre.service")
        machine.must("test", "-d", f"{LIBRARY}/blobs")
        say("purged: the settings are gone, the photographs are left")
    finally:
        machine.forget()


class Machine:
    def __init__(self, image: str, folder: pathlib.Path):
        self.name = subprocess.run(["docker", "run", "--detach", *ALLOWED, "--volume", f"{folder}:/packages:ro", image], check=True,
                                   stdout=subprocess.PIPE, text=True).stdout.strip()[:12]
        self.token = None

    def forget(self) -> None:
        subprocess.run(["docker", "rm", "--force", "--volumes", self.name], check=False, stdout=subprocess.DEVNULL)

    def _run(self, *words, text="") -> subprocess.CompletedProcess:
        return subprocess.run(["docker", "exec", "--interactive", "--env", "DEBIAN_FRONTEND=noninteractive", self.name, *words], input=text,
                              check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def must(self, *words, text="") -> str:
        done = self._run(*words, text=text)
        if done.returncode != 0:
            raise Failed(f"in the clean machine, `{' '.join(words)}` failed:\n{done.stdout[-3000:]}{self._log()}")
        return done.stdout.strip()

    def must_not(self, *words) -> None:
        if self._run(*words).returncode == 0:
            raise Failed(f"in the clean machine, `{' '.join(words)}` should not hold.")

    def _log(self) -> str:
        return self._run("journalctl", "--no-pager", "--lines", "20", "--unit", "cadre").stdout

    def boots(self) -> None:
        self._until(lambda: self._run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"), "it did not boot")

    def installs(self, package: pathlib.Path) -> None:
        self.must("apt-get", "update", "-qq")
        self.must("apt-get", "install", "--yes", "-qq", "--no-install-recommends", f"/packages/{package.name}")
        self._until(lambda: self._run("cadre", "healthcheck").returncode == 0, "the gallery did not become healthy")

    def opens(self) -> None:
        """To this host: until then it listens to the machine itself alone. And an administrator, by the commands of the manual."""
        self.must("sh", "-c", "echo CADRE_LISTEN=0.0.0.0:8080 >> /etc/cadre/cadre.env && systemctl restart cadre")
        as_cadre = ("setpriv", "--reuid=cadre", "--regid=cadre", "--clear-groups", "cadre")
        self.must(*as_cadre, "user", "add", "ada", "--role", "admin", "--password-stdin", "--data", LIBRARY, text=PASSWORD)
        self.token = self.must(*as_cadre, "token", "create", "--user", "ada", "--data", LIBRARY).split()[-1]
        self._until(lambda: self._fetch("/readyz") is not None, "the gallery cannot be reached")

    def takes(self, picture: bytes) -> dict:
        sent = self._fetch("/api/v1/photos?filename=tried.webp", picture)
        if sent is None:
            raise Failed(f"the photograph was not taken.\n{self._log()}")
        path = f"/api/v1/photos/{json.loads(sent)['id']}"
        self._until(lambda: json.loads(self._fetch(path))["state"] != "processing", "the photograph was not made")
        photo = json.loads(self._fetch(path))
        self.shows(photo)
        return photo

    def shows(self, photo: dict) -> None:
        self._until(lambda: self._fetch("/readyz") is not None, "the gallery cannot be reached")
        now = json.loads(self._fetch(f"/api/v1/photos/{photo['id']}") or "{}")
        if now.get("state") != "ready" or (self._fetch(now["media"]["variants"][0]["url"]) or b"")[:4] != b"RIFF":
            raise Failed(f"the photograph cannot be seen: {now.get('failure') or now.get('state')}\n{self._log()}")

    def _fetch(self, path: str, body=None) -> bytes | None:
        address = subprocess.run(["docker", "inspect", "--format", "{{.NetworkSettings.IPAddress}}", self.name], check=True,
                                 stdout=subprocess.PIPE, text=True).stdout.strip()
        headers = {"Authorization": f"Bearer {self.token}"}
        with contextlib.suppress(OSError), urllib.request.urlopen(
                urllib.request.Request(f"http://{address}:8080{path}", body, headers), timeout=WAIT) as answer:
            return answer.read()
        return None

    def _until(self, holds, otherwise: str) -> None:
        until = time.monotonic() + WAIT
        while not holds():
            if time.monotonic() > until:
                raise Failed(f"in the clean machine, {otherwise} within {WAIT} s.\n{self._log()}")
            time.sleep(0.3)
