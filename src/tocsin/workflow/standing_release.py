"""Whom a problem's warnings go to beyond the house: agreed to once, for all that will be raised.

A rule that names others releases every warning of its problem, at night too. So nobody is asked
then, but once before: until the release authority has agreed to the preview of the problem's
marking, its warnings are raised for the house alone. Another marking is agreed to anew.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
import rfc8785

from tocsin.errors import UsageError
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.policy import Reader, marking_of, require_sound
from tocsin.policy.markings import PUBLIC
from tocsin.tables.kinds.sharing import Release
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.workflow.record_keeping import open_ledger, own_organisation
from tocsin.workflow.releasing import Partners, own_writer, require_authority, require_look
from tocsin.workflow.widening import Marked, is_wide, marked_alike

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.warning.problems import Problem
    from tocsin.warning.rulebook import Rulebook


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Who would read every warning of a problem from now on."""

    problem: str
    marked: Marked
    digest: str


def release_problem(
    book: Rulebook, name: str, reader: str = "", agreed: str = "", reason: str = ""
) -> str:
    """Agree to whom a problem's warnings go; gives the id of the word.

    Raises
    ------
    NotLookedAt, with the preview, until somebody agreed to it.  CheckFailed, if it is another.
    UsageError, if the problem is for the house alone, or RED, or the role does not release.
    """
    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    require_authority(writer, ledger.org)
    sample = _sample(ledger.org, name, book.problem(name))
    if not is_wide(sample, ledger.org):
        raise UsageError(
            "the warnings of {name} are for this organisation alone",
            remedy="Name others in the problem’s own rules, under release: rel_to.",
            name=name,
        )
    if sample.tlp == "RED":
        raise UsageError(
            "a RED record takes two persons to release",
            remedy="Release each warning by itself: tocsin share release ID --to NAMES",
        )
    shown = _standing(ledger, name, sample)
    require_look(shown, agreed)
    body = Release(
        record=_name(name), preview=_digest(sample), to=sample.rel_to, reason=reason or None
    )
    word = with_id(
        Statement(
            id=BLANK_ID, kind=Release.kind, subject=f"release:{_name(name)}",
            known_at=moment_text(datetime.now(UTC)), source=ledger.org, reliability="A",
            credibility=1, origin=ledger.org, author=writer.role, body=body,
        ),
        ledger.signer,
    )  # fmt: skip
    ledger.append([word])
    return word.id


def kept_in_house(ledger: Ledger, book: Rulebook) -> Rulebook:
    """The rules, those problems marked for the house alone whose release nobody agreed to."""
    from tocsin.warning.problems import Release as Marking

    waiting = _unagreed(ledger.org, book, ledger)
    if not waiting:
        return book
    problems = {
        name: msgspec.structs.replace(
            one,
            release=Marking(
                tlp="AMBER+STRICT" if one.release.tlp == PUBLIC else one.release.tlp,
                pap=one.release.pap,
            ),
        )
        if name in waiting
        else one
        for name, one in book.problems.items()
    }
    return type(book)(book.indicators, problems, book.clocks, book.hash)


def waiting_releases(book: Rulebook) -> tuple[str, ...]:
    """Problems whose warnings others would read, had anybody agreed to it."""
    return _unagreed(own_organisation(), book)


def _unagreed(own: str, book: Rulebook, held: Ledger | None = None) -> tuple[str, ...]:
    wide = {
        name: sample
        for name, one in book.problems.items()
        if is_wide(sample := _sample(own, name, one), own)
    }
    if not wide:
        return ()
    ledger = held or open_ledger()
    said = {
        (one.body.record, one.body.preview)
        for one in ledger.view(Reader(ledger.org)).statements(Release.kind, "release:problem/*")
        if isinstance(one.body, Release) and one.origin == ledger.org
    }
    return tuple(
        name
        for name, sample in wide.items()
        if sample.tlp == "RED" or (_name(name), _digest(sample)) not in said
    )


def _sample(own: str, name: str, problem: Problem) -> Statement:
    """A statement that is marked as the problem's warnings are."""
    made = problem.release
    one = Statement(
        id=BLANK_ID, kind=Release.kind, subject=_name(name),
        known_at=moment_text(datetime.now(UTC)), source=own, origin=own, author="watch",
        tlp=made.tlp, pap=made.pap,
        rel_to=made.rel_to, body=Release(record=_name(name), preview="0" * 64),
    )  # fmt: skip
    require_sound(marking_of(one), where=name)
    return one


def _standing(ledger: Ledger, name: str, sample: Statement) -> Standing:
    marked = marked_alike(Partners.of(ledger, datetime.now(UTC)), [sample])
    marked = msgspec.structs.replace(marked, kinds={"warning": 1})
    seers = [[one.organisation, one.why, list(one.roles)] for one in marked.seers if one.sees]
    digest = sha256(rfc8785.dumps([_digest(sample), seers])).hexdigest()
    return Standing(problem=name, marked=marked, digest=digest)


def _digest(sample: Statement) -> str:
    """What stays agreed to: the marking. Who belongs to a group is the group's own business."""
    said = [sample.subject, sample.tlp, sample.pap, sorted(sample.rel_to)]
    return sha256(rfc8785.dumps(said)).hexdigest()


def _name(problem: str) -> str:
    return f"problem/{problem}"
