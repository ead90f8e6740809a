"""Every list of the product, for programs: what it holds, who may ask for it, and in what order.

A list is asked with a question (who, as of when, on which day) and some words of its own. Its
lines come in the order of a key that each line has for itself, so that a page can go on after a
line whatever was written meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from tocsin.errors import UsageError
from tocsin.knowledge.agreements import CommitmentLine
from tocsin.knowledge.calendar import Plan
from tocsin.knowledge.cases import CaseCard
from tocsin.knowledge.figures import FigureCard, Finding
from tocsin.knowledge.linking import WHATS, Link
from tocsin.knowledge.timeline import Moment
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import HOUSE_KINDS, KINDS
from tocsin.tables.kinds.reports import Status
from tocsin.tables.snapshots import Snapshot
from tocsin.tables.statements import Statement
from tocsin.workflow.record_reading import Question

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

MOST = 1000  # lines of a page
USUAL = 100
LONGEST = 400  # characters of one word of a question
STATUSES = ("received", *get_args(Status))


class ActorLine(msgspec.Struct, frozen=True, kw_only=True):
    """A name of the record: an actor, a mission, an organisation, an agreement or a case."""

    subject: str
    name: Words
    short: str
    type: str
    countries: tuple[str, ...]
    ucdp_id: int | None
    aliases: tuple[str, ...]


class ReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """A report from a person: where, what, how it was judged. The reporter is a handle."""

    id: str
    kind: str
    status: str
    grade: str
    received: str
    place: str
    what: str
    reporter: str
    doubts: tuple[str, ...]
    closed: bool


class WarningLine(msgspec.Struct, frozen=True, kw_only=True):
    """A warning by name: its level, its state, what it says, until when."""

    id: str
    level: str
    state: str
    title: Words
    window_from: str
    window_to: str
    version: int
    opportunity: bool


class AreaLine(msgspec.Struct, frozen=True, kw_only=True):
    """A first-level area of a country on a day.

    `counted_in` is the area whose counts hold it; `shape`: whether its boundary is held.
    """

    unit_id: str
    name: Words
    counted_in: str
    shape: bool
    covers: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Word:
    """Something that a list may be asked with: its name, what it does, which values it takes."""

    name: str
    about: str
    choices: tuple[str, ...] = ()
    pattern: str = ""
    needed: str = ""  # an example; a word that has one must be given


@dataclass(frozen=True)
class Listing:
    """A list of the product.

    rows : every line for a question and its words
    page : for lists too long to be made whole: so many lines after a key
    key : a text that each line has for itself, and that orders them
    steady : the answer changes only when the store or the reader's rights do
    """

    name: str
    about: str
    item: Any
    key: Callable[[Any], str]
    rows: Callable[[Question, Mapping[str, str]], Iterable[Any]] | None = None
    page: Callable[[Question, Mapping[str, str], str, int], list[Any]] | None = None
    words: tuple[Word, ...] = ()
    house: bool = False
    steady: bool = True


def require_past(text: str, today: date | None = None) -> str:
    """The day that a question is put as of, as 2023-06-30; today if nothing is asked.

    Raises
    ------
    UsageError, if it is no day, or lies in the future.

    >>> require_past("2023-06", date(2026, 1, 1))
    '2023-06-30'
    """
    from tocsin.tables.months import parse_day

    now = today or datetime.now(UTC).date()
    day = parse_day(text) if text else now
    if day > now:
        raise UsageError("{day} lies in the future", remedy="Ask as of a day up to today.", day=day)
    return day.isoformat()


def rows_of(one: Listing, question: Question, words: Mapping[str, str]) -> list[Any]:
    """Every line of a list, in the order of its keys."""
    assert one.rows is not None, "a list that is not paged by the store is made whole"
    return sorted(one.rows(question, words), key=one.key)


def page_of(
    one: Listing, question: Question, words: Mapping[str, str], after: str, limit: int,
    rows: list[Any] | None = None,
) -> tuple[list[Any], str]:  # fmt: skip
    """So many lines after a key, and the key to go on after (empty: there are no more).

    rows : the whole list, where it is kept
    """
    if one.page is not None:
        found = one.page(question, words, after, limit + 1)
    else:
        from bisect import bisect_right

        held = rows_of(one, question, words) if rows is None else rows
        start = bisect_right(held, after, key=one.key) if after else 0
        found = held[start : start + limit + 1]
    more = len(found) > limit
    found = found[:limit]
    return found, one.key(found[-1]) if more else ""


def is_of_house(question: Question) -> bool:
    """Whether who asks is of the node's own organisation."""
    from tocsin.workflow.record_keeping import own_organisation, reader_named

    return reader_named(question.reader).org == own_organisation()


