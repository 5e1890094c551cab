"""What the swarm, Redis, Garage and nginx of the lab say about themselves, and what is missing from it."""

import json
import re

from cadre_dev import fleet_garage, fleet_redis
from cadre_dev.shell import Failed

from failure.client import Client

APP = "cadre_app"


def docker(lab, *words: str) -> str:
    """Asks the swarm, on the first machine that answers for it."""
    why = Failed("the lab has no machine.")
    for machine in lab.machines:
        try:
            return lab.run(machine, "docker", *words)
        except Failed as failure:
            why = failure
    raise why


def rows(text: str) -> list[dict]:
    """Of `docker … ls --format '{{json .}}'`: a JSON object a line."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def nodes(lab) -> list[dict]:
    return rows(docker(lab, "node", "ls", "--format", "{{json .}}"))


def services(lab) -> list[dict]:
    return rows(docker(lab, "service", "ls", "--format", "{{json .}}"))


def unready(found: list[dict], expected: list[str]) -> list[str]:
    """Machines of `docker node ls` that are not Ready and Active, or not there."""
    good = {node["Hostname"] for node in found if (node["Status"], node["Availability"]) == ("Ready", "Active")}
    return [f"{name} is not Ready and Active" for name in expected if name not in good]


def short(found: list[dict]) -> list[str]:
    """Services of `docker service ls` with fewer replicas than they should have."""
    return [f"{service['Name']} has {service['Replicas']}" for service in found if not _complete(service["Replicas"])]


def _complete(replicas: str) -> bool:
    running, wanted = re.match(r"(\d+)/(\d+)", replicas).groups()
    return int(wanted) > 0 and int(running) >= int(wanted)


def together(lab) -> list[str]:
    """Redis masters that have their replica on their own machine."""
    machines = {node.name: node.machine for node in lab.redis()}
    following = fleet_redis.followed(lab)
    return [f"{master} and {replica} are both on {machines[replica]}" for replica, master in following.items()
            if machines.get(master) == machines[replica]]


def dumb(lab) -> list[str]:
    """Machines whose nginx gives no answer of the program."""
    return [url for url in lab.urls if Client(url, patience=5).ask("GET", "/api/v1/me").status != 200]


def missing(lab) -> str | None:
    """What is not as it has to be, or nothing: machines, services, Redis, Garage, nginx."""
    try:
        found = unready(nodes(lab), [machine.name for machine in lab.machines]) or short(services(lab))
    except Failed as failure:
        return str(failure)
    if found:
        return "; ".join(found)
    if not fleet_redis.whole(lab):
        return "the Redis Cluster is not whole"
    if not fleet_redis.masters_spread(lab):
        return "two Redis masters are on one machine"
    if found := together(lab):
        return "; ".join(found)
    # A node that was away compares its tables with the others' when its turn comes, within ten minutes; two of three agree.
    if not fleet_garage.connected(lab):
        return "Garage's nodes do not see each other"
    return "; ".join(f"{url} does not answer" for url in dumb(lab)) or None


def image(lab, service=APP) -> str:
    """That the service is told to run."""
    found = docker(lab, "service", "inspect", service, "--format", "{{.Spec.TaskTemplate.ContainerSpec.Image}}")
    return found.strip().partition("@")[0]


def update(lab, service=APP) -> str:
    """How the service's last update stands: completed, rollback_completed, …; empty without one."""
    found = docker(lab, "service", "inspect", service, "--format", "{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}")
    return found.strip()

