"""build/cadre, build/cadre-decode and build/web, by CMake and Vite."""

import hashlib
import os

from cadre_dev import packages
from cadre_dev.shell import ROOT, must, output, say

CORES = len(os.sched_getaffinity(0))
WEB = ROOT / "web"


def configure(preset: str):
    """The build folder of a preset of CMakePresets.json."""
    folder = ROOT / "build" if preset == "release" else ROOT / "build" / preset
    must("cmake", "--preset", preset, quiet=True)
    return folder


def compile_targets(folder, targets, jobs=CORES) -> None:
    """No targets: all of them."""
    names = [word for target in targets for word in ("--target", target)]
    must("cmake", "--build", folder, "--parallel", jobs, *names)


def _web_fingerprint() -> str:
    files = output("git", "ls-files", "-co", "--exclude-standard", "--", "web", "api/openapi.yaml").splitlines()
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
    fingerprint = _web_fingerprint()
    if not (stamp.exists() and stamp.read_text() == fingerprint and (dist / "index.html").exists()):
        say("building the web interface")
        must("npm", "run", "--silent", "build", cwd=WEB, quiet=True)
        stamp.write_text(fingerprint)
    if not link.is_symlink():
        link.symlink_to(os.path.relpath(dist, link.parent))


def program(jobs=CORES) -> None:
    packages.debian(packages.BUILD + packages.TEST[:2])
    compile_targets(configure("release"), ["cadre", "cadre-decode"], jobs)
    web()


def everything(jobs=CORES) -> None:
    """Programs, tests and the web interface."""
    packages.debian(packages.BUILD + packages.TEST)
    compile_targets(configure("release"), [], jobs)
    web()


def main(arguments) -> int:
    program(arguments.jobs)
    say("built build/cadre and build/cadre-decode")
    return 0
