"""A statement as a row, and a row as a statement."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select

from tocsin.language import fold
from tocsin.ledger.merkle import leaf_hash
from tocsin.ledger.schema import MARKINGS, RELEASES
from tocsin.policy import Marking, require_sound
from tocsin.policy.predicate import areas_of
from tocsin.tables.searching import searchable
from tocsin.tables.statements import Statement, replaced_by, statement_from_json
from tocsin.tables.when import last_moment, micros, moment_text, surely_from


class Row(NamedTuple):
    """A row of the log, its columns in the order in which they are written and read."""

    seq: int
    id: str
    kind: str
    subject: str
    known: int
    valid_from: int | None
    valid_to: int | None
    recorded: int
    marking: int
    replaces: str | None
    derived_from: str
    hash: bytes
    signature: str
    leaf: bytes
    folded: str | None
    content: bytes | None
    areas: str


class Derived(NamedTuple):
    """The columns that are worked out from a statement's content; its marking is another table."""

    id: str
    kind: str
    subject: str
    known: int
    valid_from: int | None
    valid_to: int | None
    replaces: str | None
    folded: str
    areas: str


def derived_columns(statement: Statement) -> Derived:
    """What the row says beside the content; `verify` compares it with what the row holds."""
    start, end = statement.valid_from, statement.valid_to
    return Derived(
        statement.id,
        statement.kind,
        statement.subject,
        _last_micros(statement.known_at),
        None if start is None else micros(surely_from(start)),
        None if end is None else _last_micros(end),
        replaced_by(statement),
        folded(searchable(statement)),
        areas_text(areas_of(statement.body)),
    )


def areas_text(areas: Iterable[str]) -> str:
    """Areas as the store writes them, each between line ends.

    >>> areas_text(["MLI.gao"])
    '\\nMLI.gao\\n'
    """
    names = "\n".join(sorted(set(areas)))
    return f"\n{names}\n" if names else ""


@lru_cache(maxsize=16384)
def _last_micros(when: str) -> int:
    return micros(last_moment(when))


def folded(text: str) -> str:
    """`fold(text)`, word by word: statements repeat their words, and folding is slow."""
    return " ".join(" ".join(map(_folded_word, text.split())).split())


@lru_cache(maxsize=16384)
def _folded_word(word: str) -> str:
    return word.lower() if word.isascii() else fold(word)


def leaf_of(seq: int, digest: bytes, signature: str, recorded: int, derived_from: str) -> bytes:
    """The Merkle leaf of a row: its place, its seal, and the node's own two fields."""
    entry = f'[{seq},"{digest.hex()}","{signature}","{recorded}","{derived_from}"]'
    return leaf_hash(entry.encode())


def statement_of_row(
    content: bytes, signature: str, recorded: int, derived_from: str, own: bool
) -> Statement:
    """The statement of a row; `derived_from` only for the node's own readers."""
    statement = statement_from_json(content)
    return msgspec.structs.replace(
        statement,
        hash=sha256(content).hexdigest(),
        signature=signature,
        recorded_at=_recorded_text(recorded),
        derived_from=tuple(derived_from.split()) if own else (),
    )


@lru_cache(maxsize=16384)
def _recorded_text(recorded: int) -> str:
    return moment_text(moment_from(recorded))  # a batch is recorded at one moment


def moment_from(recorded: int) -> datetime:
    """A stored moment as a datetime in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=recorded)


def marking_text(names: Iterable[str]) -> str:
    """A set of names as the store writes it."""
    return "\n".join(sorted(names))


@lru_cache(maxsize=4096)
def sound_marking(
    origin: str, tlp: str, pap: str, rel_to: tuple[str, ...], caveats: tuple[str, ...]
) -> Marking:
    """A marking that does not contradict itself: few markings, many statements.

    Raises
    ------
    UsageError.
    """
    return require_sound(Marking(origin, tlp, pap, frozenset(rel_to), frozenset(caveats)))


class MarkingIds:
    """Ids of markings, written when first met."""

    def __init__(self) -> None:
        self._known: dict[Marking, int] = {}
        self._pending: dict[Marking, int] = {}

    def of(self, connection: Connection, markings: Sequence[Marking]) -> list[int]:
        """The id of each marking, in order."""
        self._pending = {
            marking: _find_or_write(connection, marking)
            for marking in dict.fromkeys(markings)
            if marking not in self._known
        }
        return [self._known.get(marking) or self._pending[marking] for marking in markings]

    def keep(self) -> None:
        """Remember the ids of the last batch, once it has been committed."""
        self._known |= self._pending


def _find_or_write(connection: Connection, marking: Marking) -> int:
    row = {
        "origin": marking.origin,
        "tlp": marking.tlp,
        "pap": marking.pap,
        "rel_to": marking_text(marking.rel_to),
        "caveats": marking_text(marking.caveats),
    }
    wanted = [MARKINGS.c[name] == value for name, value in row.items()]
    found = connection.execute(select(MARKINGS.c.id).where(*wanted)).scalar()
    if found is not None:
        return int(found)
    written = connection.execute(insert(MARKINGS).values(**row, understood=marking.understood))
    key = written.inserted_primary_key
    assert key is not None
    if marking.rel_to:
        names = [{"marking": key[0], "name": name} for name in sorted(marking.rel_to)]
        connection.execute(insert(RELEASES), names)
    return int(key[0])
