"""./dev bench: each program in bench/ prints its figures as ratios from one run."""

import sys

from cadre_dev import build, packages
from cadre_dev.shell import ROOT, Failed, call

FOLDER = ROOT / "bench"


def main(arguments) -> int:
    known = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if not path.stem.startswith("_")}
    if arguments.name is not None and arguments.name not in known:
        raise Failed(f"there is no measurement \"{arguments.name}\"; there are: {', '.join(known) or 'none yet'}.")
    if not known:
        raise Failed("there are no measurements in bench/ yet.")
    packages.debian(packages.BENCH)
    build.program()
    wanted = [known[arguments.name]] if arguments.name else list(known.values())
    codes = [call(sys.executable, path) for path in wanted]
    return 1 if any(codes) else 0
