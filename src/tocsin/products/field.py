"""What the field says in a period: reports as they were judged, indicators by who could look."""

from collections import Counter
from datetime import date

from tocsin.briefs.facts import Line, Term, Value
from tocsin.knowledge.record import entries
from tocsin.products.composing import LONGEST, column
from tocsin.products.document import Block, Item, Items, Row, Section, Table
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources
from tocsin.tables.kinds.reports import Report, Situation, Verification
from tocsin.tables.when import end_of, last_moment

_STATES = ("observed", "not_observed", "could_not_observe", "not_asked")


def field_section(picture: Picture, sources: Sources, since: date) -> Section:
    """Reports that came in, and for each indicator in how many areas it was seen, not seen, or
    could not be looked at. Nothing where nobody reports here."""
    blocks: list[Block] = []
    if items := _reports(picture, sources, since):
        blocks.append(Items(items))
    if (table := _indicators(picture, sources, since)) is not None:
        blocks.append(table)
    return Section("field", Line("From the field"), tuple(blocks))


def _reports(picture: Picture, sources: Sources, since: date) -> tuple[Item, ...]:
    came = [
        entry
        for entry in entries(picture.statements, Report)
        if last_moment(entry.body.received) > end_of(since)
    ]
    if not came:
        return ()
    judged: dict[str, str] = {
        entry.body.report: entry.body.status for entry in entries(picture.statements, Verification)
    }
    states = Counter(judged.get(entry.statement.id, "not judged") for entry in came)
    items = []
    for state, _ in sorted(states.items(), key=lambda one: (-one[1], one[0])):
        keys = [
            sources.statement(entry.statement)
            for entry in came
            if judged.get(entry.statement.id, "not judged") == state
        ]
        count = sources.amount(f"reports.{state}", len(keys), "reports", keys)
        fields: dict[str, Value] = {"count": count, "state": Term(state.replace("_", " "))}
        items.append(Item(Line("{count+}: {state}", fields)))
    return tuple(items)


def _indicators(picture: Picture, sources: Sources, since: date) -> Table | None:
    weeks = [
        entry
        for entry in entries(picture.statements, Situation)
        if last_moment(entry.body.week) > end_of(since)
    ]
    found: dict[str, dict[str, list[str]]] = {}
    for statement, body in weeks:
        for one in body.observed:
            states = found.setdefault(one.indicator, {state: [] for state in _STATES})
            states[one.state].append(sources.statement(statement))
    if not found:
        return None
    rows = []
    for indicator, states in sorted(
        found.items(), key=lambda one: (-len(one[1]["observed"]), one[0])
    ):
        cells = [
            Line("{n}", {"n": sources.amount(f"{indicator}.{state}", len(keys), "reports", keys)})
            if keys
            else Line("–")
            for state, keys in states.items()
        ]
        rows.append(
            Row(
                (Line("{name}", {"name": Term(indicator.replace("_", " "))}), *cells),
                (indicator, *(len(keys) for keys in states.values())),
            )
        )
    return Table(
        "indicators",
        Line("**Indicators,** by how many weekly reports could say what"),
        (
            column("indicator", "Indicator", hxl="#indicator+name"),
            column("observed", "observed", unit="reports", numeric=True),
            column("not_observed", "not observed", unit="reports", numeric=True),
            column("could_not_observe", "could not observe", unit="reports", numeric=True),
            column("not_asked", "not asked", unit="reports", numeric=True),
        ),
        tuple(rows[: 2 * LONGEST]),
    )
