"""The Redis Cluster of a fleet: formed once, then only looked at.

What only looks also takes the lab: it needs `redis()`, nodes with a name, a machine and an address, and `secret()`.
"""

import os
import socket
import subprocess
import time

from cadre_dev.fleet_plan import Plan
from cadre_dev.fleet_process import wait_until
from cadre_dev.shell import Failed


def ask(plan, node, *words: str, seconds=3.0) -> str | None:
    """What a node answers; nothing if it does not."""
    host, port = node.address.split(":")
    environment = {**os.environ, "REDISCLI_AUTH": plan.secret("redis-password")}
    try:
        done = subprocess.run(["redis-cli", "-h", host, "-p", port, *words], env=environment, check=False, timeout=seconds,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except subprocess.TimeoutExpired:
        return None
    answered = done.returncode == 0 and not done.stdout.startswith(("ERR", "LOADING", "NOAUTH", "Could not connect"))
    return done.stdout.strip() if answered else None


def info(plan, node, section: str) -> dict[str, str]:
    """INFO of a section, or `cluster` for CLUSTER INFO; empty if the node does not answer."""
    words = ("cluster", "info") if section == "cluster" else ("info", section)
    lines = (ask(plan, node, *words) or "").splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def roles(plan) -> dict[str, str]:
    """Node → master, slave or away."""
    return {node.name: info(plan, node, "replication").get("role", "away") for node in plan.redis()}


def followed(plan) -> dict[str, str]:
    """Replica → the node that it follows, by name."""
    names = {node.address: node.name for node in plan.redis()}
    held = {node.name: info(plan, node, "replication") for node in plan.redis()}
    return {name: names.get(f"{one['master_host']}:{one['master_port']}", "unknown")
            for name, one in held.items() if "master_host" in one}


# Of each job with a lease its number and who has it: a job's token is "<name of the worker>/<random text>".
_IN_HAND = """
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local record = redis.call('HGET', KEYS[2], id)
  if record then found[#found + 1] = id .. ' ' .. string.match(cmsgpack.unpack(record)[7], '^(.*)/') end
end
return found
"""


def jobs_in_hand(plan, kind: str, worker: str | None = None) -> list[str]:
    """The numbers of the jobs of this kind that a worker, or any, has in hand."""
    key = f"cadre:{{jobs:{kind}}}:"
    words = ["-c", "EVAL", _IN_HAND, "2", f"{key}leases", f"{key}jobs"]
    answers = (ask(plan, node, *words) for node in plan.redis())
    lines = next((answer for answer in answers if answer is not None), "").splitlines()
    held = (line.split(" ", 1) for line in lines if " " in line)
    return [number for number, by in held if worker in (None, by)]


class Ear:
    """A connection to a node, opened while it is well, on which it is asked what it takes itself for."""

    def __init__(self, plan, node):
        host, port = node.address.split(":")
        self._socket = socket.create_connection((host, int(port)), timeout=10)
        self._socket.sendall(f"AUTH {plan.secret('redis-password')}\r\n".encode())
        self._socket.recv(64)

    def seconds_as_master(self, at_most=10.0) -> float:
        """Asks again and again until it no longer says that it is one; how long that took."""
        began = time.monotonic()
        while time.monotonic() - began < at_most:
            self._socket.sendall(b"ROLE\r\n")
            if not self._socket.recv(65536).startswith(b"*3\r\n$6\r\nmaster"):
                break
        return time.monotonic() - began


def replica_of(plan, master):
    following = followed(plan)
    found = [node for node in plan.redis() if following.get(node.name) == master.name]
    if not found:
        raise Failed(f"{master.name} has no replica.")
    return found[0]


def masters_spread(plan) -> bool:
    """Three masters on three machines."""
    held = roles(plan)
    machines = [node.machine for node in plan.redis() if held[node.name] == "master"]
    return len(machines) == 3 and len(set(machines)) == 3


def whole(plan) -> bool:
    """Every node is in the cluster, all slots are served, every master has its replica in step."""
    nodes = plan.redis()
    for node in nodes:
        cluster = info(plan, node, "cluster")
        if cluster.get("cluster_state") != "ok" or cluster.get("cluster_slots_ok") != "16384":
            return False
        if cluster.get("cluster_known_nodes") != str(len(nodes)):
            return False
    masters, replicas = 0, 0
    for node in nodes:
        replication = info(plan, node, "replication")
        masters += replication.get("role") == "master" and "state=online" in replication.get("slave0", "")
        replicas += replication.get("master_link_status") == "up"
    return (masters, replicas) == (3, 3)


def answering(plan) -> bool:
    return all(info(plan, node, "cluster") for node in plan.redis())


def _never_formed(plan: Plan) -> bool:
    """No node knows another, none has a slot: all are new."""
    known = [info(plan, node, "cluster") for node in plan.redis()]
    return all(one.get("cluster_known_nodes") == "1" and one.get("cluster_slots_assigned") == "0" for one in known)


def form(plan: Plan) -> bool:
    """Makes six new nodes a cluster, a master a machine and its replica on another; True if it was needed."""
    wait_until(lambda: answering(plan), 30, "the Redis nodes do not answer")
    if not _never_formed(plan):
        return False
    nodes = [node.address for node in plan.redis()]
    environment = {**os.environ, "REDISCLI_AUTH": plan.secret("redis-password")}
    done = subprocess.run(["redis-cli", "--cluster", "create", *nodes, "--cluster-replicas", "1", "--cluster-yes"],
                          env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Failed(f"the Redis Cluster could not be formed:\n{done.stdout}")
    return True