# --- each list --------------------------------------------------------------------------------


def _statements(
    question: Question, words: Mapping[str, str], after: str, limit: int
) -> list[Statement]:
    kinds: tuple[str, ...] | None = (words["kind"],) if words.get("kind") else None
    if not is_of_house(question):  # what the ledger says of its own house is told to nobody else
        kinds = tuple(kind for kind in kinds or KINDS if kind not in HOUSE_KINDS)
    asked = list(_conditions(question, words, after))
    return question.view.narrowed(*asked, kind=kinds, limit=limit)


def _conditions(
    question: Question, words: Mapping[str, str], after: str
) -> Iterable[ColumnElement[bool]]:
    from sqlalchemy import and_, or_

    from tocsin.language import fold
    from tocsin.ledger.schema import STATEMENTS
    from tocsin.tables.when import end_of, micros

    held = STATEMENTS.c
    if after:
        yield held.id > after
    subject = words.get("subject", "")
    if subject.endswith("*"):
        yield and_(held.subject >= subject[:-1], held.subject < subject[:-1] + "\U0010ffff")
    elif subject:
        yield held.subject == subject
    if question.on:
        first = micros(
            datetime(question.day.year, question.day.month, question.day.day, tzinfo=UTC)
        )
        yield or_(held.valid_from.is_(None), held.valid_from <= micros(end_of(question.day)))
        yield or_(held.valid_to.is_(None), held.valid_to >= first)
    for word in fold(words.get("q", "")).split():
        yield held.folded.contains(word, autoescape=True)


def _figures(question: Question, words: Mapping[str, str]) -> list[FigureCard]:
    from tocsin.workflow import record_reading

    return record_reading.figures(question, words.get("q", ""))


def _findings(question: Question, _: Mapping[str, str]) -> list[Finding]:
    from tocsin.workflow import record_reading

    return record_reading.findings(question)


def _actors(question: Question, _: Mapping[str, str]) -> Iterable[ActorLine]:
    from tocsin.workflow import record_reading

    for one in record_reading.actors(question).identities.values():
        yield ActorLine(
            subject=one.subject, name=one.name, short=one.short, type=one.type,
            countries=one.countries, ucdp_id=one.ucdp_id,
            aliases=tuple(dict.fromkeys(entry.body.name for entry in one.aliases)),
        )  # fmt: skip


def _timeline(question: Question, words: Mapping[str, str]) -> list[Moment]:
    from tocsin.workflow import record_reading

    return record_reading.events_of(
        question, words.get("subject", ""), words.get("since", ""), words.get("until", "")
    )


def _calendar(question: Question, _: Mapping[str, str]) -> list[Plan]:
    from tocsin.workflow import record_reading

    return record_reading.plans(question)


def _cases(question: Question, _: Mapping[str, str]) -> list[CaseCard]:
    from tocsin.workflow import record_reading

    return record_reading.cases(question)


def _commitments(question: Question, _: Mapping[str, str]) -> list[CommitmentLine]:
    from tocsin.workflow import record_reading

    return record_reading.owed(question)


def _reports(question: Question, words: Mapping[str, str]) -> Iterable[ReportLine]:
    from tocsin.workflow import verifying

    for held in verifying.reports(question.reader, words.get("status", ""), question.as_of):
        yield msgspec.convert(
            {name: value for name, value in verifying.as_plain(held).items()
             if name in ReportLine.__struct_fields__}, ReportLine,
        )  # fmt: skip


def _warnings(question: Question, words: Mapping[str, str]) -> Iterable[WarningLine]:
    from tocsin.workflow import watchkeeping

    everything = words.get("state", "open") == "all"
    for one in watchkeeping.warnings(moment_of(question), question.reader, everything=everything):
        title = Words(fr=one.pop("title_fr"), en=one.pop("title_en"))
        yield WarningLine(title=title, **one)


