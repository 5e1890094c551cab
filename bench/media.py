#!/usr/bin/env python3
"""Derivatives over HTTP against nginx serving the same bytes: requests per second, and processor time per request.

Each server is bound to core 0, wrk to core 1. Rounds alternate; figures are medians of rounds, ratios are medians of
the ratios of neighbouring rounds. 1.0 is nginx; more is better."""

import os
import re
import subprocess
import urllib.request
from statistics import median

import _nginx
from _gallery import Failed, Gallery, cpu_seconds, free_port, main, photographs, report, stop, table, temporary_folder
from _gallery import wait_ready

WANTED = {"8 KiB": 8 << 10, "300 KiB": 300 << 10}
ROUNDS = 5
SECONDS = 4
CONNECTIONS = 16
TARGET = 1.0

NGINX = """
    sendfile on;
    tcp_nopush on;
    open_file_cache max=1000 inactive=60s;
    open_file_cache_valid 60s;
    keepalive_requests 1000000000;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/root;
        location /media/ {{
{headers}
        }}
        location = /readyz {{ return 200; }}
    }}
"""

# What nginx writes by itself.
OWN_HEADERS = {"server", "date", "content-type", "content-length", "last-modified", "etag", "accept-ranges",
               "connection"}


class Nginx:
    """nginx with one worker, with the files and the headers that it is given, on core 0."""

    def __init__(self, folder, files: dict[str, bytes], headers: list[tuple[str, str]]):
        for path, content in files.items():
            place = folder / "root" / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        lines = "\n".join(f'            add_header {name} "{value}";' for name, value in headers)
        self.command = _nginx.configure(folder, NGINX.format(folder=folder, port=self.port, headers=lines))

    def __enter__(self):
        self.process = subprocess.Popen(["taskset", "-c", "0", *self.command], env=_nginx.environment())
        wait_ready(self.process, self.port, pause=0.01)
        return self

    def __exit__(self, *_):
        stop(self.process)

    @property
    def pid(self) -> int:
        return self.process.pid


def answer(server, path: str) -> tuple[list[tuple[str, str]], int]:
    """The headers of one answer, and how many bytes they take."""
    with urllib.request.urlopen(server.url + path, timeout=30) as response:
        fields = response.headers.items()
    return fields, sum(len(name) + len(value) + len(": \r\n") for name, value in fields)


def load(server, path: str, seconds: int) -> tuple[float, float]:
    """One round: requests per second, and microseconds of processor time per request."""
    before = cpu_seconds(server.pid)
    words = ["taskset", "-c", "1", "wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", server.url + path]
    text = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    used = cpu_seconds(server.pid) - before
    if "Non-2xx" in text or "Socket errors" in text:
        raise Failed(f"wrk saw errors:\n{text}")
    requests = int(re.search(r"(\d+) requests in", text)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), used / requests * 1e6


def derivatives(gallery) -> dict[str, bytes]:
    """All of them, by path."""
    paths = [variant["url"] for photo in gallery.photos() for variant in photo["media"]["variants"]]
    return {path: gallery.get(path) for path in paths}


def nearest(files: dict[str, bytes], size: int) -> tuple[str, bytes]:
    """The one whose file is nearest in size."""
    return min(files.items(), key=lambda file: abs(len(file[1]) - size))


def compare(gallery, nginx, path: str) -> dict:
    for server in (gallery, nginx):
        load(server, path, 1)
    rounds = [(load(gallery, path, SECONDS), load(nginx, path, SECONDS)) for _ in range(ROUNDS)]
    return {
        "cadre_rps": median(ours[0] for ours, _ in rounds),
        "nginx_rps": median(theirs[0] for _, theirs in rounds),
        "cadre_us": median(ours[1] for ours, _ in rounds),
        "nginx_us": median(theirs[1] for _, theirs in rounds),
        "rps_ratio": median(ours[0] / theirs[0] for ours, theirs in rounds),
        "cpu_ratio": median(theirs[1] / ours[1] for ours, theirs in rounds),
        "cpu_ratios": [theirs[1] / ours[1] for ours, theirs in rounds],
    }


def measure() -> None:
    if len(os.sched_getaffinity(0)) < 2:
        raise Failed("a server and wrk need a core each; this machine has one.")
    with temporary_folder() as folder:
        with Gallery(folder / "gallery") as gallery:
            gallery.add_user()
            gallery.take_in(photographs(at_least=4, at_most=20))
            token = gallery.token
            files = derivatives(gallery)
            wanted = {name: nearest(files, size) for name, size in WANTED.items()}
        with Gallery(folder / "gallery", "--io-threads", "1", core=0) as gallery:
            gallery.token = token
            path = next(iter(wanted.values()))[0]
            ours, ours_size = answer(gallery, path)
            extra = [(name, value) for name, value in ours if name.lower() not in OWN_HEADERS]
            with Nginx(folder, dict(wanted.values()), extra) as nginx:
                theirs, theirs_size = answer(nginx, path)
                print(f"The fields of an answer: cadre {len(ours)}, {ours_size} bytes; "
                      f"nginx {len(theirs)}, {theirs_size} bytes.")
                results = {name: {"bytes": len(content), **compare(gallery, nginx, path)}
                           for name, (path, content) in wanted.items()}
    table(["file", "bytes", "cadre req/s", "nginx req/s", "ratio", "cadre µs CPU", "nginx µs CPU", "ratio", "reached"],
          [[name, r["bytes"], f"{r['cadre_rps']:.0f}", f"{r['nginx_rps']:.0f}", f"{r['rps_ratio']:.2f}",
            f"{r['cadre_us']:.1f}", f"{r['nginx_us']:.1f}", f"{r['cpu_ratio']:.2f}",
            "yes" if min(r["rps_ratio"], r["cpu_ratio"]) >= TARGET else "no"] for name, r in results.items()])
    report({"bench": "media", "target": TARGET, **results})


if __name__ == "__main__":
    main(measure)
