"""What the measurements share: a real server in a folder of its own, photographs for it, and what processes cost."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))

from cadre_dev import packages  # noqa: E402
from cadre_dev.shell import ROOT, Failed, say  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("CADRE_TEST_PROGRAM", ROOT / "build" / "cadre"))
DEBIAN_PHOTOGRAPHS = pathlib.Path("/usr/share/backgrounds/mate")
STARTS_WITHIN = 60
TICKS = os.sysconf("SC_CLK_TCK")

# The program refuses variables CADRE_… that it does not know.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("CADRE_")}


def photographs(at_least: int, at_most: int) -> list[pathlib.Path]:
    """The largest JPEGs of CADRE_PHOTOS/landscapes if that is set, else of mate-backgrounds."""
    if os.environ.get("CADRE_PHOTOS"):
        folder = pathlib.Path(os.environ["CADRE_PHOTOS"]) / "landscapes"
    else:
        packages.debian(packages.DEMO)
        folder = DEBIAN_PHOTOGRAPHS
    found = sorted(folder.rglob("*.jpg"), key=lambda path: (-path.stat().st_size, path))[:at_most]
    if len(found) < at_least:
        raise Failed(f"{folder} has {len(found)} JPEGs; this measurement needs {at_least}.")
    return found


@contextlib.contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory(prefix="cadre-bench-") as path:
        yield pathlib.Path(path)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_ready(process, port: int, pause: float) -> None:
    """Asks /readyz until it says 200, with `pause` seconds between two questions."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Failed(f"the server ended with exit code {process.returncode}.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if connection.recv(4096).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(pause)
    raise Failed(f"the server was not ready within {STARTS_WITHIN} s.")


def stop(process) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Gallery:
    """`cadre serve` over a folder, or over the stores that `environment` names, and a user of it. Ends with the `with`
    block."""

    def __init__(self, data: pathlib.Path, *flags: str, core: int | None = None, environment: dict | None = None):
        self.data = data
        self.environment = ENVIRONMENT | (environment or {})
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        pinned = [] if core is None else ["taskset", "-c", str(core)]
        self.words = [*pinned, PROGRAM, "serve", "--data", data, "--listen", f"127.0.0.1:{self.port}",
                      "--access-log=false", "--log-level", "warn", *flags]

    def __enter__(self):
        self.process = subprocess.Popen(self.words, env=self.environment, stdout=subprocess.DEVNULL)
        try:
            wait_ready(self.process, self.port, pause=0.01)
        except BaseException:
            stop(self.process)
            raise
        return self

    def __exit__(self, *_):
        stop(self.process)

    @property
    def pid(self) -> int:
        return self.process.pid

    def add_user(self) -> None:
        """A user who may upload, and a token in `token`."""
        run("user", "add", "ada", "--role", "admin", "--password-stdin", "--data", self.data, text="a good password\n",
            environment=self.environment)
        self.token = run("token", "create", "--user", "ada", "--data", self.data, environment=self.environment).strip()

    def take_in(self, paths, *flags: str) -> float:
        """`cadre import --wait`; the processor seconds of the importer itself. All have to be ready."""
        token = self.data / "token"
        token.write_text(self.token)
        report = self.data / "report.json"
        before = os.times()
        run("import", "--wait", "--server", self.url, "--token-file", token, "--report", report, *flags, *paths)
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    def photos(self) -> list[dict]:
        found, cursor = [], ""
        while cursor is not None:
            page = json.loads(self.get(f"/api/v1/photos?scope=mine&limit=100&cursor={cursor}"))
            found += page["photos"]
            cursor = page["next"]
        return found

    def get(self, path: str) -> bytes:
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()


def run(*words, text: str = "", environment: dict = ENVIRONMENT) -> str:
    """A command of the program that has to succeed; what it prints."""
    done = subprocess.run([str(word) for word in (PROGRAM, *words)], env=environment, check=False, input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"cadre {words[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _fields(pid) -> list[str]:
    """/proc/PID/stat from the third field on; the second may have spaces and brackets in it."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def descendants(pid: int) -> list[int]:
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int(_fields(entry.name)[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process, of its children, and of those that ended."""
    ticks = 0
    for one in (pid, *descendants(pid)):
        with contextlib.suppress(OSError):
            ticks += sum(int(field) for field in _fields(one)[11:15])
    return ticks / TICKS


def own_cpu_seconds(pid: int) -> float:
    """The same without children."""
    return sum(int(field) for field in _fields(pid)[11:13]) / TICKS


def memory_kib(pid: int) -> tuple[int, int]:
    """Resident, and proportional (what is shared counts by its share)."""
    resident = re.search(r"^VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    shared = re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(resident[1]), int(shared[1])


def table(head: list[str], rows: list[list]) -> None:
    lines = [head, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def report(figures: dict) -> None:
    """The one line of JSON that a measurement ends with."""
    print(json.dumps(figures), flush=True)


def main(measure) -> None:
    try:
        measure()
    except Failed as failure:
        say(str(failure))
        sys.exit(1)
