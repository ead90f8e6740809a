"""From panels, histories and shapes to what a brief is made from. Pure: the tables are given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin import __version__, evaluation, geo, models
from tocsin.briefs.brief import MONTHS_AHEAD
from tocsin.briefs.facts import Words
from tocsin.briefs.inputs import Abroad, Layer, Outlook, Part, PartWord, Place, Skill
from tocsin.briefs.reckoning import YEAR
from tocsin.errors import NotEnoughData
from tocsin.evaluation import History, UnitMonths, crps_sample
from tocsin.language import fold
from tocsin.panel import UNALLOCATED, Candidate, build_counts_from_events
from tocsin.tables.levels import Level
from tocsin.tables.months import month_expr, month_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

DRAWS = 2000
# Past origins on which the model is compared with the baselines: one a year for five years.
_TESTED_MONTHS = 60
_TESTED_STEP = 12
_TESTED_DRAWS = 400

# What UCDP's first-level areas are called where they are not regions.
_PART_WORDS: dict[str, PartWord] = {
    "BEN": "department", "CAF": "prefecture", "CIV": "district", "DZA": "province",
    "LBR": "county", "LBY": "district", "NGA": "state", "SDN": "state", "SLE": "province",
}  # fmt: skip
_REGION_NAMES = {
    "AES": Words("Alliance of Sahel States", "Alliance des États du Sahel"),
    "ECOWAS": Words("ECOWAS", "CEDEAO"),
    "G5": Words("G5 Sahel", "G5 Sahel"),
    "LIPTAKO": Words("Liptako-Gourma", "Liptako-Gourma"),
    "SAHEL": Words("Sahel", "Sahel"),
}


@dataclass(frozen=True)
class Scope:
    """A place, the countries it lies in, and the units its count adds up."""

    place: Place
    countries: tuple[str, ...]
    units: tuple[str, ...]
    level: Level  # of the units
    parts_level: Level

    @property
    def area(self) -> str:
        """What to ask a panel for: the countries themselves, as a region's members change."""
        return ",".join(self.countries)


def scope_of(area: str, on: date) -> Scope:
    """A country (`MLI`), one of its areas (`MLI.mopti`) or a region (`SAHEL`) on a day.

    Raises
    ------
    UnknownName, if it is none of these.
    """
    if area.upper() in geo.regions(on):
        name = area.upper()
        # A group that did not exist yet is told by those who later formed it.
        members = geo.region(name, on) or geo.region(name)
        words = _REGION_NAMES.get(name, Words(name, name))
        return Scope(
            Place(name, "region", words, "country"), members, members, "country", "country"
        )
    iso3, dot, rest = area.partition(".")
    country = geo.country_by(iso3=iso3.upper())
    word = _PART_WORDS.get(country.iso3, "region")
    if not dot:
        drawn = geo.units(country.iso3) or country == geo.EXERCISE  # whose areas are brought along
        parts_level: Level = "admin1" if drawn else "country"
        names = Words(country.name_en, country.name_fr)
        place = Place(
            country.iso3, "country", names, word if parts_level == "admin1" else "country"
        )
        return Scope(place, (country.iso3,), (country.iso3,), "country", parts_level)
    unit = geo.require_unit(f"{country.iso3}.{rest.lower()}")
    names = Words(
        f"{geo.unit_name(unit, 'en')}, {country.name_en}",
        f"{geo.unit_name(unit, 'fr')}, {country.name_fr}",
    )
    return Scope(Place(unit, "admin1", names, word), (country.iso3,), (unit,), "admin1", "admin1")


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
    return tuple(
        Abroad(Words(area.name_en, area.name_fr), _own_ground(area, seen)) for area in seen
    )


def _own_ground(area: geo.Area, others: Sequence[geo.Area]) -> "BaseGeometry":
    """A country without the ground of a smaller one that the layer also counts as its own.

    Boundary files draw who holds a disputed territory; a brief gives it the name it has in the
    list of the United Nations.
    """
    ground = area.polygon
    assert ground is not None
    for other in others:
        assert other.polygon is not None
        if (
            other is not area
            and other.polygon.area < ground.area
            and ground.intersection(other.polygon).area > 0.2 * other.polygon.area
        ):
            # The two coasts differ by slivers, which are nobody's ground.
            ground = ground.difference(other.polygon).buffer(-0.1).buffer(0.1)
    return ground


