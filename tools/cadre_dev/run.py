"""./dev run: a gallery on this machine, with its data in data/ of the checkout."""

import os
import pathlib
import secrets
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from cadre_dev import build, demo
from cadre_dev.shell import ROOT, Child, Failed, must, say

CADRE = ROOT / "build" / "cadre"
ADMINISTRATOR = "admin"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_until_ready(server: subprocess.Popen, url: str) -> None:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(url + "/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise Failed(f"the server ended with exit code {server.returncode}; what it printed says why.")


def _keep(path: pathlib.Path, secret: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret + "\n")


def cadre(*words, stdin="") -> str:
    done = subprocess.run([str(CADRE), *(str(word) for word in words)], cwd=ROOT, input=stdin, check=False,
                          stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"`cadre {words[0]} {words[1]}` failed with exit code {done.returncode}.")
    return done.stdout.strip()


def _administrator(data: pathlib.Path) -> str:
    """The password of the demo's administrator, who is made at the first run."""
    kept = data / "demo-password"
    if not kept.exists():
        password = secrets.token_urlsafe(12)
        cadre("user", "add", ADMINISTRATOR, "--role", "admin", "--password-stdin", "--data", data, stdin=password + "\n")
        _keep(kept, password)
        _keep(data / "demo-token", cadre("token", "create", "--user", ADMINISTRATOR, "--data", data))
    return kept.read_text().strip()


def fill(data: pathlib.Path, url: str, *more) -> str:
    """Imports the demo's photographs, and answers the administrator's password. `more` is told to `cadre import`."""
    password = _administrator(data)
    with tempfile.TemporaryDirectory(prefix="cadre-demo-") as folder:
        count = demo.lay_out(pathlib.Path(folder))
        say(f"importing {count} photographs out of Debian's packages")
        # Each by its name: of the folder around them the import would make an album too.
        must(CADRE, "import", "--server", url, "--token-file", data / "demo-token", "--visibility", "public", "--albums", *more,
             *sorted(path for path in pathlib.Path(folder).iterdir() if path.suffix != ".xmp"))
    return password


def _demo(data: pathlib.Path, url: str) -> None:
    password = fill(data, url)
    say(f"the gallery is at {url}/ ; log in as {ADMINISTRATOR} with the password {password}")
    say("Ctrl-C ends it; what it keeps is in " + str(data.relative_to(ROOT)))


def main(arguments) -> int:
    build.program()
    data = ROOT / "data" / ("demo" if arguments.demo else "solo")
    data.mkdir(parents=True, exist_ok=True)
    port = arguments.port or free_port()
    url = f"http://127.0.0.1:{port}"
    with Child(CADRE, "serve", "--listen", f"127.0.0.1:{port}", "--data", data) as server:
        wait_until_ready(server, url)
        if arguments.demo:
            _demo(data, url)
        return server.wait()
