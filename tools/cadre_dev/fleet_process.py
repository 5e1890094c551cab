"""Processes that outlive ./dev: started, found again and ended by pid and start time, never by name."""

import json
import os
import pathlib
import signal
import subprocess
import time
from dataclasses import dataclass, field

from cadre_dev.shell import Failed

SEARCHED = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Seen:
    """What the kernel says of a process."""

    state: str  # R, S, D, T (stopped), Z …
    session: int
    started: int  # clock ticks after the boot: with the pid, it names one process for ever


def look(pid: int) -> Seen | None:
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    words = text[text.rindex(")") + 2:].split()
    return Seen(state=words[0], session=int(words[3]), started=int(words[19]))


@dataclass(frozen=True)
class Process:
    """One process of the fleet: how it is started, and where its pid, log and data are."""

    role: str
    name: str
    machine: str
    address: str | None  # host:port, where it can be asked
    folder: pathlib.Path
    words: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> pathlib.Path:
        return self.folder / "log"

    @property
    def _note(self) -> pathlib.Path:
        return self.folder / "pid.json"

    def _noted(self) -> dict | None:
        try:
            return json.loads(self._note.read_text())
        except (OSError, ValueError):
            return None

    def pid(self) -> int | None:
        """Of the process that was started here, if it lives."""
        noted = self._noted()
        if noted is None:
            return None
        seen = look(noted["pid"])
        if seen is None or seen.state in "ZX" or seen.started != noted["started"]:
            return None
        return noted["pid"]

    def stopped(self) -> bool:
        pid = self.pid()
        seen = look(pid) if pid else None
        return seen is not None and seen.state in "Tt"

    def start(self) -> None:
        """Starts it in a session of its own; what a killed one left in its session is ended first."""
        self._end_orphans()
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {name: os.environ[name] for name in SEARCHED if name in os.environ} | self.environment
        with self.log.open("ab") as log:
            log.write(f"--- {time.strftime('%F %T')} ./dev fleet starts it\n".encode())
            log.flush()
            child = subprocess.Popen(self.words, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                     stderr=log, start_new_session=True)
        _children.append(child)
        seen = look(child.pid)
        if seen is None:
            raise Failed(f"{self.name} could not be started; {self.log} says why.")
        self._note.write_text(json.dumps({"pid": child.pid, "started": seen.started}))

    def signal(self, number: int) -> None:
        pid = self.pid()
        if pid is None:
            raise Failed(f"{self.name} does not run.")
        os.kill(pid, number)

    def kill(self) -> None:
        """As if its machine had lost power: at once, with all that it started."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: self.pid() is None, 10, f"{self.name} does not end")
        self._end_orphans()

    def _end_orphans(self) -> None:
        """Children of a process that was killed, known by its session: no other session can have its number meanwhile."""
        noted = self._noted()
        if noted is None or self.pid() is not None:
            return
        for entry in pathlib.Path("/proc").iterdir():
            seen = look(int(entry.name)) if entry.name.isdigit() else None
            if seen and seen.session == noted["pid"] and seen.started >= noted["started"] and seen.state not in "ZX":
                try:
                    os.kill(int(entry.name), signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def last_lines(self, count=8) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return "(no log)"


_children: list[subprocess.Popen] = []  # so that those who die while ./dev runs are not left as zombies


def reap() -> None:
    _children[:] = [child for child in _children if child.poll() is None]


def wait_until(holds, seconds: float, what: str) -> None:
    """Asks again and again; Failed after so many seconds."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise Failed(f"{what} (after {seconds:.0f} s).")
        time.sleep(0.05)
        reap()


def end(processes, seconds=35.0) -> None:
    """SIGTERM to all of them at once, then SIGKILL to those that do not end."""
    for process in processes:
        pid = process.pid()
        if pid is not None:
            os.kill(pid, signal.SIGCONT)
            os.kill(pid, signal.SIGTERM)
    try:
        wait_until(lambda: all(process.pid() is None for process in processes), seconds, "")
    except Failed:
        pass
    for process in processes:
        process.kill()
