#!/usr/bin/env python3
"""Codes of refusals and failures, and of wrong fields: `tools/check_codes.py`; exit code 1 on a finding.

The tables are src/base/codes.cc and src/base/field_codes.cc. Findings: a code that nothing in src/ or deploy/ uses; one that
api/openapi.yaml does not list in the schemas ProblemCode and FieldCode, or lists although the table has none such; a problem of
nginx whose code, status or title is another than the table's; a code of a field that is said without a parameter that its
sentence names.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TABLE = ROOT / "src" / "base" / "codes.cc"
FIELD_TABLE = ROOT / "src" / "base" / "field_codes.cc"
CONTRACT = ROOT / "api" / "openapi.yaml"
NGINX = ROOT / "deploy" / "nginx" / "nginx.conf.j2"


def table_of(source: str) -> dict[str, tuple[int, str]]:
    """Of each code: its status and its English title."""
    rows = re.findall(r'\{\{Code::(\w+), "([a-z-]+)", (\d{3})\},\s*\{"([^"]+)"', source)
    return {name: (int(status), title) for _, name, status, title in rows}


def field_table_of(source: str) -> dict[str, set[str]]:
    """Of each code of a field: the parameters that its sentences name."""
    rows = re.findall(r'\{FieldCode::\w+,\s*"([a-z0-9-]+)",((?:\s*"(?:[^"\\]|\\.)*",?)+)\}', source)
    return {name: set(re.findall(r"\{([a-z]+)\}", sentences)) for name, sentences in rows}


def fields_said_in(sources: list[str]) -> list[tuple[str, str]]:
    """Each code of a field that is said, and what its statement says after it."""
    return [(code.replace("_", "-"), rest)
            for source in sources for code, rest in re.findall(r"\bFieldCode::(\w+)([^;]*);", source)]


def used_in(sources: list[str]) -> set[str]:
    return {word.replace("_", "-") for source in sources for word in re.findall(r"\bCode::(\w+)", source)}


def listed_in(contract: str, name: str = "ProblemCode") -> set[str]:
    schema = re.search(rf"^    {name}:\n(?:      .*\n)*", contract, re.MULTILINE)
    return set(re.findall(r"^        - ([a-z0-9-]+)$", schema[0], re.MULTILINE)) if schema else set()


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


def is_given(param: str, statement: str) -> bool:
    return f'{{"{param}", ' in statement or (param == "choices" and "choices(" in statement)


def field_findings(table, said, listed) -> list[str]:
    found = [f"{code}: nothing says it" for code in sorted(set(table) - {code for code, _ in said})]
    found += [f"{code}: not in api/openapi.yaml" for code in sorted(set(table) - listed)]
    found += [f"{code}: in api/openapi.yaml, not in the table" for code in sorted(listed - set(table))]
    found += [f"{code}: said without {param}, in “{statement.strip()}”"
              for code, statement in said for param in sorted(table.get(code, ())) if not is_given(param, statement)]
    return found


def main() -> int:
    # base/result.cc, with the codes of kinds, counts: a refusal that says no more is told by them.
    paths = [path for path in (ROOT / "src").rglob("*.cc")
             if path not in (TABLE, FIELD_TABLE) and not path.name.endswith("_test.cc")]
    paths += (ROOT / "src").rglob("*.h")
    sources, contract = [path.read_text() for path in paths], CONTRACT.read_text()
    found = findings(table_of(TABLE.read_text()), used_in(sources), listed_in(contract), of_nginx(NGINX.read_text()))
    found += field_findings(field_table_of(FIELD_TABLE.read_text()), fields_said_in(sources),
                            listed_in(contract, "FieldCode"))
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
