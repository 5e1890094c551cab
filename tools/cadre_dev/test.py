"""./dev test: every test that a fresh machine can pass, and one line that sums them up."""

import json
import os
import re
import subprocess
import sys
import tempfile
import pathlib
import xml.etree.ElementTree

from cadre_dev import build, packages
from cadre_dev.shell import ROOT, Count, Failed, call, close, run_stages
from cadre_dev.together import run_together


def ctest(folder, jobs, *more, call=call) -> Count:
    """Runs the tests registered in a build folder; by another `call`, somewhere else that sees the same temporary files."""
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / "ctest.xml"
        code = call("ctest", "--test-dir", folder, "--parallel", jobs, "--output-on-failure", "--progress",
                    "--output-junit", report, *more)
        if not report.exists():
            raise Failed(f"ctest ended with exit code {code} and no report.")
        suite = xml.etree.ElementTree.parse(report).getroot()
    return _agree(count_cases(suite), code)


def count_cases(suite) -> Count:
    """Of ctest's JUnit report, whose own sums call a test that was never built skipped."""
    count = Count()
    for case in suite.iter("testcase"):
        why = case.find("skipped")
        if case.get("status") == "run":
            count.passed += 1
        elif case.get("status") == "disabled" or (why is not None and why.get("message", "").startswith("SKIP_")):
            count.skipped += 1
        else:
            count += Count(failed=1, names=(_told(case),))
    return count


def _told(case) -> str:
    """The name of a test that failed, with the first lines that say why."""
    said = re.findall(r"^(?:\[  FAILED  \] [^(]*|.*: Failure|.* runtime error: .*|==\d+==ERROR: .*)$",
                      case.findtext("system-out") or "", re.MULTILINE)
    return " | ".join([case.get("name"), *said[:4]])


def _agree(count: Count, code: int) -> Count:
    """A runner that says it failed has failed, whatever it counted."""
    if code != 0 and count.failed == 0:
        return count + Count(failed=1)
    return count


def cpp(jobs) -> Count:
    """The tests of ctest that compute."""
    return ctest(ROOT / "build", jobs, "--label-exclude", "^servers$")


def servers(jobs) -> Count:
    """Those that start Redis Clusters and Garages and wait for them."""
    return ctest(ROOT / "build", jobs, "--label-regex", "^servers$")


def vitest(folder) -> Count:
    packages.npm(folder)
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / "vitest.json"
        code = call("npm", "test", "--silent", "--", "--reporter=default", "--reporter=json",
                    f"--outputFile.json={report}", cwd=folder)
        if not report.exists():
            raise Failed(f"the tests of {folder.name}/ ended with exit code {code} and no report.")
        found = json.loads(report.read_text())
    skipped = found["numPendingTests"] + found["numTodoTests"]
    names = tuple(case["fullName"] for file in found["testResults"] for case in file["assertionResults"]
                  if case["status"] == "failed")
    return _agree(Count(found["numPassedTests"], found["numFailedTests"], skipped, names), code)


# Of node's runner, whose own choice on two cores is one. Where files wait for timeouts, more than there are cores.
FILES_AT_ONCE = {"api": 2, "integration": 3, "browser": 2}


def node_suite(name, url=None, token=None, addresses=()) -> Count:
    """A suite of node's own runner under tests/, against the program that was built; or against the gallery at `url`,
    where `token` is an administrator's, one file after the other, each from one of this host's `addresses`."""
    folder = ROOT / "tests" / name
    files = sorted(folder.glob("*.test.js"))
    if not files:
        raise Failed(f"there are no tests in tests/{name}.")
    if (folder / "package-lock.json").exists():
        packages.npm(folder)
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / "report.tap"
        shared = {"CADRE_TEST_URL": url, "CADRE_TEST_TOKEN": token, "CADRE_TEST_ADDRESSES": " ".join(addresses)} if url else {}
        code = call("node", "--test", f"--test-concurrency={1 if url else FILES_AT_ONCE[name]}", f"--test-timeout={FILE_AT_MOST * 1000}",
                    "--test-reporter=spec", "--test-reporter-destination=stdout",
                    "--test-reporter=tap", f"--test-reporter-destination={report}", *files,
                    env={"CADRE_TEST_PROGRAM": str(ROOT / "build" / "cadre"), **shared})
        said = report.read_text()
    sums = dict(re.findall(r"^# (\w+) (\d+)$", said, re.MULTILINE))
    count = Count(int(sums["pass"]), int(sums["fail"]) + int(sums["cancelled"]), int(sums["skipped"]) + int(sums["todo"]),
                  tuple(re.findall(r"^\s*not ok \d+ - (.*?)(?: # (?:SKIP|TOD[O]).*)?$", said, re.MULTILINE)))
    return _agree(count, code)


def unittests(folder, env=None) -> Count:
    """What Python's own runner finds under a folder of the checkout."""
    done = subprocess.run([sys.executable, "-m", "unittest", "discover", "-s", folder, "-p", "*_test.py"], cwd=ROOT,
                          check=False, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
    print(done.stderr, end="")
    ran = int(re.search(r"^Ran (\d+) test", done.stderr, re.MULTILINE)[1])
    failed = sum(int(number) for number in re.findall(r"(?:failures|errors)=(\d+)", done.stderr))
    skipped = sum(int(number) for number in re.findall(r"skipped=(\d+)", done.stderr))
    names = re.findall(r"^(?:FAIL|ERROR): (.*)$", done.stderr, re.MULTILINE)
    return _agree(Count(ran - failed - skipped, failed, skipped, tuple(names)), done.returncode)


def _build(jobs) -> Count:
    build.everything(jobs)
    return Count()


def tools() -> Count:
    """The tests of what is under tools/."""
    return unittests("tools")


# Seconds that a stage may take: three times what the longest took on a machine of load 20 (638 s). A file of node's, half of that.
STAGE_AT_MOST = 30 * 60
FILE_AT_MOST = STAGE_AT_MOST // 2


# Run beside each other, but for `build`, which the others need. What takes longest begins first.
STAGES = ("build", "servers", "browser", "integration", "cpp", "api", "web", "traffic", "tools")


def main(arguments) -> int:
    stages = {
        "build": lambda: _build(arguments.jobs),
        "servers": lambda: servers(arguments.jobs),
        "browser": lambda: node_suite("browser"),
        "integration": lambda: node_suite("integration"),
        "cpp": lambda: cpp(arguments.jobs),
        "api": lambda: node_suite("api"),
        "web": lambda: vitest(build.WEB),
        "traffic": lambda: vitest(ROOT / "traffic"),
        "tools": tools,
    }
    if arguments.only is not None:
        return close(run_stages([(arguments.only, stages[arguments.only])]))
    built = run_stages([("build", stages["build"])])
    # Some cases of `servers` have time limits.
    beside = run_together([(name, stages[name]) for name in STAGES[1:]], arguments.at_once, lambda _: STAGE_AT_MOST, first=("servers",))
    return close(built + beside)
