"""Lists of what is in a package or an image, in CycloneDX's form (1.5)."""

import json
import uuid

from cadre_dev import build
from cadre_dev.shell import Failed, output


def document(version: str, components: list[dict]) -> str:
    """Of Cadre in that version, made of these components."""
    return json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{uuid.uuid4()}", "version": 1,
        "metadata": {"component": {"type": "application", "name": "cadre", "version": version, "bom-ref": "cadre",
                                   "licenses": [{"expression": "Apache-2.0 AND GPL-3.0-only"}]}},
        "components": components}, indent=1) + "\n"


def of_debian(listed: str, release: int) -> list[dict]:
    """`listed`: a line "NAME VERSION ARCHITECTURE" for each package."""
    return [{"type": "library", "name": name, "version": number, "bom-ref": f"deb/{name}",
             "purl": f"pkg:deb/debian/{name}@{number.replace('+', '%2B').replace(':', '%3A')}?arch={arch}&distro=debian-{release}"}
            for name, number, arch in (line.split() for line in listed.splitlines())]


def of_npm() -> list[dict]:
    """All that the lock files of the web interface and of the places name, as npm says, tools that only build them among it."""
    named = [component for folder in (build.WEB, build.PLACES) for component in _of_lock(folder)]
    return list({component["bom-ref"]: component for component in named}.values())


def _of_lock(folder) -> list[dict]:
    said = output("npm", "sbom", "--package-lock-only", "--sbom-format", "cyclonedx", cwd=folder)
    if not said:
        raise Failed(f"npm gives no list of what {folder.name}/package-lock.json names.")
    kept = ("type", "name", "version", "scope", "bom-ref", "purl", "licenses", "hashes")
    return [{key: component[key] for key in kept if key in component} for component in json.loads(said)["components"]]
