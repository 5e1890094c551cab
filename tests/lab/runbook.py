"""The runbook's commands, read from its page and run where it says: on the controller, or on a machine that manages the swarm."""

import pathlib
import re
import sys

from cadre_dev.shell import ROOT, Failed

from failure.promises import Promises

sys.path.insert(0, str(pathlib.Path(ROOT, "tests", "deploy")))
from runbook import PAGES, commands  # noqa: E402

# Shown by shows of their own, which read what they did: replaced, upgraded, restore (backup and restore).
SHOWN = ("replace_machine.yml", "upgrade.yml", "backup.yml", "restore.yml")


def run_all(lab, show: Promises) -> None:
    known = ""  # what a person has defined in the shell before
    for command in commands(PAGES[0]):
        if command.startswith("ansible-playbook"):
            words = command.split()[1:]
            if words[0] not in SHOWN:
                code, printed = lab.play(*words, quiet=True)
                show.promise(command, code == 0, "" if code == 0 else printed[-1500:])
            continue
        if command.startswith("redis() "):
            known = command + "\n"
        try:
            printed = lab.run(lab.machines[0], "timeout", "240", "bash", "-c", known + command)
        except Failed as failure:
            show.promise(command, False, str(failure)[-1500:])
            continue
        refused = re.search(r"^(\(error\)|ERR |NOAUTH).*", printed, re.MULTILINE)  # redis-cli ends well all the same
        show.promise(command, refused is None, refused[0] if refused else "")
