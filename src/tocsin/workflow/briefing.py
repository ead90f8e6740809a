"""The one-page brief: what it is made from."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tocsin.workflow.arriving import open_lake
from tocsin.workflow.counting import FIRST_MONTH, build_panel, candidates_known
from tocsin.workflow.foreseeing import issued_finder
from tocsin.workflow.places import boundary_layers

if TYPE_CHECKING:
    import polars as pl

    from tocsin.briefs import BriefInputs, Tlp
    from tocsin.lake import Lake
    from tocsin.tables.levels import Level


def brief_inputs(
    area: str, day: date, reconstruct: bool, *, tlp: Tlp = "CLEAR", lake: Lake | None = None
) -> BriefInputs:
    """What a brief on a place is made from: its counts, its map, its forecast, its sources."""
    from tocsin.briefs import BriefInputs, gathering, incidents, opponents, outlooks, scoping
    from tocsin.lake import ArrayCache
    from tocsin.tables.months import month_of

    lake = lake or open_lake()
    layers = boundary_layers()
    scope = scoping.scope_of(area, day)

    def observed(level: Level, area: str) -> pl.DataFrame:
        return build_panel(
            level,
            "ged_all",
            FIRST_MONTH,
            month_of(day),
            area=area,
            as_of=day,
            reconstruct=reconstruct,
            lake=lake,
        )

    # A model learns from every country; of areas, from those of the same country.
    panel = observed(scope.level, "" if scope.level == "country" else scope.area)
    parts = observed(scope.parts_level, scope.area)
    unit = gathering.place_observations(panel, scope)
    known = candidates_known(lake, day, reconstruct, scope.countries)
    dyads, held = opponents.dyads_of(unit, known, scope)
    return BriefInputs(
        place=scope.place,
        as_of=day,
        reconstruct=reconstruct,
        unit=unit,
        parts=gathering.parts_observations(parts),
        layer=gathering.ground_of(scope, day, layers, known),
        snapshots=tuple(one.snapshot for one in known),
        outlook=outlooks.outlook_of(
            panel,
            scope,
            day,
            ArrayCache(lake.root.parent).array,
            issued=issued_finder(scope.level, "ged_all", day, reconstruct, lake),
        ),
        kinds=opponents.kinds_of(unit, known, scope),
        dyads=dyads,
        incidents=incidents.incidents_of(unit, known, scope, day, reconstruct),
        events_held=held,
        tlp=tlp,
    )
