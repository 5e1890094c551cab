"""Debian and npm packages: installs what is missing, and says what."""

import hashlib
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from cadre_dev.shell import ROOT, Failed, must, output, say

# Under Debian 12's names; RENAMED has those that another release calls otherwise.
BUILD = """
    g++ cmake ninja-build pkg-config ccache mold git ca-certificates
    libboost1.81-dev libssl-dev libfmt-dev libexpected-dev libtomlplusplus-dev libsqlite3-dev libsodium-dev
    libutf8proc-dev libdeflate-dev libnanoflann-dev libhowardhinnant-date-dev
    libbrotli-dev zlib1g-dev libhiredis-dev libpugixml-dev libvips-dev libexiv2-dev liblcms2-dev libwebp-dev libseccomp-dev
""".split()
TEST = "libgtest-dev libgmock-dev chromium firefox-esr redis-server redis-tools openssl unzip".split()
DEMO = ["mate-backgrounds"]
LINT = "shellcheck clang-format-14 clang-tidy-19 ansible ansible-lint vagrant vagrant-libvirt".split()
CLANG = ["clang-19"]
MEMORY = ["valgrind"]
FUZZ = ["libclang-rt-19-dev"]
BENCH = "nginx-light wrk".split()
FLEET = "nginx-light redis-server redis-tools python3-jinja2".split()
DOCKER = "docker.io iptables ca-certificates".split()
MMDEBSTRAP = ["mmdebstrap"]
PACKAGE = "debhelper build-essential lintian".split()
LAB = "vagrant ansible openssh-client rsync redis-tools".split()

RENAMED = {
    13: {
        "libboost1.81-dev": ["libboost1.83-dev"],
        # There libheif loads its codecs as plugins: the program needs those that decode, which come with it; pictures for
        # the tests are made with these.
        "libvips-dev": ["libvips-dev", "libheif-plugin-x265", "libheif-plugin-aomenc"],
    },
}

NODE = (20, 19)
GARAGE = "2.1.0"
K6 = "1.8.0"
# The oldest and the newest ansible-core that the playbooks are tried with: Debian 12's, and Debian 13's.
ANSIBLE_CORES = ("2.14.18", "2.19.14")
# With collections: Debian 12's community.docker, 3.4.7, cannot speak to an engine through Debian 13's `requests`.
ANSIBLE = "10.7.0"
SCHEMATHESIS = "4.32.5"
CONTRACT = ["python3-venv"]


def release() -> int:
    """Of Debian on this machine: 12 or 13."""
    return release_in(pathlib.Path("/etc/os-release").read_text())


def release_in(os_release: str) -> int:
    """What is newer than 13, or names no number, is tried as 13."""
    found = re.search(r'^VERSION_ID="?(\d+)', os_release, re.MULTILINE)
    return 12 if found and int(found[1]) <= 12 else 13


def names(packages, of_release: int) -> list[str]:
    """As that release calls them."""
    renamed = RENAMED.get(of_release, {})
    return [name for package in packages for name in renamed.get(package, [package])]


def _missing(packages):
    """dpkg is asked first, so that a second run is quick and needs no rights."""
    listed = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages], check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    installed = {line.split()[0] for line in listed.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in installed]


def debian(packages) -> None:
    missing = _missing(names(packages, release()))
    if not missing:
        return
    say(f"installing Debian packages: {' '.join(missing)}")
    rights = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise Failed("to install them, run this as root, or install sudo.")
        rights = ["sudo"]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    candidates = output("apt-cache", "policy", *missing)
    known = set(re.findall(r"^(\S+):$", candidates, re.MULTILINE))
    if not set(missing) <= known or "Candidate: (none)" in candidates:
        must(*apt, "update", "-qq", env=quiet)
    install = [*apt, "install", "-y", "-qq", "--no-install-recommends", *missing]
    try:
        must(*install, env=quiet, quiet=True)
    except Failed:
        say("the package lists may be old; once more with new ones")
        must(*apt, "update", "-qq", env=quiet)
        must(*install, env=quiet, quiet=True)


def node() -> None:
    """Debian 13's Node is installed. Debian 12 has an older one than Vite needs: there it is asked for instead."""
    if release() >= 13 and shutil.which("npm") is None:
        debian(["nodejs", "npm"])
    version = output("node", "--version") if shutil.which("node") else ""
    found = re.match(r"v(\d+)\.(\d+)", version)
    if not found or (int(found[1]), int(found[2])) < NODE or shutil.which("npm") is None:
        raise Failed(f"the web interface is built with Node {NODE[0]}.{NODE[1]} or newer and npm; "
                     f"this machine has {version.strip() or 'none'}.")


def npm(folder) -> None:
    """`npm ci`, if the lock file is not the one that was installed."""
    node()
    lock = folder / "package-lock.json"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".cadre-lock"
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"installing npm packages of {folder.relative_to(ROOT)}/package-lock.json")
    must("npm", "ci", "--no-audit", "--no-fund", cwd=folder, quiet=True)
    stamp.write_text(digest)


def cache() -> pathlib.Path:
    """What takes long to make is kept here: outside the checkout, for all clones."""
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "cadre"


