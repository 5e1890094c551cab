"""./dev package: the Debian package of this checkout, for the Debian that it runs on, with a list of what is in it."""

import email.utils
import json
import pathlib
import re
import shutil
import subprocess
import textwrap
import uuid

from cadre_dev import build, package_try, packages
from cadre_dev.shell import ROOT, Failed, call, must, output, say

RECIPE = ROOT / "deploy" / "debian"
FOLDER = ROOT / "build" / "package"
PROGRAMS = ("cadre", "cadre-decode")
# The version has one place; everything else that names it is compared with it by a test.
VERSION = re.compile(r"^project\(cadre VERSION ([0-9.]+)", re.MULTILINE)
# What a reader of CHANGELOG.md sees of a release: its heading, and the lines until the next.
RELEASE = re.compile(r"^## \[([0-9.]+)\] - (\S+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def options(command) -> None:
    """The words after ./dev package."""
    command.add_argument("--try", dest="tried", action="store_true",
                         help="then install, upgrade, remove and purge it in a clean machine with systemd; needs Docker")


def main(arguments) -> int:
    package = make()
    say(f"made {package.relative_to(ROOT)}, {package.stat().st_size / 1e6:.1f} MB, and {bill_of(package).name} beside it")
    if arguments.tried:
        package_try.main(package, _build(version(), 1))
    return 0


def version() -> str:
    return VERSION.search((ROOT / "CMakeLists.txt").read_text())[1]


def bill_of(package: pathlib.Path) -> pathlib.Path:
    return package.with_suffix(".cdx.json")


def make() -> pathlib.Path:
    """Built, checked by lintian, in FOLDER."""
    packages.debian(packages.PACKAGE)
    build.program()
    package = _build(version(), 0)
    if call("lintian", "--fail-on", "error,warning", "--tag-display-limit", "0", package) != 0:
        raise Failed("lintian objects to the package.")
    return package


def _build(of_version: str, again: int) -> pathlib.Path:
    """`again`: for trying an upgrade, a newer one of the same files."""
    full = f"{of_version}+deb{packages.release()}" + (f".{again}" if again else "")
    staged = FOLDER / f"cadre-{full}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    shutil.copytree(RECIPE, staged / "debian", ignore=shutil.ignore_patterns("cadre.env"))
    for file in (RECIPE / "cadre.env", ROOT / "NOTICE", ROOT / "CHANGELOG.md"):
        shutil.copy2(file, staged)
    must(ROOT / "deploy" / "docker" / "lay-out.sh", staged / "laid-out")
    (staged / "debian" / "changelog").write_text(changelog((ROOT / "CHANGELOG.md").read_text(), full))
    (staged / "debian" / "cadre.service").write_text(unit((ROOT / "deploy" / "systemd" / "cadre.service").read_text()))
    bill = json.dumps(bill_of_materials(full), indent=1) + "\n"
    (staged / "sbom.cdx.json").write_text(bill)
    must("dpkg-buildpackage", "--build=binary", "--no-sign", cwd=staged, quiet=True)
    package = FOLDER / f"cadre_{full}_{output('dpkg', '--print-architecture').strip()}.deb"
    bill_of(package).write_text(bill)
    return package


def unit(text: str) -> str:
    """The service of those who install by hand, with the package's user and for the package's files."""
    own = re.sub(r"\A(#.*\n)+", "", text).replace("DynamicUser=yes\n", "User=cadre\nGroup=cadre\n")
    if own.count("User=cadre\n") != 1:
        raise Failed("deploy/systemd/cadre.service says no DynamicUser=yes that could be replaced.")
    return own


def changelog(markdown: str, full: str) -> str:
    """Debian's form of CHANGELOG.md: the newest release under the package's version, the others under their own."""
    entries = []
    for number, date, text in RELEASE.findall(markdown):
        lines = re.findall(r"^- (.*(?:\n  .*)*)", text, re.MULTILINE)
        points = "".join(textwrap.fill(" ".join(line.split()), 78, initial_indent="  * ", subsequent_indent="    ") + "\n"
                         for line in lines)
        when = output("date", "--rfc-email", "--utc", "--date", date).strip() or email.utils.formatdate(0)
        entries.append(f"cadre ({number if entries else full}) stable; urgency=medium\n\n{points}\n"
                       f" -- The Cadre authors <maintainers@cadre.example.org>  {when}\n")
    return "\n".join(entries)


# What is in it

def bill_of_materials(full: str) -> dict:
    """CycloneDX 1.5: the packages of Debian whose libraries the two programs load here, as ldd and dpkg say; and all that the
    lock file of the web interface names, as npm says, tools that only build it among it."""
    components = [*_of_debian(), *_of_npm()]
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{uuid.uuid4()}", "version": 1,
            "metadata": {"component": {"type": "application", "name": "cadre", "version": full, "bom-ref": "cadre",
                                       "licenses": [{"expression": "Apache-2.0 AND GPL-3.0-only"}]}},
            "components": components}


def _of_debian() -> list[dict]:
    loaded = output("ldd", *(ROOT / "build" / name for name in PROGRAMS))
    files = set(re.findall(r"=> (/\S+)", loaded))
    # /lib is a link to /usr/lib, and dpkg knows a file by one of the two names.
    found = subprocess.run(["dpkg", "-S", *sorted({name for file in files for name in _names(file)})], check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    owners = sorted({line.split(": ")[0].split(":")[0] for line in found.splitlines()})
    if len(owners) < len(PROGRAMS):
        raise Failed("dpkg knows none of the libraries that the programs load.")
    listed = output("dpkg-query", "-W", "-f", "${Package} ${Version} ${Architecture}\n", *owners)
    release = f"debian-{packages.release()}"
    return [{"type": "library", "name": name, "version": number, "bom-ref": f"deb/{name}",
             "purl": f"pkg:deb/debian/{name}@{number.replace('+', '%2B').replace(':', '%3A')}?arch={arch}&distro={release}"}
            for name, number, arch in (line.split() for line in listed.splitlines())]


def _names(file: str) -> set[str]:
    real = str(pathlib.Path(file).resolve())
    return {real, real.removeprefix("/usr"), "/usr" + real.removeprefix("/usr")}


def _of_npm() -> list[dict]:
    said = output("npm", "sbom", "--package-lock-only", "--sbom-format", "cyclonedx", cwd=build.WEB)
    if not said:
        raise Failed("npm gives no list of what web/package-lock.json names.")
    kept = ("type", "name", "version", "scope", "bom-ref", "purl", "licenses", "hashes")
    return [{key: component[key] for key in kept if key in component} for component in json.loads(said)["components"]]
