import json
import re
import shutil
import unittest
import xml.etree.ElementTree

from cadre_dev import bill, build, fuzz, image, package, packages, shell, test

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

    def test_what_failed_is_said_by_name(self):
        found = shell.run_stages([("a", lambda: test.count_cases(xml.etree.ElementTree.fromstring(REPORT))),
                                  ("b", lambda: shell.Count(failed=1))])
        self.assertEqual(found.names, ("a: bad", "a: gone", "b"))

    def test_the_closing_line_reads_as_promised(self):
        self.assertEqual(str(shell.Count(3, 1, 2)), "3 passed, 1 failed, 2 skipped")


class Packages(unittest.TestCase):
    def test_no_package_is_listed_twice(self):
        listed = packages.BUILD + packages.TEST + packages.DEMO + packages.LINT + packages.CLANG + packages.FUZZ + packages.BENCH
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


class Fuzzing(unittest.TestCase):
    def test_every_target_is_built_and_has_inputs_to_begin_with(self):
        listed = (fuzz.FOLDER / "CMakeLists.txt").read_text()
        for name in fuzz.names():
            self.assertIn(f"cadre_fuzz({name} ", listed)
            self.assertTrue(any((fuzz.FOLDER / "corpus" / name).iterdir()), name)


class Package(unittest.TestCase):
    def test_all_that_name_the_version_name_the_same(self):
        newest = package.RELEASE.search((shell.ROOT / "CHANGELOG.md").read_text())[1]
        self.assertEqual(newest, package.version())
        for folder in (build.WEB, build.PLACES):
            lock = json.loads((folder / "package-lock.json").read_text())
            self.assertEqual(lock["version"], package.version(), folder.name)

    def test_the_changelog_is_debians(self):
        markdown = "# Changelog\n\n## [2.0.0] - 2026-02-01\n\n### Added\n\n- One\n  thing.\n\n## [1.0.0] - 2026-01-01\n\n- Before.\n"
        text = package.changelog(markdown, "2.0.0+deb12")
        self.assertTrue(text.startswith("cadre (2.0.0+deb12) stable; urgency=medium\n\n  * One thing.\n\n -- "))
        self.assertIn("\n\ncadre (1.0.0) stable; urgency=medium\n\n  * Before.\n\n -- ", text)
        self.assertIn("Sun, 01 Feb 2026 00:00:00 +0000\n", text)

    def test_the_unit_is_the_one_by_hand_with_a_user_that_stays(self):
        by_hand = (shell.ROOT / "deploy" / "systemd" / "cadre.service").read_text()
        unit = package.unit(by_hand)
        self.assertTrue(unit.startswith("[Unit]\n"))
        self.assertNotIn("DynamicUser", unit)
        for line in by_hand.splitlines():
            if line and not line.startswith("#") and line != "DynamicUser=yes":
                self.assertIn(line + "\n", unit)

    def test_nobody_can_take_the_maintainers_address_for_somebodys(self):
        for text in ((shell.ROOT / "deploy" / "debian" / "control").read_text(), package.changelog("## [1.0.0] - 2026-01-01\n\n- One.\n", "1.0.0")):
            self.assertEqual(re.findall(r"<\S+@(\S+)>", text), ["cadre.invalid"])


class Bill(unittest.TestCase):
    STATUS = ("Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.41-12+deb13u5\nDescription: x\n Version: 9\n\n"
              "Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n\n\n"
              "Package: libde265-0\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:1.0\n\n"
              "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.41-12+deb13u5\n")

    def test_what_an_image_says_of_its_packages_is_listed_once_and_only_what_is_there(self):
        self.assertEqual(image.packages_of(self.STATUS), "libc6 2.41-12+deb13u5 amd64\nlibde265-0 1:1.0 amd64")

    def test_a_package_has_the_address_by_which_scanners_know_it(self):
        found = [component["purl"] for component in bill.of_debian(image.packages_of(self.STATUS), 13)]
        self.assertEqual(found, ["pkg:deb/debian/libc6@2.41-12%2Bdeb13u5?arch=amd64&distro=debian-13",
                                 "pkg:deb/debian/libde265-0@1%3A1.0?arch=amd64&distro=debian-13"])

    @unittest.skipIf(shutil.which("npm") is None, "npm is away")
    def test_what_the_lock_files_of_npm_name_is_listed(self):
        found = {component["name"] for component in bill.of_npm()}
        self.assertLessEqual({"svelte", "@photostructure/tz-lookup"}, found)


if __name__ == "__main__":
    unittest.main()
