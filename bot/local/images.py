"""The size of a picture, read from its first bytes, for what Telegram says about a photo."""

from __future__ import annotations

import struct

# Start-of-frame markers of JPEG; C4, C8 and CC in that range mean something else.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def size_of(content: bytes) -> tuple[str, int, int] | None:
    """MIME type, width and height in pixels of a PNG, JPEG, GIF or WebP; None for anything else."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png", *struct.unpack(">II", content[16:24])
        if content.startswith(b"GIF8"):
            return "image/gif", *struct.unpack("<HH", content[6:10])
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return "image/webp", *webp(content)
        if content.startswith(b"\xff\xd8"):
            return "image/jpeg", *jpeg(content)
    except (struct.error, ValueError):
        return None
    return None


def jpeg(content: bytes) -> tuple[int, int]:
    """Width and height, from the first frame's header."""
    place = 2
    while True:
        mark, kind, length = struct.unpack(">BBH", content[place : place + 4])
        if mark != 0xFF:
            raise ValueError("not a JPEG segment")
        if kind in FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length


def webp(content: bytes) -> tuple[int, int]:
    """Width and height of any of the three forms of WebP."""
    form = content[12:16]
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L":
        (bits,) = struct.unpack("<I", content[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return width, int.from_bytes(content[27:30], "little") + 1
    raise ValueError("an unknown form of WebP")
