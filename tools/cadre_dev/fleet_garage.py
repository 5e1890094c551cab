"""The Garage nodes of a fleet, through Garage's admin API (v2): introduced to each other, one bucket, one key.

What only looks (call, connected, resynchronised) also takes the lab: it needs `garage_admins` and `secret()`.
"""

import json
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


def repair(plan: Plan) -> None:
    """Has all nodes compare their tables and blocks now, not when their turn comes."""
    first = next(iter(MACHINES))
    for what in ("tables", "blocks"):
        call(plan, first, "LaunchRepairOperation?node=*", {"repairType": what})


def resynchronised(plan: Plan) -> bool:
    """All nodes see each other, and none has failed to fetch a block that it needs."""
    if not connected(plan):
        return False
    try:
        return all(_not_fetched(plan, machine) == 0 for machine in plan.garage_admins)
    except Failed:
        return False


def _not_fetched(plan: Plan, machine: str) -> int:
    """Blocks that a node tried to fetch in vain. (Its queue says nothing: what was deleted stays in it for ten minutes.)"""
    url = f"http://{plan.garage_admins[machine]}/metrics"
    headers = {"Authorization": f"Bearer {plan.secret('garage-admin')}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
            lines = answer.read().decode().splitlines()
    except OSError as error:
        raise Failed(f"Garage on {machine} does not tell its figures: {error}") from error
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith("block_resync_errored_blocks"))