def garage_binary() -> pathlib.Path:
    """Where Garage is or will be."""
    return cache() / f"garage-{GARAGE}" / "bin" / "garage"


def garage() -> None:
    """Garage, built once by cargo: Debian has no package of it."""
    binary = garage_binary()
    if binary.exists():
        return
    if shutil.which("cargo") is None:
        raise Failed("Garage, the S3 store, is built with cargo (Rust 1.85 or newer), which this machine does not have.")
    root = binary.parents[1]
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if binary.exists():
            return
        say(f"building Garage {GARAGE} into {root}, once: 10 to 40 minutes")
        must("cargo", "install", "garage", "--version", GARAGE, "--locked", "--no-default-features", "--features",
             "bundled-libs,lmdb,sqlite,metrics", "--root", root, env={"CARGO_PROFILE_RELEASE_STRIP": "true"})


def schemathesis() -> pathlib.Path:
    """Where schemathesis, which makes requests from the contract, is or will be."""
    return cache() / f"schemathesis-{SCHEMATHESIS}" / "bin" / "schemathesis"


def schemathesis_once() -> None:
    """schemathesis, in a virtual environment of its own: Debian has no package of it."""
    binary = schemathesis()
    root = binary.parents[1]
    root.parent.mkdir(parents=True, exist_ok=True)
    with (root.parent / f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (root / "complete").exists():
            return
        debian(CONTRACT)
        say(f"installing schemathesis {SCHEMATHESIS} into {root}, once")
        must("/usr/bin/python3", "-m", "venv", "--clear", root)
        must(root / "bin" / "pip", "install", "--quiet", f"schemathesis=={SCHEMATHESIS}")
        (root / "complete").touch()


def geonames() -> list[pathlib.Path]:
    """What the places of GeoNames are called in English and in French: two catalogues of gettext, out of Debian's package, which is
    not installed for it: an image of Debian may leave out all translations."""
    root = cache() / "geonames"
    found = [root / "usr" / "share" / "locale" / language / "LC_MESSAGES" / "geonames.mo" for language in ("en", "fr")]
    if not all(file.exists() for file in found):
        _extract("libgeonames-common", root)
    if not all(file.exists() for file in found):
        raise Failed("Debian's package libgeonames-common, which names places, cannot be fetched.")
    return found


def extracted(package: str) -> pathlib.Path:
    """A Debian package's files, below a folder in the cache; it is not installed. Empty, if it cannot be fetched."""
    root = cache() / package
    if not root.exists():
        _extract(package, root)
    return root


def _extract(package: str, root: pathlib.Path) -> None:
    """A Debian package's files under `root`, all of them at once; nothing, if it cannot be fetched."""
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        for archive in pathlib.Path(folder).glob(f"{package}_*.deb"):
            whole = pathlib.Path(folder) / "whole"
            must("dpkg-deb", "--extract", archive, whole)
            shutil.rmtree(root, ignore_errors=True)
            whole.rename(root)


def promtool() -> pathlib.Path | None:
    """promtool: the one that is installed, or else out of Debian's package, which is not installed for it, since that starts a
    server. None, and a sentence, if there is neither."""
    installed = shutil.which("promtool")
    if installed:
        return pathlib.Path(installed)
    root = cache() / "prometheus"
    binary = root / "usr" / "bin" / "promtool"
    if not binary.exists():
        _extract("prometheus", root)
        if not binary.exists():
            say("promtool is not installed, and Debian's package prometheus cannot be fetched")
            return None
    return binary


def ansible_core(version: str) -> pathlib.Path:
    """ansible-playbook of that version, without collections."""
    return _ansible("ansible-core", version)


def ansible() -> pathlib.Path:
    """ansible-playbook with the collections of ANSIBLE, which drive Debian 13's engine too."""
    return _ansible("ansible", ANSIBLE)


def _ansible(package: str, version: str) -> pathlib.Path:
    """Installed once by pip into the cache."""
    folder = cache() / f"{package}-{version}"
    playbook = folder / "bin" / "ansible-playbook"
    if not playbook.exists():
        debian(["python3-venv"])
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not playbook.exists():
                say(f"installing {package} {version} into {folder}, once")
                must("/usr/bin/python3", "-m", "venv", folder, quiet=True)
                must(folder / "bin" / "pip", "install", "--quiet", f"{package}=={version}", quiet=True)
    return playbook


def k6_binary() -> pathlib.Path:
    """Where k6, which makes load, is or will be."""
    return cache() / f"k6-{K6}" / "bin" / "k6"


def k6() -> None:
    """k6, built once by Go: Debian has no package of it."""
    binary = k6_binary()
    if binary.exists():
        return
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if go is None:
        raise Failed("k6, which makes the load, is built with Go 1.25 or newer, which this machine does not have.")
    root = binary.parents[1]
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if binary.exists():
            return
        say(f"building k6 {K6} into {root}, once: 2 to 10 minutes")
        must(go, "install", f"go.k6.io/k6@v{K6}", env={"GOBIN": str(binary.parent)})


def build_tools() -> None:
    """k6, which is quick, then Garage; one that cannot be built is said, and does not hold up the other."""
    for tool in (k6, garage):
        try:
            tool()
        except Failed as reason:
            say(str(reason))
