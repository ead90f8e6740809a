"""The watch's part of the workflow: look, write, escalate, show the board, take people's steps.

Time is an argument everywhere: a simulated week runs in seconds, and a pass that was missed,
repeated or killed leaves the same ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import UsageError
from tocsin.policy import Reader
from tocsin.policy.readers import Role
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment, moment_text
from tocsin.workflow.evidence import (
    counts_known,
    events_known,
    evidence_kinds,
    gather,
    lessons_known,
)
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.tables.levels import Level, Target
    from tocsin.warning.assessing import Assessment
    from tocsin.warning.counts import Counts
    from tocsin.warning.events import Events
    from tocsin.warning.learning import Lessons
    from tocsin.warning.rulebook import Rulebook
    from tocsin.warning.standing import Standing
    from tocsin.warning.steps import Author

TICK = timedelta(minutes=5)  # passes within one tick write the same statements
WATCH = "watch"  # the role handle of what the machine writes


def rulebook(folder: Path | None = None) -> Rulebook:
    """The rules in force: those of the package, with a user's own files in their place."""
    from tocsin.settings import read_settings
    from tocsin.warning import rulebook as rules

    own = rules.own_pages(folder or read_settings().home / "rules")
    if not own:
        return rules.shipped_rulebook()
    return rules.require_rulebook({**rules.shipped_pages(), **own})


def check_rules(folder: Path) -> list[str]:
    """Everything that is wrong with a folder of rules: file, line, suggestion."""
    from tocsin.warning import rulebook as rules

    _, findings = rules.read_rulebook({**rules.shipped_pages(), **rules.own_pages(folder)})
    return [str(finding.error()) for finding in findings]


def tick_of(moment: datetime) -> datetime:
    """The start of the tick that holds a moment: the clock of its pass."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start + (moment - start) // TICK * TICK


def read_standings(ledger: Ledger, reader: Reader, now: datetime | None) -> dict[str, Standing]:
    """Every warning that a reader may see, with its steps, as known at `now`."""
    from tocsin.warning.standing import STEP_KINDS, standings

    said = ledger.view(reader, known_at=now).each(list(STEP_KINDS))
    found = standings(said, ledger.org)
    if reader.org == ledger.org:
        return found
    # The release authority holds a text back from everyone beyond the house.
    return {subject: held for subject, held in found.items() if not held.held}


def read_silences(ledger: Ledger, now: datetime) -> list[Statement]:
    """Every silence the node has written, as known at `now`."""
    found = ledger.view(Reader(ledger.org), known_at=now).each("silence")
    return [one for one in found if one.origin == ledger.org]  # a partner mutes nothing here


def make_pass(
    ledger: Ledger,
    now: datetime,
    counts: Mapping[tuple[Level, Target], Counts],
    book: Rulebook,
    exercise: bool = False,
    countries: frozenset[str] = frozenset(),
    events: Events | None = None,
    lessons: Lessons | None = None,
    on_silenced: Callable[[Assessment], object] = lambda _: None,
) -> list[Statement]:
    """One pass: what is due and what the rules say, written in one go or not at all.

    The clock of a live pass is the start of its tick; that of an exercise is the given moment.
    `countries` limits what may be warned of; none for everywhere. An exercise touches no real
    warning. `on_silenced` hears what would have opened but for a silence. Statements are those that
    were not in the ledger before.
    """
    from tocsin.warning.looking import one_pass
    from tocsin.warning.observed import settling
    from tocsin.warning.standing import open_warnings
    from tocsin.warning.steps import Author

    tick = now if exercise else tick_of(now)
    reader = Reader(ledger.org)
    seen = ledger.view(reader, known_at=tick)
    statements = settling(seen.each(list(evidence_kinds())), ledger.org)
    evidence = gather(statements, tick, book, counts, events=events, lessons=lessons)
    # A step that a person took a moment ago is known after the tick: it counts all the same.
    everything = read_standings(ledger, reader, now)
    held = [one for one in open_warnings(everything) if one.is_exercise == exercise]
    ended = [one for one in everything.values() if not one.is_open]
    author = Author(ledger.org, WATCH, exercise)
    said = one_pass(
        book, evidence, held, author, lessons.factors if lessons else None,
        lessons.likelihood if lessons else None,
        countries=countries, silences=read_silences(ledger, now), on_silenced=on_silenced,
        ended=ended,
    )  # fmt: skip
    real = {subject for subject, one in everything.items() if one.is_exercise != exercise}
    written = [one for one in said if one.subject not in real]
    done = set(ledger.append(written).added) if written else set()
    return [one for one in written if one.id in done]


def watch(at: str = "", *, reconstruct: bool = False, rules: Path | None = None) -> dict[str, Any]:
    """One pass of the watch on the node's own ledger and lake; what it wrote (see `count_open`)."""
    from tocsin.workflow.record_keeping import open_ledger
    from tocsin.workflow.standing_release import kept_in_house

    now = moment(at)
    if now > datetime.now(UTC) + timedelta(days=1):
        raise UsageError(
            "the watch cannot look into the future",
            remedy="To practise, drive a past period: tocsin replay DOSSIER --from DAY --to DAY",
        )
    ledger = open_ledger(to_write=True)
    book = kept_in_house(ledger, rulebook(rules))
    quiet: list[str] = []
    try:
        counts = counts_known(now.date(), reconstruct=reconstruct)
        written = make_pass(
            ledger, now, counts, book, exercise=is_exercise(now),
            events=events_known(now.date(), reconstruct=reconstruct),
            lessons=lessons_known(now.date(), book, reconstruct=reconstruct),
            on_silenced=lambda each: quiet.append(f"{each.problem}/{each.about.id}"),
        )  # fmt: skip
    finally:
        ledger.close()
    return {
        "at": now.isoformat(),
        "rules": book.hash,
        "opened": [_name(one) for one in written if _is(one, "warning", "new")],
        "changed": [
            f"{_name(one)} ({one.body.change})"  # type: ignore[attr-defined]
            for one in written
            if one.kind == "warning" and not _is(one, "warning", "new")
        ],
        "escalated": [_escalated(one) for one in written if one.kind == "escalation"],
        "closed": [_name(one) for one in written if one.kind == "closure"],
        "silenced": quiet,
        "counted": bool(counts),
    }


