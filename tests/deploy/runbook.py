"""The commands of the runbook's pages, as a person would paste them."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = (ROOT / "docs" / "how-to" / "runbook.md", ROOT / "docs" / "fr" / "how-to" / "runbook.md")


def commands(page: pathlib.Path) -> list[str]:
    """Every line of the blocks that are shell, without remarks."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
    lines = (re.sub(r"\s+#.*$", "", line) for block in blocks for line in block.splitlines())
    return [line for line in lines if line.strip()]
