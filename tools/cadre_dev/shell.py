"""Running other programs, and counting what they found."""

import ctypes
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Failed(Exception):
    """A sentence for the person in front; the command ends with exit code 1."""


def say(text: str) -> None:
    print(f"dev: {text}", flush=True)


def call(*words, cwd=ROOT, env=None, quiet=False) -> int:
    """Runs it to its end and returns its exit code. With `quiet`, its output is shown only if it fails."""
    variables = {**os.environ, **(env or {})}
    words = [str(word) for word in words]
    if not quiet:
        sys.stdout.flush()
        return subprocess.run(words, cwd=cwd, env=variables, check=False).returncode
    done = subprocess.run(words, cwd=cwd, env=variables, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.stdout.write(done.stdout.decode(errors="replace"))
        sys.stdout.flush()
    return done.returncode


def must(*words, **options) -> None:
    code = call(*words, **options)
    if code != 0:
        raise Failed(f"this failed with exit code {code}: {shlex.join(str(word) for word in words)}")


def output(*words, cwd=ROOT) -> str:
    """What it prints; empty if it fails."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""


def _end_with_parent() -> None:
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A program that runs beside us and ends with us, by Ctrl-C, by a signal, or because we died."""

    def __init__(self, *words, env=None):
        self.process = subprocess.Popen([str(word) for word in words], cwd=ROOT, env={**os.environ, **(env or {})},
                                        start_new_session=True, preexec_fn=_end_with_parent)

    def __enter__(self):
        return self.process

    def __exit__(self, *_):
        # A second Ctrl-C must not leave it behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass
class Count:
    """Passed, failed and skipped tests or checks, and the names of those that failed as far as they are known."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    names: tuple[str, ...] = field(default=(), compare=False)

    def __add__(self, other):
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped,
                     self.names + other.names)

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


# Begins a line that says what failed.
FAILED = "failed: "


def named(name: str, count: Count) -> Count:
    """The count of a stage, whose name stands before those of its tests that failed."""
    if count.failed:
        count.names = tuple(f"{name}: {failed}" for failed in count.names) or (name,)
    return count


def run_stages(stages) -> Count:
    """Runs each (name, function that returns a Count) and prints its time; a stage that breaks is one failure, and the
    next ones still run."""
    total = Count()
    times = []
    for name, stage in stages:
        print(f"\n=== {name}", flush=True)
        began = time.monotonic()
        try:
            count = stage()
        except Failed as failure:
            say(str(failure))
            count = Count(failed=1, names=(str(failure),))
        count = named(name, count)
        times.append(f"{name}: {time.monotonic() - began:.0f} s, {count}")
        say(times[-1])
        total += count
    print("\n=== times\n" + "\n".join(times), flush=True)
    return total


def close(total: Count) -> int:
    """Prints what failed, a line each (of a long log often only the end is kept), then the closing line, alone on the last
    line, and returns the exit code."""
    for name in total.names:
        print(FAILED + name)
    print(total, flush=True)
    return 1 if total.failed else 0


def finish(main) -> None:
    """Ends the program with main's exit code; what failed is a sentence, not a trace."""
    try:
        sys.exit(main())
    except Failed as failure:
        say(str(failure))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
