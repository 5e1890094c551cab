#!/usr/bin/env python3
"""Links of the documentation, inside the checkout: `tools/check_links.py`; exit code 1 on a finding.

Findings: a relative link to a file or heading that is not there; a page of docs/fr without its English page of the same
path; a table whose rows have not as many cells as its head. Addresses elsewhere are not asked.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
FENCE = re.compile(r"^\s*(```|~~~)")


def prose(text: str) -> list[tuple[int, str]]:
    """Numbered lines that are not in a block of code."""
    lines, code = [], False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            code = not code
        elif not code:
            lines.append((number, line))
    return lines


def anchors(text: str) -> set[str]:
    """What a link can name after its #, as code hosts make it from headings."""
    found: set[str] = set()
    for _, line in prose(text):
        if heading := HEADING.match(line):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1])
            base = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            name, again = base, 0
            while name in found:
                again += 1
                name = f"{base}-{again}"
            found.add(name)
    return found


def dead_links(root: pathlib.Path, name: str, text: str) -> list[str]:
    findings = []
    for number, line in prose(text):
        for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if ELSEWHERE.match(target):
                continue
            path, _, anchor = target.partition("#")
            file = (root / name).parent / path if path else root / name
            if not file.exists():
                findings.append(f"{name}:{number}: {target} is not there")
            elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
                findings.append(f"{name}:{number}: {path or name} has no heading #{anchor}")
    return findings


def uneven_tables(name: str, text: str) -> list[str]:
    """A cell too many is not shown at all, and nobody sees that it is missing."""
    findings, width = [], 0
    for number, line in prose(text):
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1
        width = width or cells
        if cells != width:
            findings.append(f"{name}:{number}: {cells} cells in a table of {width}")
    return findings


def without_english(names: list[str]) -> list[str]:
    known = set(names)
    return [f"{name}: there is no English page docs/{name.removeprefix('docs/fr/')}" for name in names
            if name.startswith("docs/fr/") and "docs/" + name.removeprefix("docs/fr/") not in known]


def pages() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard", "--", "*.md"], cwd=ROOT, check=True,
                            stdout=subprocess.PIPE).stdout.decode()
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


def main() -> int:
    names = pages()
    findings = without_english(names)
    for name in names:
        text = (ROOT / name).read_text(encoding="utf-8")
        findings += dead_links(ROOT, name, text) + uneven_tables(name, text)
    print("\n".join(findings) or f"the links of {len(names)} pages lead somewhere")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
