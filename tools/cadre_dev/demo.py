"""The demo's photographs: out of Debian's packages, with sidecars that say when, where and what (tools/demo/photographs.toml)."""

import dataclasses
import pathlib
import shutil
import tomllib
from xml.sax.saxutils import escape, quoteattr

from cadre_dev import packages
from cadre_dev.shell import ROOT, Failed

TABLE = ROOT / "tools" / "demo" / "photographs.toml"
BACKGROUNDS = pathlib.Path("usr/share/backgrounds")
# Where one of them cannot be had, the demo has fewer photographs.
FETCHED = ["lomiri-wallpapers-16.04"]
NAMESPACES = {"dc": "http://purl.org/dc/elements/1.1/", "xmp": "http://ns.adobe.com/xap/1.0/",
              "exif": "http://ns.adobe.com/exif/1.0/", "photoshop": "http://ns.adobe.com/photoshop/1.0/"}


@dataclasses.dataclass(frozen=True)
class Photograph:
    file: str
    title: str = ""
    caption: str = ""
    taken: str = ""  # on a clock there; without it the file's own date stands
    position: tuple[float, float] | None = None  # latitude, longitude in degrees
    tags: tuple[str, ...] = ()
    rating: int | None = None  # 1 to 5
    album: str = ""

    def sidecar(self) -> str:
        """XMP, as ISO 16684-1 says."""
        spaces = " ".join(f"xmlns:{name}={quoteattr(address)}" for name, address in NAMESPACES.items())
        told = [f"<dc:{name}><rdf:Alt><rdf:li xml:lang=\"x-default\">{escape(text)}</rdf:li></rdf:Alt></dc:{name}>"
                for name, text in (("title", self.title), ("description", self.caption)) if text]
        if self.tags:
            told.append("<dc:subject><rdf:Bag>" + "".join(f"<rdf:li>{escape(tag)}</rdf:li>" for tag in self.tags)
                        + "</rdf:Bag></dc:subject>")
        if self.rating is not None:
            told.append(f"<xmp:Rating>{self.rating}</xmp:Rating>")
        if self.taken:
            told.append(f"<photoshop:DateCreated>{escape(self.taken)}</photoshop:DateCreated>")
        if self.position is not None:
            told += [f"<exif:{name}>{_angle(degrees, letters)}</exif:{name}>" for name, degrees, letters in
                     (("GPSLatitude", self.position[0], "NS"), ("GPSLongitude", self.position[1], "EW"))]
        return ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
                f'<rdf:Description rdf:about="" {spaces}>{"".join(told)}</rdf:Description></rdf:RDF></x:xmpmeta>\n')


def _angle(degrees: float, letters: str) -> str:
    whole, minutes = divmod(round(abs(degrees) * 60, 6), 60)
    return f"{int(whole)},{minutes:.6f}{letters[degrees < 0]}"


def table() -> list[Photograph]:
    rows = tomllib.loads(TABLE.read_text())["photograph"]
    return [Photograph(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
            for row in rows]


def lay_out(folder: pathlib.Path) -> int:
    """Copies those that there are into `folder`, those of an album into a folder of its name, each with its sidecar; how many."""
    packages.debian(packages.DEMO)
    roots = [pathlib.Path("/"), *(packages.extracted(name) for name in FETCHED)]
    count = 0
    for photograph in table():
        found = next((root / BACKGROUNDS / photograph.file for root in roots
                      if (root / BACKGROUNDS / photograph.file).is_file()), None)
        if found is None:
            continue
        place = folder / photograph.album / found.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(found, place)
        place.with_name(place.name + ".xmp").write_text(photograph.sidecar())
        count += 1
    if count == 0:
        raise Failed("the demo has no photograph: Debian's mate-backgrounds has none of those that it names.")
    return count
