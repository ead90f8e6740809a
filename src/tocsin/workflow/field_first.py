"""Reports and the events that sources publish later: which belong together, and who knew first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.tables.when import last_moment
from tocsin.workflow.arriving import open_lake
from tocsin.workflow.relating import report_named, tracer_of
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    import polars as pl

    from tocsin.intake.matching import Trace
    from tocsin.tables.snapshots import Snapshot

AROUND = 1.0  # degrees around a spot in which events are looked at
PLACED = 3  # precision of place up to which the point of an event says where it was
_COMPARED = ("day", "place", "killed", "perpetrator")  # a source's kinds are not the form's
_COLUMNS = ("event_id", "date_start", "date_end", "latitude", "longitude", "where_prec", "place",
            "side_a", "best")  # fmt: skip
_LINKED = ("same_event", "retelling", "update")


def events_like(
    name: str, reader: str = "", as_of: str = "", limit: int = 10
) -> list[dict[str, Any]]:
    """Events of the snapshots released by a day that a report may tell of, the likeliest first.

    Nothing is linked: a person does, by `tocsin reports link ID SOURCE:EVENT`.
    """
    from tocsin.intake.held import traced
    from tocsin.workflow.record_keeping import view

    seen = view(reader, as_of)
    report = report_named(seen, name)
    asked = next((trace for _, trace in traced([report], seen, tracer_of().trace)), None)
    if asked is None:
        return []
    newest: dict[str, dict[str, Any]] = {}
    for snapshot in open_lake().snapshots(table="events", as_of=day_of(as_of)):  # oldest first
        for row in _rows_near(snapshot, asked):
            found = _scored(asked, row) | {
                "event": f"{snapshot.source}:{row['event_id']}",
                "released": snapshot.released_on.isoformat(),
                "snapshot": snapshot.snapshot_id,
            }
            newest[found["event"]] = found
    likely = [one for one in newest.values() if one["likelihood"] >= 0.1]
    return sorted(likely, key=lambda one: (-one["likelihood"], one["event"]))[:limit]


def first(reader: str = "", as_of: str = "", recorded: str = "") -> list[dict[str, Any]]:
    """Each report that a person linked with an event, and how long before its release it came.

    `lag_days` is from the day on which the report was known to the first release that holds the
    event, of those released by the day: above zero, the field knew first. None: none was released.
    """
    from tocsin.workflow.record_keeping import view

    seen = view(reader, as_of, recorded)
    reports = {one.id: one for one in seen.statements(kind="report")}
    linked = [
        (reports[link.body.report], link.body.other)  # type: ignore[attr-defined]
        for link in seen.statements(kind="report_link")
        if ":" in link.body.other  # type: ignore[attr-defined]
        and link.body.relation in _LINKED  # type: ignore[attr-defined]
        and link.body.report in reports  # type: ignore[attr-defined]
    ]
    released = _first_releases({event for _, event in linked}, day_of(as_of))
    rows = []
    for report, event in sorted(linked, key=lambda one: (one[0].known_at, one[0].id, one[1])):
        known, out = last_moment(report.known_at).date(), released.get(event)
        rows.append(
            {
                "report": report.id,
                "event": event,
                "place": str(getattr(report.body, "place", "")),
                "day": str(getattr(report.body, "day_from", "")),
                "report_known": known.isoformat(),
                "event_released": out.isoformat() if out else None,
                "lag_days": (out - known).days if out else None,
            }
        )
    return rows


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How many events the field knew first, and by how long on the median."""
    from statistics import median

    lags = [row["lag_days"] for row in rows if row["lag_days"] is not None]
    return {
        "linked": len(rows),
        "released": len(lags),
        "field_first": sum(lag > 0 for lag in lags),
        "median_lag_days": median(lags) if lags else None,
    }


def _rows_near(snapshot: Snapshot, asked: Trace) -> Iterator[dict[str, Any]]:
    """Events of a snapshot within some days and about a degree of where the report may be."""
    import polars as pl

    from tocsin.intake.matching import DAYS_APART

    days = timedelta(days=DAYS_APART)
    if not asked.spots:
        return
    around = pl.any_horizontal(
        [
            (pl.col("latitude") - spot.latitude).abs().le(AROUND)
            & (pl.col("longitude") - spot.longitude).abs().le(AROUND)
            for spot in asked.spots
        ]
    )
    table: pl.LazyFrame = open_lake().scan(snapshot, "events").select(_COLUMNS)
    found = table.filter(
        (pl.col("date_start") <= asked.day + days)
        & (pl.col("date_end") >= asked.day - days)
        & around
    )
    yield from found.collect().iter_rows(named=True)


def _scored(asked: Trace, row: dict[str, Any]) -> dict[str, Any]:
    from math import exp

    from tocsin.intake.matching import Spot, Trace, prior, weigh

    is_placed = row["where_prec"] is None or row["where_prec"] <= PLACED
    event = Trace(
        id=str(row["event_id"]),
        day=min(max(asked.day, row["date_start"]), row["date_end"]),
        event=asked.event,
        place=row["place"] or "",
        spots=(Spot(row["latitude"], row["longitude"]),),
        perpetrator=row["side_a"] or "",
        killed=row["best"],
    )
    evidence = {
        field: round(weight, 2)
        for field, weight in weigh((asked, event))
        if field in _COMPARED and (is_placed or field != "place")
    }
    odds = prior(2) - 2 * prior(1) + sum(evidence.values())
    return {
        "likelihood": round(1 / (1 + exp(-max(min(odds, 50.0), -50.0))), 3),
        "place": row["place"] or "",
        "day": str(row["date_start"]),
        "killed": row["best"],
        "evidence": evidence,
    }


def _first_releases(events: set[str], as_of: date) -> dict[str, date]:
    """The first day on which a release held each of these events, by `SOURCE:EVENT`."""
    import polars as pl

    found: dict[str, date] = {}
    if not events:
        return found
    for snapshot in open_lake().snapshots(table="events", as_of=as_of):  # oldest first
        wanted = [each.partition(":")[2] for each in events
                  if each.startswith(f"{snapshot.source}:")]  # fmt: skip
        if not wanted:
            continue
        table = open_lake().scan(snapshot, "events").select(pl.col("event_id").cast(pl.String))
        for name in table.filter(pl.col("event_id").is_in(wanted)).collect()["event_id"]:
            found.setdefault(f"{snapshot.source}:{name}", snapshot.released_on)
    return found
