"""Reports and the world: where their places lie, and which of them tell of the same thing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tocsin.errors import UsageError
from tocsin.workflow.places import known_places
from tocsin.workflow.verifying import Account, account, account_among, reports, write_about

if TYPE_CHECKING:
    from tocsin.intake.matching import Trace
    from tocsin.intake.placing import PlaceFinder, Whereabouts


def place_finder() -> PlaceFinder:
    """Places of the gazetteer, widened by those that ingested events name."""
    from tocsin.intake.placing import PlaceFinder

    return PlaceFinder(known_places())


def whereabouts(
    name: str, country: str = "", limit: int = 5, reader: str = ""
) -> list[Whereabouts]:
    """Where the place of a report may be, the likeliest first."""
    held = account(name, reader)
    words = str(getattr(held.report.body, "place", ""))
    return place_finder().find(words, country, limit)


def confirm_place(name: str, pick: int, country: str = "", reader: str = "") -> str:
    """Write which of the ranked places is meant; the id of the statement.

    Raises
    ------
    UsageError, if the list has no such line.
    """
    from tocsin.tables.kinds.reports import Placement

    held = account(name, reader)
    listed = whereabouts(name, country, max(pick, 5), reader)
    if not 1 <= pick <= len(listed):
        raise UsageError(
            "the list of places has {lines} lines, and no line {pick}",
            remedy="Look at it: tocsin reports place {id}",
            lines=len(listed),
            pick=pick,
            id=held.report.id,
        )
    found = listed[pick - 1]
    body = Placement(
        report=held.report.id,
        place=found.name,
        country=found.place.iso3,
        area=found.place.unit_id or "",
        latitude=round(found.latitude, 3),
        longitude=round(found.longitude, 3),
        precision=found.precision,  # type: ignore[arg-type]
        likeness=found.likeness,
        listed_by=found.place.source,
    )
    return write_about(body, held, reader)


def alike(name: str, limit: int = 10, reader: str = "") -> list[dict[str, Any]]:
    """Reports that may tell of the same thing as this one, with what speaks for and against."""
    from tocsin.intake.matching import Accounts

    known = reports(reader)
    held = account_among(known, name)
    others = {one.report.id: one for one in known if one.report.kind == "report"}
    if held.report.kind != "report":
        return []
    traces = Accounts(_trace(one) for one in others.values())
    return [
        {
            "id": found.id,
            "likelihood": round(found.likelihood, 3),
            "place": str(getattr(others[found.id].report.body, "place", "")),
            "day": str(getattr(others[found.id].report.body, "day_from", "")),
            "what": str(getattr(others[found.id].report.body, "event", "")),
            "evidence": {field: round(weight, 2) for field, weight in found.evidence},
        }
        for found in traces.candidates(_trace(held), limit)
    ]


def _trace(held: Account) -> Trace:
    """What of a report is compared: its confirmed place, else its own position, else its words."""
    from tocsin.intake.matching import Spot, Trace
    from tocsin.tables.kinds.reports import Placement, Report

    body = held.report.body
    assert isinstance(body, Report)
    spot: Placement | Report = body
    if held.placement is not None and isinstance(held.placement.body, Placement):
        spot = held.placement.body
    spots: tuple[Spot, ...] = ()
    if spot.latitude is not None and spot.longitude is not None:
        spots = (Spot(spot.latitude, spot.longitude),)
    return Trace(
        id=held.report.id,
        day=date.fromisoformat(body.day_from[:10]),
        event=body.event,
        place=spot.place,
        spots=spots,
        perpetrator=body.perpetrator,
        killed=body.harm.killed,
        told=body.note,
    )
