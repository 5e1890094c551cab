"""What the fleet has acknowledged. A photo belongs to one thread of the load, so its changes follow one another."""

import hashlib
import threading
from dataclasses import dataclass, field


@dataclass
class Photo:
    """What must hold of a photo. A change that was not acknowledged may have taken effect or not."""

    id: str
    sha256: str
    title: str = ""
    maybe_titles: set[str] = field(default_factory=set)
    trashed: bool = False
    maybe_trashed: bool = False
    purged: bool = False
    maybe_purged: bool = False

    def titled(self, title: str, acknowledged: bool) -> None:
        """An acknowledged edit wins over everything that began before it, also over what lands late."""
        if acknowledged:
            self.title, self.maybe_titles = title, set()
        else:
            self.maybe_titles.add(title)

    def wrong(self, status: int, photo: dict | None) -> str | None:
        """What is not as it was acknowledged; `photo` as the API shows it."""
        if self.purged:
            return None if status == 404 else "was deleted for good and is back"
        if status == 404:
            return None if self.maybe_purged else "is gone"
        if status != 200:
            return f"is answered {status}"
        if photo["sha256"] != self.sha256:
            return "has other bytes"
        if photo["title"] != self.title and photo["title"] not in self.maybe_titles:
            return f"is called {photo['title']!r}, not {self.title!r}"
        trashed = photo["trashed_at"] is not None
        if trashed != self.trashed and not self.maybe_trashed:
            return "is in the trash" if trashed else "is out of the trash again"
        return None


class Journal:
    """Thread-safe in adding; photos are changed by their own thread only."""

    def __init__(self):
        self._lock = threading.Lock()
        self._photos: list[Photo] = []

    def uploaded(self, photo_id: str, data: bytes) -> Photo:
        photo = Photo(photo_id, hashlib.sha256(data).hexdigest())
        with self._lock:
            self._photos.append(photo)
        return photo

    @property
    def photos(self) -> list[Photo]:
        with self._lock:
            return list(self._photos)

    def __str__(self):
        photos = self.photos
        return (f"{len(photos)} photos, {sum(photo.trashed for photo in photos)} of them in the trash, "
                f"{sum(photo.purged for photo in photos)} deleted for good")
