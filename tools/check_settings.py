#!/usr/bin/env python3
"""That every setting reaches something: `tools/check_settings.py`; exit code 1 on a finding.

Findings: a setting of the table that nothing outside the settings themselves reads (people would turn a knob that is not
connected); one that is read and is not in the table (nobody could set it). What a setting does is tested where it does it.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TABLE = ROOT / "src" / "base" / "settings_table.cc"
ROW = re.compile(r'"(\w+)", Kind::\w+,\s*&Settings::(\w+)')
READ = re.compile(r"(?<![/\w])settings(?:_|\(\))?\.(\w+)\b(?!\s*\()")
# Read by the settings themselves, which look there for all others.
BY_THEMSELVES = {"config"}


def table_of(text: str) -> dict[str, str]:
    """Setting → member of Settings."""
    return dict(ROW.findall(text))


def read_in(sources: list[str]) -> set[str]:
    """Members that are looked at; what is only given a value is not."""
    found = set()
    for source in sources:
        for match in READ.finditer(source):
            if not re.match(r"\s*=[^=]", source[match.end():]):
                found.add(match[1])
    return found


def findings(table: dict[str, str], read: set[str], by_themselves: set[str]) -> list[str]:
    dead = [f"{name}: nothing reads it" for name, member in table.items() if member not in read | by_themselves]
    return dead + [f"{member}: is read, and is no setting" for member in sorted(read - set(table.values()))]


def main() -> int:
    texts = [path.read_text() for path in sorted((ROOT / "src").rglob("*.cc")) + sorted((ROOT / "src").rglob("*.h"))
             if not path.stem.endswith("_test") and not path.name.startswith("settings")]
    table = table_of(TABLE.read_text())
    rows = TABLE.read_text().count("&Settings::")
    found = findings(table, read_in(texts), BY_THEMSELVES)
    if len(table) != rows:
        found.append(f"{rows - len(table)} rows of the table are not understood")
    for finding in found:
        print(f"{TABLE.relative_to(ROOT)}: {finding}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
