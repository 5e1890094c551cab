"""./dev screenshots: pictures of every page and state of the interface, of a demo gallery that is made for them."""

import pathlib
import tempfile

from cadre_dev import build, packages, run
from cadre_dev.shell import ROOT, Child, must

BROWSER = ROOT / "tests" / "browser"


def options(command) -> None:
    command.add_argument("--out", type=pathlib.Path, default=ROOT / "data" / "screenshots", metavar="FOLDER",
                         help="where the pictures and their index.html go (default: data/screenshots)")
    command.add_argument("--only", nargs="+", default=[], metavar="STATE",
                         help="some of them, by their names in tests/browser/screenshots.js")


def main(arguments) -> int:
    build.program()
    packages.debian([*packages.DEMO, "chromium"])
    packages.npm(BROWSER)
    port = run.free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="cadre-screenshots-") as folder:
        data = pathlib.Path(folder)
        with Child(run.CADRE, "serve", "--listen", f"127.0.0.1:{port}", "--data", data) as server:
            run.wait_until_ready(server, url)
            password = run.fill(data, url, "--wait")
            must("node", BROWSER / "screenshots.js", arguments.out.absolute(), *arguments.only,
                 env={"CADRE_TEST_URL": url, "CADRE_TEST_PASSWORD": password})
    return 0
