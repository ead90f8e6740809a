"""Links between records of different houses and countries: over what they have to do with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from tocsin.errors import UsageError
from tocsin.tables.kinds.reports import ReportLink
from tocsin.tables.kinds.sharing import Tag
from tocsin.workflow.accompanying import write_beside
from tocsin.workflow.releasing import own_writer, require_current

if TYPE_CHECKING:
    from tocsin.knowledge.linking import Link
    from tocsin.ledger.reading import StoreView
    from tocsin.tables.statements import Statement

_RESERVED = ("XA", "XZ")  # ISO 3166-1 leaves XAA to XZZ to users: invented countries


def tag(
    name: str, *, routes: Iterable[str] = (), goods: Iterable[str] = (),
    actors: Iterable[str] = (), borders: Iterable[str] = (), agreed: str = "", reader: str = "",
) -> tuple[str, ...]:  # fmt: skip
    """Say what a record has to do with; gives the ids of what was not said before.

    Of one's own record it is marked as the record is; of a partner's it stays in the house.

    Raises
    ------
    UnknownName.  UsageError, for no tag at all, or a border of countries that do not meet.
    NotLookedAt, with the preview, until somebody agreed to what others will read.
    """
    from tocsin.workflow.record_keeping import open_ledger

    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    view = ledger.view(writer)
    record = view.statement(name)
    require_current(view, record)
    said = [
        *(Tag(record=record.id, what="route", value=one.strip()) for one in routes),
        *(Tag(record=record.id, what="goods", value=one.strip()) for one in goods),
        *(Tag(record=record.id, what="actor", value=one.strip()) for one in actors),
        *(Tag(record=record.id, what="border", value=_border(one)) for one in borders),
    ]
    if not said:
        raise UsageError(
            "nothing is said of the record",
            remedy="Give one of: --route, --goods, --actor, --border.",
        )
    held = {one.body for one in view.statements(Tag.kind, f"tag:{record.id}")
            if one.origin == ledger.org}  # fmt: skip
    marked = record
    if record.origin != ledger.org:
        level = "RED" if record.tlp == "RED" else "AMBER+STRICT"
        marked = msgspec.structs.replace(record, tlp=level, rel_to=())
    fresh = [(marked, one) for one in dict.fromkeys(said) if one not in held]
    return write_beside(ledger, writer, fresh, agreed)


def links(name: str = "", what: str = "", reader: str = "", as_of: str = "") -> list[Link]:
    """Links that the reader may see, as of a day; of one record, or over one sort of thing.

    Raises
    ------
    UnknownName, if the reader sees no such record.  UsageError, for another sort of thing.
    """
    from tocsin.workflow.record_keeping import view

    return links_in(view(reader, as_of), name, what)


def links_in(seen: StoreView, name: str = "", what: str = "") -> list[Link]:
    """As `links`, of a view."""
    from tocsin.knowledge.linking import WHATS, links_among

    if what and what not in WHATS:
        raise UsageError(
            "nothing is linked over {what}",
            remedy="Write one of: {known}.",
            what=what,
            known=", ".join(WHATS),
        )
    asked = seen.statement(name) if name else None
    own = seen.reader.org
    words = seen.statements((Tag.kind, ReportLink.kind))
    found = links_among(_records(seen, words), words, _names(seen), own)
    return [
        one
        for one in found
        if (asked is None or asked.id in (one.one.id, one.other.id))
        and (not what or any(each.what == what for each in one.common))
    ]


def _records(seen: StoreView, words: list[Statement]) -> list[Statement]:
    """What may be linked: reports, words on cases, and whatever bears a tag."""
    found = {one.id: one for one in seen.statements(("report", "claim", "evidence", "step"))}
    tagged = {one.body.record for one in words if isinstance(one.body, Tag)} - found.keys()
    if tagged:
        found |= {one.id: one for one in seen.statements() if one.id in tagged}
    return list(found.values())


def _names(seen: StoreView) -> dict[str, str]:
    """Names of actors, as they are compared, and whose they are; a name of two is nobody's."""
    from tocsin.knowledge.linking import compared

    found: dict[str, set[str]] = {}
    for one in seen.statements(("alias", "actor")):
        name = getattr(one.body, "name", "")
        for said in (name,) if isinstance(name, str) else (name.fr, name.en):
            if said and one.subject.startswith("actor:"):
                found.setdefault(compared(said), set()).add(one.subject)
    return {name: min(whose) for name, whose in found.items() if len(whose) == 1}


def _border(value: str) -> str:
    from tocsin.geo.borders import near_countries
    from tocsin.knowledge.linking import border_of

    found = border_of(value)
    if found is None:
        raise UsageError(
            "{value} is no segment of border", remedy="Write it as BFA/MLI or BFA/MLI:koro.",
            value=value,
        )  # fmt: skip
    first, second, name = found
    near = near_countries()
    if not any(_RESERVED[0] <= one[:2] <= _RESERVED[1] for one in (first, second)) and (
        second not in near.get(first, ())
    ):
        raise UsageError(
            "{first} and {second} have no border",
            remedy="Write two neighbours by their ISO codes, as BFA/MLI.",
            first=first,
            second=second,
        )
    return f"{first}/{second}:{name}" if name else f"{first}/{second}"
