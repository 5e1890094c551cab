#!/usr/bin/env python3
"""What a person's browser has to do for a wall of a million photos, one month of which has 70,000: Chromium through nginx and
`cadre serve`, with limits for each figure. The rows are made up and in the catalog alone; pictures are real derivatives of a few
photographs, which nginx answers for every key.

    BENCH_PHOTOS=100000 ./dev bench web     with less time (a million rows take some minutes to make)"""

import contextlib
import json
import os
import subprocess
import urllib.error
import urllib.request
from time import monotonic, sleep

import _nginx
from _gallery import Failed, Gallery, free_port, main, photographs, report, stop, table, temporary_folder, wait_ready

from cadre_dev import build, packages
from cadre_dev.shell import ROOT

PHOTOS = int(os.environ.get("BENCH_PHOTOS", "1000000"))
LARGEST_MONTH = min(70_000, PHOTOS // 2)
PICTURES = 12
SEARCH_WITHIN = 1200
VARIANTS = ("s", "m", "l")

NGINX = """
    split_clients $uri $picture {{
{pictures}
    }}
    server {{
        listen 127.0.0.1:{port};
        location = /readyz {{ return 200; }}
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
        }}
        location ~ ^/media/[^/]+/([sml])\\.webp$ {{
            root {folder}/pictures;
            try_files /$picture/$1.webp =404;
            add_header Cache-Control "private, max-age=31536000, immutable";
        }}
    }}
"""


def make_pictures(folder) -> int:
    """Derivatives of a few photographs, as `pictures/<number>/<variant>.webp`; how many."""
    with Gallery(folder / "small") as gallery:
        gallery.add_user()
        gallery.take_in(photographs(at_least=4, at_most=PICTURES), "--visibility", "public")
        photos = gallery.photos()
        for number, photo in enumerate(photos):
            place = folder / "pictures" / str(number)
            place.mkdir(parents=True)
            for variant in photo["media"]["variants"]:
                if variant["name"] in VARIANTS:
                    (place / f"{variant['name']}.webp").write_bytes(gallery.get(variant["url"]))
        return len(photos)


@contextlib.contextmanager
def nginx(folder, behind: int, pictures: int):
    """Its address."""
    port = free_port()
    lines = [f"        {100 // pictures}% {number};" for number in range(pictures - 1)] + [f"        * {pictures - 1};"]
    http = NGINX.format(folder=folder, port=port, behind=behind, pictures="\n".join(lines))
    process = subprocess.Popen(_nginx.configure(folder, http), env=_nginx.environment())
    try:
        wait_ready(process, port, pause=0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def wait_for_search(url: str) -> None:
    """Until it has read the library: what it costs once is not what is measured."""
    until = monotonic() + SEARCH_WITHIN
    while monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/api/v1/search?q=year:2020&scope=wall", timeout=60):
                return
        except urllib.error.HTTPError as refusal:
            if refusal.code != 503:
                raise
        sleep(2)
    raise Failed(f"search was not ready within {SEARCH_WITHIN} s.")


def rows_of(found: dict) -> list[tuple]:
    """Of each figure: what, how much, how much at most, unit."""
    up, frame = found["upward"], found["frame"]
    return [
        ("first picture, nothing cached", found["first_picture_ms"], 800, "ms"),
        ("first picture of the timeline", found["first_tile_ms"], None, "ms"),
        ("scripts before it, compressed", found["script_bytes"] / 1024, 60, "KiB"),
        ("all before it, compressed", found["page_bytes"] / 1024, None, "KiB"),
        ("requests before it", found["page_requests"], None, ""),
        ("script a frame, 40 px a frame, median", frame["slow"]["p50"], 4, "ms"),
        ("script a frame, 600 px a frame, median", frame["fling"]["p50"], 4, "ms"),
        ("script a frame, ten years by the scrubber, median", frame["dragged"]["p50"], 4, "ms"),
        ("longest task, entering the month of 70,000", found["entering_longest_ms"], 100, "ms"),
        ("a jump until all pictures are there, median", found["jump_ms"]["p50"], 1000, "ms"),
        ("a jump until all pictures are there, worst", found["jump_ms"]["max"], None, "ms"),
        ("elements at most", found["elements"], 400, ""),
        ("heap after it", found["heap_bytes"] / 1e6, 10, "MB"),
        (f"of {up['taken']} steps upward with a tile misplaced", up["misplaced"], 0, ""),
        ("steps upward that could be looked at", up["taken"], None, ""),
    ]


def measure() -> None:
    packages.debian([*packages.DEMO, "chromium"])
    packages.npm(ROOT / "tests" / "browser")
    built = build.configure("release")
    build.compile_targets(built, ["catalog_fill"])
    program = next(built.rglob("catalog_fill"))
    build.web()
    with temporary_folder() as folder:
        pictures = make_pictures(folder)
        data = folder / "large"
        subprocess.run([program, data, str(PHOTOS), str(LARGEST_MONTH)], check=True)
        with Gallery(data) as gallery, nginx(folder, gallery.port, pictures) as url:
            gallery.add_user()  # where nobody is, the page is the set-up
            wait_for_search(url)
            done = subprocess.run(["node", ROOT / "bench" / "web" / "measure.js", url], check=True, stdout=subprocess.PIPE,
                                  text=True)
    found = json.loads(done.stdout)
    lines = [[what, f"{value:.1f} {unit}".strip(), "" if most is None else f"{most} {unit}".strip(),
              "" if most is None else "yes" if value <= most else "no"] for what, value, most, unit in rows_of(found)]
    table(["a wall of " + f"{PHOTOS:,}", "measured", "at most", "reached"], lines)
    report({"bench": "web", "photos": PHOTOS, "largest_month": LARGEST_MONTH, **found})


if __name__ == "__main__":
    main(measure)
