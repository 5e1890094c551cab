"""The load and the checks of tests/failure, on the lab."""

from cadre_dev.shell import say

from failure.run import Run

from lab import look


class LabRun(Run):
    """`plan` is the Lab."""

    def missing(self) -> str | None:
        return look.missing(self.plan)

    def up(self) -> None:
        """What a person does: starts the machines that are off."""
        for machine in self.plan.machines:
            if not self.plan.runs(machine):
                say(f"{machine.name} is started")
                self.plan.start(machine)
        self.until_whole()
