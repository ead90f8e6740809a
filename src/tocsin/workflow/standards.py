"""Partners who speak STIX: what a reader may see goes out as objects, and objects come in.

What leaves obeys the view that pages obey. What comes in is either a statement under its
originator's signature, checked as any other, or somebody else's object, which is kept whole and
shown to nobody else unless its marking says so.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tocsin.errors import CheckFailed, TocsinError, UnreadableFile
from tocsin.ledger import Ledger
from tocsin.ledger.exchange import as_entered, require_genuine
from tocsin.ledger.trusting import require_speaks_for, require_trusted, trusted_keys
from tocsin.policy import Reader, facts_of, may_read
from tocsin.sharing.stix.arriving import Arriving
from tocsin.sharing.stix.bundling import bundle
from tocsin.sharing.stix.incidents import Incident, incident_in
from tocsin.sharing.stix.reading import objects_in, value_of
from tocsin.tables.kinds import HOUSE_KINDS, StixObject
from tocsin.tables.months import parse_day
from tocsin.tables.statements import Statement, statement_from_json
from tocsin.workflow.record_keeping import open_ledger, own_organisation, reader_named

MOST_PROBLEMS = 1000  # told one by one; the rest is counted


def export_stix(
    out: Path | None,
    reader: str = "",
    as_of: str = "",
    kind: str = "",
    subject: str = "",
    *,
    history: bool = False,
) -> Iterator[bytes]:
    """What a reader may see as one STIX bundle, in pieces; with `out` they go to that file.

    history : also what was corrected or withdrawn since
    """
    seen = open_ledger().view(reader_named(reader), parse_day(as_of) if as_of else None)
    told: Iterator[Statement] = (
        seen.each(kind or None, subject or None)
        if history
        else iter(seen.statements(kind or None, subject or None))
    )
    pieces = bundle(told, f"{seen.reader.org} {as_of} {kind} {subject} {history}")
    if out is None:
        return pieces
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(out.name + ".new")
    with draft.open("wb") as file:
        file.writelines(pieces)
    draft.replace(out)
    return iter(())


class ForeignLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An object of somebody else's, as it is told to a person."""

    id: str
    type: str
    version: str
    tlp: str
    rel_to: tuple[str, ...] = ()
    source: str = ""
    name: str = ""
    incident: Incident | None = None  # what the official extension says of it


def foreign_objects(reader: str = "", as_of: str = "", type_: str = "") -> Iterator[ForeignLine]:
    """Somebody else's objects that are kept, as a reader may see them; of one type, if asked."""
    seen = open_ledger().view(reader_named(reader), parse_day(as_of) if as_of else None)
    for one in seen.statements(StixObject.kind, f"{type_}--*" if type_ else None):
        assert isinstance(one.body, StixObject)
        found = value_of(one.body.object.encode())
        yield ForeignLine(
            id=one.body.id, type=one.body.type, version=one.body.version or "", tlp=one.tlp,
            rel_to=one.rel_to, source=one.source, name=str(found.get("name", ""))[:200],
            incident=incident_in(found),
        )  # fmt: skip


@dataclass
class Taken:
    """What became of the objects that came in."""

    objects: int = 0
    added: int = 0
    known: int = 0
    passed_by: int = 0  # the same everywhere, or made anew from the statement they go with
    refused: int = 0
    problems: list[TocsinError] = field(default_factory=list)

    def refuse(self, error: TocsinError) -> None:
        """Count an object that is not taken in, and keep the reason."""
        self.refused += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(error)


def import_stix(
    path: Path, *, named: bool = False, on_step: Callable[[int], object] | None = None
) -> Taken:
    """Take in the objects of a STIX file; what cannot be taken in is told, and the rest kept.

    named : this node is one of those whom the sender's TLP:RED objects are for

    Raises
    ------
    UnreadableFile, if the file ends too early or is no STIX.  IdentityConflict.
    """
    try:
        with path.open("rb") as file:
            return take_objects(objects_in(file, path.name), path.name, named=named, hear=on_step)
    except OSError as error:
        raise UnreadableFile.because_of(error, path.name) from None


def take_objects(
    found: Iterable[dict[str, Any]],
    name: str,
    *,
    named: bool = False,
    hear: Callable[[int], object] | None = None,
) -> Taken:
    """Take in objects as they come; the same objects again change nothing."""
    return Intake(named=named).take(found, name, hear)


