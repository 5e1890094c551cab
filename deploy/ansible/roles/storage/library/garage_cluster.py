#!/usr/bin/python
"""Forms a Garage cluster through its admin API (v2): nodes introduced, a layout, one bucket, one key."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
---
module: garage_cluster
short_description: Forms a Garage cluster and keeps its layout
description:
  - Introduces the nodes to each other, gives each a place in the layout, takes nodes out of it that are no more, and makes the
    bucket and its key.
options:
  nodes:
    description: One a machine, each with C(name), C(zone), C(admin) (C(host:port)) and C(rpc) (C(host:port)).
    type: list
    elements: dict
    required: true
  token:
    description: Of the admin API.
    type: str
    required: true
  bucket:
    description: Its name.
    type: str
    required: true
  access_key:
    description: Of the key that may read and write the bucket.
    type: str
    required: true
  secret_key:
    description: Of the same key.
    type: str
    required: true
  capacity:
    description: Bytes a node. Where all are the same, it only says that they are equal.
    type: int
    default: 1099511627776
  timeout:
    description: Seconds to wait at each step.
    type: int
    default: 120
author:
  - Cadre's authors
"""


class Refused(Exception):
    def __init__(self, text, status=0):
        super().__init__(text)
        self.status = status


def changes_of(current: list, wanted: list) -> list:
    """What UpdateClusterLayout has to be told so that the layout's roles become those that are wanted."""
    have = {role["id"]: role for role in current}
    keys = {role["id"] for role in wanted}
    fields = ("zone", "capacity", "tags")
    changed = [role for role in wanted if any(have.get(role["id"], {}).get(field) != role[field] for field in fields)]
    return changed + [{"id": key, "remove": True} for key in have if key not in keys]


class Cluster:
    def __init__(self, given: dict):
        self.nodes, self.token, self.timeout = given["nodes"], given["token"], given["timeout"]
        self.given = given
        self.first = self.nodes[0]
        self.actions = []

    def call(self, node: dict, what: str, body=None, seconds=10.0):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://{node['admin']}/v2/{what}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            why = error.read().decode(errors="replace")
            raise Refused(f"Garage on {node['name']} refused {what}: {error.code} {why}", error.code) from error
        except OSError as error:
            raise Refused(f"Garage on {node['name']} does not answer {what}: {error}") from error

    def wait(self, good, what: str) -> None:
        until = time.monotonic() + self.timeout
        while True:
            try:
                problem = good()
            except Refused as error:
                if 400 <= error.status < 500 and error.status != 404:
                    raise
                problem = str(error)
            if problem is None:
                return
            if time.monotonic() > until:
                raise Refused(f"{what}: {problem}")
            time.sleep(0.5)

    def unanswered(self):
        for node in self.nodes:
            self.call(node, "GetClusterStatus", seconds=3)

    def strangers(self):
        """Who is not seen by whom; None when all see each other."""
        keys = {node["key"] for node in self.nodes}
        for node in self.nodes:
            up = {other["id"] for other in self.call(node, "GetClusterStatus", seconds=3)["nodes"] if other["isUp"]}
            if keys - up:
                return f"{node['name']} sees {len(up)} nodes"
        return None

    def introduce(self) -> None:
        for node in self.nodes:
            node["key"] = next(iter(self.call(node, "GetNodeInfo?node=self")["success"].values()))["nodeId"]
        if self.strangers() is None:
            return
        peers = [f"{node['key']}@{node['rpc']}" for node in self.nodes]
        for node in self.nodes:
            self.call(node, "ConnectClusterNodes", peers)
        self.wait(self.strangers, "the nodes do not see each other")
        self.actions.append("introduced the nodes")

    def place(self) -> None:
        # A node with a new disk and its old key hears of the layout from the others.
        layouts = {node["name"]: self.call(node, "GetClusterLayout") for node in self.nodes}
        layout = max(layouts.values(), key=lambda each: each["version"])
        wanted = [{"id": node["key"], "zone": node["zone"], "capacity": self.given["capacity"], "tags": [node["name"]]}
                  for node in self.nodes]
        changes = changes_of(layout["roles"], wanted)
        if changes:
            through = next(node for node in self.nodes if layouts[node["name"]]["version"] == layout["version"])
            self.call(through, "UpdateClusterLayout", {"roles": changes})
            self.call(through, "ApplyClusterLayout", {"version": layout["version"] + 1})
            self.actions.append(f"applied version {layout['version'] + 1} of the layout")

        def unheard():
            versions = [self.call(node, "GetClusterLayout", seconds=3)["version"] for node in self.nodes]
            return None if min(versions) == max(versions) > 0 else f"the nodes have its versions {versions}"
        self.wait(unheard, "the layout does not spread")

    def unless_there(self, what: str, body: dict, done: str) -> None:
        try:
            self.call(self.first, what, body)
            self.actions.append(done)
        except Refused as refused:
            if refused.status != 409:
                raise

    def furnish(self) -> None:
        key = {"accessKeyId": self.given["access_key"], "secretAccessKey": self.given["secret_key"], "name": "cadre"}
        may = {"read": True, "write": True, "owner": True}

        def refused():
            self.unless_there("CreateBucket", {"globalAlias": self.given["bucket"]}, "made the bucket")
            self.unless_there("ImportKey", key, "took the key in")
            bucket = self.call(self.first, f"GetBucketInfo?globalAlias={self.given['bucket']}")
            if not any(each["accessKeyId"] == key["accessKeyId"] and each["permissions"] == may for each in bucket["keys"]):
                self.call(self.first, "AllowBucketKey", {"bucketId": bucket["id"], "accessKeyId": key["accessKeyId"],
                                                         "permissions": may})
                self.actions.append("let the key into the bucket")
        self.wait(refused, "Garage does not take its bucket and key")

    def form(self, check_only: bool) -> None:
        self.wait(self.unanswered, "not all nodes are there")
        if check_only:
            return
        self.introduce()
        self.place()
        self.furnish()


def main():
    module = AnsibleModule(
        argument_spec={
            "nodes": {"type": "list", "elements": "dict", "required": True},
            "token": {"type": "str", "required": True, "no_log": True},
            "bucket": {"type": "str", "required": True},
            "access_key": {"type": "str", "required": True, "no_log": True},
            "secret_key": {"type": "str", "required": True, "no_log": True},
            "capacity": {"type": "int", "default": 1 << 40},
            "timeout": {"type": "int", "default": 120},
        },
        supports_check_mode=True,
    )
    cluster = Cluster(module.params)
    try:
        cluster.form(module.check_mode)
    except Refused as error:
        module.fail_json(msg=str(error), actions=cluster.actions)
    module.exit_json(changed=bool(cluster.actions), actions=cluster.actions)


if __name__ == "__main__":
    main()
