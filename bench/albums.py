#!/usr/bin/env python3
"""Albums on Solo, against the figures of issue 13: the list of 1,000 of them with covers and counts, 1,000 photos put into
one, and the timeline of one of 100,000 against `mine` with the same photos in the same month. 1.0 is the figure; less is
better.

    BENCH_PHOTOS=1000000 ./dev bench albums     in a library of a million, as the figure says; 300,000 unless said"""

import json
import os
import subprocess
from statistics import median, quantiles

from _connection import Connection
from _gallery import Failed, Gallery, main, own_cpu_seconds, report, table, temporary_folder
from _load import in_turn, spread
from _pictures import picture

from cadre_dev import build

PHOTOS = int(os.environ.get("BENCH_PHOTOS", "300000"))
IN_ALBUM = 100_000
MONTH = "2024-05"  # where catalog_fill puts them
ALBUMS = 1000
PAGE = 500
ADDED = 1000
LISTS = 300
FILLED = 7
ROUNDS = 400
MOST_LIST_MS = 20
MOST_ADDED_S = 2
MOST_RATIO = 1.2


class Client:
    """JSON over one connection."""

    def __init__(self, gallery: Gallery):
        self._connection = Connection(gallery.url)
        self._pid = gallery.pid
        self._headers = {"Authorization": f"Bearer {gallery.token}", "Content-Type": "application/json"}

    def cpu_seconds(self) -> float:
        """What the server has used so far."""
        return own_cpu_seconds(self._pid)

    def call(self, method: str, path: str, body=None) -> tuple[float, dict]:
        """Seconds until all of the answer was there, and the answer."""
        content = b"" if body is None else json.dumps(body).encode()
        seconds, status, answer = self._connection.timed(method, "/api/v1" + path, self._headers, content)
        if status not in (200, 201):
            raise Failed(f"{method} {path} answered {status}: {answer[:300].decode(errors='replace')}")
        return seconds, json.loads(answer)

    def made(self, title: str) -> str:
        return self.call("POST", "/albums", {"title": title})[1]["id"]

    def listed(self) -> tuple[float, list[dict]]:
        """All albums, by pages as large as they may be."""
        taken, albums, cursor = 0.0, [], ""
        while cursor is not None:
            seconds, page = self.call("GET", f"/albums?limit={PAGE}&cursor={cursor}")
            taken += seconds
            albums += page["albums"]
            cursor = page["next"]
        return taken, albums

    def put_into(self, album: str, photos: list[str]) -> float:
        seconds, answer = self.call("POST", f"/albums/{album}/photos", {"add": photos})
        refused = [one for one in answer["results"] if one["status"] != 200]
        if refused:
            raise Failed(f"{len(refused)} of {len(photos)} photos were not added: {refused[0]}")
        return seconds


def p99(seconds: list[float]) -> float:
    return quantiles(seconds, n=100)[98]


def of_lists(client: Client, photos: list[str]) -> dict:
    """Each album has three photos; of every second one somebody chose the cover."""
    for number in range(ALBUMS):
        album = client.made(f"Album {number}")
        three = [photos[(number * 3 + i) % len(photos)] for i in range(3)]
        client.put_into(album, three)
        if number % 2 == 0:
            client.call("PATCH", f"/albums/{album}", {"cover": three[0]})
    taken, before = [], client.cpu_seconds()
    for _ in range(LISTS):
        seconds, albums = client.listed()
        shown = [album for album in albums if album["cover"] and album["count"] == 3]
        if (len(albums), len(shown)) != (ALBUMS, ALBUMS):
            raise Failed(f"the list shows {len(shown)} of {ALBUMS} albums with a cover and three photos.")
        taken.append(seconds * 1e3)
    return {"p50_ms": median(taken), "p99_ms": p99(taken), "cpu_ms": (client.cpu_seconds() - before) / LISTS * 1e3}


def of_additions(client: Client, photos: list[str]) -> dict:
    before = client.cpu_seconds()
    taken = [client.put_into(client.made(f"Large {number}"), photos[:ADDED]) for number in range(FILLED)]
    return {"median_s": median(taken), "worst_s": max(taken), "cpu_s": (client.cpu_seconds() - before) / FILLED}


