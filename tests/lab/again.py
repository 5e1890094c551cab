"""Playbooks that were run once change nothing when they run again."""

from failure.promises import Promises

from lab import look

# Those that say how things are to be. The others (upgrade, backup, restore, replace_machine) do something each time.
PLAYBOOKS = ("hello.yml", "site.yml", "deploy.yml")


def second_run(lab, show: Promises) -> None:
    for playbook in PLAYBOOKS:
        code, printed = lab.play(playbook)
        hosts = look.recap(printed)
        changed = sum(host["changed"] for host in hosts.values())
        show.promise(f"{playbook} changes nothing", code == 0 and hosts != {} and changed == 0,
                     ", ".join(f"{host} ok={one['ok']} changed={one['changed']} failed={one['failed']}" for host, one in hosts.items())
                     or printed[-500:])
