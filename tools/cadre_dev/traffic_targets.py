"""What ./dev traffic is aimed at: a gallery of its own, the local fleet, the lab, or an address."""

import contextlib
import os
import pathlib
import secrets
import socket
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from cadre_dev import fleet, fleet_plan, lab, lab_status, packages, traffic_tls
from cadre_dev.fleet_process import Process, end, wait_until
from cadre_dev.shell import Failed, say

TOKEN = "CADRE_TRAFFIC_TOKEN"


class Unusable(Failed):
    """It cannot be run like this: exit code 2."""


@dataclass
class Target:
    kind: str  # solo, fleet, lab, url
    urls: list[str]
    token: str | None  # an administrator's
    processes: list = field(default_factory=list)  # with role, name and pid()
    plan: fleet_plan.Plan | None = None
    stores: list[dict] = field(default_factory=list)  # url and token of each that counts what is read
    tls: dict | None = None  # url, certificate, key of an nginx before the same replicas


def target(arguments, scratch: pathlib.Path):
    """A context: what it made for this run is ended after it."""
    made = {"solo": lambda: _solo(scratch), "fleet": lambda: _fleet(scratch), "lab": _lab}
    return made.get(arguments.against, lambda: _url(arguments.against))()


@contextlib.contextmanager
def _solo(scratch: pathlib.Path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    data = scratch / "data"
    words = [str(fleet_plan.CADRE), "serve", "--listen", address, "--data", str(data)]
    process = Process("serve", "serve", "here", address, scratch / "serve", words)
    if not fleet_plan.CADRE.exists():
        raise Unusable("build/cadre is not there; `./dev build` makes it.")
    data.mkdir()
    process.start()
    try:
        wait_until(lambda: fleet.ready(process), 60, f"the gallery is not ready; it said:\n{process.last_lines()}")
        _cadre("user", "add", "admin", "--role", "admin", "--password-stdin", "--data", data, stdin=secrets.token_urlsafe(12) + "\n")
        token = _cadre("token", "create", "--user", "admin", "--data", data)
        yield Target("solo", [f"http://{address}"], token, [process])
    finally:
        end([process])


def _cadre(*words, stdin="") -> str:
    done = subprocess.run([str(fleet_plan.CADRE), *map(str, words)], input=stdin, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"`cadre {words[0]} {words[1]}` failed with exit code {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


@contextlib.contextmanager
def _fleet(scratch: pathlib.Path):
    """It is left as it was found: one that did not run before does not run after."""
    if not packages.garage_binary().exists():
        raise Unusable("the fleet needs Garage, the S3 store, which is not in the cache; `./dev fleet up` builds it once.")
    packages.debian(packages.FLEET)
    plan = fleet_plan.Plan(fleet.FOLDER)
    ran = plan.exists and any(process.pid() for process in plan.processes())
    plan.lay_out()
    try:
        fleet.up(plan)
        stores = [{"url": f"http://{address}", "token": plan.secret("garage-admin")} for address in plan.garage_admins.values()]
        with traffic_tls.front(plan, scratch) as (process, tls):
            yield Target("fleet", plan.urls, plan.secret("admin-token"), [*plan.processes(), process], plan, stores, tls)
    finally:
        if ran:
            say("the fleet is left running, as it was; `./dev fleet down` ends it")
        else:
            end(plan.nginx())
            end(plan.programs())
            end(plan.stores())


@dataclass(frozen=True)
class Seen:
    """A process of the lab, as its status lists it."""

    role: str
    name: str
    number: int | None

    def pid(self) -> int | None:
        return self.number


@contextlib.contextmanager
def _lab():
    made = lab.Lab(lab.FOLDER)
    if not made.exists:
        raise Unusable(f"there is no lab in {lab.FOLDER}; `./dev lab up` makes one.")
    found = lab_status.status(made)
    if not all(machine["runs"] for machine in found["machines"]):
        raise Unusable("not all machines of the lab run; `./dev lab up` starts them.")
    processes = [Seen(each["role"], each["name"], each["pid"]) for each in found["processes"]]
    yield Target("lab", found["urls"], made.secret("admin-token"), processes)


@contextlib.contextmanager
def _url(url: str):
    url = url.rstrip("/")
    try:
        urllib.request.urlopen(f"{url}/api/v1/me", timeout=10).close()
    except urllib.error.HTTPError as refusal:
        raise Unusable(f"{url}/api/v1/me was answered {refusal.code}: is it a gallery?") from None
    except (OSError, ValueError) as why:
        raise Unusable(f"{url} does not answer: {why}") from None
    token = os.environ.get(TOKEN) or None
    if token is None:
        say(f"without an administrator's token in {TOKEN} visitors only look, and do not log in")
    yield Target("url", [url], token)
