#!/usr/bin/env python3
"""Who may include whom: calls between the rooms of src/ go one way, and few files see the heavy or dangerous libraries.

    tools/check_includes.py [FOLDER]     FOLDER is src/ of the checkout unless said otherwise; exit code 1 on a finding
"""

import pathlib
import re
import sys

INTERFACES = {"blobs", "catalog", "jobs", "events", "find"}

# A room may include itself and these. What stands in a folder below an interface's room is a driver.
ROOMS = {
    "base": set(),
    "http": {"base"},
    "redis": {"base"},
    "media": {"base"},
    "places": {"base"},
    "decode": {"base", "media"},
    "blobs": {"base"},
    "catalog": {"base"},
    "jobs": {"base"},
    "events": {"base"},
    "find": {"base"},
    "gallery": {"base", "media"} | INTERFACES,
    "worker": {"base", "media", "gallery"} | INTERFACES,
    "api": {"base", "http", "gallery", "media", "places"} | INTERFACES,
    "cli": {"base", "http", "media", "redis", "gallery", "worker", "api", "places"} | INTERFACES,
    "main.cc": {"base", "cli"},
}

# Drivers that need more than their interface's room: S3 is spoken over HTTP, and three speak to Redis Cluster.
DRIVERS = {
    "blobs/s3": {"base", "blobs", "http"},
    "catalog/redis": {"base", "catalog", "redis"},
    "jobs/streams": {"base", "jobs", "redis"},
    "events/streams": {"base", "events", "redis"},
}

# Only these may see a driver: the command line, which opens the stores. Tests may too.
OPENS_DRIVERS = {"cli"}

# Libraries, and the only places that may include them.
LIBRARIES = [
    (re.compile(r"vips/|exiv2/|webp/"), ("decode/",)),
    (re.compile(r"boost/beast"), ("http/",)),
    (re.compile(r"sqlite3\.h"), ("base/sqlite.",)),
    (re.compile(r"hiredis/"), ("redis/",)),
    (re.compile(r"nanoflann"), ("places/",)),
    (re.compile(r"date/"), ("base/zones.cc",)),
    (re.compile(r"toml\+\+/"), ("base/settings_file.cc",)),
    (re.compile(r"nlohmann/"), ()),
]
BEAST_FILES = 3  # a file that includes Beast takes half a minute to compile

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def room_of(path: str) -> str:
    return path.split("/", 1)[0]


def driver_of(path: str, source: pathlib.Path) -> str:
    """'catalog/sqlite' for what stands in a driver's folder, else ''."""
    parts = path.split("/")
    is_driver = len(parts) > 2 and parts[0] in INTERFACES and (source / parts[0] / parts[1]).is_dir()
    return "/".join(parts[:2]) if is_driver and parts[1] not in ("testdata", "testing") else ""


def is_test(path: str) -> bool:
    return path.endswith("_test.cc") or "/testing/" in path


def wrong_include(path: str, included: str, source: pathlib.Path) -> str:
    """Why this file may not include that one of ours, or ''."""
    room, target = room_of(path), room_of(included)
    if target not in ROOMS:
        return ""
    if room not in ROOMS:
        return f"the room {room} is unknown to tools/check_includes.py"
    allowed = DRIVERS.get(driver_of(path, source), ROOMS[room]) | {room}
    if target not in allowed:
        return f"{room} may not include {target}"
    driver = driver_of(included, source)
    if driver and driver != driver_of(path, source) and room not in OPENS_DRIVERS and not is_test(path):
        # A room's own factory (blobs/open.cc) may see its drivers.
        if room != target or path.endswith(".h"):
            return f"only cli may include the driver {driver}"
    return ""


def wrong_library(path: str, included: str) -> str:
    for pattern, places in LIBRARIES:
        if pattern.match(included) and not any(path.startswith(place) for place in places):
            return f"<{included}> belongs to {' or '.join(places) or 'nobody'}"
    if included.startswith("boost/beast") and path.endswith(".h"):
        return "no header includes Beast: everybody who includes it would compile it"
    return ""


def check(source: pathlib.Path) -> list[str]:
    findings = []
    with_beast = []
    for file in sorted([*source.rglob("*.h"), *source.rglob("*.cc")]):
        path = file.relative_to(source).as_posix()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            included = match[1] or match[2]
            wrong = wrong_library(path, included)
            if match[1]:
                wrong = wrong or wrong_include(path, included, source)
            if included.startswith("boost/beast") and path not in with_beast:
                with_beast.append(path)
            if wrong:
                findings.append(f"{path}:{number}: {wrong}")
    if len(with_beast) > BEAST_FILES:
        findings.append(f"{len(with_beast)} files include Beast, {BEAST_FILES} at most may: {', '.join(with_beast)}")
    return findings


def main() -> int:
    here = pathlib.Path(__file__).resolve().parents[1] / "src"
    findings = check(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here)
    print("\n".join(findings) or "includes go one way")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
