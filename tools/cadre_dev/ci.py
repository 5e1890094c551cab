""".ci/run: the tests of README, then what only a change has to pass. A stage that fails does not stop the next."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from cadre_dev import build, contract, debian13, fuzz, lint, package, packages, test
from cadre_dev.shell import FAILED, ROOT, Count, Failed, call, close, run_stages, say
from cadre_dev.together import run_together

README_COMMAND = "./dev test"


def _counted(*words) -> Count:
    """What a command of ./dev says in its closing line."""
    names = []
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        line = ""
        for line in running.stdout:
            print(line, end="", flush=True)
            if line.startswith(FAILED):
                names.append(line.removeprefix(FAILED).rstrip())
    sums = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped\n", line)
    if not sums:
        raise Failed(f"`{' '.join(words)}` ended with exit code {running.returncode} and no closing line.")
    count = Count(*(int(number) for number in sums.groups()), names=tuple(names))
    return count if running.returncode == 0 or count.failed else count + Count(failed=1)


def readme() -> Count:
    """README's own test command, as a person would type it; with Garage, so that the suites of S3 run."""
    if README_COMMAND not in (ROOT / "README.md").read_text():
        raise Failed(f"README.md does not say `{README_COMMAND}` any more.")
    build.everything(build.CORES)
    _has_garage()
    # One after the other: nobody waits for CI, and a machine that others load shall not decide.
    return _counted(*README_COMMAND.split(), "--at-once", "1")


# Of the faults of `./dev fleet test`, one of each kind of process.
FAULTS = ("serve-killed", "worker-killed", "redis-master-killed", "garage-killed", "redis-lost", "rolling-restart")


def _built(tool) -> bool:
    """Whether it is there to be used: built now if it has to be. Without its compiler, a stage is skipped."""
    try:
        tool()
    except Failed as reason:
        say(f"skipped: {reason}")
        return False
    return True


class _Tools:
    """Garage and k6, built beside the first stages where the cache lacks them: a stage that wants one waits for it."""

    process = None

    def __enter__(self):
        if not (packages.garage_binary().exists() and packages.k6_binary().exists()):
            log = tempfile.NamedTemporaryFile(prefix="cadre-tools-", suffix=".log", delete=False)
            say(f"Garage and k6 are being built beside the stages; the log is {log.name}")
            program = "from cadre_dev import packages; packages.build_tools()"
            self.process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT / "tools", stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True,
                                            preexec_fn=lambda: os.nice(5))
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()


def _has_garage() -> bool:
    """Waits for it where it can be built, but not for ever: on a loaded machine it takes 40 minutes."""
    until = time.monotonic() + 10 * 60
    while not packages.garage_binary().exists() and shutil.which("cargo") and time.monotonic() < until:
        time.sleep(1)
    if not packages.garage_binary().exists():
        say("Garage is not there: what needs it is skipped")
    return packages.garage_binary().exists()


def failures() -> Count:
    """A short run of the failures that a fleet has to survive, on real servers, in a fleet of its own."""
    if not _has_garage():
        return Count(skipped=len(FAULTS))
    with tempfile.TemporaryDirectory(prefix="cadre-fleet-") as folder:
        try:
            return _counted("./dev", "fleet", "test", *FAULTS, "--folder", folder, "--seconds", "3")
        finally:
            call("./dev", "fleet", "down", "--folder", folder)


def traffic() -> Count:
    """The short form of ./dev traffic against a gallery of its own: an objective that holds counts as a test that passed."""
    if not _built(packages.k6):
        return Count(skipped=1)
    with tempfile.TemporaryDirectory(prefix="cadre-traffic-") as folder:
        code = call("./dev", "traffic", "--against", "solo", "--profile", "smoke", "--out", folder)
        report = pathlib.Path(folder) / "report.json"
        if code not in (0, 1) or not report.exists():
            raise Failed(f"./dev traffic ended with exit code {code} and no report.")
        found = json.loads(report.read_text())
    broken = [objective for objective in found["objectives"] if not objective["held"]]
    for objective in broken:
        say(f"traffic: broken: {objective['name']}: {objective['value']}, to reach: {objective['goal']}")
    for check in found["browsers"]["failed"]:
        say(f"traffic: {check['journey']}, seed {check['seed']}, {check['step']}: {check['detail']}")
    return Count(passed=len(found["objectives"]) - len(broken), failed=len(broken),
                 names=tuple(objective["name"] for objective in broken))


def lab() -> Count:
    """Three machines, made for this and taken down after it: the shows that fit the time."""
    if not _has_garage():
        return Count(skipped=1)
    with tempfile.TemporaryDirectory(prefix="cadre-lab-") as folder:
        try:
            return _counted("./dev", "lab", "test", "--short", "--folder", folder)
        finally:
            call("./dev", "lab", "down", "--wipe", "--folder", folder)


