#!/usr/bin/env python3
"""A ZIP archive of 1 GiB of originals, against nginx serving the same bytes from one file: bytes per second and processor time
a GiB on loopback, and what the server's memory grows by. Rounds alternate; figures are medians of rounds, ratios are medians of
the ratios of neighbouring rounds. 1.0 is nginx; more is better."""

import json
import socket
import subprocess
import time
import urllib.request
from statistics import median

from _gallery import Gallery, cpu_seconds, main, memory_kib, report, table, temporary_folder
from _pictures import picture
from media import Nginx

PHOTOS = 256
BYTES = 4 << 20  # of a photo
ROUNDS = 5
TARGET = 0.8
SLOW = 10_000  # bytes a second of a slow client, for
SLOW_SECONDS = 10
MOST_KIB = 8 << 10


def upload(gallery) -> None:
    for seed in range(PHOTOS):
        request = urllib.request.Request(f"{gallery.url}/api/v1/photos?filename={seed}.png", picture(seed, BYTES),
                                         {"Authorization": f"Bearer {gallery.token}"}, method="POST")
        urllib.request.urlopen(request, timeout=60).close()


def make_archive(gallery) -> dict:
    wish = json.dumps({"scope": "mine", "what": "originals"}).encode()
    headers = {"Authorization": f"Bearer {gallery.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{gallery.url}/api/v1/archives", wish, headers, method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def download(server, path: str, *words: str) -> tuple[float, float]:
    """MiB a second, and seconds of the server's processor time a GiB."""
    before = cpu_seconds(server.pid)
    speed = float(subprocess.run(["curl", "-sSf", "-o", "/dev/null", "-w", "%{speed_download}", *words, server.url + path],
                                 check=True, stdout=subprocess.PIPE, text=True).stdout)
    return speed / (1 << 20), cpu_seconds(server.pid) - before


def grown_by_a_slow_client(gallery, path: str) -> int:
    """The most KiB that the server's own memory grows by while somebody takes SLOW bytes a second."""
    before = most = memory_kib(gallery.pid)[0]
    with socket.create_connection(("127.0.0.1", gallery.port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 10)
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {gallery.token}\r\n\r\n".encode())
        for _ in range(SLOW_SECONDS * 10):
            client.recv(SLOW // 10)
            time.sleep(0.1)
            most = max(most, memory_kib(gallery.pid)[0])
    return most - before


def measure() -> None:
    with temporary_folder() as folder:
        with Gallery(folder / "gallery", "--workers", "1") as gallery:
            gallery.add_user()
            upload(gallery)
            token = gallery.token
        with Gallery(folder / "gallery", "--workers", "0") as gallery:
            gallery.token = token
            archive = make_archive(gallery)
            bearer = ("-H", f"Authorization: Bearer {token}")
            place = folder / "root" / "media" / "archive.zip"
            place.parent.mkdir(parents=True)
            before = memory_kib(gallery.pid)[0]
            subprocess.run(["curl", "-sSf", "-o", place, *bearer, gallery.url + archive["url"]], check=True)
            with Nginx(folder, {}, []) as nginx:
                rounds = [(download(gallery, archive["url"], *bearer), download(nginx, "/media/archive.zip"))
                          for _ in range(ROUNDS)]
            grown = memory_kib(gallery.pid)[0] - before
            slow = grown_by_a_slow_client(gallery, archive["url"])
    figures = {
        "bytes": archive["size"],
        "photos": archive["count"],
        "cadre_mib_s": median(ours[0] for ours, _ in rounds),
        "nginx_mib_s": median(theirs[0] for _, theirs in rounds),
        "ratio": median(ours[0] / theirs[0] for ours, theirs in rounds),
        "cadre_cpu_s": median(ours[1] for ours, _ in rounds),
        "nginx_cpu_s": median(theirs[1] for _, theirs in rounds),
        "grown_kib": grown,
        "slow_grown_kib": slow,
    }
    reached = figures["ratio"] >= TARGET and max(grown, slow) <= MOST_KIB
    table(["bytes", "cadre MiB/s", "nginx MiB/s", "ratio", "cadre s CPU", "nginx s CPU", "grown KiB", "by a slow client",
           "reached"],
          [[figures["bytes"], f"{figures['cadre_mib_s']:.0f}", f"{figures['nginx_mib_s']:.0f}", f"{figures['ratio']:.2f}",
            f"{figures['cadre_cpu_s']:.2f}", f"{figures['nginx_cpu_s']:.2f}", grown, slow, "yes" if reached else "no"]])
    report({"bench": "archives", "target": TARGET, **figures})


if __name__ == "__main__":
    main(measure)
