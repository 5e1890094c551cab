"""./dev fuzz: what reads bytes from outside is fed with bytes that libFuzzer makes up, under clang's sanitizers."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import tempfile

from cadre_dev import build, packages
from cadre_dev.shell import ROOT, Count, Failed, close, say

FOLDER = ROOT / "fuzz"
FOUND = ROOT / "build" / "fuzz" / "found"  # inputs that broke something
LARGEST = 64 * 1024  # bytes of an input
SLOWEST = 60  # seconds that one may take, on a machine that does other things too
# Debian's libraries come without a sanitizer: what they put into a container of the standard library is not told to it,
# and what they keep until the end looks like a leak.
SANITIZERS = {"ASAN_OPTIONS": "detect_container_overflow=0:detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.cc"))


def options(command) -> None:
    """The words after ./dev fuzz."""
    command.add_argument("target", nargs="?", choices=names(), metavar="TARGET", help=", ".join(names()))
    command.add_argument("--seconds", type=int, default=60, help="for each target, beyond its corpus; 0: the corpus only")


def main(arguments) -> int:
    return close(run([arguments.target] if arguments.target else names(), arguments.seconds))


def run(targets, seconds: int, learn=True) -> Count:
    """Each target passes, or fails with the input that broke it in FOUND. With `learn` it goes on from what runs before
    found, which may be thousands of inputs."""
    packages.debian(packages.BUILD + packages.TEST[:2] + packages.CLANG + packages.FUZZ)
    folder = build.configure("fuzz")
    build.compile_targets(folder, [f"fuzz_{target}" for target in targets])
    FOUND.mkdir(parents=True, exist_ok=True)
    total, executions, cpu = Count(), 0, 0.0
    with concurrent.futures.ThreadPoolExecutor(build.CORES) as pool, tempfile.TemporaryDirectory(prefix="cadre-fuzz-") as scratch:
        kept = packages.cache() / "fuzz" if learn else pathlib.Path(scratch)
        for target, held, runs, took in pool.map(lambda target: (target, *_fuzz(folder, target, seconds, kept / target)), targets):
            said = f"{runs} executions, {took:.0f} s of CPU"
            say(f"{target}: {said}" if held else f"{target}: broken after {said}; what broke it is in {FOUND.relative_to(ROOT)}/")
            total += Count(passed=1) if held else Count(failed=1)
            executions, cpu = executions + runs, cpu + took
    say(f"{executions} executions, {cpu:.0f} s of CPU in all")
    return total


def _fuzz(folder: pathlib.Path, target: str, seconds: int, learnt: pathlib.Path):
    """Whether it held, executions, seconds of CPU. Inputs that reach something new go to `learnt`."""
    corpus = FOLDER / "corpus" / target
    if not corpus.is_dir():
        raise Failed(f"{corpus.relative_to(ROOT)} has no inputs to begin with.")
    learnt.mkdir(parents=True, exist_ok=True)
    executions, cpu = 0, 0.0
    # The corpus alone first, so that what it takes is not counted as time to look for more.
    for words in ([corpus], [learnt, corpus])[:2 if seconds else 1]:
        limit = ["-runs=0"] if words == [corpus] else [f"-max_total_time={seconds}"]
        with subprocess.Popen([str(word) for word in (
                folder / f"fuzz_{target}", *limit, f"-timeout={SLOWEST}", "-rss_limit_mb=4096", f"-max_len={LARGEST}",
                f"-artifact_prefix={FOUND}/{target}-", "-print_final_stats=1", *words)], cwd=ROOT,
                env={**os.environ, **SANITIZERS}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
            text = running.stdout.read().decode(errors="replace")
            _, status, usage = os.wait4(running.pid, 0)
            running.returncode = os.waitstatus_to_exitcode(status)
        cpu += usage.ru_utime + usage.ru_stime
        # A run that broke ends without these figures; the last line of its progress has the number.
        counted = re.findall(r"stat::number_of_executed_units: (\d+)|^#(\d+)\t", text, re.MULTILINE)
        executions += max((int(number) for pair in counted for number in pair if number), default=0)
        if running.returncode != 0:
            print(text[-6000:], flush=True)
            return False, executions, cpu
    return True, executions, cpu
