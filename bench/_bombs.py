"""Small files that cost much, made here: trees of pictures made of pictures, frames and directories without end, claims
of size, what unpacks to a gigabyte. CADRE_BOMBS names a folder with more."""

import base64
import os
import pathlib
import secrets
import struct
import zlib

# 64 × 64 pixels of AV1, and the configuration that belongs to them.
_AV1 = bytes.fromhex("12000a0918157ffda2021a0d08321b1947878621879e79e6824000cfcc4522be1f78403d8ffd57e9752a")
_AV1_CONFIGURATION = bytes.fromhex("81000c00")
# 16 × 16 pixels of lossless WebP, and as a progressive JPEG.
_VP8L = bytes.fromhex("2f0fc0030007 1011fd0f4444ff03".replace(" ", ""))
_PROGRESSIVE = base64.b64decode(
    "/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wgALCAAQABABAREA"
    "/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/2gAIAQEAAAABnx//xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAEFAh//xAAUEAEAAAAAAAAAAAAA"
    "AAAAAAAg/9oACAEBAAY/Ah//xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAE/IR//2gAIAQEAAAAQD//EABQQAQAAAAAAAAAAAAAAAAAAACD/"
    "2gAIAQEAAT8QH//Z")


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _full(kind: bytes, *parts: bytes, version: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24), *parts)


def avif(items: list[tuple[bytes, bytes, tuple[int, int], list[int]]]) -> bytes:
    """A file of (type, content, size, what it is made of): numbered from 1, the first is the picture."""
    sizes = sorted({item[2] for item in items})
    properties = b"".join(_full(b"ispe", struct.pack(">II", *size)) for size in sizes) + _box(b"av1C", _AV1_CONFIGURATION)
    associations = b""
    for number, (kind, _, size, _) in enumerate(items, 1):
        wanted = [sizes.index(size) + 1] + ([len(sizes) + 1] if kind == b"av01" else [])
        associations += struct.pack(">HB", number, len(wanted)) + bytes(place | 0x80 for place in wanted)
    entries = b"".join(_full(b"infe", struct.pack(">HH4sB", number, 0, item[0], 0), version=2)
                       for number, item in enumerate(items, 1))
    references = b"".join(_box(b"dimg", struct.pack(f">HH{len(made_of)}H", number, len(made_of), *made_of))
                          for number, (_, _, _, made_of) in enumerate(items, 1) if made_of)
    head = _box(b"ftyp", b"avif", bytes(4), b"avifmif1miaf")

    def meta(start: int) -> bytes:
        places, at = b"", start
        for number, (_, content, _, _) in enumerate(items, 1):
            places += struct.pack(">HHHII", number, 0, 1, at, len(content))
            at += len(content)
        return _full(b"meta", _full(b"hdlr", bytes(4), b"pict", bytes(13)), _full(b"pitm", struct.pack(">H", 1)),
                     _full(b"iloc", struct.pack(">HH", 0x4400, len(items)), places),
                     _full(b"iinf", struct.pack(">H", len(items)), entries),
                     _box(b"iprp", _box(b"ipco", properties), _full(b"ipma", struct.pack(">I", len(items)), associations)),
                     _full(b"iref", references) if references else b"")

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + _box(b"mdat", b"".join(item[1] for item in items))


def _overlay(count: int, edge: int) -> bytes:
    return struct.pack(">BB8sHH", 0, 0, bytes(8), edge, edge) + bytes(4 * count)


def _grid(columns: int, rows: int, width: int, height: int) -> bytes:
    return struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)


def overlay_tree(depth: int) -> bytes:
    """Each picture lays the next one over itself: 2^depth decodings."""
    inner = [(b"iovl", _overlay(2, 64), (64, 64), [number + 1] * 2) for number in range(1, depth + 1)]
    return avif([*inner, (b"av01", _AV1, (64, 64), [])])


def grid_tree(depth: int) -> bytes:
    inner = [(b"grid", _grid(2, 1, 128, 64), (128, 64), [number + 1] * 2) for number in range(1, depth + 1)]
    return avif([*inner, (b"av01", _AV1, (64, 64), [])])


