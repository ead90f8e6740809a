"""A tear line: a new, poorer record with its own id and marking, made for wider release."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal, get_args

import msgspec

from tocsin.errors import CheckFailed, UsageError
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.ledger.store import EXERCISE_MARK
from tocsin.policy import handle, marking_of, require_sound
from tocsin.policy.groups import PREFIX
from tocsin.policy.markings import NARROWER, NOT_PUBLIC, PUBLIC
from tocsin.policy.passing import PAP_NARROWER
from tocsin.sharing.redaction import find, redact
from tocsin.sharing.tearing import (
    PlaceLevel,
    TimeLevel,
    coarsen,
    identifying,
    prose_of,
    survivors,
    torn_body,
)
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.sharing import Tear
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.workflow.record_keeping import open_ledger, reader_named
from tocsin.workflow.releasing import (
    Preview,
    names_it,
    own_record,
    preview_of,
    require_authority,
    require_open_to_others,
)


class Torn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tear line: its text, what of the parent survives in it, and who will see it."""

    text: Words
    area: str
    period: tuple[str | None, str | None]
    survives: tuple[str, ...]  # runs of words that stand in both
    lowered: tuple[str, ...] = ()  # what of the parent's PAP and caveats is not carried on
    preview: Preview
    digest: str
    statement: str = ""  # empty: nothing was written yet


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What rules would take out of a record's sentences; a person says so of each."""

    parent: Statement
    text: Words
    found: tuple[tuple[str, str], ...]  # what it may be, as it stands; each once

    def parts(self, lang: Literal["fr", "en"]) -> list[tuple[str, int]]:
        """The sentences in one language, in pieces: each with the place of what was found, or 0."""
        said, at = getattr(self.text, lang), 0
        places = {text: number for number, (_, text) in enumerate(self.found, start=1)}
        pieces: list[tuple[str, int]] = []
        for one in find(said):
            pieces += [(said[at : one.start], 0), (one.text, places[one.text.strip()])]
            at = one.end
        return [piece for piece in (*pieces, (said[at:], 0)) if piece[0]]


def propose(statement_id: str, reader: str = "") -> Proposal:
    """What a tear line of a record of one's own would begin from, and what rules find in it.

    Raises
    ------
    UnknownName.  UsageError, if the record is another's or the reader does not release.
    """
    ledger = open_ledger()
    writer = reader_named(reader)
    require_authority(writer, ledger.org)
    parent = own_record(ledger, writer, statement_id)
    said = prose_of(parent)
    found = {one.text.strip(): one.what for text in (said.fr, said.en) for one in find(text)}
    return Proposal(
        parent=parent, text=said, found=tuple((what, text) for text, what in found.items())
    )


