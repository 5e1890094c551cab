"""deploy/versions.json: the servers' versions, for real machines and for the lab."""

import json
import re

from cadre_dev.shell import ROOT, Failed

LIST = ROOT / "deploy" / "versions.json"


def listed() -> dict:
    return json.loads(LIST.read_text())


def of_image(image: str) -> str:
    """ "redis:8.2.3@sha256:…" → "8.2.3" """
    return re.search(r":v?([\d.]+)(@|$)", image)[1]


def check(server: str, version: str) -> None:
    """Failed, where it is older than the first release of its series that may be used; of a series that is not listed, than
    the newest."""
    entry = listed()[server]
    number = _numbers(version)
    firsts = sorted(_numbers(first) for first in entry["fixed"])
    least = next((first for first in firsts if first[:2] == number[:2]), firsts[-1])
    if number < least:
        raise Failed(f"{server} {version} is too old: {'.'.join(map(str, least))} is needed ({entry['why']}), as {LIST.name} says.")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
