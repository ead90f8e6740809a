"""The parts of an issue of forecasts: what is seen, what each model draws, how draws are joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from tocsin.evaluation.fan import Fan, in_turn
from tocsin.workflow.counting import FIRST_MONTH, build_panel, candidates_known

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from tocsin.evaluation import History
    from tocsin.lake import Lake
    from tocsin.lake.archive import Making
    from tocsin.models.draws import Draws
    from tocsin.models.nowcast import Revisions
    from tocsin.tables.levels import Level, Target

# Issued beside every forecast, so that it can be judged against them for ever.
BASELINES = ("conflictology12", "last")
# The day whose borders say in which country a cell lies.
_SHAPES_OF = date(2020, 1, 1)
# Degrees from a cell's centre: a coast or a river may leave the centre in no country.
_WITHIN_A_CELL = ((0, 0), (-0.2, 0), (0.2, 0), (0, -0.2), (0, 0.2))
Pair = tuple["Level", "Target"]
Step = Callable[[int, int, str], object]


@dataclass(frozen=True, eq=False)
class Seen:
    """What is known of one level and target at the origin, and the units of which nothing is."""

    known: History
    unknown: History | None
    snapshots: tuple[str, ...]
    late: NDArray[np.bool_] | None = None  # (U, M) figures that are still to be revised
    revisions: Revisions | None = None  # how such figures have been revised; None without a nowcast
    rest: History | None = None  # of cells: what each country counts beyond its cells

    @property
    def left_out(self) -> tuple[str, ...]:
        """Units of which nothing is known."""
        return self.unknown.units if self.unknown else ()

    @property
    def every(self) -> History:
        """What is known of the units, and of what countries count beyond their cells."""
        import numpy as np

        if self.rest is None:
            return self.known
        return replace(
            self.known,
            units=(*self.known.units, *self.rest.units),
            values=np.vstack([self.known.values, self.rest.values]),
        )


@dataclass(frozen=True)
class Plan:
    """Everything that the draws of an issue depend on, but for the counts and the models' code."""

    pairs: tuple[Pair, ...]  # levels and targets to be published
    origin: int
    horizons: tuple[int, ...]
    model: str
    area: str
    as_of: date
    reconstruct: bool
    draws: int
    seed: int
    joint: bool
    nowcast: bool = False

    @property
    def models(self) -> tuple[str, ...]:
        """The model and the baselines beside it."""
        return (self.model, *(name for name in BASELINES if name != self.model))

    def key(self, seen: dict[Pair, Seen], configuration: str) -> str:
        """A hash that changes with anything that the draws depend on."""
        import hashlib
        import json

        said = {name: str(value) for name, value in sorted(vars(self).items())}
        digest = hashlib.sha256(json.dumps([said, configuration], sort_keys=True).encode())
        for (level, target), one in sorted(seen.items()):
            digest.update(f"{level} {target} {one.known.units} {one.known.first_month}".encode())
            digest.update(one.known.values.tobytes())
            if one.late is not None and one.revisions is not None:
                digest.update(one.late.tobytes() + one.revisions.first.tobytes())
                digest.update(one.revisions.units.tobytes() + one.revisions.final.tobytes())
        return digest.hexdigest()[:16]


# --- what is seen ----------------------------------------------------------------------------


def hidden(plan: Plan) -> tuple[Pair, ...]:
    """Countries that are needed so that their areas add up to them, though nobody asked."""
    if not plan.joint:
        return ()
    needed: list[Pair] = [("country", target) for level, target in plan.pairs if level != "country"]
    return tuple(pair for pair in dict.fromkeys(needed) if pair not in plan.pairs)


def see_all(
    plan: Plan, lake: Lake, on_absent: Callable[[Pair], object] | None = None
) -> tuple[Plan, dict[Pair, Seen]]:
    """What is known of every level and target, and the plan without those of which nothing is.

    Raises
    ------
    NotEnoughData, if nothing is known of any.
    """
    from tocsin.errors import NotEnoughData

    seen: dict[Pair, Seen] = {}
    absent: dict[Pair, NotEnoughData] = {}
    for pair in (*plan.pairs, *hidden(plan)):
        try:
            seen[pair] = see(plan, *pair, lake)
        except NotEnoughData as error:
            absent[pair] = error
    for level, target in [pair for pair in seen if pair[0] == "priogrid"]:
        if plan.joint and ("country", target) in seen:
            cells, countries = seen[level, target], seen["country", target].known
            seen[level, target] = replace(cells, rest=_beyond_cells(cells.known, countries))
    held = tuple(pair for pair in plan.pairs if pair in seen)
    if not held:
        raise absent[plan.pairs[0]]
    if on_absent is not None:
        for pair in plan.pairs:
            if pair not in seen:
                on_absent(pair)
    return replace(plan, pairs=held), seen


