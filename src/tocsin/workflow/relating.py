"""Reports and the world: where their places lie, and which of them tell of the same thing."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from tocsin.errors import ToolMissing, UnknownName, UsageError
from tocsin.tables.when import last_moment
from tocsin.workflow.arriving import open_lake
from tocsin.workflow.places import known_places
from tocsin.workflow.receiving import ACCOUNTS
from tocsin.workflow.record_keeping import open_ledger
from tocsin.workflow.verifying import account, write_about

if TYPE_CHECKING:
    from pathlib import Path

    from tocsin.intake.held import HeldAccounts
    from tocsin.intake.matching import Spot, Trace
    from tocsin.intake.placing import PlaceFinder, Whereabouts
    from tocsin.language import Lang
    from tocsin.ledger import Ledger
    from tocsin.ledger.reading import StoreView
    from tocsin.tables.statements import Statement

MOST_SPELLINGS = 100_000  # of places, remembered with what they may mean


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


def map_places(
    name: str, out: Path, country: str = "", lang: Lang = "fr", reader: str = ""
) -> Path:
    """Draw the ranked places of a report on a map (SVG), numbered as in the list.

    Raises
    ------
    UsageError, if no place is listed.
    """
    from datetime import UTC, datetime

    from tocsin import geo
    from tocsin.briefs.files import write_whole
    from tocsin.briefs.pointing import Pointed, draw_points
    from tocsin.language.text import text
    from tocsin.workflow.places import boundary_layers

    listed = whereabouts(name, country, reader=reader)
    if not listed:
        raise UsageError(
            "no place is listed, so there is nothing to draw",
            remedy="Look at the words of the report: tocsin reports show {id}",
            id=name,
        )
    today, layers = datetime.now(UTC).date(), boundary_layers()
    shapes = []
    for iso3 in dict.fromkeys(one.place.iso3 for one in listed if one.place.iso3):
        try:
            areas = geo.admin1(iso3, today, layers).areas
        except UnknownName:  # an invented country without boundaries: points alone
            continue
        shapes += [area.polygon for area in areas if area.polygon is not None]
    points = [
        Pointed(line, one.name, one.latitude, one.longitude)
        for line, one in enumerate(listed, start=1)
    ]
    drawn = draw_points(points, shapes, text("Where it may be", lang))
    stem = out.name.removesuffix(".svg")
    return write_whole(out.parent, stem, {"svg": drawn.for_document().encode("utf-8")})[0]


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


def alike(name: str, limit: int = 10, reader: str = "", as_of: str = "") -> list[dict[str, Any]]:
    """Reports that may tell of the same thing as this one, with what speaks for and against."""
    from tocsin.intake.matching import likeliest
    from tocsin.workflow.record_keeping import view

    seen = view(reader, as_of)
    asked = _asked(seen, name)
    if asked is None:
        return []
    found = likes(asked, seen)
    near = {one.id: one for one, _ in found}
    return [
        {
            "id": one.id,
            "likelihood": round(one.likelihood, 3),
            "place": str(getattr(near[one.id].body, "place", "")),
            "day": str(getattr(near[one.id].body, "day_from", "")),
            "what": str(getattr(near[one.id].body, "event", "")),
            "evidence": {field: round(weight, 2) for field, weight in one.evidence},
        }
        for one in likeliest(asked, (trace for _, trace in found), limit)
    ]


def likes(asked: Trace, seen: StoreView) -> list[tuple[Statement, Trace]]:
    """Accounts of nearby days and places that the view shows, from the index beside the ledger."""
    held = held_accounts(open_ledger())
    held.refresh()
    return held.near(asked, seen)


def held_accounts(ledger: Ledger) -> HeldAccounts:
    """The index of accounts by day and place, in the store; made on first use."""
    from tocsin.intake.held import HeldAccounts
    from tocsin.settings import read_settings

    tracer = tracer_of()
    return HeldAccounts(
        read_settings().home / "index" / "accounts.db", ledger, tracer.trace, tracer.picture
    )


class Tracing:
    """What of a report is compared, its place looked up in the gazetteer once for each spelling."""

    def __init__(self, finder: PlaceFinder | None):
        self._finder = finder
        self._spots: dict[tuple[str, str], tuple[Spot, ...]] = {}

    @cached_property
    def picture(self) -> str:
        """Which gazetteer it leans on."""
        return self._finder.gazetteer.fingerprint if self._finder else "none"

    def trace(self, report: Statement, placement: Statement | None) -> Trace | None:
        """What is compared: the confirmed place, else its own position, else the places meant."""
        from tocsin.intake.matching import Spot, Trace
        from tocsin.tables.kinds.reports import Placement, Report

        body = report.body
        if not isinstance(body, Report):
            return None
        at = placement.body if placement else None
        if isinstance(at, Placement):
            spots: tuple[Spot, ...] = (Spot(at.latitude, at.longitude),)
        elif body.latitude is not None and body.longitude is not None:
            spots = (Spot(body.latitude, body.longitude),)
        else:
            spots = self._meant(body.place, body.country)
        return Trace(
            id=report.id,
            day=last_moment(body.day_from).date(),
            event=body.event,
            place=at.place if isinstance(at, Placement) else body.place,
            spots=spots,
            perpetrator=body.perpetrator,
            killed=body.harm.killed,
            told=body.note,
            arrived=last_moment(body.received).date(),
        )

    def _meant(self, words: str, country: str) -> tuple[Spot, ...]:
        from tocsin.intake.matching import spots_of

        key = (words, country)
        if key not in self._spots:
            if len(self._spots) > MOST_SPELLINGS:
                self._spots.clear()
            found = self._finder.find(words, country) if self._finder else []
            self._spots[key] = spots_of(found)
        return self._spots[key]


def tracer_of() -> Tracing:
    """How reports are compared in this store; without a gazetteer, by their own words."""
    from tocsin.settings import read_settings

    held = tuple(one.snapshot_id for one in open_lake().snapshots(table="events"))
    return _tracer_with(str(read_settings().home), held)


@lru_cache(maxsize=2)
def _tracer_with(home: str, snapshots: tuple[str, ...]) -> Tracing:
    """Made once for a store and what was ingested into it: a gazetteer takes a while to read."""
    del home, snapshots
    try:
        return Tracing(place_finder())
    except ToolMissing:
        return Tracing(None)


def _asked(seen: StoreView, name: str) -> Trace | None:
    """What is compared of the one report whose id begins so; None for a situation report."""
    from tocsin.intake.held import traced

    report = report_named(seen, name)
    return next((trace for _, trace in traced([report], seen, tracer_of().trace)), None)


def report_named(seen: StoreView, name: str) -> Statement:
    """The report that the view shows whose id begins or ends so, without reading the others.

    Raises
    ------
    UnknownName, if there is none or more than one.
    """
    from tocsin.ledger.picking import called

    found = called(seen, name, ACCOUNTS)
    if len(found) != 1:
        raise UnknownName(
            "no single report is named {name}", remedy="List them: tocsin reports list", name=name
        )
    return found[0]
