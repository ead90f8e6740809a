"""Issued forecasts for programs: as quantiles, or as their draws; and how they and warnings did.

A forecast is the house's own until it is released. What had not been issued by the end of the
as-of day is not there.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.errors import UnknownName, UsageError
from tocsin.tables.bodies import Words
from tocsin.tables.levels import Level, Target
from tocsin.workflow.listing import Listing
from tocsin.workflow.record_reading import Question

if TYPE_CHECKING:
    from datetime import date

    from tocsin.lake.archive import Archive, Issue
    from tocsin.models.draws import Draws
    from tocsin.workflow.judged import Kept

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
MOST_LEVELS = 25


class PartLine(msgspec.Struct, frozen=True, kw_only=True):
    """One part of an issue: the forecasts of one model, level and target."""

    model_id: str
    level: Level
    target: Target
    forecasts: int
    units: int
    sha256: str


class IssueLine(msgspec.Struct, frozen=True, kw_only=True):
    """Forecasts that were issued together. `origin` is the last month whose data they used.

    `despite`: why they were published although a gate had found something.
    """

    issue: str
    issued_at: str
    as_of: str
    origin: str
    horizons: tuple[int, ...]
    model_id: str
    baselines: tuple[str, ...]
    area: str
    draws: int
    reconstruction: bool
    exercise: bool
    despite: str
    snapshots: tuple[str, ...]
    parts: tuple[PartLine, ...]


class QuantileLine(msgspec.Struct, frozen=True, kw_only=True):
    """What may come in one area and month, in deaths: mean, chance of any, quantiles by level."""

    model_id: str
    unit_id: str
    month: str
    horizon: int
    mean: float
    chance_of_any: float
    quantiles: dict[str, float]


class StandingLine(msgspec.Struct, frozen=True, kw_only=True):
    """How the issued forecasts of a model have done, beside the best baseline issued with them.

    Scores are means over the forecasts; less is better. `skill` is 1 less their CRPS over the
    baseline's; its 90 % interval is left open where too few forecasts have been judged.
    """

    live: bool
    level: Level
    target: Target
    model_id: str
    issues: int
    forecasts: int
    crps: float
    ign: float
    mis: float
    coverage: float
    judged_by_part_releases: int
    best_baseline: str
    skill: float | None
    skill_low: float | None
    skill_high: float | None


class ScorecardLine(msgspec.Struct, frozen=True, kw_only=True):
    """A scorecard of warnings that is kept: of a problem's rules, or of how warnings were answered.

    `kind` is counted (rules replayed month by month), stated (harms that nobody counts), unscored
    or responses. `reconstruction`: made on what was released later, cut at what was known.
    """

    name: str
    kind: str
    problem: str
    title: Words
    area: str
    made_at: str
    as_of: str
    reconstruction: bool


class ScorecardWhole(msgspec.Struct, frozen=True, kw_only=True):
    """A scorecard with everything it found, as `tocsin scorecard --json` prints it."""

    about: ScorecardLine
    found: dict[str, Any]


def issues_by(day: date) -> list[Issue]:
    """What had been issued by the end of a day."""
    return [one for one in _archive().issues() if one.issued_at.date() <= day]


def _archive() -> Archive:
    from tocsin.workflow.arriving import open_lake
    from tocsin.workflow.issuing import open_archive

    return open_archive(open_lake())


def _issues(question: Question, _: Mapping[str, str]) -> Iterable[IssueLine]:
    from tocsin.tables.months import month_text
    from tocsin.tables.when import moment_text

    for one in issues_by(question.known_by):
        yield IssueLine(
            issue=one.issue_id, issued_at=moment_text(one.issued_at),
            as_of=one.as_of.isoformat(), origin=month_text(one.origin_month),
            horizons=one.horizons, model_id=one.model_id, baselines=one.baselines, area=one.area,
            draws=one.draws, reconstruction=one.reconstruct, exercise=one.exercise,
            despite=one.despite, snapshots=one.snapshots,
            parts=tuple(
                PartLine(model_id=each.model_id, level=each.level, target=each.target,
                         forecasts=each.rows, units=each.units, sha256=each.sha256)
                for each in one.parts
            ),
        )  # fmt: skip


def _standings(question: Question, _: Mapping[str, str]) -> Iterable[StandingLine]:
    from tocsin import evaluation

    held = _archive().scores()
    if held is None:
        return
    lines = evaluation.live.newest_vintage(held, question.known_by)
    for model in dict.fromkeys(one.model_id for one in issues_by(question.known_by)):
        for row in evaluation.live.standings(lines, model):
            yield StandingLine(
                live=row["live"], level=row["level"], target=row["target"], model_id=row["model"],
                issues=row["issues"], forecasts=row["forecasts"], crps=row["crps"],
                ign=row["ign"], mis=row["mis"], coverage=row["coverage"],
                judged_by_part_releases=row["partial"], best_baseline=row["best_baseline"],
                skill=row.get("skill"), skill_low=row.get("skill_low"),
                skill_high=row.get("skill_high"),
            )  # fmt: skip


FORECASTS = Listing(
    "forecasts", "Forecasts that were issued.", IssueLine, lambda one: str(one.issue), _issues,
    house=True,
)  # fmt: skip
STANDINGS = Listing(
    "scorecard", "How issued forecasts have done, as far as truth has come.", StandingLine,
    lambda one: f"{one.model_id}|{one.level}|{one.target}|{'live' if one.live else 'past'}",
    _standings, house=True,
)  # fmt: skip


def _scorecards(question: Question, _: Mapping[str, str]) -> Iterable[ScorecardLine]:
    from tocsin.workflow import judged

    return [_line_of(one) for one in judged.scorecards_kept(question.known_by)]


def _line_of(one: Kept) -> ScorecardLine:
    from tocsin.tables.when import moment_text

    found = one.scorecard()
    return ScorecardLine(
        name=one.name, kind=str(found["kind"]), problem=one.of,
        title=msgspec.convert(found["title"], Words), area=one.area,
        made_at=moment_text(one.made_at), as_of=one.as_of.isoformat(),
        reconstruction=one.reconstruct,
    )  # fmt: skip


def scorecard_named(question: Question, name: str) -> ScorecardWhole:
    """A scorecard of warnings, whole.

    Raises
    ------
    UnknownName, if none of that name had been made by the end of the as-of day.
    """
    from tocsin.workflow import judged

    for one in judged.scorecards_by(question.known_by):
        if one.name == name:
            return ScorecardWhole(about=_line_of(one), found=one.scorecard())
    raise UnknownName(
        "no scorecard is named {name}", remedy="See them: /api/v1/scorecards", name=name[:80]
    )


SCORECARDS = Listing(
    "scorecards",
    "Scorecards of warnings: how rules would have done, and how warnings were answered.",
    ScorecardLine, lambda one: str(one.name), _scorecards, house=True,
)  # fmt: skip


LISTS = (FORECASTS, STANDINGS, SCORECARDS)


def draws_of(
    issue: str, level: str, target: str, model: str = "", units: str = "", day: date | None = None
) -> Draws:
    """The draws of one part of an issue, of some areas if `units` names them (with commas).

    Raises
    ------
    UnknownName, if no issue had that name by the end of the day.  UsageError.
    NotEnoughData, if the issue has no such part.
    """
    from datetime import date as some_day

    from tocsin.tables.levels import require_level, require_target
    from tocsin.workflow.foreseeing import issued_draws_of

    archive = _archive()
    found = next((one for one in issues_by(day or some_day.max) if one.issue_id == issue), None)
    if found is None:  # the same words, whether it never was or had not been issued yet
        raise UnknownName(
            "no issue of forecasts is named {name}",
            remedy="See those there are: tocsin forecast list",
            name=issue,
        )
    kind, counted = require_level(level), require_target(target)
    draws = issued_draws_of(archive, found, kind, counted, model)
    wanted = [one.strip() for one in units.split(",") if one.strip()]
    return draws.of(wanted) if wanted else draws


def quantile_lines(draws: Draws, levels: Iterable[float] = LEVELS) -> list[QuantileLine]:
    """Each forecast as a mean, the chance of any death, and quantiles; by area, then month."""
    import numpy as np

    from tocsin.tables.months import month_text

    asked = tuple(levels)
    found = np.quantile(draws.samples, asked, axis=2)
    means, some = draws.samples.mean(axis=2), (draws.samples > 0).mean(axis=2)
    return [
        QuantileLine(
            model_id=draws.model_id, unit_id=unit, month=month_text(draws.origin + step),
            horizon=step, mean=float(means[u, h]), chance_of_any=float(some[u, h]),
            quantiles={f"{one:g}": float(found[at, u, h]) for at, one in enumerate(asked)},
        )
        for u, unit in enumerate(draws.units)
        for h, step in enumerate(draws.horizons)
    ]  # fmt: skip


def levels_in(words: str) -> tuple[float, ...]:
    """Quantile levels, as 0.05,0.5,0.95.

    Raises
    ------
    UsageError.

    >>> levels_in("0.5, 0.9")
    (0.5, 0.9)
    """
    if not words:
        return LEVELS
    try:
        found = tuple(float(one) for one in words.split(","))
    except ValueError:
        found = ()
    if not 0 < len(found) <= MOST_LEVELS or not all(0 <= one <= 1 for one in found):
        raise UsageError(
            "{words} are not quantile levels",
            remedy="Write up to {most} numbers from 0 to 1, as 0.05,0.5,0.95.",
            words=words,
            most=MOST_LEVELS,
        )
    return tuple(sorted(set(found)))


def parquet_of(draws: Draws) -> bytes:
    """The `forecasts` table of some draws as a Parquet file: one row an area and month."""
    file = io.BytesIO()
    draws.table().write_parquet(file)
    return file.getvalue()
