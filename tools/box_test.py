"""What the box says of itself and what is written into it. No mmdebstrap, no QEMU: `./dev box --try` starts it."""

import io
import json
import pathlib
import subprocess
import tarfile
import tempfile
import unittest
import xml.etree.ElementTree as xml
from unittest import mock

from cadre_dev import box, lab_image

OVF = "{http://schemas.dmtf.org/ovf/envelope/1}"
RASD = "{http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData}"


class Box(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def test_the_hooks_write_the_files_as_they_stand_here(self):
        hooks = [word.removeprefix("--customize-hook=") for word in box.words(self.folder, 13) if word.startswith("--customize-hook=")]
        writing = [hook for hook in hooks if any(f'"$1/{path}"' in hook or f'"$1/{pathlib.Path(path).parent}"' in hook for path in box.FILES)]
        self.assertEqual(len(writing), 2 * len(box.FILES))
        for hook in writing:
            subprocess.run(["sh", "-c", hook, "hook", self.folder], check=True)
        for path, text in box.FILES.items():
            self.assertEqual((self.folder / path).read_text(), text)

    def test_it_has_what_the_lab_s_machines_have_and_a_kernel(self):
        packages = next(word for word in box.words(self.folder, 13) if word.startswith("--include="))[10:].split(",")
        self.assertLessEqual({*lab_image.PACKAGES, "linux-image-amd64", "rsync", "ifupdown"}, set(packages))
        for debian, suite in lab_image.SUITES.items():
            self.assertIn(suite, box.words(self.folder, debian))

    def test_the_virtual_machine_starts_from_the_disk_that_lies_beside_it(self):
        root = xml.fromstring(box.virtual_machine("disk.vmdk"))
        file = root.find(f"{OVF}References/{OVF}File")
        disk = root.find(f"{OVF}DiskSection/{OVF}Disk")
        self.assertEqual(file.get(f"{OVF}href"), "disk.vmdk")
        self.assertEqual(disk.get(f"{OVF}fileRef"), file.get(f"{OVF}id"))
        self.assertEqual(int(disk.get(f"{OVF}capacity")), box.DISK)
        items = {item.findtext(f"{RASD}ResourceType"): item for item in root.iter(f"{OVF}Item")}
        self.assertEqual(items["17"].findtext(f"{RASD}HostResource"), f"/disk/{disk.get(f'{OVF}diskId')}")
        self.assertEqual(items["17"].findtext(f"{RASD}Parent"), items["20"].findtext(f"{RASD}InstanceID"))
        for item in items.values():
            names = [field.tag for field in item]
            self.assertEqual(names, sorted(names))

    def test_a_box_has_what_its_provider_reads(self):
        for provider, files in (("virtualbox", {"metadata.json", "box.ovf", "disk.vmdk"}), ("libvirt", {"metadata.json", "box.img"})):
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                disk = pathlib.Path(folder, "disk.raw")
                with mock.patch.object(box, "must", lambda *words: pathlib.Path(words[-1]).write_bytes(b"converted")):
                    box.pack(disk, provider, self.folder / "a.box")
            with tarfile.open(self.folder / "a.box") as archive:
                self.assertEqual(set(archive.getnames()), files)
                self.assertEqual(json.load(io.TextIOWrapper(archive.extractfile("metadata.json")))["provider"], provider)


if __name__ == "__main__":
    unittest.main()
