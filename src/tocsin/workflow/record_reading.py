"""The record's part of the workflow: questions put to the ledger, answered by `knowledge`.

Every question names its reader and its two dates; every answer is made from that reader's view
and from nothing else. Names are looked up whatever their date, and only what the view holds is
ever named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from tocsin.dossiers import (
    Problem,
    check_dossier,
    dossier_folder,
    read_dossier,
    require_dossier,
    shipped_dossiers,
    with_own_id,
)
from tocsin.dossiers.identity import BLANK_ID
from tocsin.errors import UsageError
from tocsin.knowledge.actors import (
    ActorCard,
    Graph,
    Registry,
    Resolution,
    TieChange,
    actor_card,
    actor_graph,
    registry_of,
    resolve_names,
    tie_changes,
)
from tocsin.knowledge.agreements import AgreementCard, CommitmentLine, agreements, commitments
from tocsin.knowledge.calendar import Plan, calendar
from tocsin.knowledge.caseload import Programme, caseloads
from tocsin.knowledge.cases import CaseCard, case_card, case_cards
from tocsin.knowledge.conditions import ConditionLine, conditions
from tocsin.knowledge.digest import Digest, digest
from tocsin.knowledge.figures import FigureCard, Finding, figure_cards, reconcile
from tocsin.knowledge.mission import MissionCard, mission_card
from tocsin.knowledge.scope import about_countries, under_marking
from tocsin.knowledge.territory import Territory, territory
from tocsin.knowledge.timeline import Moment, learned, timeline
from tocsin.ledger.reading import StoreView
from tocsin.policy import Reader
from tocsin.settings import read_settings
from tocsin.tables.kinds import Retraction
from tocsin.tables.months import parse_day
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, micros
from tocsin.workflow.record_keeping import (
    add_statement,
    open_ledger,
    own_organisation,
    reader_named,
)
from tocsin.workflow.record_place import is_there
from tocsin.workflow.widening import fresh, require_looked_at

# What knowledge is made from: reports, warnings and the ledger's own statements stay out, so
# that a record with a million reports is questioned as fast as one without.
_KNOWLEDGE = (
    "actor", "agreement", "agreement_status", "alias", "annotation", "calendar_item", "camp",
    "capability", "case", "claim", "commitment", "commitment_status", "condition", "consent",
    "contributor", "control_assessment", "ddr_caseload", "denial", "evidence", "figure", "mandate",
    "mediation", "membership", "movement", "observation_note", "organisation", "polling_status",
    "presence", "provision", "relation", "step",
)  # fmt: skip
_TITLED = (
    "actor", "agreement", "alias", "calendar_item", "case", "commitment", "ddr_caseload",
    "organisation",
)  # fmt: skip
_NAMES = ("actor", "alias", "organisation", "agreement", "case")
LAST_BRIEF = timedelta(days=91)  # between two briefs, where nobody says
_CONTEXT = ("unhcr", "idmc", "world_bank")


@dataclass(frozen=True)
class Question:
    """Who asks (`ORG[:ROLE]`, default the node's analyst), as of when, on which day of the world.

    `as_of` and `on` are a day, a month or a year, which count from their last day; `as_of` is
    today by default, `on` is the as-of date.
    """

    reader: str = ""
    as_of: str = ""
    on: str = ""

    @cached_property
    def known_by(self) -> date:
        """The as-of day."""
        return parse_day(self.as_of) if self.as_of else datetime.now(UTC).date()

    @cached_property
    def day(self) -> date:
        """The day in the world."""
        return parse_day(self.on) if self.on else self.known_by

    @cached_property
    def view(self) -> StoreView:
        """What the reader may see as of that day."""
        return open_ledger().view(reader_named(self.reader), self.known_by)

    @cached_property
    def held(self) -> list[Statement]:
        """Current statements of that view of the kinds that knowledge is made from."""
        return self.view.statements(_KNOWLEDGE)

    @cached_property
    def undated(self) -> Registry:
        """Names of any date that the reader may see: for looking up what was asked, only."""
        return registry_of(open_ledger().view(reader_named(self.reader)).statements(_NAMES))


@dataclass(frozen=True)
class Loaded:
    """What loading a dossier did: written, already there, and withdrawn since an older edition."""

    name: str
    added: int
    known: int
    withdrawn: int


def load_dossier(name: str, agreed: str = "") -> Loaded:
    """Write a dossier's statements to the ledger; again: no change.

    What an older edition of the same dossier said and this one does not is retracted.  Of one that
    did not come with the package, what others may read is written only once somebody agreed to its
    preview (`widening`).

    Raises
    ------
    UnknownName, if there is no such dossier.  CheckFailed, if something in it is wrong.
    UsageError, if a dossier that did not come with the package speaks for somebody else.
    """
    own = own_organisation()
    dossier = require_dossier(dossier_folder(name), own)
    cover = dossier.cover
    if cover.origin != own and name not in shipped_dossiers():
        raise UsageError(
            "this dossier speaks for {origin}, and this node is {own}",
            where=name,
            remedy="Take `origin` off its cover, and name {origin} as a source.",
            origin=cover.origin,
            own=own,
        )
    ledger = open_ledger(to_write=True)
    if name not in shipped_dossiers():
        require_looked_at(ledger, fresh(dossier.statements), agreed)
    ids = {one.id for one in dossier.statements}
    before = [
        one
        for one in ledger.view(Reader(cover.origin)).statements()
        if one.origin == cover.origin and one.author == cover.author and one.id not in ids
    ]
    done = ledger.append(dossier.statements)
    ledger.append(_withdrawal(one) for one in before)
    return Loaded(cover.name, len(done.added), len(done.known), len(before))


def _withdrawal(old: Statement) -> Statement:
    """The retraction of what an older edition said: it holds as of every date."""
    return with_own_id(
        Statement(
            id=BLANK_ID,
            kind="retraction",
            subject=old.subject,
            known_at=old.known_at,
            source=old.source,
            origin=old.origin,
            author=old.author,
            tlp=old.tlp,
            pap=old.pap,
            retracts=old.id,
            body=Retraction(reason="no longer in the dossier"),
        )
    )


def problems_of_dossier(name: str) -> tuple[int, list[Problem]]:
    """How many statements a dossier holds, and what is wrong with it."""
    folder = dossier_folder(name)
    return len(read_dossier(folder).statements), check_dossier(folder)


def findings(question: Question) -> list[Finding]:
    """What a comparison of all figures finds, worst first."""
    return reconcile([*question.held, *_context(question.known_by)], question.known_by)


def figures(question: Question, query: str) -> list[FigureCard]:
    """Figures in which every word of `query` occurs, each with all that is said about it."""
    return figure_cards(
        [*question.held, *_context(question.known_by)], query, question.known_by
    )  # fmt: skip


def _context(as_of: date) -> list[Statement]:
    """Series of the lake that serve as figures: of each source the newest snapshot by then."""
    home = read_settings().home
    if not any((home / "lake" / source).is_dir() for source in _CONTEXT):
        return []
    from tocsin.knowledge.figures.series import figures_of_context
    from tocsin.lake import Lake

    lake = Lake(home)
    found: list[Statement] = []
    for source in _CONTEXT:
        held = lake.snapshots(source=source, table="context", as_of=as_of)
        if held:
            found += figures_of_context(lake.scan(held[-1], "context").collect(), held[-1])
    return found


def actor(question: Question, name: str) -> ActorCard:
    """An actor on one page."""
    return actor_card(question.held, name, question.day, question.undated)


def actors(question: Question) -> Registry:
    """Every name of the record."""
    return registry_of(question.held)


def graph(question: Question, around: str = "", steps: int = 1) -> Graph:
    """The graph of actors on the day."""
    return actor_graph(question.held, question.day, around, question.undated, steps)


def ties_changed(question: Question, first: str, last: str) -> list[TieChange]:
    """Ties that formed, broke or flipped between two days."""
    return tie_changes(question.held, parse_day(first), parse_day(last))


def resolve(question: Question, names: Iterable[str], country: str = "") -> list[Resolution]:
    """What names mean; what is not exact waits for a person."""
    return resolve_names(names, registry_of(question.held), country or None)


def confirm_name(name: str, actor: str, source: str, reader: str = "") -> str:
    """Write down that a name means an actor, on a person's word; gives the statement's id."""
    subject = Question(reader).undated.require(actor).subject
    known_at = datetime.now(UTC).date().isoformat()
    entered = add_statement(
        {
            "kind": "alias",
            "subject": subject,
            "known_at": known_at,
            "source": source,
            "body": {"name": name, "scheme": "spelling"},
        },
        reader,
    )
    return entered.ids[0] if entered.ids else ""


def events_of(
    question: Question, subject: str = "", since: str = "", until: str = ""
) -> list[Moment]:
    """The timeline of a subject: only what may be about it is asked of the store."""
    names = registry_of(question.view.statements(_TITLED))
    return timeline(
        _about(question, subject, names) if subject else question.held,
        subject,
        parse_day(since) if since else None,
        parse_day(until) if until else None,
        question.undated,
        names,
    )


def _about(question: Question, subject: str, names: Registry) -> list[Statement]:
    """Statements in whose subject or text the subject occurs, and perhaps some others."""
    if subject.endswith("*"):
        return question.view.statements(subject=subject)
    if ":" in subject and (found := question.view.statements(text=_key(subject))):
        return found
    return question.view.statements(text=_key(names.lookup(subject, question.undated).subject))


def _key(subject: str) -> str:
    """What every mention of a subject holds: `group:benin+germany` names `actor:benin` too."""
    return subject.partition(":")[2] or subject


def learned_since(question: Question, since: str) -> list[Moment]:
    """What became known after a day: only that, and what things are called, is read."""
    from tocsin.ledger import picking

    begun = parse_day(since)
    fresh = picking.known_since(question.view, _KNOWLEDGE, micros(end_of(begun)))
    held = {one.id: one for one in (*question.view.statements(_TITLED), *fresh)}
    return learned(held.values(), begun, question.known_by)


def owed(question: Question) -> list[CommitmentLine]:
    """Commitments as they stand on the day."""
    return commitments(question.held, question.day)


@dataclass(frozen=True)
class Agreed:
    """Agreements, the programmes and the stated conditions around them, on the day."""

    agreements: list[AgreementCard]
    programmes: list[Programme]
    conditions: list[ConditionLine]


def agreed(question: Question) -> Agreed:
    """Agreements with each party's standing, DDR arithmetic, conditions and what of them is met."""
    held, day = question.held, question.day
    return Agreed(agreements(held, day), caseloads(held, day), conditions(held, day))


def plans(question: Question) -> list[Plan]:
    """The calendar as it stands on the day."""
    return calendar(question.held, question.day)


def cases(question: Question) -> list[CaseCard]:
    """Every case as it stands on the day."""
    return case_cards(question.held, question.day)


def case(question: Question, name: str) -> CaseCard:
    """One case as it stands on the day."""
    return case_card(question.held, name, question.day, question.undated)


def mission(question: Question, name: str) -> MissionCard:
    """A mission as it stands on the day."""
    return mission_card(question.held, name, question.day, question.undated)


def held_territory(question: Question, area: str = "") -> Territory:
    """Who holds what on the day, says whom, and where they disagree."""
    return territory(question.held, question.day, area)


def digest_of(
    question: Question, since: str, countries: Iterable[str] = (), tlp: str = "RED"
) -> Digest | None:
    """What a brief says of the record: new since a day, owed, ahead, contested.

    countries : only what is about them (ISO3); tlp : only what may stand under that marking.
    None, if nothing of it is left.
    """
    held = under_marking(question.held, tlp)
    wanted = tuple(countries)
    if wanted:
        held = about_countries(held, wanted)
    if all(one.kind in _NAMES for one in held):
        return None
    return digest(held, parse_day(since), question.known_by)


def write_record_sheet(
    area: str, question: Question, *, since: str = "", lang: str, tlp: str, out: Path
) -> list[Path]:
    """Write what the record says of a place, beside its brief: HTML, PDF, DOCX and JSON.

    since : day of the last brief (default: three months before the as-of date).  Nothing is
    written where there is no record, or nothing in it that may stand under that marking.
    """
    if not has_record():
        return []
    from tocsin.briefs import require_lang, require_tlp
    from tocsin.briefs.letters import COMMON, kept_faces
    from tocsin.briefs.record import lay_out_record, write_record
    from tocsin.briefs.scoping import scope_of
    from tocsin.products.files import write_files
    from tocsin.products.recordsheet import record_document

    scope, marking = scope_of(area, question.known_by), require_tlp(tlp)
    before = since or (question.known_by - LAST_BRIEF).isoformat()
    found = digest_of(question, before, scope.countries, marking)
    if found is None:
        return []
    place, written = scope.place, require_lang(lang)
    sheet = lay_out_record(found, place.unit_id, place.names, marking, written)
    document = record_document(found, place, marking)
    faces = kept_faces(read_settings().home, COMMON)
    written_files = write_record(found, sheet, out, faces)
    return [*written_files, *write_files(document, written, out, "", ("docx",))]


def has_record() -> bool:
    """Whether this store has a ledger: asking for one would make it."""
    settings = read_settings()
    return is_there(settings)


def folder_of_dossier(name: str) -> Path:
    """Where a dossier's files are."""
    return dossier_folder(name)
