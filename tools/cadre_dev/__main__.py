"""./dev: builds, runs, tests and checks a checkout. Exit codes: 0 done, 1 failed, 2 wrong usage."""

import argparse
import signal
import sys

from cadre_dev import bench, box, build, ci, fleet, fuzz, image, lab, lint, package, run, screenshots, test, traffic
from cadre_dev.shell import Failed


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="./dev", description="Builds, runs, tests and checks this checkout.")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name, module_main, summary):
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(main=module_main)
        return command

    command = add("run", run.main, "installs what is missing, builds, and serves a gallery on this machine")
    command.add_argument("--demo", action="store_true", help="with an administrator and photographs from Debian")
    command.add_argument("--port", type=int, default=8080, help="on 127.0.0.1; 0 picks one (default: 8080)")

    command = add("build", build.main, "only builds; the program is then build/cadre")
    command.add_argument("-j", "--jobs", type=int, default=build.CORES, help="compilers at once (default: the cores)")

    command = add("test", test.main, "unit, conformance, integration and browser tests")
    command.add_argument("-j", "--jobs", type=int, default=build.CORES, help="compilers and tests at once")
    command.add_argument("--at-once", type=int, default=build.CORES + 1, metavar="N", help="stages that run beside each other")
    command.add_argument("--only", choices=list(test.STAGES), metavar="STAGE", help=", ".join(test.STAGES))

    fleet.options(add("fleet", fleet.main, "a fleet of local processes: Redis Cluster, Garage, nginx, replicas, workers"))

    lab.options(add("lab", lab.main, "three machines on this one: Vagrant, Ansible, Docker Swarm, the stack"))

    box.options(add("box", box.main, "the box of deploy/vagrant: Debian for VirtualBox or libvirt, from Debian's packages"))

    traffic.options(add("traffic", traffic.main, "visitors: real browsers, and their requests at a rate; a report"))

    package.options(add("package", package.main, "the Debian package of this checkout, with a list of what is in it"))

    image.options(add("image", image.main, "the container image, of Debian 13: makes it, starts it, sends a HEIC to it"))

    fuzz.options(add("fuzz", fuzz.main, "made-up bytes for all that reads bytes from outside, under sanitizers"))

    command = add("bench", bench.main, "measurements, as ratios from one run")
    command.add_argument("name", nargs="?", metavar="NAME", help="one of them; without it, all")

    screenshots.options(add("screenshots", screenshots.main, "pictures of every page and state, with a page that shows all"))

    add("lint", lint.main, "linters of all the languages, the direction of includes, the files of the checkout")
    add("fmt", lint.format_all, "formatters of all the languages")
    command = add("ci", ci.main, "what .ci/run does: the tests, sanitizers, clang, lint")
    command.add_argument("--only", choices=list(ci.STAGES), metavar="STAGE", help=", ".join(ci.STAGES))
    return top


def main() -> int:
    arguments = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return arguments.main(arguments)
    except Failed as failure:
        print(f"dev: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


sys.exit(main())
