"""./dev package: the Debian package of this checkout, for the Debian that it runs on or for Debian 13, with a list of what is in
it."""

import email.utils
import pathlib
import re
import shutil
import subprocess
import textwrap

from cadre_dev import bill, build, debian13, package_try, packages
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
    command.add_argument("--debian", type=int, choices=[12, 13], default=packages.release(),
                         help="13: for that one, also where this machine has 12 (default: this machine's)")
    command.add_argument("--try", dest="tried", action="store_true",
                         help="then install, upgrade, remove and purge it in a clean machine with systemd; needs Docker")


def main(arguments) -> int:
    debian = arguments.debian
    if debian < packages.release():
        raise Failed(f"a package for Debian {debian} is made on Debian {debian}.")
    package = make(debian)
    say(f"made {package.relative_to(ROOT)}, {package.stat().st_size / 1e6:.1f} MB, and {bill_of(package).name} beside it")
    if arguments.tried:
        package_try.main(package, _build(version(), debian, 1), debian)
    return 0


def version() -> str:
    return VERSION.search((ROOT / "CMakeLists.txt").read_text())[1]


def bill_of(package: pathlib.Path) -> pathlib.Path:
    return package.with_suffix(".cdx.json")


def make(debian: int) -> pathlib.Path:
    """Built, checked by lintian, in FOLDER."""
    packages.debian(packages.PACKAGE)
    if _is_here(debian):
        build.program()
    else:
        debian13.program()
        # Into Debian 13's folder, which is made without these, since nothing else needs them.
        install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages.PACKAGE[:2])
        if debian13.call(*install) != 0:
            debian13.run("apt-get", "update", "-qq", quiet=True)
            debian13.run(*install, quiet=True)
    package = _build(version(), debian, 0)
    if call("lintian", "--fail-on", "error,warning", "--tag-display-limit", "0", package) != 0:
        raise Failed("lintian objects to the package.")
    return package


def _is_here(debian: int) -> bool:
    return debian == packages.release()


def _words(debian: int, *words) -> list:
    """A command on that Debian, from the root of the checkout."""
    return list(words) if _is_here(debian) else debian13.enter(*words)


def _built(debian: int) -> pathlib.Path:
    """The folder of its programs, from the root of the checkout."""
    return pathlib.Path("build") if _is_here(debian) else debian13.built().relative_to(ROOT)


def _build(of_version: str, debian: int, again: int) -> pathlib.Path:
    """`again`: for trying an upgrade, a newer one of the same files."""
    full = f"{of_version}+deb{debian}" + (f".{again}" if again else "")
    staged = FOLDER / f"cadre-{full}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    shutil.copytree(RECIPE, staged / "debian", ignore=shutil.ignore_patterns("cadre.env"))
    for file in (RECIPE / "cadre.env", ROOT / "NOTICE", ROOT / "CHANGELOG.md"):
        shutil.copy2(file, staged)
    must(ROOT / "deploy" / "docker" / "lay-out.sh", staged / "laid-out", _built(debian))
    (staged / "debian" / "changelog").write_text(changelog((ROOT / "CHANGELOG.md").read_text(), full))
    (staged / "debian" / "cadre.service").write_text(unit((ROOT / "deploy" / "systemd" / "cadre.service").read_text()))
    listed = bill.document(full, [*_of_debian(debian), *bill.of_npm()])
    (staged / "sbom.cdx.json").write_text(listed)
    must(*_words(debian, "env", "--chdir", staged.relative_to(ROOT), "dpkg-buildpackage", "--build=binary", "--no-sign"), quiet=True)
    package = FOLDER / f"cadre_{full}_{output('dpkg', '--print-architecture').strip()}.deb"
    bill_of(package).write_text(listed)
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
                       f" -- The Cadre authors <cadre@cadre.invalid>  {when}\n")
    return "\n".join(entries)


# What is in it

def _of_debian(debian: int) -> list[dict]:
    """The packages of Debian whose libraries the two programs load there, as ldd and dpkg say."""
    loaded = output(*_words(debian, "ldd", *(_built(debian) / name for name in PROGRAMS)))
    files = set(re.findall(r"=> (/\S+)", loaded))
    # dpkg knows a file by where it really is, or with /lib, which is a link to /usr/lib.
    real = output(*_words(debian, "realpath", *sorted(files))).split()
    names = sorted({name for file in real for name in (file, file.removeprefix("/usr"), "/usr" + file.removeprefix("/usr"))})
    found = subprocess.run([str(word) for word in _words(debian, "dpkg", "-S", *names)], check=False, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True).stdout
    owners = sorted({line.split(": ")[0].split(":")[0] for line in found.splitlines()})
    if len(owners) < len(PROGRAMS):
        raise Failed("dpkg knows none of the libraries that the programs load.")
    listed = output(*_words(debian, "dpkg-query", "-W", "-f", "${Package} ${Version} ${Architecture}\n", *owners))
    return bill.of_debian(listed, debian)