class Intake:
    """Takes in objects from one sender, in as many parts as they come.

    What one part says of markings holds for those after it. `take_page` is for a part that is
    held as a whole: its markings hold for all of it.
    """

    def __init__(self, *, named: bool = False):
        self._ledger = open_ledger(to_write=True)
        self._accepting = Accepting(self._ledger, named)

    def take(
        self,
        found: Iterable[dict[str, Any]],
        name: str,
        hear: Callable[[int], object] | None = None,
    ) -> Taken:
        """Write the objects of a part, in batches that are kept whole or not at all."""
        taken = Taken()
        signer = self._ledger.signer
        accepted = self._accepting.accepted(found, name, taken)
        for done in self._ledger.append_each(as_entered(one, signer) for one in accepted):
            taken.added += len(done.added)
            taken.known += len(done.known)
            if hear is not None:
                hear(len(done.added) + len(done.known))
        return taken

    def take_page(self, found: list[dict[str, Any]], name: str) -> Taken:
        """As `take`, of objects that came together, in whatever order."""
        self._accepting.learn(found)
        return self.take(found, name)

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()


def check_stix(path: Path) -> Taken:
    """What `import_stix` would say of a file, without writing anything.

    Raises
    ------
    UnreadableFile.
    """
    taken = Taken()
    accepting = Accepting(open_ledger(), False)
    try:
        with path.open("rb") as file:
            for _ in accepting.accepted(objects_in(file, path.name), path.name, taken):
                taken.added += 1
    except OSError as error:
        raise UnreadableFile.because_of(error, path.name) from None
    return taken


class Accepting:
    """The statements that objects become; why not, where they do not."""

    def __init__(self, ledger: Ledger, named: bool):
        self._ledger, self._named = ledger, named
        self._trusted = trusted_keys(ledger)
        self._own = own_organisation()
        self._today = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self._seen = ledger.view(Reader(self._own))
        self._arriving = Arriving(self._own, "analyst", self._today)

    def learn(self, found: list[dict[str, Any]]) -> None:
        """Take note of the marking definitions among objects that came together."""
        self._arriving.learn(found)

    def accepted(
        self, found: Iterable[dict[str, Any]], name: str, taken: Taken
    ) -> Iterator[Statement]:
        """The statements, one after another; `taken` counts what is passed by or refused."""
        for number, one in enumerate(found, start=1):
            taken.objects = number
            try:
                statement = self._statement_of(one, f"{name}:{number}")
            except TocsinError as error:
                taken.refuse(error)
                continue
            if statement is None:
                taken.passed_by += 1
            else:
                yield statement

    def carried(self, text: str, where: str) -> Statement:
        """A statement that came whole, under its originator's signature.

        Raises
        ------
        TableError or CheckFailed, if it is none, was changed, or is not for this node.
        """
        return self._genuine(statement_from_json(text, where), where)

    def _genuine(self, one: Statement, where: str) -> Statement:
        key = require_trusted(one, self._trusted, self._ledger, where)
        require_genuine(one, bytes.fromhex(key.public), where)
        require_speaks_for(one, key, where)
        _require_for_us(one, self._own, where)
        return one

    def _statement_of(self, one: dict[str, Any], where: str) -> Statement | None:
        arrival = self._arriving.take(one, where)
        if arrival.ours is not None:
            return self._genuine(arrival.ours, where)
        if arrival.foreign is not None and arrival.foreign.tlp == "RED" and not self._named:
            raise CheckFailed(
                "it is TLP:RED, for those whom its sender named",
                where=where,
                remedy="If this node is one of them, say so: --named.",
            )
        return arrival.foreign and self._as_held(arrival.foreign)

    def _as_held(self, one: Statement) -> Statement:
        """The statement that keeps the same already, where an object has no date of its own.

        What is dated is known by that; observables have no date, and would count as new each day.
        """
        if one.known_at != self._today:
            return one
        for held in self._seen.statements(one.kind, one.subject):
            if held.body == one.body:
                return msgspec.structs.replace(one, known_at=held.known_at)
        return one


def _require_for_us(one: Statement, own: str, where: str) -> None:
    if one.kind in HOUSE_KINDS or (one.origin != own and not may_read(Reader(own), facts_of(one))):
        raise CheckFailed(
            "statement {id} of {origin} is not released to this node",
            where=where,
            remedy="Ask {origin} to release it.",
            id=one.id,
            origin=one.origin,
        )
