"""Indicators: small declarative rules that fire or do not, or cannot be judged.

One Struct a family; `over` in the YAML names it. What a rule looks at is always what was known at
the clock, and each answer is one of three: it fires, it is quiet, or it is unknown.
"""

from typing import Annotated, Any, Literal

import msgspec

from tocsin.tables.bodies import Slug, Words
from tocsin.tables.levels import Target, Violence

Months = Annotated[int, msgspec.Meta(ge=1, le=600)]
Days = Annotated[int, msgspec.Meta(ge=1, le=20_000)]
Scope = Literal["about", "area", "country", "anywhere"]


class _Rule(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    tag_field="over",
):
    """What every indicator has: its words in both languages."""

    title: Words
    note: Words = Words()


class UnitMonthRule(_Rule, frozen=True, kw_only=True, tag="unit_months"):
    """Deaths by area and month.

    deaths        sum over the last `months`
    worst_month   the highest of the last `months`
    ratio         sum over the last `months` against the mean of equal spans in the
                  `baseline_months` before (each span counted as at least `floor` deaths)
    quiet_months  months since the last deaths
    neighbours    sum over the last `months` in the areas that touch this one
    country       sum over the last `months` in the whole country
    `learned`: the threshold may be moved by what earlier years teach (see the scorecard).
    """

    measure: Literal["deaths", "worst_month", "ratio", "quiet_months", "neighbours", "country"]
    target: Target = "ged_all"
    months: Months = 1
    baseline_months: Months = 12
    floor: float = 1.0
    at_least: float | None = None
    at_most: float | None = None
    learned: bool = False


class ForecastRule(_Rule, frozen=True, kw_only=True, tag="forecasts"):
    """The chance, by the forecast's draws, of at least `deaths` in the next `months`.

    exceedance    that chance is at least `at_least`
    change        it rose by at least `at_least` since the origin one month before
    """

    measure: Literal["exceedance", "change"]
    target: Target = "ged_all"
    months: Months = 3
    deaths: Annotated[float, msgspec.Meta(gt=0)]
    at_least: Annotated[float, msgspec.Meta(gt=0, le=1)]


class HazardRule(_Rule, frozen=True, kw_only=True, tag="hazards"):
    """The chance, learned from earlier years, of a month with `deaths` in the next `months`.

    `from_quiet`: of an onset, in an area whose last three months had no such harm.
    `learned`: the threshold may be moved by what earlier years teach (see the scorecard).
    """

    target: Target = "ged_all"
    deaths: Annotated[float, msgspec.Meta(gt=0)]
    months: Annotated[int, msgspec.Meta(ge=1, le=24)]
    from_quiet: bool = False
    at_least: Annotated[float, msgspec.Meta(gt=0, le=1)]
    learned: bool = True


class EventRule(_Rule, frozen=True, kw_only=True, tag="events"):
    """Events in the last `days` days: how many, or with how many deaths together or in one."""

    measure: Literal["number", "deaths", "largest", "civilian_deaths"]
    violence: tuple[Violence, ...] = ()
    side: str = ""  # words in the name of either side
    days: Days = 30
    at_least: float
    scope: Literal["area", "country"] = "area"


class FigureRule(_Rule, frozen=True, kw_only=True, tag="figures"):
    """A published figure: its value, its change against the one before, or that it stopped."""

    quantity: Slug
    measure: Literal["value", "change_percent", "stopped"]
    at_least: float | None = None
    at_most: float | None = None
    within_days: Days = 400
    scope: Scope = "country"


class CommitmentRule(_Rule, frozen=True, kw_only=True, tag="commitments"):
    """Commitments that are blocked, suspended or abandoned, or overdue, at least so many."""

    measure: Literal["stalled", "overdue"]
    at_least: Annotated[int, msgspec.Meta(ge=1)] = 1
    within_days: Days = 3650
    scope: Scope = "country"


