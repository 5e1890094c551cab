"""Addresses of this host in the lab's network, so that each file of a suite is another client: logging in is counted by
address, and behind nginx all of them would be one."""

import ipaddress
import json
import subprocess

from cadre_dev import packages
from cadre_dev.shell import Failed

COUNT = 32
FIRST = 200  # the last number of the first one; the machines' are far below


class Addresses:
    """They are there while it is entered; entering gives the list."""

    def __init__(self, lab):
        packages.debian(["iproute2"])
        machine = ipaddress.ip_address(lab.machines[0].address)
        self._device = json.loads(_ip("-json", "route", "get", str(machine)))[0]["dev"]
        subnet = ipaddress.ip_network(f"{machine}/24", strict=False)
        self._addresses = [str(subnet[FIRST + number]) for number in range(COUNT)]

    def __enter__(self) -> list[str]:
        there = {one["local"] for one in json.loads(_ip("-json", "address", "show", "dev", self._device))[0]["addr_info"]}
        for address in self._addresses:
            if address not in there:
                _ip("address", "add", f"{address}/32", "dev", self._device)
        return self._addresses

    def __exit__(self, *_) -> None:
        for address in self._addresses:
            _ip("address", "delete", f"{address}/32", "dev", self._device)


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"`ip {' '.join(words)}` failed: {done.stderr.strip()}")
    return done.stdout
