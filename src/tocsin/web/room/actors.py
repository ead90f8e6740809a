"""Actors: who stood with whom on any month up to the clock, what changed, and each on a card."""

from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from tocsin.errors import UsageError
from tocsin.language import code_words, month
from tocsin.tables.months import first_day, last_day, month_of, parse_day, parse_month
from tocsin.tables.when import first_moment
from tocsin.web.room.asking import Asked
from tocsin.web.room.record import page_of, question_on

YEAR = 365
EARLIEST = date(1990, 1, 1)


def actors(asked: Asked) -> dict[str, Any]:
    """The graph of a month, the same ties as a table, and what changed between two days."""
    from tocsin.knowledge.actors import render_svg
    from tocsin.workflow import record_reading

    last = month_of(asked.day)
    shown = _month(asked, last)
    on = min(last_day(shown), asked.day)
    question = question_on(asked, on.isoformat())
    graph = record_reading.graph(question)
    labels = {node.subject: node for node in graph.nodes}
    since, until = _span(asked, on)
    held = record_reading.actors(question).identities
    first = min(_first(question), shown)
    return page_of(
        asked,
        asked.say("Actors"),
        graph=graph,
        code=lambda word: code_words(word, asked.lang),
        ties=[
            {
                "text": edge.text,
                "status": edge.status,
                "polarity": edge.polarity,
                "statements": edge.statements,
                "ends": [labels[one] for one in (edge.source, edge.target)],
            }
            for edge in graph.edges
        ],
        drawn=Markup(render_svg(graph, asked.lang).decode()) if graph.edges else "",  # noqa: S704
        shown=shown,
        first=first,
        last=last,
        month_words=month(first_day(shown), asked.lang),
        ends=[month(first_day(one), asked.lang) for one in (first, last)],
        back=asked.here(m=str(shown - 1)) if shown > first else "",
        on_=asked.here(m=str(shown + 1)) if shown < last else "",
        years=[
            (year, asked.here(m=str(parse_month(f"{year}-12")))) for year in _years(first, last)
        ],
        listed=sorted(held.values(), key=lambda one: one.name.in_(asked.lang).casefold()),
        changes=record_reading.ties_changed(question, since, until),
        since=since,
        until=until,
    )


def _month(asked: Asked, last: int) -> int:
    """The month that the slider stands at; never past the clock.

    Raises
    ------
    UsageError, if it is none.
    """
    text = asked.word("m") or str(last)
    if not text.isdigit() or len(text) > 4:
        raise UsageError("this is no month: {text}", remedy="Move the slider.", text=text)
    return max(month_of(EARLIEST), min(int(text), last))


def _span(asked: Asked, on: date) -> tuple[str, str]:
    """Between which two days changes are asked for: the year before the day shown, if none."""
    until = min(parse_day(asked.word("until")) if asked.word("until") else on, asked.day)
    given = asked.word("since")
    since = parse_day(given) if given else until - timedelta(days=YEAR)
    if since > until:
        raise UsageError("the span ends before it begins", remedy="Give the earlier day first.")
    return since.isoformat(), until.isoformat()


def _first(question: Any) -> int:
    """The month of the earliest dated tie in view: where the slider begins."""
    begun = [
        first_moment(one.valid_from).date()
        for one in question.held
        if one.kind == "relation" and one.valid_from
    ]
    return month_of(max(min(begun, default=question.day), EARLIEST))


def _years(first: int, last: int) -> list[int]:
    return list(range(first_day(first).year, first_day(last).year))[-14:]
