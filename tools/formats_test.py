"""The table of formats: it has a row for every kind that tools/formats.py tries, in both languages, and no other."""

import re
import unittest

import formats
from cadre_dev.shell import ROOT


class Table(unittest.TestCase):
    def test_its_rows_are_the_kinds_that_are_tried(self):
        wanted = sorted((form, special) for form, special, *_ in [*formats.KINDS, *formats.KEPT])
        for page in ("docs/reference/formats.md", "docs/fr/reference/formats.md"):
            table = (ROOT / page).read_text().split("| | | Debian")[1].split("\n\n")[0]
            rows = re.findall(r"^\| ([^|]*?) \| ([^|]*?) \|", table, re.MULTILINE)
            self.assertEqual(sorted((form.strip(), special.strip()) for form, special in rows), wanted, page)


if __name__ == "__main__":
    unittest.main()
