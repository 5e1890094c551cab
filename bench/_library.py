"""The same small library in each of several galleries."""

import json
import pathlib

from _gallery import Failed
from _pictures import picture


def fill(folder: pathlib.Path, galleries: list, photos: int) -> None:
    """So many public photos in each, all ready, and a user with a token."""
    pictures = folder / "pictures"
    pictures.mkdir()
    for seed in range(photos):
        (pictures / f"{seed:05}.png").write_bytes(picture(seed))
    for gallery in galleries:
        gallery.add_user()
        gallery.take_in([pictures], "--visibility", "public")
        found = [photo["state"] for photo in gallery.photos()]
        if found != ["ready"] * photos:
            raise Failed(f"of {photos} photos {found.count('ready')} are ready.")


def newest_month(gallery) -> str:
    return json.loads(gallery.get("/api/v1/timeline?scope=wall"))["months"][0]["month"]
