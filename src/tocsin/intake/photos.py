"""Photos without what they tell beside the picture: position, device, owner, time, thumbnails.

Only JPEG and PNG are kept: of other formats we could not promise to have taken everything out.
Nothing is decoded; the parts of a file are walked, and only those that draw the picture stay.
"""

import struct
from dataclasses import dataclass
from typing import Literal

from tocsin.errors import UnreadableFile

_PNG = b"\x89PNG\r\n\x1a\n"
_DRAWS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT",
          b"bKGD", b"pHYs"}  # fmt: skip
_ORIENTATION = 0x0112


@dataclass(frozen=True)
class Photo:
    """A photo that only shows its picture."""

    content: bytes
    type: Literal["image/jpeg", "image/png"]
    stripped: bool  # whether something was taken out


def bare(content: bytes) -> Photo:
    """The photo without anything that leads to a person or a place.

    How a phone was held when it took the picture (the orientation) stays.

    Raises
    ------
    UnreadableFile, if it is neither a JPEG nor a PNG, or cut.
    """
    if content.startswith(b"\xff\xd8"):
        made = _jpeg(content)
        return Photo(made, "image/jpeg", made != content)
    if content.startswith(_PNG):
        made = _png(content)
        return Photo(made, "image/png", made != content)
    raise UnreadableFile("the photo is neither a JPEG nor a PNG")


def _cut() -> UnreadableFile:
    return UnreadableFile("the photo is cut or damaged")


def _jpeg(content: bytes) -> bytes:
    """Segments that draw: everything but APPn (JFIF and Adobe's colours excepted) and comments.

    ISO/IEC 10918-1, annex B. What follows the end of the image (other pictures, video) goes too.
    """
    out = bytearray(b"\xff\xd8")
    held: int | None = None
    at = 2
    while True:
        if at + 4 > len(content) or content[at] != 0xFF:
            raise _cut()
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        segment = content[at : at + 2 + length]
        if length < 2 or len(segment) < 2 + length:
            raise _cut()
        if marker == 0xE1 and held is None:
            held = _orientation(segment[4:])
        if _stays(marker, segment[4:]):
            out += segment
        at += 2 + length
        if marker == 0xDA:  # what follows is the picture itself
            break
    if held and 1 < held <= 8:
        out[2:2] = _only_orientation(held)
    end = _end_of_picture(content, at)
    out += content[at:end]
    return bytes(out)


def _stays(marker: int, data: bytes) -> bool:
    if marker == 0xE0:
        # JFIF without a thumbnail; JFXX is one.
        return data.startswith(b"JFIF\x00") and len(data) <= 14 and data[12:14] in (b"\0\0", b"")
    if marker == 0xEE:
        return data.startswith(b"Adobe") and len(data) <= 12
    return not (0xE1 <= marker <= 0xEF or marker == 0xFE)


def _end_of_picture(content: bytes, at: int) -> int:
    """Just after the end marker; within a progressive picture tables may stand between scans."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        marker = content[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD7:
            at += 1 if marker == 0xFF else 2
            continue
        if 0xE0 <= marker <= 0xEF or marker == 0xFE:
            raise _cut()  # nothing that tells may hide between scans
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            raise _cut()
        at += 2 + length
    raise _cut()


def _orientation(exif: bytes) -> int | None:
    """The orientation that an Exif segment holds (Exif 2.3, 4.6.4), if it does."""
    if not exif.startswith(b"Exif\0\0"):
        return None
    tiff = exif[6:]
    order: Literal["<", ">"] = "<" if tiff[:2] == b"II" else ">"
    try:
        first = struct.unpack_from(order + "I", tiff, 4)[0]
        count = struct.unpack_from(order + "H", tiff, first)[0]
        for index in range(min(count, 200)):
            tag, kind, many, value = struct.unpack_from(
                order + "HHIH", tiff, first + 2 + 12 * index
            )
            if (tag, kind, many) == (_ORIENTATION, 3, 1):
                return int(value)
    except struct.error:
        return None
    return None


def _only_orientation(value: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, value, 0, 0)
    data = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data


def _png(content: bytes) -> bytes:
    """Chunks that draw; text, time and Exif go (PNG, third edition, 11)."""
    out = bytearray(_PNG)
    at = len(_PNG)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        chunk = content[at : at + 12 + length]
        if len(chunk) < 12 + length:
            break
        if kind in _DRAWS:
            out += chunk
        at += 12 + length
        if kind == b"IEND":
            return bytes(out)
    raise _cut()
