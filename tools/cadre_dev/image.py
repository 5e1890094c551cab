"""./dev image: the container image of Debian 13, made from this checkout, with a list of what is in it; and tried as
docs/how-to/run-in-a-container.md runs it: a HEIC that is sent to it becomes a photo."""

import contextlib
import json
import pathlib
import re
import subprocess
import time
import urllib.error
import urllib.request

from cadre_dev import bill, debian13, docker_engine, images
from cadre_dev.shell import ROOT, Failed, must, say

NAME = "cadre-tried"
# Made for tests: as iPhones write them since iOS 18, which Debian 12's libheif alone refuses.
PICTURE = ROOT / "fuzz" / "corpus" / "heif" / "ios18_tmap"
PASSWORD = "a good password\n"
# As compose.yaml has it.
LOCKED_UP = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"]
WAIT = 60  # seconds


FOLDER = ROOT / "build" / "image"
# Of the base, and of the libraries that gather-libraries.sh added to it.
LISTS = "for list in /var/lib/dpkg/status /var/lib/dpkg/status.d/*; do cat $list; echo; done"


def options(command) -> None:
    """The words after ./dev image."""
    command.add_argument("--list", metavar="NAME", dest="listed", help="of an image that the engine has: only the list of what is in it")


def main(arguments) -> int:
    if arguments.listed:
        say(f"what is in {arguments.listed}: {write_bill(arguments.listed).relative_to(ROOT)}")
        return 0
    image = make()
    say(f"made {image.name}, {image.archive.stat().st_size / 1e6:.0f} MB: `docker load --input {image.archive}`")
    say(f"what is in it: {write_bill(image.name).relative_to(ROOT)}")
    say(f"tried: {attempt(image.name)}")
    return 0


def write_bill(name: str) -> pathlib.Path:
    """Debian's packages, whole or in part, as the image itself says; and what the web interface was built from."""
    components = [*bill.of_debian(packages_of(_docker("run", "--rm", "--entrypoint", "sh", name, "-c", LISTS)), 13), *bill.of_npm()]
    file = FOLDER / f"{name.replace(':', '-').replace('/', '-')}.cdx.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(bill.document(name.rpartition(":")[2], components))
    return file


def packages_of(status: str) -> str:
    """dpkg's status as lines "NAME VERSION ARCHITECTURE", each package once, those that are not installed left out."""
    found = set()
    for entry in re.split(r"\n\s*\n", status):
        fields = dict(re.findall(r"^(Package|Version|Architecture|Status): (.*)$", entry, re.MULTILINE))
        if fields.get("Status") == "install ok installed":
            found.add(" ".join(fields[name] for name in ("Package", "Version", "Architecture")))
    return "\n".join(sorted(found))


def make() -> images.Image:
    """For Debian 13, whatever this machine has."""
    debian13.program()
    docker_engine.ensure()
    return images.loaded(images.program())


def attempt(name: str) -> str:
    """What became of the picture. Failed, if it is no photo that can be seen."""
    _forget()
    try:
        must("docker", "run", "--detach", "--name", NAME, *LOCKED_UP, "--publish", "127.0.0.1::8080", "--volume",
             f"{NAME}:/data", name, quiet=True)
        url = "http://" + _docker("port", NAME, "8080").splitlines()[0]
        _until(lambda: _fetch(url + "/readyz") is not None, "it did not start")
        _docker("exec", "--interactive", NAME, "cadre", "user", "add", "ada", "--role", "admin", "--password-stdin", text=PASSWORD)
        token = _docker("exec", NAME, "cadre", "token", "create", "--user", "ada").split()[-1]
        photo = json.loads(_fetch(url + "/api/v1/photos?filename=tried.heic", token, PICTURE.read_bytes()))
        path = f"{url}/api/v1/photos/{photo['id']}"
        _until(lambda: json.loads(_fetch(path, token))["state"] != "processing", "the photo was not made")
        photo = json.loads(_fetch(path, token))
        if photo["state"] != "ready":
            raise Failed(f"the photo has failed: {photo['failure']}")
        shown = _fetch(url + photo["media"]["variants"][0]["url"], token)
        if shown is None or shown[:4] != b"RIFF":
            raise Failed("the photo cannot be seen.")
        return f"a HEIC of {photo['width']} × {photo['height']}, taken {photo['taken_at']}, is a photo; {len(shown)} bytes of WebP"
    finally:
        _forget()


def _forget() -> None:
    for words in (("rm", "--force", NAME), ("volume", "rm", "--force", NAME)):
        subprocess.run(["docker", *words], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _docker(*words, text="") -> str:
    return subprocess.run(["docker", *words], input=text, check=True, stdout=subprocess.PIPE, text=True).stdout


def _fetch(url: str, token=None, body=None) -> bytes | None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with contextlib.suppress(OSError), urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=WAIT) as answer:
        return answer.read()
    return None


def _until(holds, otherwise: str) -> None:
    until = time.monotonic() + WAIT
    while not holds():
        if time.monotonic() > until:
            raise Failed(f"{otherwise} within {WAIT} s; it said:\n{_docker('logs', NAME)}")
        time.sleep(0.2)
