"""The one-page brief: what it is made from, and the files it becomes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.arriving import open_lake
from tocsin.workflow.counting import FIRST_MONTH, build_panel, candidates_known
from tocsin.workflow.foreseeing import issued_finder
from tocsin.workflow.places import boundary_layers
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    import polars as pl

    from tocsin.briefs import BriefInputs, Tlp
    from tocsin.lake import Lake
    from tocsin.tables.levels import Level


def brief(
    area: str,
    *,
    as_of: str = "",
    reconstruct: bool = False,
    lang: str = "fr",
    tlp: str = "CLEAR",
    out: Path = Path(),
    tables: bool = False,
) -> dict[str, Any]:
    """Write the one-page brief on a place as HTML, PDF, DOCX and JSON; its headline and files.

    tables : write its tables too, as CSV, XLSX, GeoJSON and HXL
    """
    from tocsin import briefs, products
    from tocsin.briefs.grounds import Grounds
    from tocsin.briefs.scoping import scope_of
    from tocsin.warning.rulebook import shipped_rulebook

    written, marking = briefs.require_lang(lang), briefs.require_tlp(tlp)
    day = day_of(as_of)
    inputs = brief_inputs(area, day, reconstruct, tlp=marking)
    made = briefs.build_brief(inputs)
    picture = products.Picture(
        scope=scope_of(area, day), as_of=day, reconstruct=reconstruct, reader="",
        rules=shipped_rulebook(), grounds=Grounds(inputs), brief=made,
    )  # fmt: skip
    document = products.product_named("brief")(picture)
    paths = products.write_files(document, written, out, "")
    if tables:
        paths += products.write_tables(document, written, out, products.shapes_of(picture))
    return {
        "headline": made.headline.plain(written),
        "exercise": made.exercise,
        "reconstruction": made.reconstruction,
        "paths": [str(path) for path in paths],
    }


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
