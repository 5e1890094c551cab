#!/usr/bin/env python3
"""What Cadre reads of which format on Debian 12 and on Debian 13: the table in docs/reference/formats.md.

    tools/formats.py            makes a file of each kind with vips, sends it to a gallery on each of the two, prints the table
    tools/formats.py FOLDER…    and names those of the files in the folders that are not shown

On Debian 12 it takes build/cadre and the program in build/debian13 (`./dev image` builds that); on Debian 13 it has only one
column to fill.
"""

import argparse
import contextlib
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from cadre_dev import debian13, packages  # noqa: E402
from cadre_dev.shell import ROOT, Failed, finish, must, say  # noqa: E402

LIBRARIES = ["libvips42", "libvips42t64", "libheif1", "libexiv2-27", "libexiv2-28"]
PASSWORD = "a good password"
WAIT = 120  # seconds for one file
CORPUS = ROOT / "fuzz" / "corpus" / "heif"
SOURCE = ROOT / "docs" / "images" / "library.webp"

# What the files are made from: name → words of vips that make it from the picture before.
SOURCES = {
    "rgb.v": ["thumbnail", SOURCE, "{}", "256"],
    "gray.v": ["colourspace", "rgb.v", "{}", "b-w"],
    "deep.v": ["colourspace", "rgb.v", "{}", "rgb16"],
    "lab.v": ["colourspace", "rgb.v", "{}", "lab"],
    "cmyk.v": ["icc_export", "lab.v", "{}", "--output-profile", "cmyk"],
    "float.v": ["cast", "rgb.v", "{}", "float"],
    "bits.v": ["relational_const", "gray.v", "{}", "more", "128"],
    "strip.v": ["replicate", "rgb.v", "{}", "1", "4"],
}

# Format, what is special about it, which source, and what vips is asked to write.
KINDS = [
    ("JPEG", "baseline", "rgb", "jpg"), ("JPEG", "progressive", "rgb", "jpg[interlace]"), ("JPEG", "gray", "gray", "jpg"),
    ("JPEG", "CMYK", "cmyk", "jpg"), ("JPEG", "without subsampling of colours", "rgb", "jpg[subsample_mode=off]"),
    ("PNG", "8 bits", "rgb", "png"), ("PNG", "16 bits", "deep", "png"), ("PNG", "palette", "rgb", "png[palette]"),
    ("PNG", "interlaced", "rgb", "png[interlace]"), ("PNG", "1 bit", "bits", "png[bitdepth=1]"),
    ("WebP", "lossy", "rgb", "webp"), ("WebP", "lossless", "rgb", "webp[lossless]"),
    ("GIF", "one picture", "rgb", "gif"),
    ("TIFF", "no compression", "rgb", "tif"), ("TIFF", "LZW", "rgb", "tif[compression=lzw]"),
    ("TIFF", "Deflate, predictor", "rgb", "tif[compression=deflate,predictor=horizontal]"),
    ("TIFF", "PackBits", "rgb", "tif[compression=packbits]"), ("TIFF", "JPEG", "rgb", "tif[compression=jpeg]"),
    ("TIFF", "CCITT G4, 1 bit", "bits", "tif[compression=ccittfax4,bitdepth=1]"), ("TIFF", "Zstandard", "rgb", "tif[compression=zstd]"),
    ("TIFF", "WebP", "rgb", "tif[compression=webp]"), ("TIFF", "JPEG 2000", "rgb", "tif[compression=jp2k,tile,tile-width=64,tile-height=64]"),
    ("TIFF", "16 bits", "deep", "tif"), ("TIFF", "floating point", "float", "tif"), ("TIFF", "CMYK", "cmyk", "tif"),
    ("TIFF", "CIELAB", "lab", "tif"), ("TIFF", "tiles, pyramid", "rgb", "tif[tile,pyramid,tile-width=64,tile-height=64]"),
    ("TIFF", "BigTIFF", "rgb", "tif[bigtiff]"),
    ("HEIC", "HEVC, 8 bits", "rgb", "heic"), ("HEIC", "HEVC, 10 bits", "deep", "heic[bitdepth=10]"),
    ("HEIC", "HEVC, 12 bits", "deep", "heic[bitdepth=12]"), ("HEIC", "lossless, 4:4:4", "rgb", "heic[lossless]"),
    ("AVIF", "AV1, 8 bits", "rgb", "avif"), ("AVIF", "AV1, 10 bits", "deep", "avif[bitdepth=10]"),
    ("AVIF", "AV1, 12 bits", "deep", "avif[bitdepth=12]"), ("AVIF", "lossless, 4:4:4", "rgb", "avif[lossless]"),
    ("JPEG 2000", "", "rgb", "jp2"), ("JPEG XL", "", "rgb", "jxl"), ("PPM", "", "rgb", "ppm"),
]
# Made by others' hands, for tests.
KEPT = [("HEIC", "as iPhones write since iOS 18: metadata of two items", CORPUS / "ios18_tmap"),
        ("HEIC", "Display P3 by code points, no profile", CORPUS / "nclx_p3"), ("HEIC", "mirrored by `imir`", CORPUS / "imir_h"),
        ("AVIF", "a grid of 4 × 4", CORPUS / "avif-grid-4x4")]


