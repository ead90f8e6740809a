"""Releases of RED records that one person has agreed to, and that wait for the second."""

from collections.abc import Iterable

import msgspec

from tocsin.errors import UnknownName, UsageError
from tocsin.ledger.reading import StoreView
from tocsin.tables.kinds import Approval
from tocsin.vault import person
from tocsin.workflow.record_keeping import open_vault, view

_BEGINNING = "release-asked:"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What the first person agreed to: the second is shown the same, and signs the same."""

    statement: str  # the record as it is marked now
    record: str  # its id once it is released
    to: tuple[str, ...]
    tlp: str
    reason: str
    preview: str  # digest of what the first person saw
    by: str
    at: str


def await_second(
    record: str, statement: str, to: Iterable[str], tlp: str, reason: str, preview: str,
    word: Approval,
) -> None:  # fmt: skip
    """Keep what a second person is asked to agree to."""
    waits = Waiting(
        statement=statement, record=record, to=tuple(to), tlp=tlp, reason=reason, preview=preview,
        by=word.by, at=word.at,
    )  # fmt: skip
    open_vault().keep(_name(record, preview), msgspec.json.encode(waits))


def forget_waiting(record: str, preview: str) -> None:
    """The release was made: nobody is waited for."""
    vault = open_vault()
    if vault.secret(_name(record, preview)) is not None:
        vault.forget(_name(record, preview))


def waiting(reader: str = "") -> list[Waiting]:
    """Releases that wait for a second person, of records that the reader may read; oldest first."""
    held = [
        msgspec.json.decode(one, type=Waiting)
        for one in open_vault().beginning(_BEGINNING).values()
    ]
    seen = view(reader) if held else None
    return sorted(
        (one for one in held if seen is not None and _sees(seen, one.statement)),
        key=lambda one: one.at,
    )


def require_own_words(handle: str, passphrase: str) -> None:
    """Check that a passphrase is that of the enrolled person of a handle.

    Raises
    ------
    UnknownName, if nobody is enrolled under it.  UsageError, if the passphrase is not theirs.
    """
    if not person(open_vault(), handle).is_opened_by(passphrase):
        raise UsageError(
            "this is not the passphrase of {handle}",
            remedy="It is the one that was chosen with: tocsin ledger persons add {handle}",
            handle=handle,
        )


def _sees(seen: StoreView, statement: str) -> bool:
    try:
        seen.statement(statement)
    except UnknownName:
        return False
    return True


def _name(record: str, preview: str) -> str:
    return f"{_BEGINNING}{record}:{preview}"
