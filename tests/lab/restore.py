"""A backup outlives all machines: after everything was destroyed, new ones have the same library."""

import hashlib
import os
import pathlib
import secrets
import shutil
import tempfile
import time

from cadre_dev import fleet
from cadre_dev.shell import Failed

from failure import checks, pictures
from failure.client import Client
from failure.promises import Promises

GENERATED = 24


def _pictures() -> list[bytes]:
    """Generated ones, and a few real ones where CADRE_PHOTOS names some."""
    folder = pathlib.Path(os.environ.get("CADRE_PHOTOS") or "/nonexistent")
    real = [file.read_bytes() for file in sorted(folder.rglob("*.jpg"))[:8]]
    return real + [pictures.small() for _ in range(GENERATED)]


class Person:
    """Somebody with photos of every kind: public, titled, tagged, a favourite, in the trash, deleted for good."""

    def __init__(self, lab):
        self.name = f"keeps-{secrets.token_hex(4)}"
        self.password = secrets.token_urlsafe(12)
        fleet.cadre(lab, "user", "add", self.name, "--role", "member", "--password-stdin", stdin=self.password + "\n")
        self.token = fleet.cadre(lab, "token", "create", "--user", self.name)

    def client(self, lab) -> Client:
        return Client(lab.urls[0], self.token)

    def fill(self, lab) -> None:
        client = self.client(lab)
        for number, data in enumerate(_pictures()):
            visibility = "public" if number % 2 else "private"
            sent = client.ask("POST", f"/api/v1/photos?filename=kept-{number}.jpg&visibility={visibility}", data)
            if sent.status not in (200, 201):
                raise Failed(f"a photo was answered {sent.status} {sent.why}")
            path = f"/api/v1/photos/{sent.json['id']}"
            if number % 3 == 0:
                change = {"title": f"The {number}th", "tags": ["kept", str(number)], "favourite": number % 2 == 0}
                client.ask("PATCH", path, document=change)
            if number % 7 == 6:
                client.ask("DELETE", f"{path}?permanent=true" if number % 2 else path)
        checks.until(lambda: checks.processing(client) != 0, 120)

    def library(self, lab) -> dict:
        """All of it: every photo as its owner sees it, with the hash of its original and of its largest derivative."""
        client = self.client(lab)
        found = {}
        for scope in ("mine", "trash"):
            cursor = ""
            while cursor is not None:
                answer = client.ask("GET", f"/api/v1/photos?scope={scope}&limit=200&cursor={cursor}")
                if answer.status != 200:
                    raise Failed(f"the list of photos is answered {answer.status} {answer.why}")
                for photo in answer.json["photos"]:
                    found[photo["id"]] = (scope, checks.of_the_catalog(photo), *self._bytes(client, photo))
                cursor = answer.json["next"]
        return found

    def leave(self, lab) -> None:
        """With all photos, so that the next show finds an empty wall."""
        client = self.client(lab)
        ids = list(self.library(lab))
        client.ask("POST", "/api/v1/photos/bulk", document={"ids": ids, "purge": True})
        me = client.ask("GET", "/api/v1/me").json["user"]["id"]
        Client(lab.urls[0], lab.secret("admin-token")).ask("DELETE", f"/api/v1/users/{me}")

    @staticmethod
    def _bytes(client: Client, photo: dict) -> list[str]:
        original = client.ask("GET", f"/api/v1/photos/{photo['id']}/original")
        variants = photo["media"]["variants"]
        media = client.ask("GET", variants[-1]["url"]) if variants else original
        return [f"{answer.status} {hashlib.sha256(answer.body).hexdigest()}" for answer in (original, media)]


def restored(lab, show: Promises) -> None:
    person = Person(lab)
    person.fill(lab)
    users = _users(lab)
    before = person.library(lab)
    show.promise("there is a library to lose", len(before) >= GENERATED * 3 // 4,
                 f"{len(before)} photos, {sum(one[0] == 'trash' for one in before.values())} in the trash, {len(users)} users")
    with tempfile.TemporaryDirectory(prefix="cadre-backup-") as folder:
        _step(show, "a backup is made", lambda: _play(lab, "backup.yml", folder))
        _step(show, "everything is destroyed, the secrets too", lambda: _destroy(lab))
        _step(show, "new machines come up", lambda: lab.up(administrator=False))
        _step(show, "the backup is restored", lambda: _play(lab, "restore.yml", folder))
    after = person.library(lab)
    differ = [photo for photo in before.keys() | after.keys() if before.get(photo) != after.get(photo)]
    show.promise("the library is identical, fact by fact and byte by byte", not differ,
                 f"{len(after)} photos" if not differ else f"{len(differ)} differ: {_difference(before, after, differ[0])}")
    show.promise("so are the users", _users(lab) == users, f"{len(users)}")
    entered = Client(lab.urls[1]).ask("POST", "/api/v1/session", document={"name": person.name, "password": person.password})
    show.promise("people log in", entered.status == 201, f"{entered.status}")
    found = checks.verify(lab)
    show.promise("cadre verify finds nothing", found is None, found or "")
    person.leave(lab)


def _destroy(lab) -> None:
    lab.down(wipe=True)
    shutil.rmtree(lab.secret_file(""))


def _step(show: Promises, sentence: str, act) -> None:
    began = time.monotonic()
    act()
    show.promise(sentence, True, f"{time.monotonic() - began:.0f} s")


def _play(lab, playbook: str, folder: str) -> None:
    code, printed = lab.play(playbook, "-e", f"backup_folder={folder}", quiet=True)
    if code != 0:
        raise Failed(f"{playbook} failed with exit code {code}:\n{printed[-3000:]}")


def _users(lab) -> list[dict]:
    answer = Client(lab.urls[0], lab.secret("admin-token")).ask("GET", "/api/v1/users")
    if answer.status != 200:
        raise Failed(f"the list of users is answered {answer.status} {answer.why}")
    return answer.json["users"]


def _difference(before: dict, after: dict, photo: str) -> str:
    one, other = before.get(photo), after.get(photo)
    if one is None or other is None:
        return f"{photo} is only {'before' if other is None else 'after'}"
    if one[1] != other[1]:
        return f"{photo} " + ", ".join(f"{name}: {one[1][name]!r} → {other[1].get(name)!r}" for name in one[1]
                                       if one[1][name] != other[1].get(name))
    return f"{photo} has other bytes, or is elsewhere: {one[0]} {one[2:]} → {other[0]} {other[2:]}"
