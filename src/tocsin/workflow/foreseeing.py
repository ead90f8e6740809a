"""What the issued forecasts say: which issue speaks, and the chance of any sum, off its draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tocsin.workflow.arriving import open_lake
from tocsin.workflow.issuing import issued_draws, open_archive
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    from datetime import date

    from tocsin.briefs.outlooks import FindIssued
    from tocsin.lake import Lake
    from tocsin.lake.archive import Archive, Issue
    from tocsin.models.draws import Draws
    from tocsin.tables.levels import Level, Target


def exceed(
    area: str,
    months: str,
    above: str,
    *,
    target: str = "ged_all",
    issue: str = "",
    as_of: str = "",
) -> dict[str, Any]:
    """The chance that deaths over some areas and months together exceed each of some numbers.

    Parameters
    ----------
    area : countries, regions, first-level areas (MLI.mopti) and cells, with commas
    months : 2024-01..2024-06, or one month
    above : numbers of deaths, with commas
    issue : name of the issue; else the last one that covers these areas and months

    Raises
    ------
    UsageError, if areas overlap or months or numbers make no sense.
    NotEnoughData, if no issue covers them.
    """
    from tocsin.models.draws import summed_over
    from tocsin.tables.levels import require_target
    from tocsin.tables.months import month_text

    first, last = _period(months)
    thresholds, kind, day = _numbers(above), require_target(target), day_of(as_of)
    archive = open_archive(open_lake())
    units = _units(area, day)
    found = _speaking(archive, units, kind, first, last, issue, day)
    sums = {
        model: summed_over(_parts(archive, found, units, kind, model), first, last)
        for model in (found.model_id, *found.baselines)
    }
    return {
        "issue": found.issue_id,
        "as_of": found.as_of.isoformat(),
        "origin": month_text(found.origin_month),
        "exercise": found.exercise,
        "joint": found.joint,
        "target": kind,
        "units": [unit for held in units.values() for unit in held],
        "from": month_text(first),
        "to": month_text(last),
        "models": {name: _told(draws, thresholds) for name, draws in sums.items()},
    }


def issued_draws_of(
    archive: Archive, issue: Issue, level: Level, target: Target, model: str = ""
) -> Draws:
    """The draws of one part of an issue.

    Raises
    ------
    NotEnoughData, if the issue has no such part.
    """
    from tocsin.errors import NotEnoughData

    part = issue.part(level, target, model)
    if part is None:
        raise NotEnoughData(
            "issue {issue} has no forecasts of {target} at level {level}",
            remedy="See what each holds: tocsin forecast list --json",
            issue=issue.issue_id,
            target=target,
            level=level,
        )
    return issued_draws(archive, issue, part)


def issued_finder(
    level: Level, target: Target, day: date, reconstruct: bool, lake: Lake
) -> FindIssued:
    """What finds the forecast that products of a day show: the last one issued by its end.

    It was made from data of that day or an earlier one, in the same way (strictly or as a
    reconstruction), and holds every unit and month asked for. An issue of a later day never
    serves, whatever data it was made from: so what a product of a past day says cannot change.
    """
    from tocsin.briefs.outlooks import Issued

    archive = open_archive(lake)

    def find(units: Sequence[str], origin: int, horizons: int) -> Issued | None:
        months = set(range(1, horizons + 1))
        serving = [
            issue
            for issue in archive.issues()
            if issue.issued_at.date() <= day
            and issue.as_of <= day
            and issue.reconstruct == reconstruct
            and issue.origin_month == origin
            and months <= set(issue.horizons)
            and issue.part(level, target)
        ]
        for issue in reversed(serving):
            draws = issued_draws_of(archive, issue, level, target).of(units)
            if units and len(draws.units) == len(units):
                samples = draws.samples[:, draws.steps(origin + 1, origin + horizons)]
                return Issued(issue.issue_id, issue.model_id, issue.seed, samples)
        return None

    return find


def _told(sums: Any, thresholds: Sequence[float]) -> dict[str, Any]:
    import numpy as np

    low, quarter, median, upper, high = np.quantile(sums, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
    return {
        "draws": len(sums),
        "mean": round(float(sums.mean()), 1),
        "median": median,
        "half": [quarter, upper],
        "ninety": [low, high],
        "chances": [
            {"above": threshold, "chance": float((sums > threshold).mean())}
            for threshold in thresholds
        ],
    }


def _period(words: str) -> tuple[int, int]:
    from tocsin.errors import UsageError
    from tocsin.tables.months import parse_month

    first, dots, last = words.partition("..")
    start = parse_month(first)
    end = parse_month(last) if dots else start
    if end < start:
        raise UsageError(
            "the months {words} end before they begin",
            remedy="Write them as 2024-01..2024-06.",
            words=words,
        )
    return start, end


def _numbers(words: str) -> list[float]:
    from tocsin.errors import UsageError

    try:
        numbers = [float(word) for word in words.split(",")]
    except ValueError:
        numbers = []
    if not numbers or not all(0 <= number < float("inf") for number in numbers):
        raise UsageError(
            "{words!r} is not a number of deaths", remedy="Write it as 500, or 500,1000.",
            words=words,
        )  # fmt: skip
    return numbers


def _units(area: str, day: date) -> dict[Level, list[str]]:
    """The units named, by level; regions are their members.

    Raises
    ------
    UsageError, if none is named, or one lies in another.
    """
    from tocsin import geo
    from tocsin.errors import UsageError

    units: dict[Level, list[str]] = {"country": [], "admin1": [], "priogrid": []}
    for name in (word.strip() for word in area.split(",") if word.strip()):
        iso3, dot, rest = name.partition(".")
        if name.isdigit():
            units["priogrid"].append(name)
        elif dot:
            units["admin1"].append(f"{iso3.upper()}.{rest.lower()}")
        elif name.upper() in geo.regions(day):
            units["country"] += geo.region(name.upper(), day) or geo.region(name.upper())
        else:
            units["country"].append(geo.country_by(iso3=name.upper()).iso3)
    held = {level: list(dict.fromkeys(names)) for level, names in units.items() if names}
    if not held:
        raise UsageError("no area is named", remedy="Name one: --area MLI, or SAHEL, or MLI.mopti.")
    whole = set(held.get("country", []))
    inside = [name for name in held.get("admin1", []) if name[:3] in whole]
    if inside or ("priogrid" in held and len(held) > 1):
        raise UsageError(
            "an area lies in another that is named too: {name}",
            remedy="Deaths would be counted twice. Name areas that do not overlap.",
            name=inside[0] if inside else held["priogrid"][0],
        )
    return held


def _speaking(
    archive: Archive,
    units: dict[Level, list[str]],
    target: Target,
    first: int,
    last: int,
    name: str,
    day: date,
) -> Issue:
    """The issue of that name, else the last one that covers what is asked.

    Raises
    ------
    UnknownName.  NotEnoughData, if it does not cover it.
    """
    from tocsin.errors import NotEnoughData
    from tocsin.tables.months import month_text

    known = [archive.issue(name)] if name else archive.issues()
    covering = [
        issue
        for issue in known
        if issue.as_of <= day
        and set(range(first, last + 1)) <= {issue.origin_month + step for step in issue.horizons}
        and all(issue.part(level, target) for level in units)
    ]
    if not covering:
        raise NotEnoughData(
            "no issue of forecasts covers {target} for these areas from {first} to {last}",
            remedy="See what there is: tocsin forecast list. Make one: tocsin forecast run",
            target=target,
            first=month_text(first),
            last=month_text(last),
        )
    return max(covering, key=lambda issue: (issue.as_of, issue.origin_month, issue.issued_at))


def _parts(
    archive: Archive, issue: Issue, units: dict[Level, list[str]], target: Target, model: str
) -> list[Draws]:
    from tocsin.errors import NotEnoughData

    parts = []
    for level, names in units.items():
        draws = issued_draws_of(archive, issue, level, target, model).of(names)
        lacking = [name for name in names if name not in draws.units]
        if lacking:
            raise NotEnoughData(
                "issue {issue} has no forecast of {units}",
                remedy="Nothing was known of it when the forecast was made, or nobody counts it.",
                issue=issue.issue_id,
                units=", ".join(lacking[:5]),
            )
        parts.append(draws)
    return parts
