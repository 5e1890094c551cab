import unittest

import check_files


class Files(unittest.TestCase):
    def test_a_registrys_host_is_found_with_its_line(self):
        self.assertEqual(check_files.wrong_text("a", "fine\nhttps://registry.npm" + "js.org/x\n"),
                         ["a:2: names a package registry's host"])

    def test_paths_conflicts_and_undone_work_are_found(self):
        self.assertEqual(len(check_files.wrong_text("a", "/ho" + "me/bob/cadre/build")), 1)
        self.assertEqual(len(check_files.wrong_text("a", "<" * 7 + " HEAD\n")), 1)
        self.assertEqual(len(check_files.wrong_text("a", "// TO" + "DO: later")), 1)

    def test_ordinary_text_is_fine(self):
        self.assertEqual(check_files.wrong_text("a", "TO" + "DO(#12): see /usr/share/x and docs/work/a/b\n"), [])

    def test_a_lock_file_carries_no_address(self):
        lock = '{"packages": {"node_modules/a": {"version": "1.0.0"%s}}}'
        self.assertEqual(check_files.wrong_lock("l", lock % ""), [])
        self.assertEqual(len(check_files.wrong_lock("l", lock % ', "resolved": "https://example.org/a.tgz"')), 1)

    def test_only_code_can_be_too_long(self):
        self.assertEqual(len(check_files.too_long("a.cc", "\n" * 501)), 1)
        self.assertEqual(check_files.too_long("a.cc", "\n" * 500), [])
        self.assertEqual(check_files.too_long("a.md", "\n" * 501), [])


if __name__ == "__main__":
    unittest.main()