def made(folder: pathlib.Path) -> list[tuple[str, str, pathlib.Path | None]]:
    """(format, what is special, file); no file, where this machine's vips cannot write it."""
    for name, words in SOURCES.items():
        must("vips", *(name if word == "{}" else word for word in words), cwd=folder, quiet=True)
    files = []
    for number, (form, special, source, target) in enumerate(KINDS):
        name, _, options = target.partition("[")
        file = folder / f"{number}.{name}"
        done = subprocess.run(["vips", "copy", f"{source}.v", f"{file}[{options}" if options else file], cwd=folder, check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        files.append((form, special, file if done.returncode == 0 and file.exists() else None))
    return sorted(files + KEPT, key=lambda entry: [kind[0] for kind in KINDS].index(entry[0]))


class Gallery:
    """`cadre serve` in a folder of its own; `words`: how a command is run on that release."""

    def __init__(self, words, folder: pathlib.Path):
        self.words = words
        self.folder = folder

    def __enter__(self):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.server = subprocess.Popen(self.words("serve", "--data", self.folder, "--listen", f"127.0.0.1:{port}",
                                                  "--access-log=false", "--log-level", "error"), cwd=ROOT)
        until = time.monotonic() + WAIT
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url + "/readyz", timeout=5):
                break
            if self.server.poll() is not None or time.monotonic() > until:
                self.__exit__()
                raise Failed("a gallery did not start.")
            time.sleep(0.1)
        self._run("user", "add", "ada", "--role", "admin", "--password-stdin", "--data", self.folder, text=PASSWORD + "\n")
        self.token = self._run("token", "create", "--user", "ada", "--data", self.folder).strip()
        return self

    def __exit__(self, *_):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(60)

    def _run(self, *words, text="") -> str:
        return subprocess.run(self.words(*words), input=text, check=True, stdout=subprocess.PIPE, text=True).stdout

    def _ask(self, path: str, body=None) -> dict:
        request = urllib.request.Request(self.url + path, data=body, headers={"Authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=WAIT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            problem = json.load(refusal)
            if refusal.code in (429, 503):
                time.sleep(1)
                return self._ask(path, body)
            return {"state": "refused", "failure": problem.get("detail") or problem.get("title")}

    def read(self, file: pathlib.Path) -> str:
        """What became of it, as the table says it."""
        photo = self._ask("/api/v1/photos?filename=" + urllib.parse.quote(file.name), file.read_bytes())
        until = time.monotonic() + WAIT
        while photo["state"] == "processing" and time.monotonic() < until:
            time.sleep(0.1)
            photo = self._ask("/api/v1/photos/" + photo["id"])
        if photo["state"] == "ready":
            return "shown"
        reason = photo["failure"]
        said = reason if isinstance(reason, str) else reason["detail"]
        return f"{photo['state']}: {said.partition(':')[0].rstrip('.')}"


def releases() -> dict[int, object]:
    """By number: how its program is run."""
    here = {packages.release(): lambda *words: [str(word) for word in (ROOT / "build" / "cadre", *words)]}
    if not debian13.is_host():
        program = debian13.SOURCE / "build" / "debian13" / "cadre"
        here[13] = lambda *words: debian13.enter(program, *words)
    return here


def versions(release: int) -> str:
    words = ["dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *LIBRARIES]
    if release != packages.release():
        words = debian13.enter(*words)
    listed = subprocess.run(words, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return ", ".join(line for line in listed.splitlines() if line.split()[1:])


def read_all(files) -> dict[int, list[str]]:
    found = {}
    for release, words in sorted(releases().items()):
        say(f"{len(files)} files to Debian {release}: {versions(release)}")
        with tempfile.TemporaryDirectory(prefix="cadre-formats-") as folder, Gallery(words, pathlib.Path(folder) / "data") as gallery:
            found[release] = [gallery.read(file) for file in files]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", type=pathlib.Path, metavar="FOLDER")
    arguments = parser.parse_args()
    packages.debian(["libvips-tools"])
    with tempfile.TemporaryDirectory(prefix="cadre-kinds-") as scratch:
        kinds = made(pathlib.Path(scratch))
        more = sorted(file for folder in arguments.folders for file in folder.rglob("*") if file.is_file())
        found = read_all([file for _, _, file in kinds if file] + more)
    print("| | | " + " | ".join(f"Debian {release}" for release in found) + " |\n|" + "---|" * (len(found) + 2))
    rows = zip(*found.values())
    for form, special, file in kinds:
        cells = next(rows) if file else ["not tried: vips does not write it here"] * len(found)
        print(f"| {form} | {special} | " + " | ".join(cells) + " |")
    for file, cells in zip(more, rows):
        if set(cells) != {"shown"}:
            print(f"{file}: {' | '.join(cells)}")
    if more:
        shown = [sum(cell == "shown" for cell in cells[-len(more):]) for cells in found.values()]
        print(f"of {len(more)} other files are shown: {', '.join(map(str, shown))}")
    return 0


if __name__ == "__main__":
    finish(main)