def place_observations(observations: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """OBSERVATIONS of the place itself: one unit's own, or the sum of a region's members.

    A month of a region is known only where every member knows it; a member of which nothing has
    been known for a year is left out of the sum, and the brief lists it as unknown.
    """
    mine = observations.filter(pl.col("unit_id").is_in(scope.units))
    if scope.place.level != "region":
        return mine
    mine = mine.filter(pl.col("unit_id").is_in(_counted(mine)))
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


def _counted(observations: pl.DataFrame) -> list[str]:
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


class Keep(Protocol):
    """Gives the array kept under a key, or makes and keeps it."""

    def __call__(self, key: str, make: Callable[[], NDArray[np.int32]], /) -> NDArray[np.int32]: ...


def make_anew(key: str, make: Callable[[], NDArray[np.int32]]) -> NDArray[np.int32]:
    """Keeps nothing."""
    del key
    return make()


def outlook_of(
    observations: pl.DataFrame, scope: Scope, as_of: date, keep: Keep = make_anew, seed: int = 1
) -> Outlook | None:
    """The forecast for the six months after the as-of month, beside the best baseline.

    The model sees every unit of the level that is held, since it learns from all of them. A
    region is the sum of its members, draw by draw. The best baseline is the one with the lowest
    CRPS on past origins, all of which lie so far back that their truth is known. None where the
    months known are too few.

    Parameters
    ----------
    observations : OBSERVATIONS of the level, target ged_all, of all units held
    keep : remembers draws that took long to make
    """
    place = place_observations(observations, scope)
    origin, until = last_observed(place), month_of(as_of) + MONTHS_AHEAD
    if origin is None or until <= origin:
        return None
    units = _counted(observations.filter(pl.col("unit_id").is_in(scope.units)))
    made = _Outlooks(models.build_unit_months(observations), units, keep, seed)
    horizons = range(1, until - origin + 1)
    # One country's areas are too few to learn from others: each is forecast from its own months.
    model = models.best("country") if scope.level == "country" else models.named("own_history")
    try:
        scores, tested = made.past_scores(model, origin, horizons)
        baseline = min(models.BASELINES, key=lambda name: (scores.get(name, np.inf), name))
        draws = made.paths(model, origin, horizons, DRAWS)
        beside = made.paths(models.named(baseline, scope.level), origin, horizons, DRAWS)
    except NotEnoughData:
        return None
    skill = None
    if tested and model.name in scores:
        skill = Skill(scores[model.name], scores[baseline], len(tested), tested[0], tested[-1])
    return Outlook(model.name, baseline, origin, draws, beside, skill, seed)


@dataclass(frozen=True)
class _Outlooks:
    """Forecasts of some units, added up, from the months of all."""

    panel: UnitMonths
    units: Sequence[str]
    keep: Keep
    seed: int

    def paths(
        self, model: evaluation.Forecaster, origin: int, horizons: Sequence[int], draws: int
    ) -> NDArray[np.int32]:
        """(horizons, draws): the units' draws added up, each one path through the months."""
        known, _ = evaluation.with_known_units(self.panel, origin)
        history = known.until(origin)
        rows = [known.units.index(unit) for unit in self.units if unit in known.units]
        if not rows:
            raise NotEnoughData("nothing is known of these areas in the year before the forecast")
        samples = self.keep(
            _key(model.name, history, len(horizons), draws, self.seed),
            lambda: model.forecast(history, horizons, draws, self.seed),
        )
        summed: NDArray[np.int32] = samples[rows].sum(axis=0, dtype=np.int32)
        return summed

    def truth(self, origin: int, horizons: Sequence[int]) -> NDArray[np.float64]:
        """What happened in the units together; NaN where it is unknown."""
        rows = [self.panel.units.index(unit) for unit in self.units]
        return np.array([self.panel.at(origin + step)[rows].sum() for step in horizons])

    def past_scores(
        self, model: evaluation.Forecaster, origin: int, horizons: Sequence[int]
    ) -> tuple[dict[str, float], list[int]]:
        """Mean CRPS of the model and of the baselines on past origins, and these origins."""
        last = origin - max(horizons)
        first = max(last - _TESTED_MONTHS, self.panel.first_month + 3 * YEAR)
        # Fixed months of the calendar, so that later briefs find the same origins kept.
        origins = [one for one in range(first, last + 1) if one % _TESTED_STEP == 0]
        truths = {one: self.truth(one, horizons) for one in origins}
        tested = [one for one in origins if not np.isnan(truths[one]).any()]
        if not tested:
            return {}, []
        rivals = [model, *(models.named(name, self.panel.level) for name in models.BASELINES)]
        means = {}
        for rival in rivals:
            samples = [self.paths(rival, one, horizons, _TESTED_DRAWS) for one in tested]
            scores = crps_sample(
                np.concatenate([truths[one] for one in tested]), np.concatenate(samples)
            )
            means[rival.name] = float(scores.mean())
        return means, tested


def _key(model: str, history: History, horizons: int, draws: int, seed: int) -> str:
    """Names everything that draws depend on: the model's release, and what it was shown."""
    shown = sha256(history.values.tobytes())
    shown.update("\n".join((__version__, history.level, *history.units)).encode())
    return f"{model}-{history.origin}-{horizons}-{draws}-{seed}-{shown.hexdigest()[:16]}"


def kinds_of(
    unit: pl.DataFrame, candidates: Sequence[Candidate], scope: Scope
) -> pl.DataFrame | None:
    """Events by month and type of violence, as those snapshots hold them that speak for a month."""
    found = []
    for held, months in _spoken(unit, candidates):
        if held.table == "events":
            found += [_kind_of_events(held, months, scope, kind) for kind in ("sb", "ns", "os")]
        else:
            found.append(_kinds_of_series(held, months, scope))
    kept = [frame for frame in found if len(frame)]
    return pl.concat(kept) if kept else None


def _spoken(
    unit: pl.DataFrame, candidates: Sequence[Candidate]
) -> list[tuple[Candidate, list[int]]]:
    """Which snapshot speaks for which months."""
    spoken = []
    for held in candidates:
        mine = unit.filter(pl.col("snapshot") == held.snapshot.snapshot_id)
        if len(mine):
            spoken.append((held, mine["month"].to_list()))
    return spoken


def _kind_of_events(held: Candidate, months: list[int], scope: Scope, kind: str) -> pl.DataFrame:
    counts = build_counts_from_events(held.frame, scope.level, f"ged_{kind}")  # type: ignore[arg-type]
    mine = counts.filter(pl.col("unit_id").is_in(scope.units) & pl.col("month").is_in(months))
    return _kinds_table(mine.with_columns(pl.lit(kind).alias("violence")))


def _kinds_of_series(held: Candidate, months: list[int], scope: Scope) -> pl.DataFrame:
    mine = held.frame.filter(
        (pl.col("level") == scope.level)
        & pl.col("unit_id").is_in(scope.units)
        & pl.col("month").is_in(months)
        & pl.col("measure").is_in(["events_sb", "events_ns", "events_os"])
    )
    kinds = pl.col("measure").str.strip_prefix("events_").alias("violence")
    return _kinds_table(mine.with_columns(kinds, pl.col("value").alias("events")))


def _kinds_table(counts: pl.DataFrame) -> pl.DataFrame:
    return counts.group_by("month", "violence", maintain_order=True).agg(
        pl.col("events").sum().cast(pl.Int64)
    )


def dyads_of(
    unit: pl.DataFrame, candidates: Sequence[Candidate], scope: Scope
) -> tuple[pl.DataFrame | None, int]:
    """Deaths and events by pair of sides in the last twelve known months, if all are held so.

    Returns
    -------
    dyad, deaths, events (None unless each of the months is held event by event), and the number
    of months that are
    """
    last = last_observed(unit)
    if last is None:
        return None, 0
    inside = unit.filter(pl.col("month").is_between(last - YEAR + 1, last))
    frames, held_months = [], 0
    for held, months in _spoken(inside, candidates):
        if held.table != "events":
            continue
        held_months += len(months)
        frames.append(_events_of(held, months, scope))
    if held_months < YEAR:
        return None, held_months
    events = pl.concat(frames)
    pairs = pl.coalesce("dyad", pl.concat_str("side_a", "side_b", separator=" – "))
    return (
        events.group_by(pairs.alias("dyad"))
        .agg(pl.col("best").sum().alias("deaths"), pl.len().alias("events"))
        .filter(pl.col("dyad").is_not_null())
        .sort("deaths", "dyad", descending=[True, False]),
        held_months,
    )


def _events_of(held: Candidate, months: list[int], scope: Scope) -> pl.DataFrame:
    from tocsin.panel.places import admin1_of_events  # noqa: PLC0415

    counted = held.frame.filter(
        pl.col("iso3").is_in(scope.countries)
        & pl.col("violence").is_in(["sb", "ns", "os"])
        & month_expr(pl.col("date_end")).is_in(months)
    )
    if scope.level == "admin1":
        counted = counted.filter(admin1_of_events(counted).is_in(scope.units))
    return counted.select("dyad", "side_a", "side_b", "best")
