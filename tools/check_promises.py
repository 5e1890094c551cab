#!/usr/bin/env python3
"""Commands of docs/explanation/promises.md: `tools/check_promises.py`; exit code 1 on a finding.

Findings: a line without a command; a node suite that is not there; a pattern of --gtest_filter that no test of src/
matches; a word of ./dev that it does not know. Nothing is run.
"""

import fnmatch
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "promises.md"
TEST = re.compile(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", re.MULTILINE)


def promises(text: str) -> list[tuple[str, list[str]]]:
    """Each line of a table: the promise and its commands."""
    rows = (re.fullmatch(r"\| (.+) \| (.+) \|", line) for line in text.splitlines())
    return [(row[1], re.findall(r"`([^`]+)`", row[2])) for row in rows if row and row[1] != "promise"]


def tests_of(sources: list[str]) -> list[str]:
    """Suite.Name of every test."""
    return [f"{suite}.{name}" for source in sources for suite, name in TEST.findall(source)]


def _matches(pattern: str, tests: list[str]) -> bool:
    """A parametrised suite bears the name of its parameters before its own, and each test a number behind."""
    return any(fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(f"X/{name}/0", pattern) for name in tests)


def wrong_with(command: str, tests: list[str], help_of) -> list[str]:
    words = command.split()
    found = []
    if words[:2] == ["node", "--test"]:
        found += [f"{word} is not there" for word in words[2:] if not (ROOT / word).is_file()]
    elif words[0].startswith("build/"):
        for filters in re.findall(r"--gtest_filter='([^']+)'", command):
            found += [f"no test matches {pattern}" for pattern in filters.split(":") if not _matches(pattern, tests)]
        if not any((ROOT / "src").rglob("CMakeLists.txt")):
            found.append("there are no tests")
    elif words[0] == "./dev":
        if words[1] not in help_of():
            found.append(f"./dev knows no {words[1]}")
    else:
        found.append("is neither a test nor ./dev")
    return found


def _dev_help() -> str:
    return subprocess.run([ROOT / "dev", "--help"], check=True, capture_output=True, text=True).stdout


def main() -> int:
    tests = tests_of([path.read_text() for path in (ROOT / "src").rglob("*.cc")])
    findings = []
    for promise, commands in promises(PAGE.read_text()):
        if not commands:
            findings.append(f"“{promise}” has no command")
        findings += [f"`{command}`: {wrong}" for command in commands for wrong in wrong_with(command, tests, _dev_help)]
    for finding in findings:
        print(f"{PAGE.relative_to(ROOT)}: {finding}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
