"""Statements as compact blocks: what repeats is compressed, what cannot be is kept raw.

A block holds up to `RECORDS` statements, each to the byte as it was signed:

    count, number of salts, number of keys (u32 each), and the keys' ids of 16 characters
    the last ten bytes of each id, the salts, the signatures     raw: they are random
    length of the rest unpacked (u32), then the rest, LZMA       key, shape, time of id, texts

Ids and salts are cut out of the texts and put back when the block is read. Nothing a reader
decompresses can grow beyond `UNPACKED_LIMIT`, and the dictionary's size is ours, not the sender's.
"""

import lzma
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tocsin.errors import CheckFailed

RECORDS = 1000
TEXT_TARGET = 1 << 20  # a block is closed when its texts reach this
UNPACKED_LIMIT = 4 << 20
BLOCK_LIMIT = 4 << 20
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 4, "dict_size": 1 << 20}]
_KEY, _ID, _SALT, _SIGNATURE = 16, 10, 12, 64
_HAS_ID, _HAS_SALT = 1, 2
_NUMBERS = struct.Struct(">III")
_LENGTH = struct.Struct(">I")


class Record(NamedTuple):
    """A statement as it was signed: its canonical JSON, and `KEY:BASE64`."""

    content: bytes
    signature: str


class Part(NamedTuple):
    """What a block's bytes are spent on."""

    name: str
    size: int


def grouped(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Records in groups that fit a block each."""
    group: list[Record] = []
    size = 0
    keys: set[str] = set()
    for record in records:
        if group and (len(group) == RECORDS or size >= TEXT_TARGET or len(keys) == 255):
            yield group
            group, size, keys = [], 0, set()
        group.append(record)
        size += len(record.content)
        keys.add(record.signature[:_KEY])
    if group:
        yield group


def pack(records: list[Record]) -> bytes:
    """A block of one group of records; the same records always give the same bytes."""
    return b"".join(part for _, part in _packed(records))


def sizes(records: list[Record]) -> list[Part]:
    """The bytes of a block, by what they are spent on."""
    return [Part(name, len(part)) for name, part in _packed(records)]


def _packed(records: list[Record]) -> list[tuple[str, bytes]]:
    keys = sorted({record.signature[:_KEY] for record in records})
    place = {key: at for at, key in enumerate(keys)}
    ids, salts, signatures, texts = bytearray(), bytearray(), bytearray(), []
    shapes, owners, times = bytearray(), bytearray(), bytearray()
    for record in records:
        text, shape, name, salt = _cut(record.content)
        key, _, encoded = record.signature.partition(":")
        owners.append(place[key])
        shapes.append(shape)
        times += name[:6]
        ids += name[6:]
        salts += salt
        signatures += b64decode(encoded)
        texts.append(text)
    planes = b"".join(bytes(times[at::6]) for at in range(6))
    rest = bytes(owners) + bytes(shapes) + planes + b"\n".join(texts)
    head = _NUMBERS.pack(len(records), len(salts) // _SALT, len(keys)) + "".join(keys).encode()
    packed = lzma.compress(rest, format=lzma.FORMAT_RAW, filters=_FILTERS)
    return [
        ("counts and key names", head + _LENGTH.pack(len(rest))),
        ("ids", bytes(ids)),
        ("salts", bytes(salts)),
        ("signatures", bytes(signatures)),
        ("texts, compressed", packed),
    ]


def _cut(content: bytes) -> tuple[bytes, int, bytes, bytes]:
    """A text without its id and salt, which of the two were cut, and both as bytes.

    Keys stand in order and nothing after `id` is nested, so the last `"id":"` is the envelope's.
    """
    shape, name, salt = 0, bytes(16), b""
    at = content.rfind(b'"salt":"') + 8
    if at > 7 and content[at + 24 : at + 25] == b'"' and (found := _hex(content[at : at + 24])):
        content = content[:at] + content[at + 24 :]
        shape, salt = shape | _HAS_SALT, found
    at = content.rfind(b'"id":"') + 6
    text = content[at : at + 36]
    found = _hex(text.replace(b"-", b""))
    if at > 5 and len(found) == 16 and _id_text(found) == text:
        content = content[:at] + content[at + 36 :]
        shape, name = shape | _HAS_ID, found
    return content, shape, name, salt


def _hex(text: bytes) -> bytes:
    """Bytes of lowercase hexadecimal digits; none if they are anything else."""
    try:
        found = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return b""
    return found if found.hex().encode() == text else b""


def _id_text(name: bytes) -> bytes:
    text = name.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])).encode()


def unpack(block: bytes, limit: int = RECORDS) -> list[Record]:
    """The records of a block.

    Raises
    ------
    CheckFailed, if it is not a block, or holds more than a block may.
    """
    try:
        return _unpacked(memoryview(block), limit)
    except (struct.error, lzma.LZMAError, ValueError, IndexError):
        raise CheckFailed(
            "this is not a block of statements", remedy="Ask its sender for it again."
        ) from None


def _unpacked(block: memoryview, limit: int) -> list[Record]:
    count, salt_count, key_count = _NUMBERS.unpack_from(block, 0)
    if not (0 < count <= limit and salt_count <= count and 0 < key_count <= 255):
        raise ValueError(count)
    cursor = _Cursor(block, _NUMBERS.size)
    keys = [bytes(cursor.take(_KEY)).decode("ascii") for _ in range(key_count)]
    (size,) = _LENGTH.unpack(cursor.take(_LENGTH.size))
    if not 8 * count <= size <= UNPACKED_LIMIT or len(block) > BLOCK_LIMIT:
        raise ValueError(size)
    ids = cursor.take(_ID * count)
    salts = _Cursor(cursor.take(_SALT * salt_count))
    signatures = cursor.take(_SIGNATURE * count)
    rest = _grown(cursor.take(len(block) - cursor.at), size)
    owners, shapes, planes = rest[:count], rest[count : 2 * count], rest[2 * count : 8 * count]
    texts = rest[8 * count :].split(b"\n")
    if len(texts) != count or sum(shape & _HAS_SALT for shape in shapes) != _HAS_SALT * salt_count:
        raise ValueError(count)
    records = []
    for at, cut in enumerate(texts):
        text = cut
        if shapes[at] & _HAS_ID:
            name = planes[at::count] + bytes(ids[at * _ID : at * _ID + _ID])
            text = _put(text, b'"id":"', _id_text(name))
        if shapes[at] & _HAS_SALT:
            text = _put(text, b'"salt":"', salts.take(_SALT).hex().encode())
        raw = bytes(signatures[at * _SIGNATURE : (at + 1) * _SIGNATURE])
        records.append(Record(text, f"{keys[owners[at]]}:{b64encode(raw).decode()}"))
    return records


class _Cursor:
    """Reads a block from its beginning, and never past its end."""

    def __init__(self, block: memoryview, at: int = 0):
        self.block, self.at = block, at

    def take(self, size: int) -> memoryview:
        part = self.block[self.at : self.at + size]
        if len(part) != size:
            raise ValueError(size)
        self.at += size
        return part


def _grown(packed: memoryview, size: int) -> bytes:
    """Exactly `size` bytes, and not one more, whatever the packed bytes would grow to."""
    grower = lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=_FILTERS)
    rest = grower.decompress(packed, max_length=size + 1)
    if len(rest) != size:
        raise ValueError(size)
    return rest


def _put(text: bytes, key: bytes, value: bytes) -> bytes:
    at = text.rindex(key) + len(key)
    return text[:at] + value + text[at:]
