"""The container images of the stack, without a registry: ours from programs that were built before, the servers' from
Debian's packages, under the official names. Each is kept as a tar file for all checkouts, named by what it was made from."""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass

from cadre_dev import debian13, docker_engine, packages, versions
from cadre_dev.shell import ROOT, Failed, must, say

DOCKER = ROOT / "deploy" / "docker"
PLATFORM = debian13.SUITE  # of our image and Garage's
KEPT = 6  # archives of the same role; each build of ours makes another one

SUITES = {
    # Without the hook, /usr is merged by a package that needs all of perl: 12 MB of 39, compressed.
    "bookworm": ["--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr"],
    "trixie": [],
    # Bookworm's nginx knows no `resolve` and its Redis is 7.0; single packages of forky do not go into it.
    "forky": ["--include=nginx-light,redis-server,curl"],
}


@dataclass(frozen=True)
class Image:
    role: str  # cadre, nginx, redis, garage
    name: str  # with its tag
    id: str  # sha256:…, as the engine names it
    archive: pathlib.Path  # what `docker save` wrote, not compressed


def folder() -> pathlib.Path:
    """Where the archives are, for all checkouts."""
    return packages.cache() / "images"


def ensure() -> list[Image]:
    """All that the stack needs, from the cache or made now; of ours, the program of Debian 13 must be there."""
    packages.garage()
    with _alone():
        return [_program(), *(_server(role) for role in ("nginx", "redis", "garage"))]


def program(version=None) -> Image:
    """The image of this checkout's program, as it was built for Debian 13. Another `version` makes another image, which differs
    in its label."""
    with _alone():
        return _program(version)


def clean_machine(suite: str) -> str:
    """The name of that Debian with systemd and nothing else, which the engine has afterwards."""
    name = f"cadre-clean:{suite}-{_base_key(suite)}"
    with _alone():
        _build(DOCKER / "clean.Dockerfile", DOCKER, name, BASE=_base(suite))
    return name


def never_healthy(image: Image) -> Image:
    """A release of it that runs and never says that it is healthy."""
    with _alone():
        key = _digest(image.id, DOCKER / "never-healthy.Dockerfile")
        return _kept("cadre", f"{image.name}-never-healthy", key, lambda name: _build(
            DOCKER / "never-healthy.Dockerfile", DOCKER, name, CADRE=loaded(image).name))


def _program(version=None) -> Image:
    version = version or _version()
    built = debian13.built()
    parts = [built / "cadre", built / "cadre-decode", ROOT / "web" / "dist", ROOT / "build" / "places.bin"]
    for part in parts:
        if not part.exists():
            raise Failed(f"{part.relative_to(ROOT)} is not there; without --no-build it is made.")
    sources = [DOCKER / name for name in ("Dockerfile", "lay-out.sh", "install-libraries.sh", "gather-libraries.sh")]
    key = _digest(version, _base_key(PLATFORM), *sources, *parts)
    return _kept("cadre", f"cadre:{version}-{key}", key, lambda name: _build(
        DOCKER / "Dockerfile", ROOT, name, BASE=_base(PLATFORM), PROGRAM="taken", BUILT=built.relative_to(ROOT), VERSION=version))


def _server(role: str) -> Image:
    recipe = DOCKER / "lab.Dockerfile"
    base = PLATFORM if role == "garage" else "forky"
    key = _digest(role, _base_key(base), recipe, *([packages.GARAGE] if role == "garage" else []))

    def build(name):
        # Garage's binary lies outside the checkout; the servers need no file at all.
        with tempfile.TemporaryDirectory() as context:
            if role == "garage":
                shutil.copy2(packages.garage_binary(), context)
            _build(recipe, context, name, role, BASE=_base(PLATFORM), SERVERS=_base("forky"))

    return _kept(role, lambda: _server_name(role), key, build)


def _server_name(role: str) -> str:
    if role == "garage":
        versions.check(role, packages.GARAGE)
        return f"dxflrs/garage:v{packages.GARAGE}"
    said = _docker("run", "--rm", _base("forky"), "sh", "-c", "nginx -v 2>&1" if role == "nginx" else "redis-server -v")
    version = re.search(r"(?:nginx/|v=)([0-9.]+)", said)[1]
    versions.check(role, version)
    return f"{role}:{version}"


# Archives

