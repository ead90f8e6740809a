"""What becomes of a STIX object that comes in: the statement it carries, or one that keeps it."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from tocsin.errors import TableError
from tocsin.ledger.identity import BLANK_ID
from tocsin.sharing.stix.marking import FIXED, Markings
from tocsin.sharing.stix.naming import EXTENSION, MAKER
from tocsin.sharing.stix.reading import canonical_text
from tocsin.tables.kinds import StixObject
from tocsin.tables.statements import Statement, statement_from_json

_Ref = str


class _Granular(msgspec.Struct):
    marking_ref: _Ref | None = None


class _Checked(msgspec.Struct):
    """What must hold of any object for us to keep it; whatever else it says is kept unread."""

    type: str
    id: str
    spec_version: str = ""
    created: str | None = None
    modified: str | None = None
    created_by_ref: str | None = None
    revoked: bool = False
    object_marking_refs: list[_Ref] = []
    granular_markings: list[_Granular] = []
    extensions: dict[str, Any] = {}


class Arrival(NamedTuple):
    """One object that came: at most one of `ours` and `foreign` is set, both None to pass it by."""

    id: str
    ours: Statement | None = None  # carried whole, under its originator's signature
    foreign: Statement | None = None  # made by us, to keep the object


class Arriving:
    """Takes objects one after another. `origin` and `author` are whose record a foreign one is.

    A marking definition counts from where it stands: who sends it after what it marks has sent
    an unknown marking.
    """

    def __init__(self, origin: str, author: str, today: str):
        self._origin, self._author, self._today = origin, author, today
        self._markings = Markings()

    def learn(self, found: Iterable[Mapping[str, Any]]) -> None:
        """Take note of marking definitions ahead of what they mark, where all came together."""
        for one in found:
            if one.get("type") == "marking-definition":
                self._markings.learn(one)

    def take(self, found: Mapping[str, Any], where: str) -> Arrival:
        """What an object is to us.

        Raises
        ------
        TableError, if it is no STIX object, or too large to keep.
        """
        checked = _check(found, where)
        if checked.type == "marking-definition":
            self._markings.learn(found)
        if checked.id in FIXED or checked.id in (EXTENSION, MAKER):
            return Arrival(checked.id)  # the same everywhere
        extension = checked.extensions.get(EXTENSION)
        if isinstance(extension, dict):
            if "statement" in extension:
                whole = canonical_text(extension["statement"])
                return Arrival(checked.id, ours=statement_from_json(whole, where))
            return Arrival(checked.id)  # made anew from the statement that it goes with
        return Arrival(checked.id, foreign=self._kept(found, checked, where))

    def _kept(self, found: Mapping[str, Any], checked: _Checked, where: str) -> Statement:
        refs = checked.object_marking_refs + [
            one.marking_ref for one in checked.granular_markings if one.marking_ref
        ]
        version = checked.modified or checked.created
        old = not checked.spec_version and checked.created is not None
        try:
            body = StixObject(
                type=checked.type,
                id=checked.id,
                spec="2.0" if old or checked.spec_version == "2.0" else "2.1",
                object=canonical_text(found),
                version=_moment(version) if version else None,
            )
            body = msgspec.convert(msgspec.to_builtins(body), StixObject)
            known = _moment(version) if version else self._today
            return Statement(
                id=BLANK_ID,
                kind=StixObject.kind,
                subject=checked.id,
                known_at=known,
                source=f"STIX, {checked.created_by_ref or 'nobody named'}",
                origin=self._origin,
                author=self._author,
                tlp=self._markings.tlp_for(refs),
                body=body,
            )
        except (ValueError, OverflowError) as error:
            raise _no_object(str(error), where) from None


def _moment(text: str) -> str:
    """A STIX timestamp as the ledger writes a moment: at most microseconds."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = rest.rstrip("Z")[:6]
    return f"{head}.{digits}Z" if rest.endswith("Z") and digits else text


def _check(found: Mapping[str, Any], where: str) -> _Checked:
    try:
        return msgspec.convert(found, _Checked)
    except msgspec.ValidationError as error:
        raise _no_object(str(error), where) from None


def _no_object(problem: str, where: str) -> TableError:
    return TableError(
        "it is not a STIX object that can be kept: {problem}",
        where=where,
        remedy="Leave it out, or ask its sender for it again.",
        problem=problem,
    )
