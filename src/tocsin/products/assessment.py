"""The early-warning report: what may come, three scenarios, what is warned of, what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tocsin.briefs.facts import Fact, Line, Term, Value
from tocsin.briefs.sourcing import FORECAST
from tocsin.products import telling
from tocsin.products.composing import areas_table, column, compose, warnings_table
from tocsin.products.document import (
    Block,
    Document,
    Item,
    Items,
    Paragraph,
    Row,
    Section,
    Table,
)
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources
from tocsin.tables.bodies import Words as Told
from tocsin.tables.kinds.warnings import Firing
from tocsin.warning.problems import Problem
from tocsin.warning.standing import Standing

WARNINGS = 5
FEW = 10  # deaths below which half and double say nothing
Name = Literal["best", "likely", "worst"]


@dataclass(frozen=True)
class Scenario:
    """One part of the draws: from `low` to `high` deaths, and how many of the draws fall there."""

    name: Name
    low: float | None
    high: float | None
    probability: float


def scenarios(sums: np.ndarray, level: float) -> tuple[Scenario, Scenario, Scenario]:
    """The draws in three parts: half of the last quarter or less, double or more, and between.

    Where the last quarter had so few deaths that half and double say nothing, the parts are the
    lowest tenth of the draws, the highest tenth, and between.

    Parameters
    ----------
    sums : (draws,) deaths of the coming quarter
    level : deaths of the last quarter

    >>> [one.probability for one in scenarios(np.array([10, 90, 110, 400]), 100)]
    [0.25, 0.5, 0.25]
    """
    low, high = np.floor(level / 2), np.ceil(level * 2)
    if level < FEW:
        low, high = np.floor(np.quantile(sums, 0.1)), np.ceil(np.quantile(sums, 0.9))
        high = max(high, low + 1)
    best, worst = float(np.mean(sums <= low)), float(np.mean(sums >= high))
    return (
        Scenario("best", None, float(low), best),
        Scenario("likely", float(low), float(high), round(1 - best - worst, 12)),
        Scenario("worst", float(high), None, worst),
    )


def assessment(picture: Picture) -> Document:
    """What may come and how sure we are, scenarios, warnings with their evidence, options."""
    sources = Sources(picture)
    urgent = telling.boarded(picture)
    shown = telling.varied(urgent, WARNINGS)
    sections = [
        Section("judgement", Line("What may come"), _judgement(picture)),
        Section("scenarios", Line("Three scenarios"), _scenarios(picture, sources, shown)),
        Section("warnings", Line("What is warned of, and why"),
                _warned(picture, sources, urgent, shown)),
        Section("options", Line("What can be done"), _options(picture, sources, shown)),
        Section("where", Line("Where"), _where(picture)),
        telling.unseen_section(picture),
    ]  # fmt: skip
    return compose(
        picture, sources, "assessment", Line("Early-warning report"), telling.headline(picture),
        sections, warned=[held for held, _ in urgent],
    )  # fmt: skip


def _judgement(picture: Picture) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if told := telling.counted(picture):
        blocks.append(telling.paragraph(told, "lead"))
    if (scale := telling.scale_chart(picture)) is not None:
        blocks.append(scale)
    blocks.append(telling.paragraph(telling.coming(picture)))
    if (sure := telling.confidence(picture)) is not None:
        blocks.append(Paragraph(sure))
    if (chart := telling.timeline_chart(picture)) is not None:
        blocks.append(chart)
    return tuple(blocks)


def _scenarios(
    picture: Picture, sources: Sources, shown: Sequence[telling.Shown]
) -> tuple[Block, ...]:
    brief, grounds = picture.brief, picture.grounds
    if brief is None or grounds is None or brief.prospect is None:
        return ()
    outlook = grounds.outlook()
    span = brief.prospect.probability.months
    assert outlook is not None
    assert span is not None
    sums = outlook.sums(*span)
    found = scenarios(sums, brief.count.known)

    def fact(name: str, value: float, unit: str) -> Fact:
        return grounds.fact(f"scenario.{name}", value, unit, span, sources=(FORECAST,))

    likeliest = max(found, key=lambda one: one.probability).name
    rows = []
    for one in found:
        fields: dict[str, Value] = {}
        if one.low is not None:
            fields["low"] = fact(f"{one.name}.low", one.low, "deaths")
        if one.high is not None:
            fields["high"] = fact(f"{one.name}.high", one.high, "deaths")
        template = {
            "best": "at most {high}",
            "likely": "more than {low}, fewer than {high}",
            "worst": "at least {low}",
        }[one.name]
        p = fact(f"{one.name}.probability", one.probability, "likelihood")
        rows.append(
            Row(
                (
                    Line("**{name}**", {"name": Term(_NAMES[one.name])}),
                    Line(template, fields),
                    Line("**{p}**", {"p": p}) if one.name == likeliest else Line("{p}", {"p": p}),
                    _looks_like(one.name, picture, sources, shown),
                ),
                (one.name, f"{one.low or 0:g}-{'' if one.high is None else f'{one.high:g}'}",
                 one.probability, ""),
            )
        )  # fmt: skip
    table = Table(
        "scenarios",
        Line("**Recorded deaths, {months},** against {level} in the last quarter",
             {"months": telling.months(*span), "level": brief.count}),
        (
            column("scenario", "Scenario"),
            column("deaths", "Deaths", unit="deaths"),
            column("likelihood", "Likelihood", unit="probability"),
            column("looks_like", "What it would look like"),
        ),
        tuple(rows),
        Line("Read off the draws of the forecast; the likeliest of the three is in bold. What it "
             "would look like is what the open warnings foresee."),
    )  # fmt: skip
    return (table,)


_NAMES: dict[Name, str] = {
    "best": "Best: half as many or fewer",
    "likely": "Likely: much as now",
    "worst": "Worst: twice as many or more",
}


def _problem(picture: Picture, held: Standing) -> Problem | None:
    return picture.rules.problems.get(held.body.problem)


def _looks_like(
    name: Name, picture: Picture, sources: Sources, shown: Sequence[telling.Shown]
) -> Line:
    """What the open warnings say of a scenario; each problem once, openings with the best."""
    said = []
    for held, _ in telling.varied(shown, WARNINGS):
        problem = _problem(picture, held)
        if problem is None or held.body.opportunity:
            continue
        told: Told = getattr(problem.scenarios, name)
        quoted = sources.quote(told, [sources.rules()])
        if quoted not in said:
            said.append(quoted)
    if not said:
        return Line("–")
    fields: dict[str, Value] = {f"s{index}": one for index, one in enumerate(said)}
    return Line(" ".join(f"{{{key}}}" for key in fields), fields)


def _warned(
    picture: Picture,
    sources: Sources,
    urgent: Sequence[telling.Shown],
    shown: Sequence[telling.Shown],
) -> tuple[Block, ...]:
    if not urgent:
        return (Paragraph(Line("No warning on {place} is open.", telling.place_field(picture))),)
    blocks: list[Block] = [warnings_table(sources, urgent[:12])]
    for held, _ in shown:
        blocks += _one_warning(picture, sources, held)
    return tuple(blocks)


def _one_warning(picture: Picture, sources: Sources, held: Standing) -> list[Block]:
    """A warning's evidence: each indicator that fired, what is not known, what would change it."""
    key = sources.statement(held.current)
    body = held.body
    title = Line(
        "**{title}.** {severity}",
        {
            "title": sources.quote(body.title, [key]),
            "severity": sources.quote(body.severity, [key]),
        },
    )
    items = [_indicator(one, held, sources) for one in body.firings]
    if body.confidence_why.in_("en"):
        items.append(_named("Confidence", body.confidence_why, [key], sources))
    if (problem := _problem(picture, held)) is not None:
        rules = [sources.rules()]
        items.append(_named("Would change our mind", problem.change_our_mind, rules, sources))
        items.append(_named("Also possible", problem.alternatives, rules, sources))
    for one in held.steps.get("dissent", ()):
        own = [sources.statement(one)]
        items.append(_named("Dissent", one.body.text, own, sources))  # type: ignore[attr-defined]
    return [Paragraph(title), Items(tuple(items))]