def _links(question: Question, words: Mapping[str, str]) -> list[Link]:
    from tocsin.workflow import linking

    return linking.links("", words.get("what", ""), question.reader, question.as_of)


def moment_of(question: Question) -> str:
    """The moment a question is put as of: now if its day is today, else the end of the day."""
    today = datetime.now(UTC).date()
    return "" if question.known_by >= today else f"{question.known_by.isoformat()}T23:59:59Z"


def _areas(question: Question, words: Mapping[str, str]) -> Iterable[AreaLine]:
    from tocsin.workflow import places

    both = [places.areas(words["country"], lang, question.day.isoformat()) for lang in _BOTH]
    for french, english in zip(*both, strict=True):
        name = Words(fr=french["name"], en=english["name"])
        yield msgspec.convert(english | {"name": name}, AreaLine)


_BOTH: tuple[Any, Any] = ("fr", "en")


def _sources(question: Question, _: Mapping[str, str]) -> list[Snapshot]:
    from tocsin.workflow import arriving

    return [one for one in arriving.snapshots() if one.released_on <= question.known_by]


_DAY = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_LISTED = (
    Listing(
        "statements", "Current statements, by id.", Statement,
        lambda one: str(one.id), page=_statements,
        words=(
            Word("kind", "Only of this kind.", tuple(KINDS)),
            Word("subject", "Only about this subject; a `*` at its end stands for anything."),
            Word("q", "Every word must occur; accents and case do not matter."),
        ),
    ),
    Listing(
        "figures", "Quantities, each with everything that is said of it.", FigureCard,
        lambda one: f"{one.subject}|{one.shown.cited.statement}", _figures,
        words=(Word("q", "Every word must occur; accents and case do not matter."),),
    ),
    Listing(
        "findings", "What a comparison of all figures finds.", Finding,
        lambda one: "|".join((one.rule, one.outcome, *one.subjects, *one.statements, one.text.en)),
        _findings,
    ),
    Listing(
        "actors", "Every name of the record.", ActorLine, lambda one: str(one.subject), _actors,
    ),
    Listing(
        "timeline", "What happened, on whose word.", Moment,
        lambda one: f"{one.on}|{one.kind}|{one.cited.statement}", _timeline,
        words=(
            Word("subject", "A name, an alias or a subject."),
            Word("since", "From this day on.", pattern=_DAY),
            Word("until", "Up to this day.", pattern=_DAY),
        ),
    ),
    Listing(
        "calendar", "Dated plans as they stand.", Plan, lambda one: str(one.subject), _calendar,
    ),
    Listing("cases", "Every case as it stands.", CaseCard, lambda one: str(one.subject), _cases),
    Listing(
        "commitments", "What is owed, by whom, by when.", CommitmentLine,
        lambda one: f"{one.subject}|{one.cited.statement}", _commitments,
    ),
    Listing(
        "reports", "Reports from people, as they were judged.", ReportLine,
        lambda one: f"{one.received}|{one.id}", _reports,
        words=(Word("status", "Only of this status.", STATUSES),),
    ),
    Listing(
        "warnings", "Warnings, open ones only unless all are asked for.", WarningLine,
        lambda one: str(one.id), _warnings, steady=False,
        words=(Word("state", "Open ones, or all.", ("open", "all")),),
    ),
    Listing(
        "links", "Records of different houses or countries that share something.", Link,
        lambda one: str(one.name), _links,
        words=(Word("what", "Only over this.", WHATS),),
    ),
    Listing(
        "areas", "First-level areas of a country on the day.", AreaLine,
        lambda one: str(one.unit_id), _areas, house=True,
        words=(Word("country", "A country, as MLI.", pattern=r"^[A-Z]{3}$", needed="MLI"),),
    ),
    Listing(
        "sources", "Releases that the store holds: version, licence, citation, hash.", Snapshot,
        lambda one: str(one.snapshot_id), _sources, house=True,
    ),
)  # fmt: skip
LISTINGS: dict[str, Listing] = {one.name: one for one in _LISTED}
