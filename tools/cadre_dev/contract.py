"""The contract, api/openapi.yaml, against a running server: schemathesis makes requests from it, as it allows and as it does
not, as nobody, a member and an administrator. No answer may be a 5xx, of a status or form that it does not describe."""

import contextlib
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib

from cadre_dev import build, packages, run
from cadre_dev.shell import ROOT, Child, Count, Failed, say

CONTRACT = ROOT / "api" / "openapi.yaml"
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
          "response_schema_conformance,unsupported_method,allow_header_conformance")
PASSWORD = "a good password\n"
PAGE = '<!doctype html><title>Cadre</title><script type="application/json" id="initial">null</script>'

# What ends the account, the token or the session that asks, or the photograph that is asked about: asked last, for an
# account of their own.
ENDS = ("logOut", "changePassword", "endOtherSessions", "endSession", "deleteToken", "changeUser", "deleteUser",
        "changePhotos", "deletePhoto")
# The same requests in every run.
REPEATABLE = ("--seed", "1", "--generation-deterministic", "--workers", "1")
# What schemathesis does not know how to send: the bytes of a piece of an upload (tus 1.0).
HOOKS = """
import schemathesis

@schemathesis.serializer("application/offset+octet-stream")
def piece(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
"""
# An answer without an end.
ENDLESS = "/api/v1/events"
# So many requests are the least that a run over all operations makes; with fewer it has tried nothing.
LEAST = {"nobody": 300, "member": 600, "admin": 600}


def _png(colour: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    row = b"\0" + bytes([colour, 90, 200]) * 64
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(row * 48)) + chunk(b"IEND", b""))


class _Gallery:
    """A server in a folder of its own."""

    def __init__(self, data: pathlib.Path, url: str):
        self.data, self.url = data, url

    def person(self, name: str, role: str) -> str:
        """Made by the command line; returns a token."""
        run.cadre("user", "add", name, "--role", role, "--password-stdin", "--data", self.data, stdin=PASSWORD)
        return run.cadre("token", "create", "--user", name, "--data", self.data)

    def ask(self, path: str, token: str, body: bytes | None = None) -> dict:
        request = urllib.request.Request(self.url + path, data=body, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def photo(self, token: str, colour: int) -> dict:
        """A photograph that is ready, and everybody may see."""
        sent = self.ask("/api/v1/photos?visibility=public&modified=2019-07-14T16:02:00Z", token, _png(colour))
        for _ in range(600):
            photo = self.ask(f"/api/v1/photos/{sent['id']}", token)
            if photo["state"] == "ready":
                return photo
            time.sleep(0.1)
        raise Failed("a photograph is not ready after a minute.")


@contextlib.contextmanager
def _serve():
    with tempfile.TemporaryDirectory(prefix="cadre-contract-") as folder:
        data = pathlib.Path(folder) / "data"
        web = pathlib.Path(folder) / "web"
        for made in (data, web):
            made.mkdir()
        (web / "index.html").write_text(PAGE)
        port = run.free_port()
        url = f"http://127.0.0.1:{port}"
        with Child(run.CADRE, "serve", "--listen", f"127.0.0.1:{port}", "--data", data, "--web", web, "--log-level",
                   "error") as server:
            run.wait_until_ready(server, url)
            yield _Gallery(data, url)


def _about(photo: dict) -> str:
    """A configuration in which paths name this photograph."""
    key, variant = re.fullmatch(r"/media/([^/]+)/([^/]+)\.webp", photo["media"]["variants"][0]["url"]).groups()
    operations = [(r"^/api/v1/photos/\{id\}", {"id": photo["id"]}),
                  (r"^/media/", {"key": key, "variant": variant}),
                  (r"^/api/v1/timeline/", {"month": "2019-07"})]
    text = ""
    for path, values in operations:
        given = ", ".join(f'"path.{name}" = "{value}"' for name, value in values.items())
        text += f"[[operations]]\ninclude-path-regex = '{path}'\nparameters = {{ {given} }}\n"
    return text


def _schemathesis(gallery: _Gallery, what: str, token: str | None, *options, settings="", least=1) -> Count:
    with tempfile.TemporaryDirectory(prefix="cadre-schemathesis-") as folder:
        (pathlib.Path(folder) / "schemathesis.toml").write_text(settings)
        hooks = pathlib.Path(folder) / "hooks.py"
        hooks.write_text(HOOKS)
        words = [packages.schemathesis(), "run", CONTRACT, "--url", gallery.url, "--checks", CHECKS, "--exclude-path",
                 ENDLESS, "--no-shrink", "--continue-on-failure", "--warnings", "off", *REPEATABLE, *options]
        if token is not None:
            words += ["--header", f"Authorization: Bearer {token}"]
        began = time.monotonic()
        done = subprocess.run([str(word) for word in words], cwd=folder, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, env={**os.environ, "SCHEMATHESIS_HOOKS": str(hooks)})
    made = re.search(r"([\d,]+) generated", done.stdout)
    requests = int(made[1].replace(",", "")) if made else 0
    say(f"{what}: {requests} requests in {time.monotonic() - began:.0f} s")
    if done.returncode == 0 and requests >= least:
        return Count(passed=1)
    sys.stdout.write(done.stdout)
    if done.returncode == 0:
        say(f"{what}: fewer than {least} requests have tried nothing")
    return Count(failed=1)


def _still(gallery: _Gallery, role: str, token: str) -> Count:
    """Who asked is still who they were: else what came after that was asked by nobody."""
    with contextlib.suppress(OSError):
        user = gallery.ask("/api/v1/me", token)["user"]
        if user is not None and user["role"] == role:
            return Count(passed=1)
    say(f"{role}: the account did not live to see the end of its run")
    return Count(failed=1)


def _as_role(gallery: _Gallery, role: str, examples: int) -> Count:
    token = gallery.person(f"{role}-of-contract", role)
    photo = gallery.photo(token, len(role))
    endings = [word for operation in ENDS for word in ("--exclude-operation-id", operation)]
    total = _schemathesis(gallery, f"{role}: all operations", token, "--phases", "examples,coverage,fuzzing",
                          "--max-examples", examples, *endings, least=LEAST[role])
    total += _schemathesis(gallery, f"{role}: a photograph that is there", token, "--phases", "fuzzing", "--max-examples",
                           examples, "--include-path-regex", r"^(/api/v1/photos/\{id\}|/media/|/api/v1/timeline/)",
                           *endings, settings=_about(photo))
    total += _still(gallery, role, token)
    last = gallery.person(f"{role}-that-goes", role)
    only = [word for operation in ENDS for word in ("--include-operation-id", operation)]
    return total + _schemathesis(gallery, f"{role}: what ends something", last, "--phases", "examples,coverage,fuzzing",
                                 "--max-examples", examples, *only, settings=_about(gallery.photo(last, 40 + len(role))))


def main() -> Count:
    unknown = [name for name in ENDS if f"operationId: {name}\n" not in CONTRACT.read_text()]
    if unknown:
        raise Failed(f"the contract has no operation {', '.join(unknown)}.")
    packages.schemathesis_once()
    build.compile_targets(build.configure("release"), ["cadre", "cadre-decode"])
    with _serve() as gallery:
        gallery.person("first", "admin")
        total = _schemathesis(gallery, "nobody", None, "--phases", "examples,coverage,fuzzing", "--max-examples", 4,
                              least=LEAST["nobody"])
        for role in ("member", "admin"):
            total += _as_role(gallery, role, 10)
    return total
