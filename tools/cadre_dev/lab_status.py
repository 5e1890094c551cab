"""What runs in a lab: the contract of `./dev lab status --json`, and a table for people."""

import json
import pathlib
import urllib.error
import urllib.request

from cadre_dev import fleet_redis
from cadre_dev.lab_plan import ROLES, Lab, Machine
from cadre_dev.shell import Failed

STACK = "cadre"


def answers(url: str) -> bool:
    """Whether the gallery does, through nginx."""
    try:
        with urllib.request.urlopen(f"{url}/api/v1/me", timeout=3):
            return True
    except (OSError, urllib.error.HTTPError):
        return False


def processes(lab: Lab, machine: Machine) -> list[dict]:
    """The containers of the stack on a machine, as `status --json` lists them. `pid` is this host's; `data` is in the machine."""
    ids = lab.run(machine, "docker", "ps", "--no-trunc", "--quiet", "--filter", f"label=com.docker.stack.namespace={STACK}").split()
    if not ids:
        return []
    host_pids = _host_pids(ids)
    found = []
    for container in json.loads(lab.run(machine, "docker", "inspect", *ids)):
        labels = container["Config"]["Labels"]
        service = labels["com.docker.swarm.service.name"].removeprefix(f"{STACK}_")
        role, port = ROLES[service]
        slot = labels["com.docker.swarm.task.name"].split(".")[1]
        name = f"{service}-{slot}" if slot.isdigit() else service
        volumes = [mount["Source"] for mount in container["Mounts"] if mount["Type"] == "volume"]
        found.append({
            "role": role,
            "name": f"{name}@{machine.name}",
            "machine": machine.name,
            "pid": host_pids.get(container["Id"]),
            "address": f"{machine.address}:{port}" if port else None,
            "data": volumes[0] if volumes else None,
            "container": container["Id"],
        })
    return sorted(found, key=lambda process: process["name"])


def _host_pids(ids: list[str]) -> dict[str, int]:
    """Container → the pid, on this host, of its first process: the only one whose number within is 1."""
    found = {}
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            groups = (folder / "cgroup").read_text()
            container = next((each for each in ids if each in groups), None)
            if container and "\nNSpid:" in (status := (folder / "status").read_text()):
                if status.split("\nNSpid:")[1].splitlines()[0].split()[-1] == "1":
                    found[container] = int(folder.name)
        except OSError:  # it has just ended
            continue
    return found


def status(lab: Lab) -> dict:
    """The contract of `status --json`; more than the fleet's: `machines`, and the container of each process."""
    machines = [{"name": machine.name, "address": machine.address, "container": machine.container, "runs": lab.runs(machine)}
                for machine in lab.machines]
    return {
        "url": lab.urls[0],
        "urls": lab.urls,
        "env": lab.environment,
        "processes": [process for machine, each in zip(lab.machines, machines) if each["runs"] for process in processes(lab, machine)],
        "machines": machines,
    }


def show(lab: Lab, as_json: bool) -> int:
    """Prints it. Exit code 1 if anything is not as it should be; with `as_json` always 0."""
    found = status(lab)
    if as_json:
        print(json.dumps(found, indent=2))
        return 0
    running = next((machine for machine in lab.machines if lab.runs(machine)), None)
    if running is None:
        raise Failed("none of the machines runs; `./dev lab up` starts them.")
    print(lab.run(running, "docker", "node", "ls"))
    print(lab.run(running, "docker", "service", "ls"))
    for process in found["processes"]:
        print(f"{process['machine']:<10}{process['name']:<22}{process['pid'] or '-':>8}  {process['address'] or ''}")
    whole = fleet_redis.whole(lab)
    print(f"Redis Cluster: {'whole' if whole else 'not whole'}")
    for url in lab.urls:
        print(f"{url}  {'answers' if answers(url) else 'does not answer'}")
    return 0 if whole and all(machine["runs"] for machine in found["machines"]) and all(map(answers, lab.urls)) else 1
