"""The runbook's commands by their form; the lab runs them (tests/lab/runbook.py)."""

import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from runbook import PAGES, ROOT, commands  # noqa: E402


class Runbook(unittest.TestCase):
    def test_both_pages_have_the_same_commands(self):
        english, french = (commands(page) for page in PAGES)
        self.assertGreater(len(english), 10)
        self.assertEqual(english, french)

    def test_every_command_is_whole_shell_and_asks_nobody_anything(self):
        for command in commands(PAGES[0]):
            with self.subTest(command):
                subprocess.run(["bash", "-n", "-c", command], check=True)
                self.assertRegex(command, r"^(docker|redis|ansible-playbook|journalctl)\b")
                if " prune" in command:
                    self.assertIn(" --force", command)

    def test_every_playbook_is_there_and_reads_the_variables_that_are_given(self):
        roles = "".join(file.read_text() for file in (ROOT / "deploy" / "ansible").rglob("*.yml"))
        for command in commands(PAGES[0]):
            if playbook := re.match(r"ansible-playbook (\S+)", command):
                self.assertTrue((ROOT / "deploy" / "ansible" / playbook[1]).exists(), command)
                for name in re.findall(r"-e (\w+)=", command):
                    self.assertIn(name, roles, command)

    def test_redis_is_asked_with_its_password_where_it_listens(self):
        for page in PAGES:
            self.assertNotRegex(page.read_text(), r"(?m)^redis-cli ")


if __name__ == "__main__":
    unittest.main()
