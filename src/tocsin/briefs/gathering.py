"""From panels, histories and shapes to what a brief is made from. Pure: the tables are given."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from tocsin import geo
from tocsin.briefs.facts import Words
from tocsin.briefs.inputs import Abroad, Layer, Part
from tocsin.briefs.reckoning import YEAR
from tocsin.briefs.scoping import Scope
from tocsin.language import fold
from tocsin.panel import UNALLOCATED, Candidate


def ground_of(
    scope: Scope,
    on: date,
    layers: Sequence[geo.Layer] = (),
    candidates: Sequence[Candidate] = (),
) -> Layer:
    """The map of a place: its parts with their shapes, and the countries around it.

    The count of an area that nobody has drawn stands at the town of its name, if the gazetteer,
    widened by the places that the candidates' events name, knows one.
    """
    if scope.parts_level == "country":
        areas = [geo.country_layer().area(iso3) for iso3 in scope.countries]
        parts = tuple(Part(a.unit_id, Words(a.name_en, a.name_fr), a.polygon) for a in areas)
        source, licence = geo.country_layer().source, geo.country_layer().licence
    else:
        layer = geo.admin1(scope.countries[0], on, layers)
        parts = tuple(
            Part(a.unit_id, Words(a.name_en, a.name_fr), a.polygon, _town(a, candidates))
            for a in layer.areas
        )
        source, licence = layer.source, layer.licence
    return Layer(parts, _abroad(scope, parts), source, licence)


def _town(area: geo.Area, candidates: Sequence[Candidate]) -> tuple[float, float] | None:
    """The town of an area whose own shape is not held: not drawn, or drawn with its neighbour."""
    if area.exact:
        return None
    known = geo.gazetteer.Gazetteer()
    for held in candidates:
        if held.table == "events":
            known = known.widened_by_events(held.frame.filter(pl.col("iso3") == area.iso3))
    found = known.find(area.name_fr, area.iso3, 1)
    if not found or fold(found[0].name) != fold(area.name_fr):
        return None
    return found[0].longitude, found[0].latitude


def _abroad(scope: Scope, parts: Sequence[Part]) -> tuple[Abroad, ...]:
    """Countries that the map may show around the place."""
    shapes = [part.shape for part in parts if part.shape is not None]
    if not shapes:
        return ()
    bounds = np.array([shape.bounds for shape in shapes])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    wide, high = (east - west) * 0.6, (north - south) * 0.6
    seen = [
        area
        for area in geo.country_layer().areas
        if area.polygon is not None
        and area.unit_id not in scope.countries
        and area.polygon.bounds[0] < east + wide
        and area.polygon.bounds[2] > west - wide
        and area.polygon.bounds[1] < north + high
        and area.polygon.bounds[3] > south - high
    ]
    return tuple(Abroad(Words(area.name_en, area.name_fr), area.polygon) for area in seen)


def place_observations(observations: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """OBSERVATIONS of the place itself: one unit's own, or the sum of a region's members.

    A month of a region is known only where every member knows it; a member of which nothing has
    been known for a year is left out of the sum, and the brief lists it as unknown.
    """
    mine = observations.filter(pl.col("unit_id").is_in(scope.units))
    if scope.place.level != "region":
        return mine
    mine = mine.filter(pl.col("unit_id").is_in(counted_units(mine)))
    known = (pl.col("status") == "observed").all()

    def summed(name: str) -> pl.Expr:
        whole = known & pl.col(name).is_not_null().all()
        return pl.when(whole).then(pl.col(name).sum()).cast(pl.Int32).alias(name)

    return (
        mine.group_by("month", maintain_order=True)
        .agg(
            pl.when(known).then(pl.lit("observed")).otherwise(pl.lit("unknown")).alias("status"),
            summed("low"),
            summed("best"),
            summed("high"),
            summed("events"),
            pl.when(known).then(pl.col("snapshot").first()).alias("snapshot"),
            pl.col("reconstructed").any(),
            pl.col("target").first(),
            pl.col("level").first(),
        )
        .with_columns(pl.lit(scope.place.unit_id).alias("unit_id"))
        .select(observations.columns)
        .sort("month")
    )


def counted_units(observations: pl.DataFrame) -> list[str]:
    """Units of which something has been known within a year of the last month known of any."""
    known = observations.filter(pl.col("status") == "observed")
    latest = known.group_by("unit_id").agg(pl.col("month").max())
    recent = latest.filter(pl.col("month") > pl.col("month").max() - YEAR)
    return recent["unit_id"].to_list()


def parts_observations(observations: pl.DataFrame) -> pl.DataFrame:
    """OBSERVATIONS of the parts, without what is tied to none of them."""
    return observations.filter(~pl.col("unit_id").str.ends_with(f".{UNALLOCATED}"))


def last_observed(observations: pl.DataFrame) -> int | None:
    """The last month of which anything is known."""
    known = observations.filter(pl.col("status") == "observed")["month"]
    return int(known.max()) if len(known) else None  # type: ignore[arg-type]
