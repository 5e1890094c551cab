#!/usr/bin/env python3
"""Search: a finder that is filled with made photos and asked mixed questions, one after the other, against the figures of
issue 14. 1.0 is the figure; less is better.

    BENCH_PHOTOS=1000000 ./dev bench find     the million that the figures are for; some five minutes"""

import json
import os
import subprocess

from _gallery import Failed, main, report, table, temporary_folder

from cadre_dev import build

PHOTOS = int(os.environ.get("BENCH_PHOTOS", "100000"))
QUESTIONS = 125  # of each kind: 1,000 in all
MOST_P99_MS = {"two words and a filter": 50, "filters alone": 15, "suggestions": 15, "map: the world": 30, "map: a town": 30}
MOST_BUILT_S = 180 * PHOTOS / 1_000_000
MOST_BYTES = 600
MOST_LOOK_ALIKES_S = 600 * PHOTOS / 1_000_000
MOST_LOOK_ALIKES_MIB = 500


def measure() -> None:
    built = build.configure("release")
    build.compile_targets(built, ["finder_bench"])
    with temporary_folder() as folder:
        done = subprocess.run([built / "finder_bench", folder, str(PHOTOS), str(QUESTIONS)], check=False,
                              stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed("the finder could not be measured")
    figures = json.loads(done.stdout)
    rows = [[kind, at["p50_ms"], at["p99_ms"], round(at["p99_ms"] / MOST_P99_MS[kind], 2) if kind in MOST_P99_MS else ""]
            for kind, at in figures["questions"].items()]
    table(["question", "p50 ms", "p99 ms", "of the figure"], rows)
    alike = figures["look_alikes"]
    table(["", "measured", "of the figure"],
          [["built, s", figures["built_s"], round(figures["built_s"] / MOST_BUILT_S, 2)],
           ["bytes a photo", figures["bytes_a_photo"], round(figures["bytes_a_photo"] / MOST_BYTES, 2)],
           ["a copy saved, s", figures["copy"]["save_s"], ""],
           ["a copy taken, s", figures["copy"]["take_s"], ""],
           ["look-alikes, s", alike["seconds"], round(alike["seconds"] / MOST_LOOK_ALIKES_S, 3)],
           ["look-alikes, MiB", alike["mib"], round(alike["mib"] / MOST_LOOK_ALIKES_MIB, 2)]])
    report(figures)


if __name__ == "__main__":
    main(measure)
