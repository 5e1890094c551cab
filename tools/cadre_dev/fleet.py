"""./dev fleet: a whole fleet of local processes on loopback, three "machines" a, b and c, with real servers."""

import contextlib
import fcntl
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from cadre_dev import build, fleet_config, fleet_garage, fleet_redis, packages
from cadre_dev.fleet_plan import CADRE, Plan, Secrets
from cadre_dev.fleet_process import Process, end, wait_until
from cadre_dev.shell import ROOT, Failed, call, say

FOLDER = ROOT / "data" / "fleet"
ADMINISTRATOR = "admin"


def options(command) -> None:
    """The words after ./dev fleet."""
    command.add_argument("action", choices=["up", "status", "test", "down"])
    command.add_argument("names", nargs="*", metavar="NAME", help="test: faults, or the suites api and browser; all without")
    command.add_argument("--folder", type=pathlib.Path, default=FOLDER, help="default: data/fleet of the checkout")
    command.add_argument("--port", type=int, help="up: the first of ten ports on 127.0.0.11 to .13; else free ones")
    command.add_argument("--json", action="store_true", help="status: for programs")
    command.add_argument("--wipe", action="store_true", help="down: and deletes its data")
    command.add_argument("--seconds", type=float, default=10, help="test: of load before and after a fault (default: 10)")
    command.add_argument("--no-build", action="store_true", help="up, test: takes build/cadre as it is")


def main(arguments) -> int:
    plan = Plan(arguments.folder, arguments.port)
    if arguments.action == "up":
        return _up(plan, not arguments.no_build)
    if arguments.action == "test":
        _prepare(plan, not arguments.no_build)
        return call(sys.executable, "-m", "failure", "--folder", plan.folder, "--seconds", arguments.seconds,
                    *arguments.names, env={"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT / 'tools'}"})
    if not plan.exists:
        raise Failed(f"there is no fleet in {plan.folder}; `./dev fleet up` makes one.")
    if arguments.action == "status":
        return _status(plan, arguments.json)
    return _down(plan, arguments.wipe)