def see(plan: Plan, level: Level, target: Target, lake: Lake) -> Seen:
    """The history of every unit held: a model learns from all, whatever area is asked for."""
    import polars as pl

    from tocsin import evaluation, models

    observations = build_panel(
        level, target, FIRST_MONTH, plan.origin, area=learned_from(level), as_of=plan.as_of,
        reconstruct=plan.reconstruct, lake=lake,
    )  # fmt: skip
    panel = models.build_unit_months(observations)
    known, left_out = evaluation.with_known_units(panel, plan.origin)
    rows = [panel.units.index(name) for name in left_out]
    unknown = evaluation.UnitMonths(
        level, target, left_out, panel.first_month, panel.values[rows]
    ).until(plan.origin)
    snapshots = observations.filter(pl.col("snapshot").is_not_null())["snapshot"].unique()
    seen = Seen(known.until(plan.origin), unknown, tuple(snapshots.sort().to_list()))
    return _with_revisions(plan, seen, observations, lake) if plan.nowcast else seen


def _with_revisions(plan: Plan, seen: Seen, observations: pl.DataFrame, lake: Lake) -> Seen:
    """What is seen, and how its late figures may yet be revised, where that can be learned."""
    import numpy as np
    import polars as pl

    from tocsin import panel
    from tocsin.errors import NotEnoughData
    from tocsin.models.nowcast import build_revisions

    history = seen.known
    pairs = panel.revision_pairs(
        candidates_known(lake, plan.as_of, False), history.level, history.target, plan.as_of
    )
    try:
        revisions = build_revisions(
            *(pairs[name].to_list() for name in ("unit_id", "first", "final"))
        )
    except NotEnoughData:
        return seen
    released = {one.snapshot_id: one.released_on for one in lake.snapshots()}
    to_come = observations.filter(panel.provisional(observations, released))
    late = np.zeros(history.values.shape, bool)
    place = {name: row for row, name in enumerate(history.units)}
    held = to_come.filter(pl.col("unit_id").is_in(list(history.units)))
    rows = held["unit_id"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    late[rows, held["month"].to_numpy() - history.first_month] = True
    return replace(seen, late=late, revisions=revisions)


def _beyond_cells(cells: History, countries: History) -> History:
    """What each country counts beyond its cells: events that nobody could place so finely."""
    import numpy as np

    from tocsin.panel import UNALLOCATED

    home = country_of("priogrid", cells.units)
    place = {name: row for row, name in enumerate(countries.units)}
    first = cells.first_month
    rest = countries.between(first, countries.origin).copy()
    for row, unit in enumerate(cells.units):
        if (country := home(unit)) in place:
            rest[place[str(country)]] -= np.nan_to_num(cells.values[row])
    units = tuple(f"{name}.{UNALLOCATED}" for name in countries.units)
    return replace(cells, level="country", units=units, values=np.maximum(rest, 0))


@cache
def learned_from(level: Level) -> str:
    """The area of a panel of everything: for areas, every country that is divided into some."""
    from tocsin import geo

    if level != "admin1":
        return ""
    divided = [one.iso3 for one in geo.countries() if geo.units(one.iso3)]
    return ",".join([*divided, geo.EXERCISE.iso3])


def country_of(level: Level, units: Sequence[str]) -> Callable[[str], str | None]:
    """The country of each unit; a cell lies where its centre does, or else another point of it."""
    if level != "priogrid":
        return lambda unit: unit[:3]
    from tocsin import geo

    homes: dict[str, str] = {}
    left = [unit for unit in units if unit.isdigit()]
    for east, north in _WITHIN_A_CELL:
        longitudes, latitudes = geo.priogrid.centre([int(unit) for unit in left])
        found = geo.locate(longitudes + east, latitudes + north, _SHAPES_OF, "country")
        homes |= {unit: str(home) for unit, home in zip(left, found, strict=True) if home}
        left = [unit for unit in left if unit not in homes]
    return lambda unit: homes.get(unit) if unit.isdigit() else unit[:3]


def _wanted(plan: Plan, draws: Draws) -> Draws:
    """The draws of the area asked for."""
    if not plan.area:
        return draws
    home = country_of(draws.level, draws.units)
    asked = set(plan.area.split(","))
    return draws.of([unit for unit in draws.units if home(unit) in asked])


# --- parts -----------------------------------------------------------------------------------


def part_name(model: str, level: Level, target: Target) -> str:
    """Name of the file of a part, without its suffix."""
    return f"{model}_{level}_{target}"


def make_parts(
    plan: Plan,
    seen: dict[Pair, Seen],
    making: Making,
    on_step: Step | None,
    over: Fan = in_turn,
) -> None:
    """Every part of the plan, each made unless an earlier run has left it; `over` does the work."""
    pairs = [pair for pair in (*hidden(plan), *plan.pairs) if pair in seen]
    steps: list[tuple[str, Callable[[], pl.DataFrame]]] = []
    for pair in pairs:
        steps.append((_alone(plan.model, pair), _maker(plan, plan.model, seen[pair], over)))
        steps += [
            (part_name(name, *pair), _maker(plan, name, seen[pair], over, cut=True))
            for name in plan.models[1:]
            if pair in plan.pairs
        ]
    for pair in sorted(pairs, key=lambda pair: (pair[0] != "country", pair[1] == "ged_all")):
        steps.append((_whole(plan.model, pair), _joiner(plan, pair, seen, making)))
    steps += [(part_name(plan.model, *pair), _cutter(plan, pair, making)) for pair in plan.pairs]
    for done, (name, make) in enumerate(steps):
        if on_step is not None:
            on_step(done, len(steps), name)
        making.part(name, make)
    if on_step is not None:
        on_step(len(steps), len(steps), "")


def _alone(model: str, pair: Pair) -> str:
    return f"{part_name(model, *pair)}_alone"


def _whole(model: str, pair: Pair) -> str:
    return f"{part_name(model, *pair)}_world"


def _maker(
    plan: Plan, model: str, seen: Seen, over: Fan, cut: bool = False
) -> Callable[[], pl.DataFrame]:
    """The draws of one model, each unit and target for itself."""

    def make() -> pl.DataFrame:
        from tocsin import models
        from tocsin.models.draws import Draws
        from tocsin.models.nowcast import forecast_versions

        history = seen.known
        forecaster = models.named(model, history.level, over)
        versions = [history] if cut else _versions(plan, seen)
        samples = forecast_versions(forecaster, versions, plan.horizons, plan.draws, plan.seed)
        draws = Draws(
            model, history.level, history.target, history.units, plan.origin, plan.horizons, samples
        )
        return (_wanted(plan, draws) if cut else _with_rest(plan, draws, seen.rest)).table()

    return make


def _with_rest(plan: Plan, draws: Draws, rest: History | None) -> Draws:
    """The draws of cells, and of what countries count beyond them, from its own past."""
    import numpy as np

    from tocsin import models

    if rest is None:
        return draws
    beyond = models.OwnHistory().forecast(rest, plan.horizons, plan.draws, plan.seed)
    return replace(
        draws,
        units=(*draws.units, *rest.units),
        samples=np.concatenate([draws.samples, beyond]),
    )


def _versions(plan: Plan, seen: Seen) -> list[History]:
    """The history, or versions of it in which the late figures are revised."""
    from tocsin.models.nowcast import nowcast_histories

    if seen.late is None or seen.revisions is None:
        return [seen.known]
    return nowcast_histories(seen.known, seen.late, seen.revisions, plan.seed)


def _joiner(
    plan: Plan, pair: Pair, seen: dict[Pair, Seen], making: Making
) -> Callable[[], pl.DataFrame]:
    """The draws of the model, fitted to those of the country and of the other types."""

    def make() -> pl.DataFrame:
        from tocsin.models import joint

        level, target = pair
        draws = read_part(making, _alone(plan.model, pair))
        if not plan.joint:
            return draws.table()
        if target == "ged_all" and all((level, kind) in seen for kind in joint.TYPES):
            types = {
                kind: read_part(making, _whole(plan.model, (level, kind))) for kind in joint.TYPES
            }
            return joint.summed(types, draws).table()
        months = _months(plan, seen)
        ordered = joint.in_order(draws, seen[pair].every, months, plan.seed)
        if level == "country" or ("country", target) not in seen:
            return ordered.table()
        countries = read_part(making, _whole(plan.model, ("country", target)))
        home = country_of(level, ordered.units)
        return joint.shared_out(countries, ordered, seen[pair].every, home, plan.seed).table()

    return make


def _cutter(plan: Plan, pair: Pair, making: Making) -> Callable[[], pl.DataFrame]:
    return lambda: _wanted(plan, read_part(making, _whole(plan.model, pair))).table()


def _months(plan: Plan, seen: dict[Pair, Seen]) -> NDArray[np.int64]:
    """The months of the past that the draws stand for: the same at every level and target."""
    from tocsin.models.reconciling import past_months

    longest = min((one.known for one in seen.values()), key=lambda known: -known.first_month)
    return past_months(longest, max(plan.horizons), plan.draws, plan.seed)


def read_part(making: Making, name: str) -> Draws:
    from tocsin.models.draws import draws_of

    return draws_of(making.read(name))


def within(plan: Plan, history: History) -> History:
    """The history of the area asked for."""
    if not plan.area or not history.units:
        return history
    home = country_of(history.level, history.units)
    asked = set(plan.area.split(","))
    rows = [row for row, unit in enumerate(history.units) if home(unit) in asked]
    units = tuple(history.units[row] for row in rows)
    return replace(history, units=units, values=history.values[rows])
