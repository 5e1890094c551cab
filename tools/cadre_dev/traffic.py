"""./dev traffic: real browsers and the requests of their journeys at a rate, against a gallery; and a report."""

import argparse
import contextlib
import ipaddress
import json
import os
import pathlib
import platform
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

from cadre_dev import build, packages, traffic_faults
from cadre_dev.shell import ROOT, Failed, must, say
from cadre_dev.traffic_targets import Target, Unusable, target
from cadre_dev.traffic_watch import Watch

PROFILES = ("smoke", "steady", "knee", "spike", "soak")
FOLDER = ROOT / "traffic"
REPORTS = ROOT / "data" / "traffic"


def options(command) -> None:
    """The words after ./dev traffic."""
    command.add_argument("--against", default="solo", metavar="solo|fleet|lab|URL",
                         help="a gallery made for this, ./dev fleet, ./dev lab, or any (default: solo)")
    command.add_argument("--profile", choices=PROFILES, default="smoke", help="what is done, for how long (default: smoke)")
    command.add_argument("--faults", action="store_true", help="something is killed or stopped every 30 s: solo, fleet")
    command.add_argument("--seed", type=_seed, default=1, metavar="N", help="the same one makes the same visits (default: 1)")
    command.add_argument("--out", type=pathlib.Path, metavar="FOLDER", help="of the report; else one in data/traffic")
    command.add_argument("--yes", action="store_true", help="loads what is not on loopback without asking")
    command.add_argument("--no-build", action="store_true", help="takes build/cadre as it is")


def _seed(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise argparse.ArgumentTypeError("a whole number from 0 to 2147483647")
    return number


def main(arguments) -> int:
    """0: every objective holds; 1: one does not, or the run broke off; 2: wrong usage, or it cannot be run here."""
    try:
        with tempfile.TemporaryDirectory(prefix="cadre-traffic-") as scratch, contextlib.ExitStack() as stack:
            _allowed(arguments)
            _prepare(arguments)
            return _run(arguments, stack.enter_context(target(arguments, pathlib.Path(scratch))), pathlib.Path(scratch))
    except Unusable as why:
        print(f"dev: {why}", file=sys.stderr)
        return 2


def _prepare(arguments) -> None:
    packages.debian(["chromium", "nginx-light"])
    packages.npm(FOLDER)
    packages.k6()
    must("npm", "run", "--silent", "build", cwd=FOLDER)
    if arguments.against in ("solo", "fleet") and not arguments.no_build:
        build.program()


# Nobody's gallery is loaded by mistake.

def on_loopback(url: str) -> bool:
    """Whether all addresses of its host are this machine's own."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unusable(f"--against wants solo, fleet, lab or an address that begins with http:// or https://, not {url!r}.")
    try:
        found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        raise Unusable(f"the name {parts.hostname} has no address.") from None
    return all(ipaddress.ip_address(address[0].split("%")[0]).is_loopback for *_, address in found)


def _allowed(arguments) -> None:
    if arguments.faults and arguments.profile == "knee":
        raise Unusable("a knee that is looked for while things are killed says nothing: --faults goes with the other profiles.")
    if arguments.against in ("solo", "fleet", "lab"):
        if arguments.faults and arguments.against == "lab":
            raise Unusable("--faults works against solo and fleet; what happens to the lab's machines is shown by `./dev lab test`.")
        return
    if arguments.faults:
        raise Unusable("--faults kills processes, and is only for a gallery that ./dev started: solo or fleet.")
    if on_loopback(arguments.against) or arguments.yes:
        return
    host = urllib.parse.urlsplit(arguments.against).hostname
    print(f"dev: {host} is not on this machine. The load may slow it down or overload it; only do this to a gallery that is yours.",
          file=sys.stderr)
    if not sys.stdin.isatty():
        raise Unusable("without a terminal to ask on, it wants --yes.")
    if input(f"Type {host} to go on: ").strip() != host:
        raise Unusable("nothing was loaded.")


# The run

def machine() -> dict:
    facts = {
        "system": platform.platform(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "load_before": round(os.getloadavg()[0], 2),
    }
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            facts["processor"] = line.split(":", 1)[1].strip()
            break
    return facts


def command(arguments) -> str:
    """That repeats the run."""
    words = ["./dev", "traffic", "--against", arguments.against, "--profile", arguments.profile, "--seed", str(arguments.seed)]
    return shlex.join(words + (["--faults"] if arguments.faults else []))


def _run(arguments, aim: Target, scratch: pathlib.Path) -> int:
    out = (arguments.out or REPORTS / time.strftime("%Y-%m-%d-%H%M%S")).resolve()
    out.mkdir(parents=True, exist_ok=True)
    settings = {
        "against": arguments.against, "kind": aim.kind, "urls": aim.urls, "token": aim.token,
        "stores": aim.stores, "tls": aim.tls, "profile": arguments.profile, "seed": arguments.seed, "faults": arguments.faults, "scratch": str(scratch), "out": str(out),
        "k6": str(packages.k6_binary()), "chromium": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "command": command(arguments), "machine": machine(),
    }
    with Watch(aim.processes, scratch) as watch:
        with traffic_faults.schedule(aim, scratch, arguments.seed) if arguments.faults else contextlib.nullcontext() as faults:
            code = _node("drive", settings)
        if code == 2:
            raise Unusable(f"{arguments.against} cannot be visited like this; the line above says why.")
        if code != 0:
            raise Failed(f"the run broke off with exit code {code}; what is printed above says why.")
        result = faults.result() if faults else {"faults": [], "writes": None}
    (scratch / "watched.json").write_text(json.dumps(watch.result() | result))
    code = _node("finish", settings)
    if code not in (0, 1):
        raise Failed(f"the report could not be written: exit code {code}.")
    say(f"the report is {out}/report.html, with report.md and report.json beside it")
    return code


def _node(what: str, settings: dict) -> int:
    """Its end by a signal ends browsers and k6 too."""
    with subprocess.Popen(["node", str(FOLDER / "dist" / "main.js"), what], stdin=subprocess.PIPE, text=True, cwd=ROOT) as child:
        try:
            child.communicate(json.dumps(settings))
        except BaseException:
            child.send_signal(signal.SIGTERM)
            raise
        return child.returncode