@contextlib.contextmanager
def _alone(plan: Plan):
    """One ./dev fleet at a time changes what runs."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    with (plan.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another ./dev fleet is at work on it; waiting")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# up

def _prepare(plan: Plan, with_build: bool) -> None:
    packages.debian(packages.FLEET)
    packages.garage()
    if with_build:
        build.program()
    if not CADRE.exists():
        raise Failed("build/cadre is not there; `./dev build` makes it.")
    with _alone(plan):
        plan.lay_out()


def _up(plan: Plan, with_build: bool) -> int:
    _prepare(plan, with_build)
    up(plan)
    say(f"the gallery is at {plan.urls[0]}/ and the same at {plan.urls[1]}/ and {plan.urls[2]}/")
    say(f"log in as {ADMINISTRATOR} with the password {plan.secret('admin-password')}")
    return 0


def up(plan: Plan) -> None:
    """Of a fleet that is laid out: what does not run is started, and who logs in is there."""
    began = time.monotonic()
    started = bring_up(plan)
    administrator(plan)
    say(f"started in {time.monotonic() - began:.0f} s: {', '.join(started) or 'nothing, all of it runs'}")


def bring_up(plan: Plan) -> list[str]:
    """Starts what does not run, waits until all of it works; the names of what was started."""
    with _alone(plan):
        fleet_config.write(plan)
        started = start(plan.stores() + plan.nginx())
        fleet_redis.form(plan)
        fleet_garage.form(plan)
        started += start(plan.programs())
        for process in plan.serve():
            wait_until(lambda process=process: ready(process), 60, f"{process.name} is not ready; {process.log} says why")
        wait_until(lambda: fleet_redis.whole(plan), 60, "the Redis Cluster is not whole")
        for process in plan.processes():
            if process.pid() is None:
                raise Failed(f"{process.name} ended by itself:\n{process.last_lines()}")
    return started


def start(processes: list[Process]) -> list[str]:
    """Those that do not run or are stopped, and waits until they listen; the names of what was started."""
    started = []
    for process in processes:
        if process.stopped():
            process.signal(signal.SIGCONT)
            started.append(f"{process.name} (was stopped)")
        elif process.pid() is None:
            process.start()
            started.append(process.name)
    for process in processes:
        if process.address:
            wait_until(lambda process=process: process.pid() is None or _listens(process), 30,
                       f"{process.name} does not listen on {process.address}")
        if process.pid() is None:
            raise Failed(f"{process.name} ended by itself:\n{process.last_lines()}")
    return started


def _listens(process: Process) -> bool:
    host, port = process.address.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        return True
    except OSError:
        return False


def ready(process: Process) -> bool:
    """What /readyz of a replica says, asked at its own address: nginx does not answer that."""
    try:
        with urllib.request.urlopen(f"http://{process.address}/readyz", timeout=3):
            return True
    except (OSError, urllib.error.HTTPError):
        if process.pid() is None:
            raise Failed(f"{process.name} ended by itself:\n{process.last_lines()}") from None
        return False


def cadre(plan: Secrets, *words: str, stdin="") -> str:
    """Runs a command of build/cadre against the stores of a fleet or a lab; what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CADRE_")} | plan.environment
    done = subprocess.run([CADRE, *words], input=stdin, env=environment, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"`cadre {' '.join(words[:2])}` failed with exit code {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def administrator(plan: Secrets) -> None:
    """Who logs in, and the token with which the tests work; made at the first start. `plan`: a fleet or a lab."""
    if plan.secret_file("admin-token").exists():
        return
    password = secrets.token_urlsafe(12)
    try:
        cadre(plan, "user", "add", ADMINISTRATOR, "--role", "admin", "--password-stdin", stdin=password + "\n")
    except Failed:  # an earlier start got so far
        cadre(plan, "user", "password", ADMINISTRATOR, "--password-stdin", stdin=password + "\n")
    plan.keep_secret("admin-password", password)
    plan.keep_secret("admin-token", cadre(plan, "token", "create", "--user", ADMINISTRATOR))


# status

def status(plan: Plan) -> dict:
    """The contract of `status --json`."""
    processes = [{
        "role": process.role,
        "name": process.name,
        "machine": process.machine,
        "pid": process.pid(),
        "address": process.address,
        "data": str(process.folder),
    } for process in plan.processes()]
    return {"url": plan.urls[0], "urls": plan.urls, "env": plan.environment, "processes": processes}


def _health(plan: Plan, process: Process, held: dict[str, str]) -> str:
    if process.pid() is None:
        return "dead"
    if process.stopped():
        return "stopped"
    if process.role == "redis":
        return held[process.name]
    if process.role == "serve":
        return "ready" if ready(process) else "not ready"
    return "runs"


def _status(plan: Plan, as_json: bool) -> int:
    found = status(plan)
    if as_json:
        print(json.dumps(found, indent=2))
        return 0
    held = fleet_redis.roles(plan)
    for process in plan.processes():
        print(f"{process.machine}  {process.name:<12}{process.pid() or '-':>8}  {_health(plan, process, held):<10}"
              f"{process.address or '':<18}{os.path.relpath(process.log, ROOT)}")
    print(f"Redis Cluster: {'whole' if fleet_redis.whole(plan) else 'not whole'}; "
          f"Garage: {'whole' if fleet_garage.connected(plan) else 'not whole'}")
    print("\n".join(plan.urls))
    return 0 if all(process["pid"] for process in found["processes"]) else 1


# down

def _down(plan: Plan, wipe: bool) -> int:
    with _alone(plan):
        end(plan.nginx())
        end(plan.programs())
        end(plan.stores())
        say("all of it has ended")
        if wipe:
            shutil.rmtree(plan.folder)
            say(f"{plan.folder} is deleted")
    return 0
