#!/usr/bin/env python3
"""What g++ 12 mishandles inside a co_await expression (docs/explanation/coroutines.md says why and what to write instead).

    tools/check_coroutines.py [FOLDER]     FOLDER is src/ of the checkout unless said otherwise; exit code 1 on a finding

Findings, in the operand of a `co_await` and outside the bodies of lambdas in it:
  - a conditional (?:), in the operand or around the co_await;
  - a lambda that captures by value what may own memory;
  - braces that make an aggregate or a list that may own memory.
It reads text, not types. Trivial is what TRIVIAL names, what is declared above with such a type, and literals. A line
that is known to be safe says so: `// co_await: safe, …`, with the reason.
"""

import pathlib
import re
import sys

ALLOWED = "co_await: safe"

# Types without memory of their own, by the last piece of their name.
TRIVIAL = {
    "bool", "char", "int", "unsigned", "long", "double", "float", "size_t", "ptrdiff_t", "int64_t", "uint64_t",
    "int32_t", "uint32_t", "uint16_t", "uint8_t", "ssize_t", "string_view", "span", "nullopt_t", "milliseconds",
    "seconds", "time_point", "Millis", "WallTime", "MonotonicTime", "Id", "Ref", "Kind", "Family", "Month", "Place",
    "Stamp", "Index", "Role", "Visibility", "State", "Durability", "ByteRange", "FileRange", "Coding", "Traits",
}
NUMBER = re.compile(r"-?\d[\w.']*|true|false")
LITERAL = re.compile(r"-?\d[\w.']*|true|false|nullptr|(?:\w+::)*nullopt|(?:\w+::)*k[A-Z]\w*|(?:\w+::)*[A-Z]\w*::\w+")
BEFORE_LAMBDA = set("(,={?:&|!;") | {"return", "co_await", "co_return"}


def blank(text: str) -> str:
    """The text with comments and the insides of literals as spaces, so that every place keeps its offset."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![\w])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)

    def spaces(match):
        found = match[0]
        inside = "".join("\n" if c == "\n" else " " for c in found)
        return inside if found.startswith("/") else '"' + inside[1:-1] + '"'

    return pattern.sub(spaces, text)


def closing(text: str, at: int) -> int:
    """Where the bracket at `at` closes."""
    depth = 0
    for i in range(at, len(text)):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i
    return len(text)


def operand_end(text: str, at: int) -> int:
    """The end of the operand that begins at `at`: a bracket that it did not open, a comma or a semicolon."""
    while at < len(text):
        if text[at] in ")]};,":
            return at
        at = closing(text, at) + 1 if text[at] in "([{" else at + 1
    return at


def word_before(text: str, at: int) -> str:
    """The word, or the one character, that ends before `at`."""
    before = text[:at].rstrip()
    match = re.search(r"\w+$", before)
    return match[0] if match else before[-1:]


def pieces(inside: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    found, depth, start = [], 0, 0
    for i, c in enumerate(inside):
        depth += (c in "([{<") - (c in ")]}>")
        if c == "," and depth <= 0:
            found.append(inside[start:i])
            start = i + 1
    return [piece.strip() for piece in [*found, inside[start:]] if piece.strip()]


def is_trivial(piece: str, above: str) -> bool:
    """Whether a value can own no memory, as far as the text above it tells."""
    piece = piece.strip()
    if LITERAL.fullmatch(piece) or piece.startswith("&"):
        return True
    piece = piece.lstrip("*")
    if call := re.match(r"(?:[\w:]+::)?(\w+)\s*[({<]", piece):
        return call[1] in TRIVIAL or call[1] == "static_cast"
    name = re.split(r"[\[.]|->", piece)[0]
    declared = re.findall(rf"([\w:]+)(?:<[^;(){{}}]*>)?(?:\s*const)?[\s&*]+{re.escape(name)}\b\s*([,;=(){{:])([^;]*)", above)
    if not declared:
        return False
    kind, sign, value = declared[-1]
    if kind == "auto":
        return sign == "=" and is_trivial(value, above[:above.rfind(value)])
    return kind.split("::")[-1] in TRIVIAL


def wrong_conditional(operand: str, at: int, above: str) -> bool:
    """Whether `condition ? this : that` may own memory; `at` is the place of its question mark."""
    end = operand_end(operand, at)
    depth = 0
    for i in range(at + 1, end):
        depth += (operand[i] in "([{") - (operand[i] in ")]}")
        if depth == 0 and operand[i] == ":" and ":" not in (operand[i - 1], operand[i + 1:i + 2]):
            arms = operand[at + 1:i].strip(), operand[i + 1:end].strip()
            return not any(map(NUMBER.fullmatch, arms)) and not all(is_trivial(arm, above) for arm in arms)
    return True


def wrong_lambda(captures: str, above: str) -> bool:
    for capture in pieces(captures):
        if capture == "this" or (capture.startswith("&") and "=" not in capture):
            continue
        if capture == "=" or not is_trivial(capture.split("=")[-1], above):
            return True
    return False


def wrong_braces(operand: str, at: int, above: str) -> bool:
    before = word_before(operand, at)
    if re.fullmatch(r"\w+", before) and before in TRIVIAL:
        return False
    inside = operand[at + 1:closing(operand, at)]
    if re.match(r"\s*(\w+::)*Kind::\w+,[^,]*$", inside):  # a catalog::Ref: a kind and an id
        return False
    return bool(inside.strip()) and not all(is_trivial(piece, above) for piece in pieces(inside))


def wrong_operand(operand: str, above: str) -> str:
    """What is wrong with the text after a co_await, or ''."""
    at = 0
    while at < len(operand):
        c = operand[at]
        if c == "?" and wrong_conditional(operand, at, above):
            return "a conditional inside a co_await expression: write an if"
        if c == "[" and (not operand[:at].strip() or word_before(operand, at) in BEFORE_LAMBDA):
            end = closing(operand, at)
            if wrong_lambda(operand[at + 1:end], above):
                return "a lambda that captures by value inside a co_await expression: give it a name"
            body = operand.find("{", end)
            at = closing(operand, body) if body >= 0 else end
        elif c == "{" and wrong_braces(operand, at, above):
            return "braces inside a co_await expression: give the value a name"
        at += 1
    return ""


def check_text(name: str, text: str) -> list[str]:
    findings = []
    plain = blank(text)
    lines = text.splitlines()
    for match in re.finditer(r"\bco_await\b", plain):
        number = plain.count("\n", 0, match.start()) + 1
        end = operand_end(plain, match.end())
        last = plain.count("\n", 0, end) + 1
        if any(ALLOWED in line for line in lines[max(0, number - 2):last]):
            continue
        statement = re.split(r"[;{}]", plain[:match.start()])[-1]
        wrong = wrong_operand(plain[match.end():end], plain[:match.start()])
        if not wrong and "?" in statement:
            wrong = "a co_await inside a conditional: write an if"
        if wrong:
            findings.append(f"{name}:{number}: {wrong}")
    return findings


def check(source: pathlib.Path) -> list[str]:
    findings = []
    for file in sorted([*source.rglob("*.h"), *source.rglob("*.cc")]):
        findings += check_text(file.relative_to(source).as_posix(), file.read_text(encoding="utf-8"))
    return findings


def main() -> int:
    here = pathlib.Path(__file__).resolve().parents[1] / "src"
    findings = check(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here)
    print("\n".join(findings) or "what every co_await takes has a name")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
