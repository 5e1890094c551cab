import io
import json
import os
import pathlib
import re
import subprocess
import tarfile
import tempfile
import unittest
import unittest.mock

from cadre_dev import images
from cadre_dev.shell import ROOT

STACK = ROOT / "deploy" / "stack"


class Keys(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name) / "web"
        self.folder.mkdir()
        (self.folder / "index.html").write_text("one")

    def test_a_key_follows_contents_names_and_texts(self):
        before = images._digest("1.0", self.folder)
        self.assertEqual(before, images._digest("1.0", self.folder))
        self.assertNotEqual(before, images._digest("1.1", self.folder))
        (self.folder / "index.html").write_text("two")
        changed = images._digest("1.0", self.folder)
        self.assertNotEqual(before, changed)
        (self.folder / "index.html").rename(self.folder / "other.html")
        self.assertNotEqual(changed, images._digest("1.0", self.folder))

    def test_a_key_does_not_follow_the_place_of_the_checkout(self):
        before = images._digest(self.folder)
        moved = self.folder.parent / "clone"
        moved.mkdir()
        self.assertEqual(before, images._digest(self.folder.rename(moved / "web")))


class Archives(unittest.TestCase):
    def _read(self, config):
        with tempfile.TemporaryDirectory() as scratch:
            archive = pathlib.Path(scratch) / "nginx.tar"
            manifest = json.dumps([{"Config": config, "RepoTags": ["nginx:1.30.6"], "Layers": []}], separators=(",", ":"))
            with tarfile.open(archive, "w") as tar:
                entry = tarfile.TarInfo("manifest.json")
                entry.size = len(manifest)
                tar.addfile(entry, io.BytesIO(manifest.encode()))
            return images.read("nginx", archive)

    def test_name_and_id_are_read_from_the_archives_of_old_and_new_engines(self):
        for config in (f"{'ab' * 32}.json", f"blobs/sha256/{'ab' * 32}"):
            image = self._read(config)
            self.assertEqual((image.name, image.id), ("nginx:1.30.6", "sha256:" + "ab" * 32))


    def test_only_the_newest_of_a_role_stay_and_nothing_of_others_goes(self):
        with tempfile.TemporaryDirectory() as scratch, unittest.mock.patch.object(
                images, "folder", lambda: pathlib.Path(scratch)):
            others = ["cadre-machine-bookworm-0123456789ab.tar", "nginx-0123456789ab.tar", "base-bookworm-0123456789ab.tar"]
            ours = [f"cadre-{number:012x}.tar" for number in range(images.KEPT + 2)]
            for age, name in enumerate(ours + others):
                (pathlib.Path(scratch) / name).touch()
                os.utime(pathlib.Path(scratch) / name, (age, age))
            images._forget("cadre")
            self.assertEqual({file.name for file in pathlib.Path(scratch).iterdir()}, {*ours[2:], *others})


class Stack(unittest.TestCase):
    def test_the_page_of_variables_is_complete(self):
        asked = set()
        for file in STACK.glob("*.yml"):
            asked |= set(re.findall(r"\$\{([A-Z_0-9]+)", file.read_text()))
        table = (STACK / "README.md").read_text().split("## Variables")[1].split("\n## ")[0]
        told = set()
        for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE):
            told |= set(re.findall(r"`([A-Z_0-9]+)`", row))
        self.assertEqual(asked, told)


class OnThisMachine(unittest.TestCase):
    def _fill_in(self, template, **variables):
        with tempfile.TemporaryDirectory() as scratch:
            source, target = pathlib.Path(scratch) / "template", pathlib.Path(scratch) / "file"
            source.write_text(template)
            done = subprocess.run(["sh", STACK / "on-this-machine.sh", source, target, "cat", target], check=False,
                                  capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", **variables})
            mode = target.stat().st_mode & 0o777
        return done.returncode, done.stdout, mode

    def test_names_become_values_and_nothing_else_changes(self):
        code, text, mode = self._fill_in("bind @ADDRESS@\n\na@b * $HOME `x` \\n @ADDRESS@:@PORT@", ADDRESS="10.0.0.1&", PORT="1")
        self.assertEqual((code, text), (0, "bind 10.0.0.1&\n\na@b * $HOME `x` \\n 10.0.0.1&:1\n"))
        self.assertEqual(mode, 0o600)

    def test_a_name_that_nobody_gave_ends_it(self):
        for template in ("port @PORT@", "requirepass @SECRET:nowhere@", "x @A;B@"):
            code, _, _ = self._fill_in(template)
            self.assertNotEqual(code, 0, template)


if __name__ == "__main__":
    unittest.main()