def tear(
    statement_id: str, *, tlp: str, to: Iterable[str] = (), fr: str = "", en: str = "",
    keep: Iterable[str] = (), place: str = "admin1", time: str = "month", pap: str = "",
    drop: Iterable[str] = (), agreed: str = "", reader: str = "",
) -> Torn:  # fmt: skip
    """Make a tear line of a record of one's own.

    What may be done with a record is for its originator to say: the parent's PAP and its caveats
    stand on the tear line too, unless a person lowers them by name, sees that in the preview and
    agrees.  Of what the parent was made from, only its originators may.

    fr, en : its text; without either, the parent's sentences with gaps.  keep : what rules would
    take out and a person keeps, word for word.  agreed : digest of what was shown; without it
    nothing is written, and what would survive comes back to be read.  pap : a lower PAP than the
    parent's.  drop : caveats of the parent's that the tear line no longer needs.

    Raises
    ------
    UnknownName.  UsageError, if the record is another's or the reader does not release.
    CheckFailed, if the text still holds what rules find, or is not the one that was agreed to.
    """
    ledger = open_ledger(to_write=True)
    writer = reader_named(reader)
    require_authority(writer, ledger.org)
    parent = own_record(ledger, writer, statement_id)
    if tlp not in NARROWER:
        raise UsageError(
            "no TLP is called {tlp}",
            remedy="Write one of: {known}.",
            tlp=tlp,
            known=", ".join(NARROWER),
        )
    where, when = _levels(place, time)
    kept = tuple(sorted({one.strip() for one in keep if one.strip()}))
    text = _text(parent, fr, en, frozenset(kept))
    both = f"{text.fr}\n{text.en}"
    if left := identifying(both.replace("[…]", ""), kept):
        raise CheckFailed(
            "the text still holds what may identify somebody: {found}",
            remedy="Write it in other words, or keep it on your own word: --keep WORDS",
            found="; ".join(dict.fromkeys(one.text.strip() for one in left)),
        )
    coarse = coarsen(parent, where, when)
    handling, caveats, lowered = _carried(parent, tlp, pap, frozenset(drop))
    now = datetime.now(UTC)
    level: Any = tlp
    names = tuple(sorted(one if one.startswith(PREFIX) else handle(one) for one in to))
    child = Statement(
        id=BLANK_ID,
        kind="tear_line",
        subject=f"tear_line:{coarse.area or 'somewhere'}",
        known_at=now.strftime("%Y-%m-%d"),
        source=ledger.org,
        origin=ledger.org,
        author=writer.role,
        tlp=level,
        pap=handling,
        rel_to=names,
        caveats=caveats,
        derived_from=(parent.id,),  # never leaves this node
        body=torn_body(parent, text, coarse),
    )
    require_sound(marking_of(child))
    require_open_to_others(ledger, parent, child)
    shown = preview_of(ledger, child, now)
    alive = tuple(survivors(parent, both))
    digest = sha256(msgspec.json.encode([shown.digest, parent.id, alive, lowered])).hexdigest()
    made = Torn(
        text=text,
        area=coarse.area,
        period=(coarse.begins, coarse.ends),
        survives=alive,
        lowered=lowered,
        preview=shown,
        digest=digest,
    )
    if not agreed:
        return made
    if not names_it(agreed, digest):
        raise CheckFailed(
            "the tear line that was agreed to is not this one",
            remedy="Read what survives once more, and agree to {digest}",
            digest=digest[:16],
        )
    written = with_id(child, ledger.signer)
    word = Statement(
        id=BLANK_ID,
        kind=Tear.kind,
        subject=f"tear:{written.id}",
        known_at=moment_text(now),
        source=ledger.org,
        origin=ledger.org,
        author=writer.role,
        body=Tear(
            child=written.id,
            parent=parent.id,
            preview=digest,
            kept=(*kept, *alive)[:500],
            lowered=lowered,
        ),
    )
    written = msgspec.structs.replace(written, derived_from=(parent.id,))
    ledger.append([written, with_id(word, ledger.signer)])
    return msgspec.structs.replace(made, statement=written.id)


def _carried(
    parent: Statement, tlp: str, pap: str, drop: frozenset[str]
) -> tuple[Any, tuple[str, ...], tuple[str, ...]]:
    """The PAP and the caveats of a tear line, and what of the parent's is not carried on.

    Raises
    ------
    UsageError, if a name is not one, or TLP:CLEAR would contradict what is carried on.
    """
    if pap and pap not in PAP_NARROWER:
        raise UsageError(
            "no PAP is called {pap}",
            remedy="Write one of: {known}.",
            pap=pap,
            known=", ".join(PAP_NARROWER),
        )
    if strange := sorted(drop - (frozenset(parent.caveats) - {EXERCISE_MARK})):
        raise UsageError(
            "{caveat} is no caveat that can be taken off this record",
            remedy="Its caveats: {caveats}. EXERCISE stays.",
            caveat=strange[0],
            caveats=", ".join(parent.caveats) or "–",
        )
    handling = pap or parent.pap
    caveats = tuple(one for one in parent.caveats if one not in drop)
    closed = ["PAP:RED"] if handling == "RED" else []
    closed += [one for one in caveats if one in NOT_PUBLIC]
    if tlp == PUBLIC and closed:
        raise UsageError(
            "the record is {markings}, which goes on with its tear line, and TLP:CLEAR contradicts",
            remedy="Choose a narrower TLP; or, on your own word: --pap AMBER, --drop CAVEAT",
            markings=", ".join(closed),
        )
    is_lower = PAP_NARROWER.index(handling) < PAP_NARROWER.index(parent.pap)
    lowered = ([f"PAP:{parent.pap}"] if is_lower else []) + sorted(drop)
    return handling, caveats, tuple(lowered)


def _levels(place: str, time: str) -> tuple[PlaceLevel, TimeLevel]:
    """How coarse, if both are levels.

    Raises
    ------
    UsageError.
    """
    for where in get_args(PlaceLevel):
        for when in get_args(TimeLevel):
            if (where, when) == (place, time):
                return where, when
    raise UsageError(
        "{place} and {time} are not how coarse a place and a time can be",
        remedy="Places: {places}. Times: {times}.",
        place=place,
        time=time,
        places=", ".join(get_args(PlaceLevel)),
        times=", ".join(get_args(TimeLevel)),
    )


def _text(parent: Statement, fr: str, en: str, keep: frozenset[str]) -> Words:
    if fr or en:
        return Words(fr=fr, en=en)
    said = prose_of(parent)
    return Words(fr=redact(said.fr, keep), en=redact(said.en, keep))
