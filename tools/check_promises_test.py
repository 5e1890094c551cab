import unittest

import check_promises
from check_promises import promises, tests_of, wrong_with


class Promises(unittest.TestCase):
    TESTS = tests_of(["TEST_F(RereadTest, Counts) {\n", "TEST_P(QueueSuite, OwnersTakeTurns) {\n"])

    def wrong(self, command):
        return wrong_with(command, self.TESTS, lambda: "run, test, fleet")

    def test_a_line_of_a_table_is_a_promise_with_its_commands(self):
        self.assertEqual(promises("| promise | shown by |\n|---|---|\n| It holds | `a b`, `c` |\n"), [("It holds", ["a b", "c"])])

    def test_a_filter_that_matches_nothing_is_found(self):
        self.assertEqual(self.wrong("build/gallery_test --gtest_filter='RereadTest.*:*Owners*'"), [])
        self.assertEqual(len(self.wrong("build/gallery_test --gtest_filter='RereadTest.*:Gone*'")), 1)

    def test_a_suite_and_a_command_that_are_not_there_are_found(self):
        self.assertEqual(self.wrong("node --test tools/check_promises.py"), [])
        self.assertEqual(len(self.wrong("node --test tests/api/gone.test.js")), 1)
        self.assertEqual(len(self.wrong("./dev dance")), 1)
        self.assertEqual(len(self.wrong("trust me")), 1)

    def test_the_page_as_it_is_names_only_what_there_is(self):
        self.assertEqual(check_promises.main(), 0)


if __name__ == "__main__":
    unittest.main()