def _named(name: str, told: Told, keys: Sequence[str], sources: Sources) -> Item:
    fields: dict[str, Value] = {"name": Term(name), "told": sources.quote(told, keys)}
    return Item(Line("**{name}:** {told}", fields))


def _indicator(one: Firing, held: Standing, sources: Sources) -> Item:
    """An indicator that fired: its value against its threshold, and on whose word."""
    behind = (*sources.ids(one.statements), *sources.snapshots(one.snapshots))
    keys = behind or (sources.statement(held.current),)
    title = sources.quote(one.title, keys)
    if one.value is None or one.threshold is None:
        return Item(Line("{title}", {"title": title}))
    whole = float(one.value).is_integer() and float(one.threshold).is_integer()
    unit = _UNITS.get(one.unit, "count" if whole else "score")
    name = f"{held.id}.{one.indicator}"
    return Item(
        Line(
            "{title}: {value} against {threshold}",
            {"title": title,
             "value": Fact(id=f"{name}.value", value=one.value, unit=unit, sources=keys),
             "threshold": Fact(id=f"{name}.threshold", value=one.threshold, unit=unit,
                               sources=keys)},
        )
    )  # fmt: skip


_COSTS = {"low": Term("low cost"), "medium": Term("medium cost"), "high": Term("high cost")}
_UNITS = {
    "probability": "probability",
    "deaths": "deaths",
    "events": "events",
    "chance": "probability",
}


def _options(
    picture: Picture, sources: Sources, shown: Sequence[telling.Shown]
) -> tuple[Block, ...]:
    """What can be done on the warnings shown: by whom, how fast, at what cost, and what harm."""
    rows = []
    for held, _ in shown:
        problem = _problem(picture, held)
        if problem is None:
            continue
        rules = [sources.rules()]
        key = sources.statement(held.current)
        for name, option in problem.options.items():
            lead = sources.amount(
                f"{held.body.problem}.{name}.lead", option.lead_time_hours, "hours", rules
            )
            rows.append(
                Row(
                    (
                        Line("{text}", {"text": sources.quote(option.text, rules)}),
                        Line("{role}", {"role": telling.role(option.owner)}),
                        Line("{lead+}", {"lead": lead}),
                        Line("{cost}", {"cost": _COSTS[option.cost]}),
                        Line("{harm}", {"harm": sources.quote(option.do_no_harm, rules)}),
                        Line("{title}", {"title": sources.quote(held.body.title, [key])}),
                    ),
                    (option.text.in_("en"), option.owner, option.lead_time_hours, option.cost,
                     option.do_no_harm.in_("en"), held.id),
                )
            )  # fmt: skip
    if not rows:
        return ()
    table = Table(
        "options",
        Line("**Options,** with who owns them and how long they take"),
        (
            column("option", "Option"),
            column("owner", "Owner"),
            column("lead_time", "Takes", unit="hours"),
            column("cost", "Cost"),
            column("do_no_harm", "Do no harm"),
            column("warning", "Warning"),
        ),
        tuple(rows),
    )
    return (table,)


def _where(picture: Picture) -> tuple[Block, ...]:
    found = (telling.map_chart(picture), areas_table(picture))
    return tuple(one for one in found if one is not None)
