import pathlib
import tempfile
import unittest

import check_links


class Links(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        (self.root / "docs").mkdir()
        (self.root / "docs" / "there.md").write_text("# A fleet: what it *promises*\n## Size\n## Size\n")

    def dead(self, text):
        return check_links.dead_links(self.root, "docs/page.md", text)

    def test_a_link_to_a_file_that_is_not_there_is_found_with_its_line(self):
        self.assertEqual(self.dead("fine\n[a](gone.md)\n"), ["docs/page.md:2: gone.md is not there"])

    def test_a_heading_that_is_not_there_is_found(self):
        self.assertEqual(self.dead("[a](there.md#size) [b](there.md#size-1) [c](there.md#a-fleet-what-it-promises)"), [])
        self.assertEqual(len(self.dead("[a](there.md#weight)")), 1)

    def test_links_in_code_and_to_elsewhere_are_not_asked(self):
        self.assertEqual(self.dead("`[a](gone.md)` [b](https://example.org/x) ![c](../docs)\n```\n[d](gone.md)\n```\n"), [])

    def test_a_heading_of_the_page_itself_can_be_linked(self):
        (self.root / "docs" / "page.md").write_text("## Here\n[a](#here)\n")
        self.assertEqual(self.dead("## Here\n[a](#here)\n"), [])
        self.assertEqual(len(self.dead("[a](#nowhere)\n")), 1)

    def test_a_row_with_a_cell_too_many_is_found(self):
        self.assertEqual(check_links.uneven_tables("a", "| a | b |\n|---|---|\n| 1 | `x\\|y` |\n"), [])
        self.assertEqual(len(check_links.uneven_tables("a", "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n")), 1)

    def test_a_french_page_has_an_english_one(self):
        self.assertEqual(check_links.without_english(["docs/a.md", "docs/fr/a.md", "README.md"]), [])
        self.assertEqual(len(check_links.without_english(["docs/fr/a.md"])), 1)


if __name__ == "__main__":
    unittest.main()
