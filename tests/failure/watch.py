"""People who look at photos that nobody changes: every answer is the right one, or a refusal that says so."""

import random
import threading
from collections import Counter

from failure import checks
from failure.client import Client

PAUSE = 0.05  # seconds between two looks of one


class Watch:
    """From `with` to its end; what was wrong is in `wrong`."""

    def __init__(self, urls: list[str], token: str, library: dict[str, dict]):
        self.wrong: list[str] = []
        self.statuses: Counter[int] = Counter()
        self._urls = urls
        self._token = token
        self._library = library
        self._alive = sum(photo["trashed_at"] is None for photo in library.values())
        self._end = threading.Event()
        self._watchers: list[threading.Thread] = []

    def __enter__(self) -> "Watch":
        self._watchers = [threading.Thread(target=self._run, args=(url,), daemon=True) for url in self._urls]
        for watcher in self._watchers:
            watcher.start()
        return self

    def __exit__(self, *_) -> None:
        self._end.set()
        for watcher in self._watchers:
            watcher.join()

    @property
    def refused(self) -> int:
        return self.statuses[503]

    def __str__(self) -> str:
        return ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))

    def _run(self, url: str) -> None:
        client = Client(url, self._token)
        while not self._end.wait(PAUSE):
            self._look_at_a_photo(client)
            self._look_at_the_timeline(client)

    def _look_at_a_photo(self, client: Client) -> None:
        photo, expected = random.choice(list(self._library.items()))
        answer = client.ask("GET", f"/api/v1/photos/{photo}")
        self.statuses[answer.status] += 1
        shown = checks.of_the_catalog(answer.json) if answer.status == 200 else expected
        if shown != expected:
            fields = [name for name in expected if shown.get(name) != expected[name]]
            self.wrong.append(f"{photo} is shown with other {', '.join(fields)}")
        elif answer.status not in (200, 503):
            self.wrong.append(f"{photo} is answered {answer.status or answer.why}")

    def _look_at_the_timeline(self, client: Client) -> None:
        answer = client.ask("GET", "/api/v1/timeline?scope=mine")
        self.statuses[answer.status] += 1
        if answer.status == 200 and answer.json["total"] < self._alive:
            self.wrong.append(f"a timeline of {answer.json['total']} photos, where {self._alive} are known")
        elif answer.status not in (200, 503):
            self.wrong.append(f"the timeline is answered {answer.status or answer.why}")
