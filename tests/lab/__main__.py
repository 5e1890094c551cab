"""`./dev lab test [NAME…]`: what three machines have to show."""

import argparse
import functools
import pathlib

from cadre_dev import lab as place
from cadre_dev import test
from cadre_dev.docker_engine import Unavailable
from cadre_dev.shell import Count, Failed, close, finish, run_stages, say

from failure import checks
from failure.load import Arrivals
from failure.promises import Promises

from lab import again, certificate, everyday, look, machines, release, restore, runbook
from lab.addresses import Addresses
from lab.run import LabRun

SECONDS = 8  # of load before and after a fault


def _shown(function):
    """A show without load: one test."""
    def stage(lab) -> Count:
        show = Promises()
        function(lab, show)
        return show.count()

    return stage


def _under_load(act):
    """`act` gets a LabRun and the lab."""
    def stage(lab) -> Count:
        run = LabRun(lab, SECONDS)
        try:
            return act(run, lab)
        finally:
            run.clean_up()

    return stage


def _suite(name: str):
    def stage(lab) -> Count:
        with Addresses(lab) as addresses:
            return test.node_suite(name, url=lab.urls[0], token=lab.secret("admin-token"), addresses=addresses)

    return stage


def _killed(chosen=slice(None)):
    """The machines in turn; or those of them that are chosen."""
    def act(run: LabRun, lab) -> Count:
        total = Count()
        for name, what, function, urls in list(machines.kill_each(lab))[chosen]:
            total += run.do(name, what, function, urls)
        return total

    return _under_load(act)


def _releases(run: LabRun, lab) -> Count:
    releases = release.Releases(lab)
    try:
        return run.do("update", "another release", release.update(releases)) \
            + run.do("bad release", "a release that never becomes healthy", release.bad_release(releases))
    finally:
        releases.deploy(releases.now)


def _replaced(run: LabRun, lab) -> Count:
    *stay, machine = lab.machines
    return run.do("replaced", f"{machine.name} is gone for good, a new one takes its place", machines.replaced(machine),
                  lab.urls[:len(stay)])


def _upgraded(chosen=slice(None)):
    """The machines in turn; or those of them that are chosen."""
    def act(run: LabRun, lab) -> Count:
        total, requests = Count(), 0
        for name, what, function, urls in list(machines.upgrade_each(lab))[chosen]:
            total += run.do(name, what, function, urls, functools.partial(Arrivals, rate=machines.RATE))
            requests += len(run.requests)
        say(f"{requests} requests went through the machines that stayed")
        return total

    return _under_load(act)


# In this order: what needs the replicas as they were first placed comes before what moves them.
SHOWS = {
    "whole": _shown(everyday.whole),
    "first": _shown(everyday.first_minutes),
    "everywhere": _shown(everyday.seen_everywhere),
    "spread": _shown(everyday.spread),
    "again": _shown(again.second_run),
    "runbook": _shown(runbook.run_all),
    "certificate": _shown(certificate.third_run),
    "api": _suite("api"),
    "browser": _suite("browser"),
    "releases": _under_load(_releases),
    "machines": _killed(),
    "upgraded": _upgraded(),
    "replaced": _under_load(_replaced),
    "restore": _shown(restore.restored),
}

# For CI, whose time is short: what takes seconds, the second run, the way back from a backup, and of the machines the manager,
# which leads the swarm. Left out: the suite of the API, which CI runs against Solo anyway, and what takes minutes more.
SHORT = {name: SHOWS[name] for name in ("whole", "first", "everywhere", "spread", "again", "browser")} \
    | {"machines": _killed(slice(1)), "restore": SHOWS["restore"]}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev lab test")
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--debian", type=int)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in SHOWS]
    if unknown:
        raise Failed(f"there is no show \"{unknown[0]}\"; there are: {', '.join(SHOWS)}.")
    shows = SHORT if arguments.short else {name: show for name, show in SHOWS.items() if not arguments.names or name in arguments.names}
    lab = place.Lab(arguments.folder, arguments.debian)
    try:
        # What runs is taken as it is, whatever it was made from.
        missing = checks.until(lambda: look.missing(lab), 60)[1] if lab.exists else "there is none"
        if missing:
            say(f"the lab is brought up: {missing}")
            lab.up()
    except Unavailable as why:
        say(str(why))
        return close(Count(skipped=len(shows)))
    return close(run_stages([(name, lambda stage=stage: stage(lab)) for name, stage in shows.items()]))


finish(main)