def grid_of_one(edge: int) -> bytes:
    """One tile, edge² times."""
    side = 64 * edge
    return avif([(b"grid", _grid(edge, edge, side, side), (side, side), [2] * (edge * edge)), (b"av01", _AV1, (64, 64), [])])


def webp_frames(count: int) -> bytes:
    def small(number: int) -> bytes:
        return struct.pack("<I", number)[:3]

    frame = small(0) + small(0) + small(15) + small(15) + small(10) + b"\0" + b"VP8L" + struct.pack("<I", len(_VP8L)) + _VP8L
    frame = b"ANMF" + struct.pack("<I", len(frame)) + frame + bytes(len(frame) & 1)
    body = (b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + small(15) + small(15) +
            b"ANIM" + struct.pack("<I", 6) + bytes(6) + frame * count)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_frames(count: int) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\x00\x01\0\0\0," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return head + frame * count + b";"


def _png(width: int, height: int, bits: int, colour: int, data: bytes, extra: bytes = b"") -> bytes:
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)) + extra +
            _chunk(b"IDAT", data) + _chunk(b"IEND", b""))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _packed(piece: bytes, count: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(piece) for _ in range(count)) + packer.flush()


def png_large(edge: int) -> bytes:
    """As many pixels as are accepted, of one bit each."""
    return _png(edge, edge, 1, 0, _packed(bytes(edge // 8 + 1), edge))


def png_text(times: int) -> bytes:
    """Text that unpacks to a gigabyte, several times."""
    text = _chunk(b"zTXt", b"Comment\0\0" + _packed(b"A" * (1 << 20), 1024))
    return _png(64, 64, 8, 2, zlib.compress(bytes((64 * 3 + 1) * 64)), text * times)


def tiff_directories(count: int) -> bytes:
    def entry(tag: int, kind: int, value: int) -> bytes:
        return struct.pack("<HHII", tag, kind, 1, value)

    start = 8 + 64 * 64
    size = 2 + 9 * 12 + 4
    entries = [entry(256, 4, 64), entry(257, 4, 64), entry(258, 3, 8), entry(259, 3, 1), entry(262, 3, 1), entry(273, 4, 8),
               entry(277, 3, 1), entry(278, 4, 64), entry(279, 4, 64 * 64)]
    body = struct.pack("<H", len(entries)) + b"".join(entries)
    chain = b"".join(body + struct.pack("<I", start + size * (n + 1) if n + 1 < count else 0) for n in range(count))
    return b"II*\0" + struct.pack("<I", start) + b"\x80" * (64 * 64) + chain


def jpeg_scans(edge: int, count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again: each goes over all pixels."""
    frame = _PROGRESSIVE.index(b"\xff\xc2") + 5
    whole = _PROGRESSIVE[:frame] + struct.pack(">HH", edge, edge) + _PROGRESSIVE[frame + 4:]
    last = whole.rindex(b"\xff\xda")
    scan = whole[last:-2]
    return whole[:last] + scan * count + b"\xff\xd9"


def all_kinds() -> dict[str, bytes]:
    bombs = {
        "overlays, 2^24": overlay_tree(24), "grids, 2^24": grid_tree(24), "one tile, 62,500 times": grid_of_one(250),
        "WebP, 200,000 frames": webp_frames(200_000), "GIF, 65,535 frames": gif_frames(65_535),
        "PNG, 256 million pixels": png_large(16_000), "PNG, 20 GiB of text": png_text(20),
        "TIFF, 65,000 directories": tiff_directories(65_000), "JPEG, 2,000 scans": jpeg_scans(8_000, 2_000),
        "12 bytes": b"GIF89a\1\0\1\0\0\0",
    }
    folder = os.environ.get("CADRE_BOMBS")
    for path in sorted(pathlib.Path(folder).iterdir()) if folder else []:
        if path.is_file() and path.suffix not in (".py", ".md"):
            bombs[path.name] = path.read_bytes()
    return bombs


def again(bomb: bytes) -> bytes:
    """The same with other bytes behind it, so that it is no duplicate."""
    tail = secrets.token_bytes(16)
    return bomb + (_box(b"free", tail) if bomb[4:8] == b"ftyp" else tail)
