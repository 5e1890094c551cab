"""Playbooks that were run once change nothing when they run again."""

import time

from cadre_dev.lab import changed

from failure.promises import Promises

# Those that say how things are to be. The others (upgrade, backup, restore, replace_machine) do something each time.
PLAYBOOKS = ("hello.yml", "site.yml")


def second_run(lab, show: Promises) -> None:
    for playbook in PLAYBOOKS:
        began = time.monotonic()
        code, printed = lab.play(playbook, quiet=True)
        number = changed(printed)
        show.promise(f"{playbook} again: changed=0", code == 0 and "PLAY RECAP" in printed and number == 0,
                     f"exit code {code}, changed={number}, {time.monotonic() - began:.0f} s")
