"""Debian 13, which Cadre is made for first, on a machine with Debian 12: a folder that mmdebstrap fills once, entered by
chroot in a mount namespace of its own, with this checkout as /source. On Debian 13 itself nothing of this is needed."""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import tempfile
import time

from cadre_dev import build, packages, shell
from cadre_dev.shell import ROOT, Failed, must, output, say

SUITE = "trixie"
SOURCE = pathlib.PurePosixPath("/source")
PRESET = "debian13"
KEPT = 14 * 24 * 3600  # seconds: one of another list of packages that nobody used for as long goes when a new one is made

# Mounts are seen by nobody else and end with the command, however that ends. Nothing of the host but the checkout, the
# compiler's cache, temporary files and the folders named is inside.
ENTER = """
set -eu
root="$1" checkout="$2" objects="$3" temporary="$4"
shift 4
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root$temporary"
mount --bind "$temporary" "$root$temporary"
mount --bind "$checkout" "$root/source"
mount --bind "$objects" "$root/root/.ccache"
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind -o ro "$1" "$root$1"
    shift
done
shift
exec chroot "$root" /usr/bin/env --chdir=/source "$@"
"""


class Unavailable(Failed):
    """This machine cannot enter such a folder; the sentence says why."""


def is_host() -> bool:
    """Whether this machine is Debian 13, so that ./dev's own build is the one for it."""
    return packages.release() >= 13


def built() -> pathlib.Path:
    """The folder of the programs that `program` builds."""
    return ROOT / "build" / (PRESET if not is_host() else "")


def program() -> None:
    """Both programs for Debian 13, the web interface and the file of places."""
    if is_host():
        build.program()
        return
    compile_targets(["cadre", "cadre-decode"])
    build.data()


def compile_targets(targets) -> pathlib.Path:
    """In the folder of Debian 13; the build folder. Clones share what ccache holds, since all of them are /source."""
    run("cmake", "--preset", PRESET, quiet=True)
    names = [word for target in targets for word in ("--target", target)]
    run("cmake", "--build", SOURCE / "build" / PRESET, "--parallel", build.CORES, *names)
    return ROOT / "build" / PRESET


def run(*words, **options) -> None:
    """A command in it, from the root of the checkout. Failed, if it fails."""
    must(*enter(*words), **options)


def call(*words) -> int:
    """The same; its exit code."""
    photographs = [os.environ["CADRE_PHOTOS"]] if "CADRE_PHOTOS" in os.environ else []
    return shell.call(*enter(*words, read=photographs))


def enter(*words, read=()) -> list[str]:
    """The words by which this host runs a command in it; `read`: folders of the host that it may read, at the same paths.
    Temporary files are the host's, at the same paths too."""
    root = ensure()
    temporary = tempfile.gettempdir()
    variables = ["-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", f"TMPDIR={temporary}", "CCACHE_DIR=/root/.ccache",
                 *(f"{name}={value}" for name, value in os.environ.items() if name.startswith("CADRE_"))]
    script = ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", ENTER, "enter"]
    return [str(word) for word in (*script, root, ROOT, _objects(), temporary, *read, "--", *variables, *words)]


def _objects() -> pathlib.Path:
    """ccache's folder, the same as the host's: both keep to its limit together."""
    packages.debian(["ccache"])
    folder = pathlib.Path(output("ccache", "--get-config", "cache_dir").strip())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# Making it

def _mmdebstrap(target) -> list[str]:
    wanted = packages.names(packages.BUILD + packages.TEST[:2], 13)
    left_out = [f"/usr/share/{name}/*" for name in ("man", "info", "locale", "doc")]
    return ["mmdebstrap", "--quiet", "--variant=minbase", "--format=directory", f"--include={','.join(wanted)}",
            *(f"--dpkgopt=path-exclude={path}" for path in left_out), '--customize-hook=mkdir -p "$1/source" "$1/root/.ccache"',
            SUITE, str(target)]


def folder() -> pathlib.Path:
    """Where it is or will be, for all checkouts; another list of packages makes another one."""
    recipe = "\0".join(_mmdebstrap("folder"))
    return packages.cache() / f"debian13-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


def ensure() -> pathlib.Path:
    """It is there afterwards. Unavailable, where it cannot be made or entered."""
    made = folder()
    if os.geteuid() != 0 or shell.call("unshare", "--mount", "true", quiet=True) != 0:
        raise Unavailable("Debian 13 is built for in a chroot, which only root may make and enter.")
    if not made.exists():
        with _alone():
            if not made.exists():
                _make(made)
    os.utime(made)
    return made


def _make(made: pathlib.Path) -> None:
    packages.debian(packages.MMDEBSTRAP)
    say(f"making {made}, Debian 13 with what compiles Cadre: 1.2 GB, a minute, once")
    began = time.monotonic()
    partial = made.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    # In a namespace of its own: of a run that was killed no mount of /dev stays in what is deleted next time.
    must("unshare", "--mount", "--propagation", "private", "--", *_mmdebstrap(partial), quiet=True)
    for old in made.parent.glob("debian13-*"):
        if time.time() - old.stat().st_mtime > KEPT:
            shutil.rmtree(old, ignore_errors=True)
    partial.rename(made)
    say(f"made in {time.monotonic() - began:.0f} s")


@contextlib.contextmanager
def _alone():
    """One checkout at a time makes it."""
    packages.cache().mkdir(parents=True, exist_ok=True)
    with (packages.cache() / "debian13.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