# All rooms with tests but decode and media: their decoders run under limits of address space that AddressSanitizer exceeds.
SANITIZED = ("base", "http", "redis", "blobs", "catalog", "jobs", "events", "find", "places", "gallery", "worker", "api", "cli")
# All schedules of these are gone through by `test`. Under sanitizers they took 227 and 152 s; their edits, repairs and sweeps are in
# the random schedules too, which run there.
ONLY_WITHOUT_SANITIZERS = r"^simulation\.Exhaustive\.(AnEditARepairAndAFailover|AnEditASweepAndOneBadCall)$"


def sanitizers() -> Count:
    """Unit and conformance tests and the simulation, under AddressSanitizer and UndefinedBehaviorSanitizer."""
    packages.debian(packages.BUILD + packages.TEST)
    folder = build.configure("asan")
    build.compile_targets(folder, [f"src/{room}/all" for room in SANITIZED])
    total = Count()
    for room in SANITIZED:
        total += test.ctest(folder / "src" / room, build.CORES, "--exclude-regex", ONLY_WITHOUT_SANITIZERS)
    return total


# Rooms whose libraries differ most between the releases.
ON_DEBIAN_13 = ("decode", "media")


def on_debian_13() -> Count:
    """Compiles both programs with Debian 13's compiler and libraries, warnings as errors, and runs the tests of pictures."""
    if debian13.is_host():
        say("skipped: this is Debian 13, and all the other stages ran on it.")
        return Count(skipped=1)
    folder = debian13.compile_targets(["cadre", "cadre-decode", *(f"src/{room}/all" for room in ON_DEBIAN_13)])
    total = Count(passed=1)
    for room in ON_DEBIAN_13:
        total += test.ctest(debian13.SOURCE / folder.relative_to(ROOT) / "src" / room, build.CORES, call=debian13.call)
    return total


def memory() -> Count:
    """The decoder over every format, without its sandbox, under valgrind: libraries that no sanitizer has seen included."""
    packages.debian(packages.BUILD + packages.TEST + packages.MEMORY)
    folder = build.configure("release")
    build.compile_targets(folder, ["decoded_test"])
    # libvips runs code that Orc has written into a mapped file: where that is used again, valgrind has to look whether it changed.
    code = call("valgrind", "--quiet", "--smc-check=all", "--error-exitcode=9", "--suppressions=src/decode/valgrind.supp", folder / "decoded_test")
    return Count(passed=1) if code == 0 else Count(failed=1)


def fuzzing() -> Count:
    """Every fuzz target over its corpus: what it finds beyond that would differ from run to run."""
    return fuzz.run(fuzz.names(), 0, learn=False)


def clang() -> Count:
    """Compiles both programs with another compiler, warnings as errors, as the fuzz targets want their libraries; runs
    nothing."""
    packages.debian(packages.BUILD + packages.TEST + packages.CLANG + packages.FUZZ)
    build.compile_targets(build.configure("fuzz"), ["cadre", "cadre-decode"])
    return Count(passed=1)


def the_package() -> Count:
    """Makes the Debian package and the list of what is in it; lintian looks at it. Nothing is installed."""
    package.make(packages.release())
    return Count(passed=1)


def _lint() -> Count:
    packages.debian(packages.LINT)
    return run_stages([check for check in lint.CHECKS if check[1] is not lint.includes])


# Each with the minutes that it takes on a loaded machine with little in ccache. After twice as many it is stopped.
# What compiles most comes early: meanwhile Garage is built, which the others want.
STAGES = {
    "lint": (_lint, 6),
    "includes": (lint.includes, 1),
    "clang": (clang, 15),
    "test": (readme, 45),
    "package": (the_package, 5),
    "sanitizers": (sanitizers, 35),
    "fuzz": (fuzzing, 10),
    "contract": (contract.main, 6),
    "memory": (memory, 5),
    "traffic": (traffic, 5),
    "debian13": (on_debian_13, 20),
    "failures": (failures, 10),
    "lab": (lab, 25),
}
# CI has 90 minutes in all. What would not end within them is not begun, and what has not ended then is stopped: both are
# skipped, but for README's own tests.
CI_AT_MOST = 87
ALWAYS = ("test",)


def _in_time(name: str, left):
    """The stage; left() is the minutes that CI has."""
    stage, minutes = STAGES[name]

    def run() -> Count:
        if name not in ALWAYS and minutes > left():
            say(f"skipped: {left():.0f} of CI's {CI_AT_MOST} minutes are left, and this may take {minutes}.")
            return Count(skipped=1)
        return stage()

    return run


# The stages that want Garage or k6.
WITH_TOOLS = ("test", "traffic", "failures", "lab")


def main(arguments) -> int:
    end = time.monotonic() + CI_AT_MOST * 60

    def left() -> float:
        return (end - time.monotonic()) / 60

    def given_up(name: str) -> Count | None:
        return Count(skipped=1) if left() <= 0 and name not in ALWAYS else None

    with _Tools() if arguments.only in (None, *WITH_TOOLS) else contextlib.nullcontext():
        if arguments.only is not None:
            return close(run_stages([(arguments.only, STAGES[arguments.only][0])]))
        return close(run_together([(name, _in_time(name, left)) for name in STAGES], 1,
                                  lambda name: 60 * min(2 * STAGES[name][1], left()), first=STAGES, shown=True, given_up=given_up))
