import unittest
import xml.etree.ElementTree

from cadre_dev import packages, shell, test

REPORT = """<testsuite tests="4" failures="1" disabled="1" skipped="2">
<testcase name="ok" status="run"/>
<testcase name="bad" status="fail"><failure message=""/></testcase>
<testcase name="gone" status="notrun"><skipped message="Unable to find executable"/></testcase>
<testcase name="skip" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>
<testcase name="off" status="disabled"/>
</testsuite>"""


class Counting(unittest.TestCase):
    def test_a_test_that_was_never_built_has_failed(self):
        self.assertEqual(test.count_cases(xml.etree.ElementTree.fromstring(REPORT)), shell.Count(1, 2, 2))

    def test_a_stage_that_breaks_is_a_failure_and_the_next_ones_run(self):
        def broken():
            raise shell.Failed("The compiler is away.")

        self.assertEqual(shell.run_stages([("a", broken), ("b", lambda: shell.Count(2, 0, 1))]), shell.Count(2, 1, 1))

    def test_the_closing_line_reads_as_promised(self):
        self.assertEqual(str(shell.Count(3, 1, 2)), "3 passed, 1 failed, 2 skipped")


class Packages(unittest.TestCase):
    def test_no_package_is_listed_twice(self):
        listed = packages.BUILD + packages.TEST + packages.DEMO + packages.LINT + packages.CLANG + packages.BENCH
        for release in (12, 13):
            named = packages.names(listed, release)
            self.assertEqual(sorted(set(named)), sorted(named))

    def test_debian_12_is_told_from_what_is_newer(self):
        for text, release in {'ID=debian\nVERSION_ID="12"\n': 12, "VERSION_ID=11\n": 12, 'VERSION_ID="13"\n': 13,
                              'PRETTY_NAME="Debian GNU/Linux forky/sid"\n': 13}.items():
            self.assertEqual(packages.release_in(text), release)

    def test_each_release_has_its_own_names(self):
        self.assertEqual(packages.names(["g++", "libboost1.81-dev"], 12), ["g++", "libboost1.81-dev"])
        self.assertEqual(packages.names(["g++", "libboost1.81-dev"], 13), ["g++", "libboost1.83-dev"])


if __name__ == "__main__":
    unittest.main()
