"""The Garage nodes of a fleet, through Garage's admin API (v2): introduced to each other, one bucket, one key.

What only looks (call, connected, lacking) also takes the lab: it needs `garage_admins`, `garage_blocks()` and `secret()`.
"""

import json
import re
import urllib.error
import urllib.request

from cadre_dev import fleet_plan
from cadre_dev.fleet_plan import MACHINES, Plan
from cadre_dev.fleet_process import wait_until
from cadre_dev.shell import Failed

CAPACITY = 1 << 40  # bytes a node; all the same, so it only says that they are equal


def call(plan: Plan, machine: str, what: str, body=None, seconds=10.0):
    """One call of the admin API of a machine's node. Failed with what it answered, if it refused."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {plan.secret('garage-admin')}", "Content-Type": "application/json"}
    url = f"http://{plan.garage_admins[machine]}/v2/{what}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=seconds) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Refused(error.code, f"Garage on {machine} refused {what}: {error.code} {error.read().decode(errors='replace')}") \
            from error
    except OSError as error:
        raise Failed(f"Garage on {machine} does not answer {what}: {error}") from error


class Refused(Failed):
    def __init__(self, status: int, text: str):
        super().__init__(text)
        self.status = status


def _id(plan: Plan, machine: str) -> str:
    return next(iter(call(plan, machine, "GetNodeInfo?node=self")["success"].values()))["nodeId"]


def _answers(plan: Plan, machine: str) -> bool:
    try:
        call(plan, machine, "GetClusterStatus", seconds=2)
        return True
    except Failed:
        return False


def _introduce(plan: Plan, ids: dict[str, str]) -> None:
    peers = [f"{node}@{plan.address(machine, fleet_plan.GARAGE_RPC)}" for machine, node in ids.items()]
    for machine in MACHINES:
        call(plan, machine, "ConnectClusterNodes", peers)


def connected(plan: Plan) -> bool:
    """Every node sees every other up."""
    try:
        for machine in plan.garage_admins:
            nodes = call(plan, machine, "GetClusterStatus", seconds=3)["nodes"]
            if sum(node["isUp"] for node in nodes) < len(plan.garage_admins):
                return False
    except Failed:
        return False
    return True


def form(plan: Plan) -> None:
    """Brings the nodes together; lays them out, makes bucket and key where that was not done before."""
    for machine in MACHINES:
        wait_until(lambda machine=machine: _answers(plan, machine), 30, f"Garage on {machine} does not answer")
    ids = {machine: _id(plan, machine) for machine in MACHINES}
    if not connected(plan):
        _introduce(plan, ids)
        wait_until(lambda: connected(plan), 30, "the Garage nodes do not see each other")
    first = next(iter(MACHINES))
    if call(plan, first, "GetClusterStatus")["layoutVersion"] == 0:
        roles = [{"id": node, "zone": machine, "capacity": CAPACITY, "tags": [machine]} for machine, node in ids.items()]
        call(plan, first, "UpdateClusterLayout", {"roles": roles})
        call(plan, first, "ApplyClusterLayout", {"version": 1})
    # A node that came back with an empty disk says NoSuchBucket, and then "Layout not ready", until it has heard of it.
    wait_until(lambda: all(_knows_the_layout(plan, machine) for machine in MACHINES), 60, "Garage does not spread its layout")
    wait_until(lambda: _ready_for_keys(plan, first), 30, "Garage does not take its key")
    bucket = call(plan, first, f"GetBucketInfo?globalAlias={fleet_plan.BUCKET}")["id"]
    call(plan, first, "AllowBucketKey", {"bucketId": bucket, "accessKeyId": plan.secret("s3-access-key"),
                                         "permissions": {"read": True, "write": True, "owner": True}})


def _knows_the_layout(plan: Plan, machine: str) -> bool:
    try:
        return call(plan, machine, "GetClusterStatus", seconds=3)["layoutVersion"] > 0
    except Failed:
        return False


def _ready_for_keys(plan: Plan, machine: str) -> bool:
    """Bucket and key are made; a layout just applied may need a moment before it takes them."""
    key = {"accessKeyId": plan.secret("s3-access-key"), "secretAccessKey": plan.secret("s3-secret-key"), "name": "cadre"}
    try:
        _unless_there(plan, machine, "CreateBucket", {"globalAlias": fleet_plan.BUCKET})
        _unless_there(plan, machine, "ImportKey", key)
        return True
    except Refused as refused:
        if refused.status < 500:
            raise
        return False


def _unless_there(plan: Plan, machine: str, what: str, body) -> None:
    try:
        call(plan, machine, what, body)
    except Refused as refused:
        if refused.status != 409:
            raise


# In step

ON_ALL_NODES = ("object", "version", "block_ref")  # tables; with three nodes and three copies each node has all of them
ON_THEIR_WAY = 16  # entries that a node may lack because they are being written: the load goes on


def lacking(plan) -> str | None:
    """What keeps the nodes from being in step, or nothing: each sees all others, their tables are of the same size, and
    no block that somebody needs is on two disks and not on the third. (The nodes' own queues say nothing: one whose disk
    was emptied does not know what it lacks, and what was deleted stays queued for ten minutes.)"""
    try:
        if not connected(plan):
            return "Garage's nodes do not see each other"
        sizes = {machine: _sizes(plan, machine) for machine in plan.garage_admins}
        for table in ON_ALL_NODES:
            held = {machine: found[table] for machine, found in sizes.items()}
            if max(held.values()) - min(held.values()) > ON_THEIR_WAY:
                return f"Garage's table {table} has {held} entries"
        for machine, blocks in _missing_blocks(plan).items():
            return f"Garage on {machine} lacks the block {blocks}"
    except Failed as failure:
        return str(failure)
    return None


def _sizes(plan, machine: str) -> dict[str, int]:
    """Entries of each table, as a node's metrics say."""
    url = f"http://{plan.garage_admins[machine]}/metrics"
    headers = {"Authorization": f"Bearer {plan.secret('garage-admin')}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
            text = answer.read().decode()
    except OSError as error:
        raise Failed(f"Garage on {machine} does not tell its figures: {error}") from error
    sizes = {name: int(float(size)) for name, size in
             re.findall(r'^table_size\{[^}]*table_name="(\w+)"[^}]*\} (\S+)$', text, re.MULTILINE)}
    if not set(ON_ALL_NODES) <= set(sizes):
        raise Failed(f"Garage on {machine} tells no sizes of its tables.")
    return sizes


def _missing_blocks(plan) -> dict[str, str]:
    """Machine → a block that it lacks and needs."""
    disks = plan.garage_blocks()
    found = {}
    for machine, disk in disks.items():
        others = [disks[other] for other in disks if other != machine]
        witness = next(other for other in disks if other != machine)
        needed = (block for block in set.intersection(*others) - disk if _is_needed(plan, witness, block))
        block = next(needed, None)
        if block:
            found[machine] = block
    return found


def _is_needed(plan, machine: str, block: str) -> bool:
    """Whether an object refers to it, as this machine's node knows."""
    try:
        answers = call(plan, machine, "GetBlockInfo?node=self", {"blockHash": block})["success"].values()
    except Refused as refused:
        if refused.status == 404:
            return False
        raise
    return any(answer["refcount"] > 0 for answer in answers)