def of_timelines(client: Client, album: str) -> list[dict]:
    """Of each question the times for the album and for `mine`, asked in turn."""
    def ask(path: str, scope: str) -> float:
        seconds, answer = client.call("GET", path + f"scope={scope}")
        if answer.get("total", answer.get("count")) != IN_ALBUM:
            raise Failed(f"{path} of {scope} has not {IN_ALBUM} photos.")
        return seconds * 1e3

    questions = {"months and days": "/timeline?",
                 "a page of 1,000": f"/timeline/{MONTH}?limit=1000&offset=50000&",
                 "the month's layout": f"/timeline/{MONTH}/layout?"}
    found = []
    for what, path in questions.items():
        for scope in (f"album:{album}", "mine"):
            ask(path, scope)
        times = in_turn(ROUNDS, album=lambda: ask(path, f"album:{album}"), mine=lambda: ask(path, "mine"))
        p99s = {side: p99(values) for side, values in times.items()}
        ratios = [one / other for one, other in zip(times["album"], times["mine"])]
        found.append({"what": what, "album_p99_ms": p99s["album"], "mine_p99_ms": p99s["mine"],
                      "ratio_p99": p99s["album"] / p99s["mine"], "ratio": median(ratios), "ratios": spread(ratios)})
    return found


def small_library(folder) -> tuple[dict, dict]:
    pictures = folder / "pictures"
    pictures.mkdir()
    for seed in range(ADDED):
        (pictures / f"{seed:05}.png").write_bytes(picture(seed))
    with Gallery(folder / "small") as gallery:
        gallery.add_user()
        gallery.take_in([pictures])
        photos = [photo["id"] for photo in gallery.photos()]
        client = Client(gallery)
        lists = of_lists(client, photos)
        return of_additions(client, photos), lists


def large_library(folder, fill) -> list[dict]:
    data = folder / "large"
    with Gallery(data) as gallery:
        gallery.add_user()
        client = Client(gallery)
        owner = client.call("GET", "/me")[1]["user"]["id"]
        album = client.made("All of May")
        token = gallery.token
    subprocess.run([fill, data, str(PHOTOS), str(IN_ALBUM), owner, album], check=True)
    with Gallery(data) as gallery:
        gallery.token = token
        return of_timelines(Client(gallery), album)


def measure() -> None:
    built = build.configure("release")
    build.compile_targets(built, ["catalog_fill"])
    fill = next(built.rglob("catalog_fill"))
    with temporary_folder() as folder:
        added, lists = small_library(folder)
        timelines = large_library(folder, fill)
    load = os.getloadavg()[1]
    table(["", "measured", "processor time", "at most", "of the figure"],
          [[f"list of {ALBUMS:,} albums, p99 (median)", f"{lists['p99_ms']:.1f} ms ({lists['p50_ms']:.1f})",
            f"{lists['cpu_ms']:.1f} ms", f"{MOST_LIST_MS} ms", f"{lists['p99_ms'] / MOST_LIST_MS:.2f}"],
           [f"{ADDED:,} photos into an album, median (worst)", f"{added['median_s']:.2f} s ({added['worst_s']:.2f})",
            f"{added['cpu_s']:.2f} s", f"{MOST_ADDED_S} s", f"{added['median_s'] / MOST_ADDED_S:.2f}"]])
    table([f"an album of {IN_ALBUM:,} in a library of {PHOTOS:,}", "p99 ms", "mine, p99 ms", "ratio", "in pairs", "at most"],
          [[one["what"], f"{one['album_p99_ms']:.2f}", f"{one['mine_p99_ms']:.2f}", f"{one['ratio_p99']:.2f}", one["ratios"],
            MOST_RATIO] for one in timelines])
    print(f"Load of the last five minutes: {load:.1f} on {os.cpu_count()} cores.")
    report({"bench": "albums", "photos": PHOTOS, "load": load, "list": lists, "added": added, "timelines": timelines})


if __name__ == "__main__":
    main(measure)
