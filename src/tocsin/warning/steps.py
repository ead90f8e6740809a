"""Steps on a warning, each a statement: who may take it when, and ids that repeat.

The id of a step that the watch writes is made from what it is about and when it was *due*, so a
pass that crashed, ran twice or ran late writes the same statement again, and the ledger keeps one.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from tocsin.errors import UnknownName, UsageError
from tocsin.tables.bodies import Body, Words
from tocsin.tables.kinds.warnings import (
    Acknowledgement,
    Closure,
    Decision,
    Dissent,
    Escalation,
    Feedback,
    Hold,
    Response,
    Silence,
    WarningVersion,
)
from tocsin.tables.statements import Statement, statement_to_json
from tocsin.tables.when import micros, moment_text
from tocsin.warning.problems import Release
from tocsin.warning.standing import Standing

NO_WORDS = Words()
BLANK_ID = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Author:
    """Who writes: an organisation and a role handle, never a person."""

    org: str
    role: str
    exercise: bool = False


def statement_of(
    body: Body,
    subject: str,
    moment: datetime,
    author: Author,
    *,
    source: str,
    release: Release | None = None,
    supersedes: str | None = None,
    derived_from: tuple[str, ...] = (),
    key: str = "",
) -> Statement:
    """A statement whose id is made from its content, or from `key` where one is given."""
    marking = release or Release()
    caveats = ("EXERCISE",) if author.exercise else ()
    one = Statement(
        id=BLANK_ID,
        kind=type(body).kind,
        subject=subject,
        known_at=moment_text(moment),
        source=source,
        origin=author.org,
        author=author.role,
        tlp=marking.tlp,
        pap=marking.pap,
        rel_to=marking.rel_to,
        caveats=caveats,
        supersedes=supersedes,
        body=body,
    )
    text = key.encode() or statement_to_json(one)
    found = msgspec.structs.replace(one, id=uuid7(moment, text))
    return msgspec.structs.replace(found, derived_from=derived_from)


def uuid7(moment: datetime, content: bytes) -> str:
    """An id of the form of a UUIDv7 (RFC 9562, 5.7) from a moment and the hash of some content."""
    digest = int.from_bytes(sha256(content).digest()[:10], "big")
    value = (max(0, micros(moment) // 1000) & (2**48 - 1)) << 80
    value |= 0x7 << 76 | (digest & 0xFFF) << 64 | 0b10 << 62 | (digest >> 12) & (2**62 - 1)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def find(found: dict[str, Standing], name: str) -> Standing:
    """The warning of that name, or the only one whose name begins so or holds it.

    Raises
    ------
    UnknownName, if there is none or more than one.
    """
    exact = found.get(f"warning:{name}")
    near = [exact] if exact else [one for one in found.values() if name in one.id]
    if len(near) != 1:
        raise UnknownName(
            "no warning is named {name}" if not near else "{count} warnings are named so: {name}",
            remedy="See their names: tocsin warnings list --all",
            name=name,
            count=len(near),
        )
    return near[0]


def acknowledge(held: Standing, author: Author, moment: datetime, note: str = "") -> Statement:
    """The addressee has it."""
    _require_running(held)
    body = Acknowledgement(version=held.body.version, role=author.role, note=both(note))
    return _step(held, body, author, moment)


def decide(
    held: Standing,
    author: Author,
    moment: datetime,
    decision: str,
    reason: str = "",
    option: str = "",
    note: str = "",
) -> Statement:
    """Act, act differently, monitor, or no action with its reason.

    Raises
    ------
    UsageError, if no action has no reason, or a reason comes with something else.
    """
    _require_running(held)
    if (decision == "no_action") != bool(reason):
        raise UsageError(
            "no action needs a reason, and only no action has one",
            remedy="Reasons: no_asset, no_access, no_mandate, no_consent, not_credible, too_late, "
            "handled_by_others.",
        )
    try:
        body = msgspec.convert(
            {
                "version": held.body.version,
                "role": author.role,
                "decision": decision,
                "reason": reason or None,
                "option": option,
                "note": {"fr": note, "en": note},
            },
            Decision,
        )
    except msgspec.ValidationError as error:
        raise UsageError(
            "this is not a decision: {problem}",
            remedy="Decide act, act_differently, monitor, or no_action with its reason.",
            problem=str(error).split(" - at ")[0],
        ) from None
    return _step(held, body, author, moment)


def respond(
    held: Standing, author: Author, moment: datetime, action: str, effect: str = ""
) -> Statement:
    """What was done.

    Raises
    ------
    UsageError, if nothing was decided yet.
    """
    _require_open(held)
    if held.last("decision") is None:
        raise UsageError(
            "nothing has been decided on this warning",
            where=held.id,
            remedy="Decide first: tocsin warnings decide ID --decision act",
        )
    if effect not in ("", "prevented", "reduced", "none", "not_known"):
        raise UsageError(
            "an effect cannot be {effect!r}",
            remedy="Choose prevented, reduced, none or not_known.",
            effect=effect,
        )
    body = Response(role=author.role, action=both(action), effect=effect)  # type: ignore[arg-type]
    return _step(held, body, author, moment)


def give_feedback(
    held: Standing, author: Author, moment: datetime, to: str, words: str, alert: str = ""
) -> Statement:
    """Tell the reporter of an alert what became of it."""
    return _step(held, Feedback(to=to, alert=alert, text=both(words)), author, moment)


def close(
    held: Standing,
    author: Author,
    moment: datetime,
    outcome: str = "unknown",
    note: Words = NO_WORDS,
    how: str = "closed",
    statements: tuple[str, ...] = (),
    by: str = "",
) -> Statement:
    """End a warning that was decided.

    Raises
    ------
    UsageError, if it was not: a warning ends with a decision, or with a reason for doing nothing.
    """
    _require_open(held)
    if held.decided is None:
        raise UsageError(
            "this warning has not been decided: it cannot be closed",
            where=held.id,
            remedy="Decide first, or give the reason for doing nothing: "
            "tocsin warnings decide ID --decision no_action --reason too_late",
        )
    if outcome not in ("occurred", "did_not_occur", "averted", "unknown"):
        raise UsageError(
            "an outcome cannot be {outcome!r}",
            remedy="Choose occurred, did_not_occur, averted or unknown.",
            outcome=outcome,
        )
    body = Closure(
        how=how,  # type: ignore[arg-type]
        outcome=outcome,  # type: ignore[arg-type]
        note=note,
        statements=statements,
        by=by,
    )
    return _step(held, body, author, moment)


def supersede(
    held: Standing, by: Standing, author: Author, moment: datetime, note: Words = NO_WORDS
) -> Statement:
    """End a warning because another one asks for the same decision in its place.

    Raises
    ------
    UsageError, if the other one does not: it must be issued and open, or have been decided, with a
    clock of its own, in the same country.
    """
    _require_open(held)
    asks = by.body.state == "issued" and not by.body.covered_by
    if (
        by.subject == held.subject
        or by.body.country != held.body.country
        or not asks
        or not (by.is_open or by.last("decision"))
    ):
        raise UsageError(
            "this warning cannot take the other one's place: nobody would be asked",
            where=by.id,
            remedy="Name an issued warning of the same country that is open or was decided.",
        )
    return _step(held, Closure(how="superseded", note=note, by=by.subject), author, moment)


def hold(held: Standing, author: Author, moment: datetime, keep: bool, reason: str) -> Statement:
    """Keep the text back, or let it go; the evidence cannot be touched.

    Raises
    ------
    UsageError, if somebody else than the release authority asks.
    """
    if keep:
        _require_open(held)  # what is over may still be let go, so that its end can be told
    if author.role != "release-authority":
        raise UsageError(
            "only the release authority may hold a warning's text",
            remedy="Ask as that role: --reader ORG:release-authority",
        )
    return _step(held, Hold(held=keep, role=author.role, reason=reason), author, moment)


def dissent(held: Standing, author: Author, moment: datetime, words: str) -> Statement:
    """A note of disagreement, which travels with the warning."""
    return _step(held, Dissent(text=both(words)), author, moment)


def issue(held: Standing, author: Author, moment: datetime) -> Statement:
    """Issue a draft: its clock starts.

    Raises
    ------
    UsageError, if it is issued already.
    """
    _require_open(held)
    if held.body.state == "issued":
        raise UsageError("this warning is issued already", where=held.id)
    body = msgspec.structs.replace(
        held.body, state="issued", version=held.body.version + 1, clock_from=moment_text(moment)
    )
    return _next_version(held, body, author, moment)


def silence(
    author: Author, moment: datetime, until: str, reason: str, problem: str = "", area: str = ""
) -> Statement:
    """Keep messages about a problem in an area back until a date."""
    body = Silence(problem=problem, area=area, until=until, reason=reason)
    subject = f"silence:{problem or 'all'}/{area or 'all'}"
    return statement_of(body, subject, moment, author, source=f"{author.org}, {author.role}")


def escalate(held: Standing, body: Escalation, due: datetime, author: Author) -> Statement:
    """The statement of a clock that ran out: the same however late it is written."""
    key = f"{held.subject}|{held.epoch}|{body.why}|{body.rung}"
    return statement_of(
        body, held.subject, due, author, source="tocsin clocks", release=release_of(held), key=key
    )


def _next_version(
    held: Standing, body: WarningVersion, author: Author, moment: datetime
) -> Statement:
    return statement_of(
        body, held.subject, moment, author,
        source=held.current.source, release=release_of(held), supersedes=held.current.id,
        derived_from=held.current.derived_from, key=f"{held.subject}|version {body.version}",
    )  # fmt: skip


def next_version(
    held: Standing, body: WarningVersion, author: Author, moment: datetime, source: str
) -> Statement:
    """A new version of a warning, which takes the place of the one before."""
    evidence = tuple(dict.fromkeys(name for each in body.firings for name in each.statements))
    return statement_of(
        body, held.subject, moment, author,
        source=source, release=release_of(held), supersedes=held.current.id,
        derived_from=evidence, key=f"{held.subject}|version {body.version}",
    )  # fmt: skip


def release_of(held: Standing) -> Release:
    """The marking of a warning: its steps carry the same."""
    current = held.current
    return Release(current.tlp, current.pap, current.rel_to)


def both(words: str) -> Words:
    """Words that a person wrote in one language stand for both."""
    return Words(words, words)


def _step(held: Standing, body: Any, author: Author, moment: datetime) -> Statement:
    return statement_of(
        body, held.subject, moment, author,
        source=f"{author.org}, {author.role}", release=release_of(held),
    )  # fmt: skip


def _require_open(held: Standing) -> None:
    if not held.is_open:
        raise UsageError("this warning is closed", where=held.id)


def _require_running(held: Standing) -> None:
    _require_open(held)
    if held.body.state == "draft":
        raise UsageError(
            "this warning is a draft: nobody has been asked yet",
            where=held.id,
            remedy="Issue it first: tocsin warnings issue ID",
        )
