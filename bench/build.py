#!/usr/bin/env python3
"""From a clone to the first photograph, and to all tests compiled: cold (an empty ccache), and warm (a second clone that
finds in ccache what the first one left). Debian packages are installed before; npm packages come from npm's own cache or
registry."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.request

from _gallery import ENVIRONMENT, free_port, main, report, table, temporary_folder

from cadre_dev import packages
from cadre_dev.shell import ROOT, Failed

FIRST_PHOTOGRAPH_TARGET = 300
AT_MOST = 3600


def _spent(process) -> float:
    """Processor seconds of the process, waited for, and of its children."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _first_photograph(clone: pathlib.Path, environment: dict) -> dict:
    """`./dev run --demo`, as README says, until the wall shows a photograph."""
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(["./dev", "run", "--demo", "--port", str(port)], cwd=clone, env=environment,
                               stdout=subprocess.DEVNULL)
    shown = None
    try:
        while shown is None and time.monotonic() - began < AT_MOST:
            if process.poll() is not None:
                raise Failed(f"./dev run ended with exit code {process.returncode}.")
            time.sleep(0.2)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/timeline?scope=wall", timeout=5) as answer:
                    if json.load(answer)["total"] > 0:
                        shown = time.monotonic() - began
            except OSError:
                pass
    finally:
        process.send_signal(signal.SIGTERM)
        spent = _spent(process)
    if shown is None:
        raise Failed(f"no photograph within {AT_MOST} s.")
    return {"seconds": shown, "cpu_seconds": spent}


def _tests_compiled(clone: pathlib.Path, environment: dict) -> dict:
    began = time.monotonic()
    process = subprocess.Popen(["./dev", "test", "--only", "build"], cwd=clone, env=environment, stdout=subprocess.DEVNULL)
    spent = _spent(process)
    if process.returncode != 0:
        raise Failed(f"./dev test --only build ended with exit code {process.returncode}.")
    return {"seconds": time.monotonic() - began, "cpu_seconds": spent}


def _from_a_clone(folder: pathlib.Path, cache: pathlib.Path) -> dict:
    clone = folder / "cadre"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    environment = ENVIRONMENT | {"CCACHE_DIR": str(cache)}
    try:
        return {"first photograph": _first_photograph(clone, environment),
                "tests compiled after it": _tests_compiled(clone, environment)}
    finally:
        shutil.rmtree(clone)


def measure() -> None:
    packages.debian(packages.BUILD + packages.TEST + packages.DEMO)
    with temporary_folder() as folder:
        results = {state: _from_a_clone(folder, folder / "ccache") for state in ("cold", "warm")}
    table(["state", "until", "seconds", "processor seconds", "of limit"],
          [[state, until, f"{r['seconds']:.0f}", f"{r['cpu_seconds']:.0f}",
            f"{r['seconds'] / FIRST_PHOTOGRAPH_TARGET:.2f}" if until == "first photograph" else "-"]
           for state, untils in results.items() for until, r in untils.items()])
    report({"bench": "build", "target_s": FIRST_PHOTOGRAPH_TARGET, "cores": len(os.sched_getaffinity(0)),
            "load": os.getloadavg()[0], **results})


if __name__ == "__main__":
    main(measure)
