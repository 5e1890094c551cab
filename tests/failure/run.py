"""One fault under load: what it was done with, what came of it, what was promised."""

import secrets
import time

from cadre_dev import fleet
from cadre_dev.shell import Count, Failed, say

from failure import checks
from failure.client import Client, Request
from failure.journal import Journal
from failure.load import Load, seconds_of_errors, summary
from failure.promises import Promises


class Run(Promises):
    """Against the fleet of a Plan. The lab's differs in what is whole and how it is helped (tests/lab/run.py)."""

    def __init__(self, plan, seconds: float):
        super().__init__()
        self.plan = plan
        self.seconds = seconds
        self.journal = Journal()
        self.name = f"load-{secrets.token_hex(4)}"
        self.password = secrets.token_urlsafe(12)
        fleet.cadre(plan, "user", "add", self.name, "--role", "member", "--password-stdin", stdin=self.password + "\n")
        self.token = fleet.cadre(plan, "token", "create", "--user", self.name)
        self.client = Client(plan.urls[0], self.token)
        self._new()

    def _new(self, urls=None, load=Load) -> None:
        self.begin()
        self.load = load(urls or self.plan.urls, self.token, self.journal)
        self._began = 0.0  # the fault, by the monotonic clock

    # For the faults

    @property
    def requests(self) -> list[Request]:
        return list(self.load.requests)

    @property
    def failed(self) -> list[Request]:
        return [request for request in self.requests if request.failed]

    @property
    def since_fault(self) -> list[Request]:
        """Those that ended after the fault began."""
        return [request for request in self.requests if request.at + request.seconds >= self._began]

    def up(self) -> None:
        """What a person does: ./dev fleet up."""
        say(f"up again: {', '.join(fleet.bring_up(self.plan)) or 'nothing'}")

    def up_processes(self) -> None:
        """Starts what is dead, and waits for nothing: what must happen by itself is not helped."""
        for process in self.plan.processes():
            if process.pid() is None:
                process.start()

    def missing(self) -> str | None:
        """What is not as it has to be, or nothing."""
        return checks.whole(self.plan)

    def until_whole(self, also=lambda: None) -> tuple[float, str | None]:
        return checks.until(lambda: self.missing() or also())

    def settle(self) -> None:
        """Until every photo has its derivatives and no job is left."""
        checks.until(lambda: checks.processing(self.client) != 0, 120)

    def library(self, ids=None) -> dict[str, dict | None]:
        """Photos, of the whole load if not said otherwise, in all that the API shows of the catalog; nothing of those that are gone."""
        shown = {}
        for photo in ids or [photo.id for photo in self.journal.photos]:
            answer = self.client.ask("GET", f"/api/v1/photos/{photo}")
            shown[photo] = checks.of_the_catalog(answer.json) if answer.status == 200 else None
        return shown

    # For the table

    def do(self, name: str, what: str, function, urls=None, load=Load) -> Count:
        """The load goes through all nginx, or those at `urls`."""
        print(f"\n=== {name}: {what}", flush=True)
        self._new(urls, load)
        try:
            self.load.start()
            time.sleep(self.seconds)
            self._began = time.monotonic()
            function(self)
            time.sleep(self.seconds)
            self.load.stop()
            self._afterwards()
        except Failed as failure:
            self.load.stop()
            self.promise(f"it could be tried: {failure}", False, "")
            self._mend()
        return self.count(name)

    def _afterwards(self) -> None:
        for line in summary(self.requests):
            print(f"    {line}")
        print(f"    seconds in which something failed: {seconds_of_errors(self.requests)}; "
              f"answers older than what was acknowledged: {len(self.load.stale)}")
        _, missing = self.until_whole()
        self.promise("the fleet is whole", missing is None, missing or "")
        self.settle()
        _, lost = checks.until(lambda: checks.lost(self.journal, self.client))
        self.promise(f"everything acknowledged is there ({self.journal})", not lost, "; ".join(lost or []))
        _, found = checks.until(lambda: checks.verify(self.plan), checks.IN_STEP)
        self.promise("cadre verify finds nothing", found is None, found or "")
        print(f"    whole {time.monotonic() - self._began:.0f} s after the fault")

    def _mend(self) -> None:
        """So that the next fault meets a fleet that works."""
        try:
            self.up()
        except Failed as failure:
            say(str(failure))

    def clean_up(self) -> None:
        """Takes the photos and the person of the load away again."""
        ids = [photo.id for photo in self.journal.photos if not photo.purged]
        for first in range(0, len(ids), 500):
            self.client.ask("POST", "/api/v1/photos/bulk", document={"ids": ids[first:first + 500], "purge": True})
        administrator = Client(self.plan.urls[0], self.plan.secret("admin-token"))
        me = self.client.ask("GET", "/api/v1/me")
        if me.status == 200:
            administrator.ask("DELETE", f"/api/v1/users/{me.json['user']['id']}")
