"""The load: people who upload, edit, delete and look, through all nginx. So many at once, each at their own pace (Load), or
as many as it takes for so many requests a second (Arrivals)."""

import random
import threading
import time
from collections import Counter, deque

from failure import pictures
from failure.client import Answer, Client, Request
from failure.journal import Journal, Photo

HANDS = 6
PAUSE = 0.35  # seconds between two requests of one hand: some 15 a second in all, what two cores can do besides
AT_MOST = 40  # photos that a hand keeps, so that a long run does not grow

# Share of each kind: many changes, where a fault is to meet some.
KINDS = {"upload": 20, "edit": 20, "trash": 5, "restore": 3, "purge": 4, "photo": 25, "timeline": 13, "media": 10}
# As in a gallery that is mostly looked at: one request in eight changes something.
LOOKING = {"upload": 6, "edit": 4, "trash": 1, "restore": 1, "purge": 1, "photo": 40, "timeline": 22, "media": 25}


class Load:
    """Runs from start() to stop(); what it did is in `requests` and the journal."""

    def __init__(self, urls: list[str], token: str, journal: Journal):
        self.requests: list[Request] = []
        self.stale: list[str] = []  # answers that were not what had been acknowledged
        self._urls = urls
        self._token = token
        self._journal = journal
        self._end = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self._end.clear()
        self._threads = [threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(HANDS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _hand(self, number: int, kinds=None) -> "_Hand":
        return _Hand(Client(self._urls[number % len(self._urls)], self._token), self, kinds or KINDS)

    def _run(self, number: int) -> None:
        hand = self._hand(number)
        while not self._end.is_set():
            began = time.monotonic()
            hand.step()
            self._end.wait(max(0.0, began + PAUSE * random.uniform(0.7, 1.3) - time.monotonic()))

    def noted(self, asked: tuple[Answer, Request]) -> Answer:
        answer, request = asked
        self.requests.append(request)
        return answer

    @property
    def journal(self) -> Journal:
        return self._journal


class Arrivals(Load):
    """So many requests a second on average, each at a moment of its own, however long those before it take (an open model)."""

    def __init__(self, urls: list[str], token: str, journal: Journal, rate: float):
        super().__init__(urls, token, journal)
        self._rate = rate
        self._free: deque[_Hand] = deque()  # the one that has waited longest comes next
        self._made = 0

    def start(self) -> None:
        self._end.clear()
        self._threads = [threading.Thread(target=self._arrive, daemon=True)]
        self._threads[0].start()

    def stop(self) -> None:
        self._end.set()
        for thread in self._threads:  # the first one adds none any more once it has ended
            thread.join()

    def _arrive(self) -> None:
        due = time.monotonic()
        while not self._end.wait(max(0.0, due - time.monotonic())):
            due += random.expovariate(self._rate)
            thread = threading.Thread(target=self._step, args=(self._free_hand(),), daemon=True)
            thread.start()
            self._threads = [other for other in self._threads if other.is_alive()] + [thread]

    def _free_hand(self) -> "_Hand":
        if self._free:
            return self._free.popleft()
        self._made += 1
        return self._hand(self._made, LOOKING)

    def _step(self, hand: "_Hand") -> None:
        hand.step()
        self._free.append(hand)


class _Hand:
    def __init__(self, client: Client, load: Load, kinds: dict[str, int]):
        self._client = client
        self._load = load
        self._kinds = kinds
        self._photos: list[Photo] = []
        self._urls: list[str] = []
        self._edits = 0

    def step(self) -> None:
        kinds = self._kinds if self._photos else {kind: self._kinds[kind] for kind in ("upload", "timeline")}
        if len(self._photos) >= AT_MOST:
            kinds = {**kinds, "upload": 0, "purge": 20}
        kind = random.choices(list(kinds), list(kinds.values()))[0]
        getattr(self, "_" + kind)(random.choice(self._photos) if self._photos else None)

    def _ask(self, kind: str, method: str, path: str, body=None, document=None) -> Answer:
        return self._load.noted(self._client.timed(kind, method, path, body, document))

    def _upload(self, _) -> None:
        data = pictures.small()
        answer = self._ask("upload", "POST", "/api/v1/photos?filename=load.jpg", data)
        if answer.status == 201:
            self._photos.append(self._load.journal.uploaded(answer.json["id"], data))

    def _edit(self, photo: Photo) -> None:
        self._edits += 1
        title = f"{photo.id[-4:]} {self._edits}"
        answer = self._ask("edit", "PATCH", f"/api/v1/photos/{photo.id}", document={"title": title})
        self._see(photo, answer, "edit")
        photo.titled(title, answer.done)

    def _trash(self, photo: Photo) -> None:
        answer = self._ask("trash", "DELETE", f"/api/v1/photos/{photo.id}")
        self._see(photo, answer, "trash")
        self._decided(photo, answer, True)

    def _restore(self, photo: Photo) -> None:
        answer = self._ask("restore", "POST", f"/api/v1/photos/{photo.id}/restore")
        self._see(photo, answer, "restore")
        self._decided(photo, answer, False)

    @staticmethod
    def _decided(photo: Photo, answer: Answer, trashed: bool) -> None:
        if answer.done:
            photo.trashed, photo.maybe_trashed = trashed, False
        elif answer.status != 404:
            photo.maybe_trashed = True

    def _purge(self, photo: Photo) -> None:
        photo.maybe_purged = True
        answer = self._ask("purge", "DELETE", f"/api/v1/photos/{photo.id}?permanent=true")
        # 404: nginx repeated it on another replica after the first had done it and could not say so any more.
        if answer.done or answer.status == 404:
            photo.purged = True
            self._photos.remove(photo)

    def _photo(self, photo: Photo) -> None:
        answer = self._ask("photo", "GET", f"/api/v1/photos/{photo.id}")
        shown = answer.json if answer.status == 200 else None
        if shown and shown["state"] == "ready":
            self._urls = [variant["url"] for variant in shown["media"]["variants"]]
        self._see(photo, answer, "photo", shown)

    def _timeline(self, _) -> None:
        answer = self._ask("timeline", "GET", "/api/v1/timeline?scope=mine")
        alive = sum(not (photo.trashed or photo.maybe_trashed or photo.maybe_purged) for photo in self._photos)
        if answer.status == 200 and answer.json["total"] < alive:
            self._load.stale.append(f"a timeline of {answer.json['total']} photos, where one hand alone has {alive}")

    def _media(self, photo: Photo) -> None:
        # Of a photo that went to the trash meanwhile: 404 is right then.
        if self._urls:
            self._ask("media", "GET", random.choice(self._urls))
        else:
            self._photo(photo)

    def _see(self, photo: Photo, answer: Answer, kind: str, shown: dict | None = None) -> None:
        """Notes an answer that the journal does not agree with."""
        if answer.status == 404 and not (photo.maybe_purged or photo.purged):
            self._load.stale.append(f"{kind}: {photo.id} is gone")
        elif shown and (wrong := photo.wrong(200, shown)):
            self._load.stale.append(f"{kind}: {photo.id} {wrong}")


def summary(requests: list[Request]) -> list[str]:
    """A line for reads and one for writes."""
    lines = []
    for name, write in (("reads", False), ("writes", True)):
        chosen = [request for request in requests if request.write == write]
        if not chosen:
            continue
        times = sorted(request.seconds for request in chosen)
        failed = Counter(f"{request.kind} {request.status or request.why.split(':')[0]}" for request in chosen if request.failed)
        what = ", ".join(f"{count} × {kind}" for kind, count in sorted(failed.items())) or "none failed"
        lines.append(f"{len(chosen)} {name}: p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {percentile(times, 0.99):.2f} s, "
                     f"longest {times[-1]:.1f} s; {what}")
    return lines


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def seconds_of_errors(requests: list[Request]) -> int:
    """In how many seconds of the clock a request failed that ended in it."""
    return len({int(request.at + request.seconds) for request in requests if request.failed})
