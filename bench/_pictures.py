"""Pictures made here, each of other bytes."""

import random
import struct
import zlib


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def picture(seed: int, size: int = 0) -> bytes:
    """A small PNG, another one for each seed; with a chunk that readers skip, so that the file has `size` bytes."""
    width, height = 64, 48
    noise = random.Random(seed)
    rows = b"".join(b"\0" + noise.randbytes(3 * width) for _ in range(height))
    head = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    tail = _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    left = size - len(head) - len(tail) - len(_chunk(b"raND", b""))
    return head + (_chunk(b"raND", noise.randbytes(left)) if left > 0 else b"") + tail
