#!/usr/bin/python
"""Forms a Redis Cluster of new nodes, and takes nodes that lost their data into one that is there."""

from __future__ import annotations

import socket
import time

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
---
module: redis_cluster
short_description: Forms a Redis Cluster and mends it
description:
  - Nodes that all are new become a cluster. The slots are shared out evenly among C(masters).
  - A node that is new among others which are not becomes the replica of the master that has the fewest, on another machine.
    What its address was before is forgotten.
  - Waits until all slots are served and every master has its replica in step.
options:
  masters:
    description: Addresses, one a machine, C(host:port).
    type: list
    elements: str
    required: true
  replicas:
    description: Addresses, one a machine in the same order. Each becomes the replica of the next machine's master.
    type: list
    elements: str
    required: true
  password:
    description: The same on all nodes.
    type: str
    required: true
  timeout:
    description: Seconds to wait for the nodes, and again for the cluster to be whole.
    type: int
    default: 120
author:
  - Cadre's authors
"""

SLOTS = 16384


class Refused(Exception):
    """What Redis answered instead of doing it."""


class Connection:
    """RESP2 on a socket, one command at a time."""

    def __init__(self, address: str, password: str, seconds: float = 5):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=seconds)
        self.reader = self.socket.makefile("rb")
        self.call("AUTH", password)

    def call(self, *words):
        words = [str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        return self._read()

    def _read(self):
        line = self.reader.readline()
        if not line:
            raise OSError("the connection was closed")
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"-":
            raise Refused(rest)
        if kind == b"$":
            return None if rest == "-1" else self.reader.read(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return [self._read() for _ in range(int(rest))]
        return rest

    def close(self):
        self.socket.close()


def parse_info(text: str) -> dict:
    """CLUSTER INFO and INFO: name → value."""
    return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)


def parse_nodes(text: str) -> list:
    """CLUSTER NODES, as one node sees it."""
    nodes = []
    for line in text.splitlines():
        words = line.split()
        flags = words[2].split(",")
        nodes.append({"id": words[0], "address": words[1].split("@")[0], "flags": flags, "slots": len(words) > 8,
                      "master": "master" in flags, "of": words[3], "away": bool({"fail", "noaddr"} & set(flags))})
    return nodes


def shares(count: int) -> list:
    """First and last slot of each of `count` masters."""
    edges = [SLOTS * index // count for index in range(count + 1)]
    return [(first, after - 1) for first, after in zip(edges, edges[1:])]


def master_for(address: str, view: list) -> str:
    """The id of the master that a new node follows: it has the fewest replicas, and is on another machine if that can be."""
    replicas = {}
    for node in view:
        if not node["master"] and not node["away"]:
            replicas[node["of"]] = replicas.get(node["of"], 0) + 1
    machine = address.rsplit(":", 1)[0]
    masters = [node for node in view if node["master"] and node["slots"] and not node["away"]]
    if not masters:
        raise Refused("no master that serves slots is left to follow")
    return min(masters, key=lambda node: (node["address"].rsplit(":", 1)[0] == machine, replicas.get(node["id"], 0)))["id"]


class Cluster:
    def __init__(self, masters: list, replicas: list, password: str, timeout: int):
        self.masters, self.replicas = masters, replicas
        self.addresses = masters + replicas
        self.password, self.timeout = password, timeout
        self.connections = {}
        self.actions = []

    def ask(self, address: str, *words):
        """Connects again where a connection broke."""
        for again in (True, False):
            try:
                if address not in self.connections:
                    self.connections[address] = Connection(address, self.password)
                return self.connections[address].call(*words)
            except OSError:
                self.connections.pop(address, None)
                if not again:
                    raise
        return None

    def info(self, address: str) -> dict:
        return parse_info(self.ask(address, "CLUSTER", "INFO"))

    def view(self, address: str) -> list:
        return parse_nodes(self.ask(address, "CLUSTER", "NODES"))

    def wait(self, good, what: str) -> None:
        until = time.monotonic() + self.timeout
        while True:
            try:
                problem = good()
            except (OSError, Refused) as error:
                problem = str(error)
            if problem is None:
                return
            if time.monotonic() > until:
                raise Refused(f"{what}: {problem}")
            time.sleep(0.5)

    def unanswered(self):
        for address in self.addresses:
            try:
                self.info(address)
            except (OSError, Refused) as error:
                return f"{address} does not answer: {error}"
        return None

    def idle(self, address: str) -> bool:
        """It is new: a master that serves nothing. It knows nobody, or the keeper has made it known already."""
        return any("myself" in node["flags"] and node["master"] and not node["slots"] for node in self.view(address))

    def broken(self):
        """What is not as it should be; None when the cluster is whole."""
        for address in self.addresses:
            info = self.info(address)
            if info["cluster_state"] != "ok" or info["cluster_slots_ok"] != str(SLOTS):
                return f"{address} sees {info['cluster_slots_ok']} slots served"
            if info["cluster_known_nodes"] != str(len(self.addresses)):
                return f"{address} knows {info['cluster_known_nodes']} nodes"
            replication = parse_info(self.ask(address, "INFO", "replication"))
            if replication["role"] == "slave" and replication["master_link_status"] != "up":
                return f"{address} is not in step with its master"
            if replication["role"] == "master" and "state=online" not in replication.get("slave0", ""):
                return f"{address} has no replica in step"
        return None

    def form(self) -> None:
        for epoch, (address, (first, last)) in enumerate(zip(self.masters, shares(len(self.masters))), 1):
            self.ask(address, "CLUSTER", "SET-CONFIG-EPOCH", epoch)
            self.ask(address, "CLUSTER", "ADDSLOTSRANGE", first, last)
        self.meet(self.addresses[0], self.addresses[1:])
        for index, address in enumerate(self.replicas):
            master = self.ask(self.masters[(index + 1) % len(self.masters)], "CLUSTER", "MYID")
            self.follow(address, master)
        self.actions.append(f"formed a cluster of {len(self.masters)} masters and {len(self.replicas)} replicas")

    def meet(self, one: str, others: list) -> None:
        for other in others:
            self.ask(one, "CLUSTER", "MEET", *other.rsplit(":", 1))

        def strangers():
            known = [int(self.info(address)["cluster_known_nodes"]) for address in [one, *others]]
            return None if min(known) > len(others) else f"the nodes know {known} nodes"
        self.wait(strangers, "the nodes do not meet")

    def follow(self, address: str, master: str) -> None:
        """A node may not have heard of its master yet."""
        def refused():
            self.ask(address, "CLUSTER", "REPLICATE", master)
        self.wait(refused, f"{address} does not follow its master")

    def adopt(self, new: list) -> None:
        old = [address for address in self.addresses if address not in new]
        self.forget(old, new)
        self.meet(old[0], new)
        view = [node for node in self.view(old[0]) if node["address"] not in new]
        for address in new:
            master = master_for(address, view)
            self.follow(address, master)
            view.append({"master": False, "away": False, "of": master})
            self.actions.append(f"took {address} in")

    def forget(self, old: list, new: list) -> None:
        """Those that had the new ones' addresses. All have to, within a minute: for so long a node is not told of them again."""
        living = {self.ask(address, "CLUSTER", "MYID") for address in self.addresses}
        for address in old:
            for node in self.view(address):
                if node["id"] not in living and (node["address"] in new or "noaddr" in node["flags"]):
                    self.ask(address, "CLUSTER", "FORGET", node["id"])

    def mend(self, check_only: bool) -> None:
        self.wait(self.unanswered, "not all nodes are there")
        new = [address for address in self.addresses if self.idle(address)]
        if check_only:
            self.actions += [f"would take {address} in" for address in new]
            return
        if len(new) == len(self.addresses):
            self.form()
        elif new:
            self.adopt(new)
        self.wait(self.broken, "the cluster is not whole")


def main():
    module = AnsibleModule(
        argument_spec={
            "masters": {"type": "list", "elements": "str", "required": True},
            "replicas": {"type": "list", "elements": "str", "required": True},
            "password": {"type": "str", "required": True, "no_log": True},
            "timeout": {"type": "int", "default": 120},
        },
        supports_check_mode=True,
    )
    given = module.params
    cluster = Cluster(given["masters"], given["replicas"], given["password"], given["timeout"])
    try:
        cluster.mend(module.check_mode)
    except (OSError, Refused) as error:
        module.fail_json(msg=str(error), actions=cluster.actions)
    module.exit_json(changed=bool(cluster.actions), actions=cluster.actions)


if __name__ == "__main__":
    main()
