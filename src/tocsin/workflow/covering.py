"""Where somebody looked, week by week, and why nobody did; how soon reports were judged.

A week without a report is a gap with a reason, never a calm.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tocsin.tables.when import last_moment
from tocsin.workflow.receiving import ACCOUNTS
from tocsin.workflow.verifying import Account, accounts_of, shares_verified
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.warning.observed import Judged, Note

COLUMNS = (
    "area", "week", "from", "to", "state", "reason", "signs_looked_for", "signs_not_observable",
    "conflict_signs", "peace_signs", "situation_reports", "incident_reports", "verified",
)  # fmt: skip


def coverage(
    reader: str = "", area: str = "", weeks: int = 4, as_of: str = "", out: Path | None = None
) -> dict[str, Any]:
    """Areas by week with what was looked for and the reason of each gap; lags and shares.

    area : a country or area and what lies in it; a country brings every area that it has
    out : a CSV file to write the rows to

    Raises
    ------
    UsageError, if `as_of` is no date.
    """
    from tocsin.warning.observed import settling
    from tocsin.workflow.record_keeping import reader_named, view

    seen = view(reader, as_of)
    now = moment(as_of)
    kinds = [*ACCOUNTS, "verification", "placement", "observation_note"]
    found = settling(seen.statements(kind=kinds), reader_named(reader).org)
    spans = _standing(found, now)
    rows = _rows(found, spans, area, _weeks(now.date(), weeks), now)
    if out is not None:
        _write(out, rows)
    held = [one for one in accounts_of(seen) if area in ("", *_of(one, spans))]
    looked = [one for one in rows if one["state"] == "observed"]
    return {
        "rows": rows,
        "area_weeks": len(rows),
        "observed": len(looked),
        "without_place": sum(
            each.kind in ACCOUNTS and each.id not in spans for each in found
        ),
        "lags_hours": _lags(held),
        "verified": shares_verified(held, now),
    }  # fmt: skip


def weeks_of(reader: str, area: str, weeks: int, as_of: str = "") -> list[dict[str, Any]]:
    """The rows of `coverage`, from what became known in those weeks: many reports cost nothing.

    A report is about days that were over when it became known.
    """
    from tocsin.ledger import picking
    from tocsin.tables.when import micros
    from tocsin.warning.observed import settling
    from tocsin.workflow.record_keeping import reader_named, view

    seen, now = view(reader, as_of), moment(as_of)
    asked = _weeks(now.date(), weeks)
    begun = micros(datetime.combine(asked[0][0] - timedelta(days=1), time(), UTC))
    said = picking.known_since(seen, ("verification", "placement"), begun)
    named = sorted({one.body.report for one in said})  # type: ignore[attr-defined]
    found = [
        *picking.lying_in(seen, ACCOUNTS, begun, area, named), *said,
        *seen.statements(kind="observation_note"),
    ]  # fmt: skip
    found = settling(found, reader_named(reader).org)
    return _rows(found, _standing(found, now), area, asked, now)


def _standing(found: Sequence[Any], now: datetime) -> dict[str, Judged]:
    """Reports with a confirmed place, as they stand now."""
    from tocsin.warning.observed import judged

    by = {
        kind: [one for one in found if one.kind == kind] for kind in ("verification", "placement")
    }
    reports = [one for one in found if one.kind in ACCOUNTS]
    return {
        each.report.id: each
        for each in judged(reports, by["verification"], by["placement"], {})
        if each.start <= now < each.end
    }


def _of(one: Account, spans: dict[str, Judged]) -> tuple[str, ...]:
    """The area of a report and its country."""
    held = spans.get(one.report.id)
    return (held.area, held.area[:3]) if held else ()


def _weeks(day: date, count: int) -> list[tuple[date, date]]:
    """The last `count` weeks, from Monday to Sunday, that of `day` the last."""
    monday = day - timedelta(days=day.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    return [(start, start + timedelta(days=6)) for start in starts]


def _rows(
    found: Sequence[Any],
    spans: dict[str, Judged],
    asked: str,
    weeks: Sequence[tuple[date, date]],
    now: datetime,
) -> list[dict[str, Any]]:
    from tocsin.warning.observed import notes_of

    situations = [each for each in spans.values() if each.report.kind == "situation"]
    incidents = [each for each in spans.values() if each.report.kind == "report"]
    stated = [one for one in found if one.kind == "observation_note"]
    notes = [one for one in notes_of(stated, situations, {}) if one.start <= now < one.end]
    areas = {one.area for one in notes} | {one.area for one in incidents} | set(_areas_in(asked))
    return [
        _row(area, week, [one for one in notes if one.area == area],
             [one for one in situations if one.area == area],
             [one for one in incidents if one.area == area])
        for area in sorted(one for one in areas if _within(one, asked))
        for week in weeks
    ]  # fmt: skip


def _areas_in(asked: str) -> list[str]:
    """Every first-level area of a country, so that those nobody ever told of are listed too."""
    from tocsin import geo
    from tocsin.errors import TocsinError

    if len(asked) != 3:
        return [asked] if asked else []
    try:
        return [one for one in geo.units(asked) if not one.endswith(".unallocated")]
    except TocsinError:
        return []


def _within(area: str, asked: str) -> bool:
    return not asked or area == asked or area.startswith(asked + ".")


def _row(
    area: str,
    week: tuple[date, date],
    notes: Sequence[Note],
    situations: Sequence[Judged],
    incidents: Sequence[Judged],
) -> dict[str, Any]:
    from tocsin.intake import form_named
    from tocsin.warning.observed import LOOKED, VERIFIED

    first, last = week
    sides = {one.name: one.side for one in form_named("situation").indicators}
    mine = [one for one in notes if first <= one.last and one.first <= last]
    states: dict[str, set[str]] = {}
    for one in mine:
        states.setdefault(one.what, set()).add(one.state)
    looked = [what for what, held in states.items() if held.intersection(LOOKED)]
    blind = [
        what for what, held in states.items() if what not in looked and "could_not_observe" in held
    ]
    seen = [what for what, held in states.items() if "observed" in held]
    weekly = [one for one in situations if _week_within(one, first, last)]
    told = [one for one in incidents if _day_within(one, first, last)]
    state = (
        "could_not_observe" if blind and not looked
        else "observed" if looked and not blind
        else "partly" if looked
        else "not_asked" if mine
        else "no_report"
    )  # fmt: skip
    return {
        "area": area,
        "week": f"{first.isocalendar().year}-W{first.isocalendar().week:02d}",
        "from": first.isoformat(),
        "to": last.isoformat(),
        "state": state,
        "reason": _reason(state, mine),
        "signs_looked_for": sum(what != "all" for what in looked),
        "signs_not_observable": sum(what != "all" for what in blind),
        "conflict_signs": sum(sides.get(what) == "conflict" for what in seen),
        "peace_signs": sum(sides.get(what) == "peace" for what in seen),
        "situation_reports": len(weekly),
        "incident_reports": len(told),
        "verified": sum(one.status in VERIFIED for one in (*weekly, *told)),
    }


def _reason(state: str, notes: Iterable[Note]) -> str:
    if state in ("observed", "not_asked", "no_report"):
        whys = {"not_asked": "nobody_was_asked", "no_report": "no_report_came"}
        return whys.get(state, "")
    said = sorted({one.reason for one in notes if one.state == "could_not_observe" and one.reason})
    return ", ".join(said) or "not_said"


def _week_within(one: Judged, first: date, last: date) -> bool:
    day = last_moment(one.report.body.week).date()  # type: ignore[attr-defined]
    return first <= day and day - timedelta(days=6) <= last


def _day_within(one: Judged, first: date, last: date) -> bool:
    return first <= last_moment(one.report.body.day_from).date() <= last  # type: ignore[attr-defined]


def _lags(held: Sequence[Account]) -> dict[str, Any]:
    """Median and ninth decile, in hours, of how long each step took; None where none was taken."""
    told = [
        (one.received - last_moment(day)).total_seconds() / 3600
        for one in held
        if (day := getattr(one.report.body, "day_from", None))
    ]
    triaged = _hours(one.triaged_after for one in held)
    judged = _hours(one.verified_after for one in held)
    return {
        name: {"number": len(hours), "median": _at(hours, 0.5), "ninth_decile": _at(hours, 0.9)}
        for name, hours in (("told", told), ("triaged", triaged), ("verified", judged))
    }


def _hours(spans: Iterable[timedelta | None]) -> list[float]:
    return [took.total_seconds() / 3600 for took in spans if took is not None]


def _at(hours: Sequence[float], share: float) -> float | None:
    if not hours:
        return None
    ranked = sorted(hours)
    if share == 0.5:
        return round(max(0.0, median(ranked)), 1)
    return round(max(0.0, ranked[min(len(ranked) - 1, int(share * len(ranked)))]), 1)


def _write(out: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Rows as CSV, whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(out.name + ".partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    partial.replace(out)
