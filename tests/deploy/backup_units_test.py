"""The units that back up every night and raise the alarm where there is no backup."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

UNITS = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "systemd"


def command(unit: str, instance: str = "") -> list[str]:
    """Of a unit whose ExecStart is /bin/sh -c '…' [WORD]: what systemd would run."""
    found = re.search(r"^ExecStart=/bin/sh -c '(.*)'(?: (\S+))?$", (UNITS / unit).read_text(), re.MULTILINE)
    words = [found[2].replace("%i", instance)] if found[2] else []
    return ["/bin/sh", "-c", found[1].replace("$$", "$"), *words]


class Units(unittest.TestCase):
    def run_unit(self, unit, instance="", **environment):
        return subprocess.run(command(unit, instance), check=False, capture_output=True, text=True, env={"PATH": os.environ["PATH"]} | environment)

    def test_no_backup_an_old_one_and_a_fresh_one(self):
        with tempfile.TemporaryDirectory() as folder:
            last = pathlib.Path(folder, "last")
            self.assertNotEqual(self.run_unit("cadre-backup-late.service", BACKUP_FOLDER=folder).returncode, 0)
            last.touch()
            self.assertEqual(self.run_unit("cadre-backup-late.service", BACKUP_FOLDER=folder).returncode, 0)
            old = time.time() - 37 * 3600
            os.utime(last, (old, old))
            self.assertNotEqual(self.run_unit("cadre-backup-late.service", BACKUP_FOLDER=folder).returncode, 0)

    def test_the_alarm_names_what_failed(self):
        with tempfile.TemporaryDirectory() as folder:
            done = self.run_unit("cadre-alert@.service", "cadre-backup.service", ALERT=f"cat > '{folder}/mail'")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(pathlib.Path(folder, "mail").read_text(), r"^cadre-backup\.service failed on \S+: journalctl -u cadre-backup\.service")

    def test_what_fails_raises_the_alarm_and_what_went_well_leaves_the_mark(self):
        for unit in ("cadre-backup.service", "cadre-backup-late.service"):
            self.assertIn("\nOnFailure=cadre-alert@%n.service\n", (UNITS / unit).read_text())
        self.assertIn("ExecStartPost=/usr/bin/touch ${BACKUP_FOLDER}/last", (UNITS / "cadre-backup.service").read_text())

    @unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd-analyze")
    def test_systemd_understands_them(self):
        with tempfile.TemporaryDirectory() as folder:
            for unit in UNITS.glob("cadre-*"):
                # What is only on a controller is not asked for.
                text = unit.read_text().replace("/usr/bin/ansible-playbook", "/bin/true").replace("/opt/cadre/deploy/ansible", "/")
                pathlib.Path(folder, unit.name).write_text(text)
            names = [str(pathlib.Path(folder, name)) for name in ("cadre-backup.timer", "cadre-backup-late.timer", "cadre-backup.service")]
            done = subprocess.run(["systemd-analyze", "verify", *names], check=False, capture_output=True, text=True,
                                  env=os.environ | {"SYSTEMD_UNIT_PATH": f"{folder}:"})
            told = [line for line in done.stderr.splitlines() if "cadre-" in line]
            self.assertEqual((done.returncode, told), (0, []), done.stderr)


if __name__ == "__main__":
    unittest.main()