def _kept(role: str, name, key: str, build) -> Image:
    """From its archive, or built by `build(name)`. `name` may be a function, asked only when it is built."""
    archive = folder() / f"{role}-{key}.tar"
    if not archive.exists():
        docker_engine.ensure()
        name = name if isinstance(name, str) else name()
        say(f"building the image {name}")
        build(name)
        with _written(archive) as partial:
            _docker("save", "--output", partial, name)
        _forget(role)
    archive.touch()
    return read(role, archive)


def _forget(role: str) -> None:
    """Only the newest archives of a role stay."""
    archives = folder().glob(f"{role}-{'[0-9a-f]' * 12}.tar")
    for old in sorted(archives, key=lambda file: file.stat().st_mtime)[:-KEPT]:
        old.unlink()


def read(role: str, archive: pathlib.Path) -> Image:
    """What an archive holds."""
    with tarfile.open(archive) as tar:
        manifest = tar.extractfile("manifest.json").read().decode()
    name = re.search(r'"RepoTags":\["([^"]+)"', manifest)[1]
    return Image(role, name, "sha256:" + re.search(r'"Config":"[^"]*?([0-9a-f]{64})', manifest)[1], archive)


def loaded(image: Image) -> Image:
    """The engine has it afterwards."""
    if docker_engine.answer("image", "inspect", "--format", "{{.Id}}", image.name) != image.id:
        docker_engine.ensure()
        _docker("load", "--input", image.archive)
    return image


# Debian in the smallest form

def _base_words(suite: str) -> list[str]:
    docs = ["/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/doc/*"]
    leave_out = [f"--dpkgopt=path-exclude={path}" for path in docs] + ["--dpkgopt=path-include=/usr/share/doc/*/copyright"]
    return ["mmdebstrap", "--quiet", "--format=tar", "--variant=minbase", '--aptopt=Acquire::Check-Valid-Until "false"', *leave_out,
            '--customize-hook=rm -rf "$1"/var/lib/apt/lists/*', '--customize-hook=rm -f "$1"/etc/resolv.conf "$1"/etc/hostname',
            *SUITES[suite], suite]


def _base_key(suite: str) -> str:
    return _digest(*_base_words(suite))


def _base(suite: str) -> str:
    """A name by which the engine has it."""
    name = f"cadre-base:{suite}-{_base_key(suite)}"
    docker_engine.ensure()
    if docker_engine.answer("image", "inspect", name) is None:
        archive = folder() / f"base-{suite}-{_base_key(suite)}.tar"
        if not archive.exists():
            packages.debian(packages.MMDEBSTRAP)
            say(f"making a Debian {suite} for images: a minute and a half, once")
            with _written(archive) as partial:
                must(*_base_words(suite), partial, quiet=True)
        _docker("import", archive, name)
    return name


# Small tools

def _build(recipe: pathlib.Path, context, name: str, target=None, **arguments) -> None:
    """By BuildKit, with this machine's network: the package archives may be reachable from nowhere else."""
    words = [word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")]
    words += ["--target", target] if target else []
    must(_client(), "build", "--network", "host", "--file", recipe, "--tag", name, *words, context,
         env={"DOCKER_BUILDKIT": "1"}, quiet=True)


def _client() -> str:
    """Debian's client has BuildKit in it; another one on the path may lack the plugin."""
    return "/usr/bin/docker" if os.access("/usr/bin/docker", os.X_OK) else "docker"


def _docker(*words) -> str:
    done = subprocess.run([_client(), *(str(word) for word in words)], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"`docker {words[0]}` failed: {done.stderr.strip()}")
    return done.stdout


def _version() -> str:
    return re.search(r"^project\(cadre VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)[1]


def _digest(*parts) -> str:
    """Twelve digits for texts, files and whole folders: names and contents, no times."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, pathlib.Path):
            for file in [part] if part.is_file() else sorted(path for path in part.rglob("*") if path.is_file()):
                digest.update(f"{file.relative_to(part.parent)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
        else:
            digest.update(f"{part}\0".encode())
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def _written(archive: pathlib.Path):
    """A file beside it that takes its name when all of it is there."""
    partial = archive.with_suffix(f".{os.getpid()}.partial")
    try:
        yield partial
        partial.rename(archive)
    finally:
        partial.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone():
    """One checkout at a time makes images."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
