"""The objects of a bundle, an answer or a single object, one after another from a stream.

Nothing is held but a piece of the text and one object, so a bundle may be of any length; an object
may not. Numbers keep every digit they were sent with.
"""

import json
from codecs import getincrementaldecoder
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO, NoReturn

import msgspec

from tocsin.errors import UnreadableFile
from tocsin.tables.kinds.foreign import LARGEST_OBJECT

PIECE = 1 << 18
LONGEST_NUMBER = 400
_SPACE = " \t\r\n"
_ENCODER = msgspec.json.Encoder(order="sorted", decimal_format="number")


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) < 19 else _number(text)


def _number(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return Decimal(text)


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(
    parse_float=_number, parse_int=_whole, parse_constant=_constant, strict=False
)


def canonical_text(found: Any) -> str:
    """An object as it is kept: keys in order, no spaces, every digit."""
    return _ENCODER.encode(found).decode()


class _Text:
    """A text that is read as far as it is needed."""

    def __init__(self, file: BinaryIO, name: str):
        self._file, self.name = file, name
        self._decode = getincrementaldecoder("utf-8-sig")()
        self._held, self._at, self._ended = "", 0, False
        self.number = 0

    def next_char(self) -> str:
        """The next character that is not a space; empty at the end."""
        while True:
            while self._at < len(self._held):
                if self._held[self._at] not in _SPACE:
                    return self._held[self._at]
                self._at += 1
            if not self._more():
                return ""

    def skip(self, wanted: str) -> bool:
        """Step over a character, if it is the next one."""
        if self.next_char() != wanted:
            return False
        self._at += 1
        return True

    def value(self) -> Any:
        """The next JSON value.

        Raises
        ------
        UnreadableFile, if it is not JSON, too long or too deep.
        """
        self.next_char()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._held, self._at)
                if end < len(self._held) or self._ended:  # a number might go on
                    self._at = end
                    return found
            except RecursionError:
                raise self.trouble("it is nested too deeply") from None
            except ValueError as error:
                if self._ended or not isinstance(error, json.JSONDecodeError):
                    raise self.trouble(str(error)) from None
            if len(self._held) - self._at > LARGEST_OBJECT:
                raise self.trouble("it is not JSON, or longer than an object may be")
            self._more()

    def trouble(self, problem: str) -> UnreadableFile:
        return UnreadableFile(
            "object {number} cannot be read: {problem}",
            where=self.name,
            remedy="Check that the file is STIX, and whole.",
            number=self.number + 1,
            problem=problem,
        )

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = self._file.read(PIECE)
        self._ended = not piece
        try:
            text = self._decode.decode(piece, final=self._ended)
        except UnicodeDecodeError:
            raise self.trouble("it is not UTF-8") from None
        self._held, self._at = self._held[self._at :] + text, 0
        return bool(text) or not self._ended


def value_of(content: bytes, *, plain: bool = False) -> Any:
    """Any JSON that is held as a whole, with every digit; `plain` for programs that want floats.

    Raises
    ------
    ValueError or RecursionError, if it is none.

    >>> value_of(b"0.10")
    Decimal('0.10')
    """
    text = content.decode("utf-8-sig")
    return json.loads(text, parse_constant=_constant) if plain else _DECODER.decode(text)


def envelope_of(content: bytes, name: str) -> dict[str, Any]:
    """An answer that is held as a whole; one object too large does not hide the others.

    Raises
    ------
    UnreadableFile, if it is not a JSON object.

    >>> envelope_of(b'{"more": true, "objects": [{"id": "x"}]}', "a server")["more"]
    True
    """
    problem = "it is not an object"
    try:
        found = value_of(content)
        if isinstance(found, dict):
            return found
    except RecursionError:
        problem = "it is nested too deeply"
    except ValueError as error:
        problem = str(error)
    raise UnreadableFile(
        "the answer cannot be read: {problem}",
        where=name,
        remedy="Check that the server speaks TAXII 2.1.",
        problem=problem,
    )


def objects_in(file: BinaryIO, name: str) -> Iterator[dict[str, Any]]:
    """Every object of a bundle or of an answer; a single object is one.

    Raises
    ------
    UnreadableFile, naming the object by its place.
    """
    text = _Text(file, name)
    outside: dict[str, Any] = {}
    has_objects = False
    if not text.skip("{"):
        raise text.trouble("it does not begin with an object")
    while not text.skip("}"):
        key = text.value()
        if not isinstance(key, str) or not text.skip(":"):
            raise text.trouble("it is not a bundle")
        if key == "objects" and text.next_char() == "[":
            has_objects = True
            yield from _listed(text)
        else:
            outside[key] = text.value()
            if len(outside) > 100:
                raise text.trouble("it has too many properties outside its objects")
        if not text.skip(",") and text.next_char() != "}":
            raise text.trouble("it ends too early")
    if not has_objects and outside.get("type") != "bundle" and "id" in outside:
        yield outside


def _listed(text: _Text) -> Iterator[dict[str, Any]]:
    text.skip("[")
    while not text.skip("]"):
        found = text.value()
        if not isinstance(found, dict):
            raise text.trouble("it is not an object")
        yield found
        text.number += 1
        if not text.skip(",") and text.next_char() != "]":
            raise text.trouble("it ends too early")
