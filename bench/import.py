#!/usr/bin/env python3
"""What taking in a photo costs: processor time of the server and its decoders, against a bare loop over libvips that
makes the same four files and keeps none of them. 1.0 is the bare loop; less is better."""

import json
import os
import subprocess
from statistics import median

from _gallery import Failed, Gallery, cpu_seconds, main, own_cpu_seconds, photographs, report, table
from _gallery import temporary_folder

from cadre_dev import build

ROUNDS = 3
TARGET = 1.15
CORES = len(os.sched_getaffinity(0))


def bare_loop():
    """bench/pictures/bare_vips.cc, built."""
    folder = build.configure("release")
    build.compile_targets(folder, ["bench_bare_vips"])
    return folder / "bench_bare_vips"


def bare(program, paths) -> float:
    """Its processor seconds, with as many loops at a time as the server has decoders."""
    loops = [subprocess.Popen([program, *paths[i::CORES]], stdout=subprocess.PIPE, text=True)
             for i in range(min(CORES, len(paths)))]
    answers = [json.loads(loop.communicate()[0]) for loop in loops]
    if any(answer["failed"] for answer in answers):
        raise Failed("the bare loop could not read every file.")
    return sum(answer["cpu_seconds"] for answer in answers)


def imported(paths) -> dict:
    """Processor seconds of one import into an empty gallery."""
    with temporary_folder() as folder, Gallery(folder, "--workers", str(CORES)) as gallery:
        gallery.add_user()
        before, own_before = cpu_seconds(gallery.pid), own_cpu_seconds(gallery.pid)
        importer = gallery.take_in(paths)
        used, own = cpu_seconds(gallery.pid) - before, own_cpu_seconds(gallery.pid) - own_before
        states = [photo["state"] for photo in gallery.photos()]
        if states != ["ready"] * len(paths):
            raise Failed(f"not all of {len(paths)} photos are ready: {states}.")
        return {"all": used, "server": own, "decoders": used - own, "importer": importer}


def measure() -> None:
    program = bare_loop()
    paths = photographs(at_least=10, at_most=20)
    bare(program, paths[:2])
    rounds = [(imported(paths), bare(program, paths)) for _ in range(ROUNDS)]
    each = {name: median(ours[name] for ours, _ in rounds) / len(paths) for name in rounds[0][0]}
    loop = median(theirs for _, theirs in rounds) / len(paths)
    ratios = [ours["all"] / theirs for ours, theirs in rounds]
    table(["CPU seconds a photo", "", "ratio"],
          [["bare libvips loop", f"{loop:.3f}", "1.00"],
           ["server and decoders", f"{each['all']:.3f}", f"{median(ratios):.2f}"],
           ["  decoders", f"{each['decoders']:.3f}", ""],
           ["  server", f"{each['server']:.3f}", ""],
           ["cadre import (not counted)", f"{each['importer']:.3f}", ""]])
    print(f"{len(paths)} photos; to reach: {TARGET}; reached: {'yes' if median(ratios) <= TARGET else 'no'}.")
    report({"bench": "import", "target": TARGET, "photos": len(paths), "bare_cpu_s": loop, "cadre_cpu_s": each,
            "ratio": median(ratios), "ratios": ratios})


if __name__ == "__main__":
    main(measure)
