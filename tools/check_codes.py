#!/usr/bin/env python3
"""Codes of refusals and failures: `tools/check_codes.py`; exit code 1 on a finding.

The table is src/base/codes.cc. Findings: a code that nothing in src/ or deploy/ uses; one that api/openapi.yaml does not list in
the schema ProblemCode, or lists although the table has none such; a problem of nginx whose code, status or title is
another than the table's.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TABLE = ROOT / "src" / "base" / "codes.cc"
CONTRACT = ROOT / "api" / "openapi.yaml"
NGINX = ROOT / "deploy" / "nginx" / "nginx.conf.j2"


def table_of(source: str) -> dict[str, tuple[int, str]]:
    """Of each code: its status and its English title."""
    rows = re.findall(r'\{\{Code::(\w+), "([a-z-]+)", (\d{3})\},\s*\{"([^"]+)"', source)
    return {name: (int(status), title) for _, name, status, title in rows}


def used_in(sources: list[str]) -> set[str]:
    return {word.replace("_", "-") for source in sources for word in re.findall(r"\bCode::(\w+)", source)}


def listed_in(contract: str) -> set[str]:
    schema = re.search(r"^    ProblemCode:\n(?:      .*\n)*", contract, re.MULTILINE)
    return set(re.findall(r"^        - ([a-z-]+)$", schema[0], re.MULTILINE)) if schema else set()


def of_nginx(template: str) -> list[tuple[int, str, str]]:
    return [(int(status), code, title)
            for status, code, title in re.findall(r'\{\{- problem\((\d+), "([^"]*)", "([^"]*)"', template)]


def findings(table, used, listed, nginx) -> list[str]:
    found = [f"{code}: nothing uses it" for code in sorted(set(table) - used - {code for _, code, _ in nginx})]
    found += [f"{code}: not in api/openapi.yaml" for code in sorted(set(table) - listed)]
    found += [f"{code}: in api/openapi.yaml, not in the table" for code in sorted(listed - set(table))]
    found += [f"nginx says {status} {code} “{title}”; the table says {table.get(code, 'nothing')}"
              for status, code, title in nginx if table.get(code) != (status, title)]
    return found


def main() -> int:
    # base/result.cc, with the codes of kinds, counts: a refusal that says no more is told by them.
    sources = [path for path in (ROOT / "src").rglob("*.cc") if path != TABLE and not path.name.endswith("_test.cc")]
    sources += (ROOT / "src").rglob("*.h")
    found = findings(table_of(TABLE.read_text()), used_in([path.read_text() for path in sources]),
                     listed_in(CONTRACT.read_text()), of_nginx(NGINX.read_text()))
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