def count_open(at: str = "") -> int:
    """How many warnings are open: reads every warning, which a pass need not do twice."""
    from tocsin.workflow.record_keeping import open_ledger

    ledger = open_ledger()
    try:
        return len(_open(ledger, moment(at)))
    finally:
        ledger.close()


def duty(at: str = "", reader: str = "", rules: Path | None = None) -> list[dict[str, Any]]:
    """The duty board: open warnings, undecided first, with who must do what by when."""
    from tocsin.warning.board import board
    from tocsin.warning.standing import open_warnings
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    now = moment(at)
    ledger = open_ledger()
    try:
        who = reader_named(reader)
        held = open_warnings(read_standings(ledger, who, now))
        # Silences are the house's own: others must not learn that an area is watched and muted.
        silences = read_silences(ledger, now) if who.org == ledger.org else []
    finally:
        ledger.close()
    return [asdict(line) for line in board(held, rulebook(rules).clocks, now, silences)]


def silences(at: str = "") -> list[dict[str, Any]]:
    """Silences in force, with what they cover, why, and until when."""
    from msgspec import to_builtins

    from tocsin.warning.standing import silences_in_force
    from tocsin.workflow.record_keeping import open_ledger

    now = moment(at)
    ledger = open_ledger()
    try:
        return [
            {"problem": "", "area": ""}
            | to_builtins(one.body)
            | {"by": f"{one.origin}:{one.author}", "at": one.known_at}
            for one in silences_in_force(read_silences(ledger, now), now)
        ]
    finally:
        ledger.close()


def warnings(at: str = "", reader: str = "", *, everything: bool = False) -> list[dict[str, Any]]:
    """Warnings by name, open ones only unless `everything`."""
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    now = moment(at)
    ledger = open_ledger()
    try:
        found = read_standings(ledger, reader_named(reader), now)
    finally:
        ledger.close()
    chosen = [one for one in found.values() if everything or one.is_open]
    return [
        {
            "id": one.id,
            "level": one.body.level,
            "state": one.state,
            "title_fr": one.body.title.fr,
            "title_en": one.body.title.en,
            "window_from": one.body.window_from,
            "window_to": one.body.window_to,
            "version": one.body.version,
            "opportunity": one.body.opportunity,
        }
        for one in sorted(chosen, key=lambda each: each.urgency)
    ]


def show(name: str, at: str = "", reader: str = "", rules: Path | None = None) -> dict[str, Any]:
    """One warning whole: what it says, what it rests on, and every step with its moment."""
    from tocsin.warning.explaining import explain
    from tocsin.warning.running import next_deadline
    from tocsin.warning.steps import find
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    now = moment(at)
    ledger = open_ledger()
    try:
        who = reader_named(reader)
        held = find(read_standings(ledger, who, now), name)
        seen = ledger.view(who, known_at=now)
        book = rulebook(rules)
        running = next_deadline(held, book.clocks, now)
        told = explain(held, book, seen, _released(held))
        return told | {
            "waits_for": running.role if running else "",
            "due": moment_text(running.due) if running else "",
        }
    finally:
        ledger.close()


def take_step(
    name: str,
    step: Callable[[Standing, Author, datetime], Statement],
    at: str = "",
    reader: str = "",
) -> dict[str, Any]:
    """Take a step on a warning and write it; where the warning stands then.

    Raises
    ------
    UsageError, if the step may not be taken now.
    """
    from tocsin.warning.steps import Author, find
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    who = reader_named(reader)
    require_stepper(who)
    now = moment(at)
    ledger = open_ledger(to_write=True)
    try:
        held = find(read_standings(ledger, who, now), name)
        written = step(held, Author(who.org, who.role, is_exercise(now)), now)
        ledger.append([written])
        after = find(read_standings(ledger, who, now), held.id)
        return {"id": after.id, "state": after.state, "level": after.body.level}
    finally:
        ledger.close()


