"""`./dev fleet test [NAME…]`: faults under load, and the suites of tests/ against the fleet."""

import argparse
import pathlib

from cadre_dev import fleet, test
from cadre_dev.fleet_plan import Plan
from cadre_dev.shell import Count, Failed, close, finish

from failure.faults import FAULTS
from failure.run import Run

SUITES = ("api", "browser")


def _suite(plan: Plan, name: str) -> Count:
    print(f"\n=== {name}: tests/{name} through {plan.urls[0]}", flush=True)
    return test.node_suite(name, url=plan.urls[0], token=plan.secret("admin-token"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev fleet test")
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in FAULTS and name not in SUITES]
    if unknown:
        raise Failed(f"there is no test \"{unknown[0]}\"; there are: {', '.join([*FAULTS, *SUITES])}.")
    plan = Plan(arguments.folder)
    fleet.up(plan)

    total = Count()
    chosen = [name for name in FAULTS if not arguments.names or name in arguments.names]
    if chosen:
        run = Run(plan, arguments.seconds)
        try:
            for name in chosen:
                total += run.do(name, *FAULTS[name])
        finally:
            run.clean_up()
    for name in SUITES:
        if not arguments.names or name in arguments.names:
            total += _suite(plan, name)
    return close(total)


finish(main)
