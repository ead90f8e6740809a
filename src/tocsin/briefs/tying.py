"""Totals against the sums of their parts, and the numbers behind the charts."""

from datetime import date

from tocsin.briefs.contents import Tie
from tocsin.briefs.facts import Fact, Months
from tocsin.briefs.grounds import Grounds
from tocsin.briefs.sourcing import FORECAST
from tocsin.briefs.timeline import Fan, Timeline
from tocsin.tables.months import month_of, month_text


def ties_of(grounds: Grounds) -> tuple[Tie, ...]:
    """Total against the sum of parts: the quarter, twelve months, the last whole years."""
    if not grounds.parts or grounds.place_is_part():
        return ()
    year = grounds.inputs.as_of.year
    spans = [("quarter", grounds.window.quarter), ("year", grounds.window.year)]
    spans += [
        (str(one), (month_of(date(one, 1, 1)), month_of(date(one, 12, 1))))
        for one in (year - 1, year - 2)
    ]
    return tuple(found for name, span in spans if (found := tie(grounds, name, span)))


def tie(grounds: Grounds, name: str, span: tuple[int, int]) -> Tie | None:
    total = grounds.history.deaths(*span)
    sums = [history.deaths(*span) for history in grounds.parts.values()]
    if total is None or any(one is None for one in sums):
        return None
    parts = sum(one or 0 for one in sums)
    cited = grounds.book.of_history(next(iter(grounds.parts.values())), span)
    return Tie(
        Months(*span),
        grounds.fact(f"tie.{name}.total", total, "deaths", span),
        grounds.fact(f"tie.{name}.parts", parts, "deaths", span, sources=cited),
        grounds.fact(f"tie.{name}.unallocated", total - parts, "deaths", span),
    )


def series(grounds: Grounds, timeline: Timeline) -> tuple[Fact, ...]:
    """The numbers behind the charts: months observed, months forecast, areas."""
    facts = []
    for bar in timeline.bars:
        span, named = (bar.month, bar.month), month_text(bar.month)
        facts.append(grounds.fact(f"deaths.{named}", bar.deaths, "deaths", span))
        facts.append(grounds.fact(f"events.{named}", bar.events, "events", span))
    for kind, fan in (("forecast", timeline.fan), ("baseline", timeline.baseline)):
        facts += fan_facts(grounds, kind, fan) if fan else []
    for part in grounds.inputs.layer.parts:
        if part.unit_id in grounds.parts:
            for id_, span in (
                (f"deaths.year.{part.unit_id}", grounds.window.year),
                (f"deaths.year_before.{part.unit_id}", grounds.window.year_before),
            ):
                facts.append(grounds.part_deaths(id_, part.unit_id, span))
    return tuple(facts)


def fan_facts(grounds: Grounds, kind: str, fan: Fan) -> list[Fact]:
    return [
        grounds.fact(
            f"{kind}.{month_text(month)}.q{level:02d}", float(value), "deaths", (month, month),
            sources=(FORECAST,),
        )
        for month, row in zip(fan.months, fan.quantiles, strict=True)
        for level, value in zip((5, 25, 50, 75, 95), row, strict=True)
    ]  # fmt: skip