class CalendarRule(_Rule, frozen=True, kw_only=True, tag="calendar"):
    """A dated plan that is near (`ahead_days`), or was put off (`postponed` within so many)."""

    measure: Literal["near", "postponed"]
    types: tuple[
        Literal["election", "referendum", "deadline", "mandate", "summit", "season", "other"], ...
    ]
    days: Days
    scope: Scope = "country"


class ConditionRule(_Rule, frozen=True, kw_only=True, tag="conditions"):
    """A condition that an actor stated: all (or `share`) of what it waits for has come about."""

    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    scope: Scope = "country"


class StatementRule(_Rule, frozen=True, kw_only=True, tag="statements"):
    """Statements of one kind whose fields hold the given values: reports, actor changes, consent…

    where        field → values, any of them
    within_days  how long after it became known a statement counts
    current      only the latest word on its subject (a camp that closed is no longer open)
    by           what counts: statements, or different sources that say so
    """

    kind: Slug
    where: dict[str, Any] = {}
    within_days: Days = 365
    at_least: Annotated[int, msgspec.Meta(ge=1)] = 1
    current: bool = False
    by: Literal["statements", "sources"] = "statements"
    scope: Scope = "country"


class ReportRule(_Rule, frozen=True, kw_only=True, tag="reports"):
    """Reports from people: incidents of some types, or signs of a weekly report, in the area.

    A report counts where a person confirmed its place, from when it was verified (in part, too)
    until a later verdict, and for `within_days` of the day it tells of.

    events       types of the incident form
    signs        signs of the weekly form that were observed, at `level` or above
    verified     false: those that nobody has judged yet; such a rule can open a watch, no more
    by           what counts: independent sources (retellings and one's own updates are one), or
                 reports
    """

    events: tuple[Slug, ...] = ()
    signs: tuple[Slug, ...] = ()
    level: Literal["low", "medium", "high"] = "low"
    verified: bool = True
    within_days: Days = 14
    at_least: Annotated[int, msgspec.Meta(ge=1)] = 1
    by: Literal["sources", "reports"] = "sources"
    scope: Scope = "area"

    def __post_init__(self) -> None:
        if not (self.events or self.signs):
            raise ValueError("say which events or signs")


class SilenceRule(_Rule, frozen=True, kw_only=True, tag="silence"):
    """Silence where there used to be reports.

    A statement of kind observation_note says that nobody could observe, or no report of `kind`
    came in the last `days` though at least `at_least` came in the `baseline_days` before.
    """

    kind: Slug = "alert"
    days: Days = 14
    baseline_days: Days = 60
    at_least: Annotated[int, msgspec.Meta(ge=1)] = 3
    scope: Scope = "area"


Rule = (
    UnitMonthRule
    | ForecastRule
    | HazardRule
    | EventRule
    | FigureRule
    | CommitmentRule
    | CalendarRule
    | ConditionRule
    | StatementRule
    | ReportRule
    | SilenceRule
)
FAMILIES: dict[str, type[_Rule]] = {
    "unit_months": UnitMonthRule,
    "forecasts": ForecastRule,
    "hazards": HazardRule,
    "events": EventRule,
    "figures": FigureRule,
    "commitments": CommitmentRule,
    "calendar": CalendarRule,
    "conditions": ConditionRule,
    "statements": StatementRule,
    "reports": ReportRule,
    "silence": SilenceRule,
}


def rule_line(rule: Rule, factor: float = 1.0) -> str:
    """The rule in one line, as it was applied: what a firing keeps.

    >>> rule_line(UnitMonthRule(title=Words(), measure="deaths", months=3, at_least=25))
    'unit_months: measure=deaths months=3 at_least=25'
    """
    fields = msgspec.to_builtins(rule)
    fields.pop("title", None)
    fields.pop("note", None)
    family = fields.pop("over")
    if factor != 1.0 and getattr(rule, "learned", False):
        fields["at_least"] = fields["at_least"] * factor
    return f"{family}: " + " ".join(f"{name}={_plain(value)}" for name, value in fields.items())


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_plain(each) for each in value) + "]"
    return str(value)
