#!/usr/bin/env python3
"""From exec to the first 200 of /readyz, and the memory of `cadre` when it has nothing to do."""

import os
import subprocess
import time
from statistics import median

from _gallery import ENVIRONMENT, Gallery, descendants, main, memory_kib, report, stop, table, temporary_folder
from _gallery import wait_ready
from _pictures import picture

STARTS = 20
POLL_SECONDS = 0.002
PHOTOS = 300
SETTLES_SECONDS = 1
TARGET_MS = 150
TARGET_MIB = 40


def fill(data, pictures) -> None:
    pictures.mkdir()
    for seed in range(PHOTOS):
        (pictures / f"{seed}.png").write_bytes(picture(seed))
    with Gallery(data) as gallery:
        gallery.add_user()
        gallery.take_in([pictures])


def start_once(gallery: Gallery) -> float:
    """Milliseconds."""
    began = time.monotonic()
    process = subprocess.Popen(gallery.words, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    try:
        wait_ready(process, gallery.port, POLL_SECONDS)
        return (time.monotonic() - began) * 1000
    finally:
        stop(process)


def idle_memory(data) -> dict:
    with Gallery(data) as gallery:
        time.sleep(SETTLES_SECONDS)
        resident, proportional = memory_kib(gallery.pid)
        decoders = descendants(gallery.pid)
        return {"rss_mib": resident / 1024, "pss_mib": proportional / 1024, "decoders": len(decoders),
                "decoders_pss_mib": sum(memory_kib(pid)[1] for pid in decoders) / 1024}


def figures(data) -> dict:
    gallery = Gallery(data)
    start_once(gallery)
    times = sorted(start_once(gallery) for _ in range(STARTS))
    return {"start_ms": median(times), "fastest_ms": times[0], "slowest_ms": times[-1], **idle_memory(data)}


def measure() -> None:
    with temporary_folder() as folder:
        fill(folder / "full", folder / "pictures")
        results = {"empty": figures(folder / "empty"), f"{PHOTOS} photos": figures(folder / "full")}
    table(["library", "ready, ms (fastest … slowest)", "of limit", "RSS, MiB", "of limit", "PSS, MiB", "decoders, PSS",
           "reached"],
          [[name, f"{r['start_ms']:.0f} ({r['fastest_ms']:.0f} … {r['slowest_ms']:.0f})",
            f"{r['start_ms'] / TARGET_MS:.2f}", f"{r['rss_mib']:.1f}", f"{r['rss_mib'] / TARGET_MIB:.2f}",
            f"{r['pss_mib']:.1f}", f"{r['decoders']} × {r['decoders_pss_mib'] / max(1, r['decoders']):.1f} MiB",
            "yes" if r["start_ms"] <= TARGET_MS and r["rss_mib"] <= TARGET_MIB else "no"]
           for name, r in results.items()])
    report({"bench": "start", "target_ms": TARGET_MS, "target_mib": TARGET_MIB, "starts": STARTS,
            "cores": len(os.sched_getaffinity(0)), "load": os.getloadavg()[0], **results})


if __name__ == "__main__":
    main(measure)
