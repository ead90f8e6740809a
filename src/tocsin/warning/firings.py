"""The evidence behind one firing: rule, data, threshold, and the statements or snapshots."""

from collections.abc import Sequence

from tocsin.language import Lang
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.warnings import Firing
from tocsin.tables.months import month_text, year_month
from tocsin.warning.abouts import About
from tocsin.warning.evidence import Evidence
from tocsin.warning.indicators import (
    EventRule,
    ForecastRule,
    HazardRule,
    Rule,
    UnitMonthRule,
    rule_line,
)
from tocsin.warning.judging import (
    days_asked,
    events_near,
    level_asked,
    level_of,
    rows_asked,
    threshold_of,
)
from tocsin.warning.matching import counting

LANGS: tuple[Lang, ...] = ("fr", "en")
LISTED = 12  # statements listed by a firing; the newest, when there are more


def firing(
    name: str,
    rule: Rule,
    about: About,
    evidence: Evidence,
    value: float,
    factor: float = 1.0,
) -> Firing:
    """What stands behind a rule that fires for an about at the last clock, at a measured value."""
    scale = factor if getattr(rule, "learned", False) else 1.0
    at_most = getattr(rule, "at_most", None)
    threshold = threshold_of(rule) if at_most is None else at_most
    statements, snapshots, later, note = _behind(rule, about, evidence)
    return Firing(
        indicator=name,
        title=rule.title,
        rule=rule_line(rule, factor),
        area=about.country if _is_wide(rule) else about.area,
        value=_tidy(value),
        threshold=_tidy(float(threshold * scale)),
        unit=_unit(rule),
        statements=tuple(statements),
        snapshots=tuple(snapshots),
        reconstructed=later,
        note=note,
    )


def _behind(
    rule: Rule, about: About, evidence: Evidence
) -> tuple[Sequence[str], Sequence[str], bool, Words]:
    if isinstance(rule, UnitMonthRule):
        level = level_asked(rule, about)
        counts = evidence.counts[level, rule.target]
        last = evidence.known_month[-1]
        length = rule.months + (rule.baseline_months if rule.measure == "ratio" else 0)
        rows = rows_asked(rule, about, counts)
        snapshots, later = counts.heard(rows, last - length + 1, last)
        until = month_text(last)
        return (), snapshots, later, Words(f"jusqu’à {until}", f"up to {until}")
    if isinstance(rule, ForecastRule | HazardRule):
        origin = evidence.known_month[-1]
        held = evidence.counts.get((level_of(about.area), rule.target))
        snapshots, later = (
            held.heard([held.row(about.area) or 0], origin - 11, origin) if held else ((), False)
        )
        if isinstance(rule, HazardRule):
            year, until = year_month(origin)[0], month_text(origin)
            why = (
                evidence.hazards.reasons(rule, level_of(about.area), about.area, origin)
                if evidence.hazards is not None
                else []
            )
            french, english = (", ".join(each.in_(lang) for each in why) for lang in LANGS)
            said = Words(
                f"apprise en janvier {year}, comptes jusqu’à {until} ; surtout par : {french}",
                f"learned in January {year}, counts up to {until}; mostly by: {english}",
            )
            return (), snapshots, later, said
        named = f"{evidence.forecast_name}, {month_text(origin)}"
        return (), snapshots, later, Words(f"prévision {named}", f"forecast {named}")
    if isinstance(rule, EventRule):
        return _events_behind(rule, about, evidence)
    found = counting(rule, about, evidence, evidence.clocks[-1])
    return [each.statement.id for each in found[-LISTED:]], (), False, Words()


def _events_behind(
    rule: EventRule, about: About, evidence: Evidence
) -> tuple[Sequence[str], Sequence[str], bool, Words]:
    area = about.country if rule.scope == "country" else about.area
    near = events_near(rule, evidence, area)
    first, last = days_asked(rule, evidence.known_month[-1])
    number = near.height
    return (
        (),
        near["snapshot"].unique().sort().to_list(),
        bool(near["reconstructed"].any()),
        Words(
            f"{number} événements du {first} au {last}", f"{number} events from {first} to {last}"
        ),
    )


def _is_wide(rule: Rule) -> bool:
    return getattr(rule, "scope", "") == "country" or getattr(rule, "measure", "") == "country"


def _unit(rule: Rule) -> str:
    if isinstance(rule, UnitMonthRule):
        units = {"ratio": "times", "quiet_months": "months"}
        return units.get(rule.measure, "deaths")
    if isinstance(rule, ForecastRule | HazardRule):
        return "probability"
    if isinstance(rule, EventRule):
        return "events" if rule.measure == "number" else "deaths"
    return {"FigureRule": "", "ConditionRule": "share"}.get(type(rule).__name__, "statements")


def _tidy(value: float) -> float | int:
    """A number as it reads: whole where it is whole, else to four digits.

    >>> _tidy(25.0), _tidy(2.33333)
    (25, 2.3333)
    """
    return int(value) if value == int(value) else round(value, 4)