def supersede(name: str, by: str, at: str = "", reader: str = "", note: str = "") -> dict[str, Any]:
    """Close a warning because another one, which is named, asks in its place.

    Raises
    ------
    UsageError, if that one asks nobody.  UnknownName.
    """
    from tocsin.warning import steps
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    who = reader_named(reader)
    ledger = open_ledger()
    try:
        other = steps.find(read_standings(ledger, who, moment(at)), by)
    finally:
        ledger.close()
    return take_step(
        name,
        lambda held, author, now: steps.supersede(held, other, author, now, steps.both(note)),
        at,
        reader,
    )


STEPPERS: tuple[Role, ...] = ("analyst", "duty-officer", "decision-maker", "release-authority")


def require_stepper(who: Reader) -> None:
    """Raise UsageError for a role that takes no steps on warnings, or another organisation's."""
    from tocsin.workflow.record_keeping import own_organisation

    if who.role not in STEPPERS:
        raise UsageError(
            "the role {role} takes no steps on warnings",
            remedy="Name another: --reader ORG:duty-officer or ORG:decision-maker",
            role=who.role,
        )
    if who.org != own_organisation():
        raise UsageError(
            "this node writes for {own}, not for {other}",
            remedy="Leave --reader out, or name a role of {own}.",
            own=own_organisation(),
            other=who.org,
        )


def write_silence(
    until: str, reason: str, problem: str = "", area: str = "", reader: str = ""
) -> str:
    """Keep messages back until a date; the id of the statement."""
    from tocsin.warning.steps import silence

    if not reason.strip():
        raise UsageError("a silence needs a reason", remedy="Say why: --reason WORDS")
    from tocsin.workflow.record_keeping import reader_named

    require_stepper(reader_named(reader))
    if problem:
        rulebook().problem(problem)
    if area:
        _require_area(area)
    last_moment(until)
    return _write_own(
        lambda author, now: silence(author, now, until, reason, problem, area), reader
    )


def write_alert(fields: dict[str, Any], at: str = "", reader: str = "") -> str:
    """Write an alert from the field; the id of the statement."""
    import msgspec

    from tocsin.tables.kinds import KINDS
    from tocsin.warning.steps import statement_of

    _require_area(str(fields.get("area", "")))
    try:
        body = msgspec.convert(fields, KINDS["alert"])
    except msgspec.ValidationError as error:
        raise UsageError("this is not an alert: {problem}", problem=str(error)) from None

    def made(author: Author, now: datetime) -> Statement:
        reporter = str(fields.get("reporter", "reporter"))
        subject = f"alert:{fields['area']}/{now.date().isoformat()}"
        return statement_of(body, subject, now, author, source=f"report by {reporter}")

    return _write_own(made, reader, at)


def _require_area(area: str) -> None:
    """An alert on an area that nobody knows would raise nothing, and nobody would notice."""
    from tocsin import geo

    if not area.startswith("X"):  # the countries of exercises
        geo.require_unit(area)


def _write_own(
    made: Callable[[Author, datetime], Statement], reader: str = "", at: str = ""
) -> str:
    from tocsin.warning.steps import Author
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    who = reader_named(reader)
    ledger = open_ledger(to_write=True)
    try:
        now = moment(at)
        one = made(Author(who.org, who.role, is_exercise(now)), now)
        ledger.append([one])
        return one.id
    finally:
        ledger.close()


def is_exercise(now: datetime) -> bool:
    """Whether a clock is set by hand: what is written under it says that it is an exercise."""
    return abs(datetime.now(UTC) - now) > timedelta(days=1)


def _open(ledger: Ledger, now: datetime) -> list[Standing]:
    from tocsin.warning.standing import open_warnings

    return open_warnings(read_standings(ledger, Reader(ledger.org), now))


def _released(held: Standing) -> Mapping[str, str]:
    """Titles of the lake's snapshots that a warning names, with publisher and licence."""
    from tocsin.workflow import arriving

    named = {name for one in held.versions for each in one.body.firings for name in each.snapshots}  # type: ignore[attr-defined]
    lake = arriving.open_lake()
    return {
        name: f"{held_one.title}, {held_one.publisher}, {held_one.version}"
        f" ({held_one.released_on.isoformat()}), {held_one.licence}"
        for name in sorted(named)
        if lake.holds(name) and (held_one := lake.snapshot(name))
    }


def _is(one: Statement, kind: str, change: str) -> bool:
    return one.kind == kind and getattr(one.body, "change", "") == change


def _name(one: Statement) -> str:
    return one.subject.removeprefix("warning:")


def _escalated(one: Statement) -> str:
    body: Any = one.body
    return f"{_name(one)} → {body.to_role} ({body.why}, {body.due})"
