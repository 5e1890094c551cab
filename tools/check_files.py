#!/usr/bin/env python3
"""What no file of the checkout may hold or be: `tools/check_files.py`; exit code 1 on a finding.

Findings: the host of a package registry, lock files with download addresses, absolute paths of somebody's machine,
conflict marks, to-dos without the number of an issue. Warnings, which do not fail: files of code longer than 500 lines.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LONGEST = 500
CODE = {".h", ".cc", ".py", ".ts", ".svelte", ".js", ".mjs", ".sh"}

# Each is written so that this file does not match itself.
HOSTS = re.compile(r"registry\.npm[j]s|pypi\.or[g]|crates\.i[o]|proxy\.golan[g]|files\.pythonhoste[d]")
MACHINE = re.compile(r"(?<![\w.])/(?:work|home|Users)/(?!ada\b)[\w.-]+/")
CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
UNDONE = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b(?!\(#\d+\))")


def wrong_text(name: str, text: str) -> list[str]:
    findings = []
    for pattern, why in [(HOSTS, "names a package registry's host"), (MACHINE, "holds a path of somebody's machine"),
                         (CONFLICT, "holds a conflict mark"), (UNDONE, "holds work undone without the number of its issue")]:
        if match := pattern.search(text):
            findings.append(f"{name}:{text[:match.start()].count(chr(10)) + 1}: {why}")
    return findings


def wrong_lock(name: str, text: str) -> list[str]:
    """npm writes an address a package as "resolved", unless .npmrc says omit-lockfile-registry-resolved."""
    packages = json.loads(text).get("packages", {})
    return [f"{name}: the package {path} carries a download address" for path, package in packages.items()
            if "://" in str(package.get("resolved", ""))][:1]


def too_long(name: str, text: str) -> list[str]:
    lines = text.count("\n")
    return [f"{name}: {lines} lines, {LONGEST} is long"] if pathlib.Path(name).suffix in CODE and lines > LONGEST else []


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.decode()
    return [name for name in listed.split("\0") if name]


def main() -> int:
    findings, warnings = [], []
    for name in tracked():
        path = ROOT / name
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        findings += wrong_text(name, text)
        warnings += too_long(name, text)
        if path.name == "package-lock.json":
            findings += wrong_lock(name, text)
    for warning in warnings:
        print(f"warning: {warning}")
    print("\n".join(findings) or "the files hold nothing that they may not")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
