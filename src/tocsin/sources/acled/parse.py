"""Events from a user's own ACLED export, put into UCDP's types by a written rule.

The rule, in this order:

1. *Violence against civilians*, and *excessive force against protesters*: one-sided.
2. *Battles* and *explosions or remote violence* that hit civilians: one-sided.
3. The same with state forces, or external ones (foreign armies, peacekeepers), on a side:
   state-based.
4. The same between two armed groups (rebels, political or identity militias): non-state.
5. Everything else (riots, protests, developments, remote violence against nobody named): other,
   which no target counts.

ACLED gives one number of deaths and no range, so low and high are missing.
"""

import polars as pl

from tocsin.errors import UnknownName
from tocsin.geo import country_by, iso3_of_name
from tocsin.sources.cells import Cells, earliest_day
from tocsin.sources.registry import Kept, Parsed, Release, Rows
from tocsin.tables import EVENTS, Coverage

NOTE = "an export of the user's own: what its filters left out is unknown; not to be passed on"
_TEXTS = ("side_a", "side_b", "admin1", "admin2", "place", "reports")
_ARMED = ("rebel", "militia", "identity")


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One block of an export to events."""
    declaration = release.declaration
    meanings = declaration.categories
    cells = Cells(rows, declaration.reads)
    cells.text("event_id", required=True)
    cells.text("country", required=True)
    for name in _TEXTS:
        cells.text(name)
    cells.constant("source", declaration.key)
    cells.day(
        "date_start", required=True, earliest=earliest_day(release), latest=release.released_on
    )
    cells.mapped("date_end", cells.columns["date_start"])
    cells.category("date_prec", meanings["time_precision"], dtype=pl.Int8)
    cells.category("where_prec", meanings["geo_precision"], dtype=pl.Int8)
    cells.category("event_type", meanings["event_type"], required=True)
    cells.category("sub_event_type", meanings["sub_event_type"], required=True)
    cells.category("civilian_targeting", meanings["civilian_targeting"])
    cells.category("inter1", meanings["inter"])
    cells.category("inter2", meanings["inter"])
    cells.place()
    cells.whole("best", required=True, minimum=0, maximum=declaration.bounds.deaths_max)
    cells.whole("iso")
    cells.mapped("iso3", _iso3(cells.columns["iso"], cells.columns["country"]))
    cells.mapped("violence", _violence(cells))
    cells.mapped("dyad", _dyad(cells))
    return cells.parsed(EVENTS)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The events themselves: an export's filters are not written in it."""
    return kept.unstated_coverage(NOTE)


def _violence(cells: Cells) -> pl.Series:
    """UCDP's type of violence for each event: the rule above."""
    names = ("event_type", "sub_event_type", "civilian_targeting", "inter1", "inter2")
    frame = pl.DataFrame({name: cells.columns[name] for name in names})
    kind, sides = pl.col("event_type"), (pl.col("inter1"), pl.col("inter2"))
    fighting = kind.is_in(["battle", "remote"])
    civilians = pl.any_horizontal(
        pl.col("civilian_targeting") == "yes", *(side == "civilians" for side in sides)
    ).fill_null(False)
    government = pl.any_horizontal(side.is_in(["state", "external"]) for side in sides)
    groups = pl.all_horizontal(side.is_in(_ARMED) for side in sides)
    return frame.select(
        pl.when(kind == "against civilians")
        .then(pl.lit("os"))
        .when(pl.col("sub_event_type") == "excessive force")
        .then(pl.lit("os"))
        .when(fighting & civilians)
        .then(pl.lit("os"))
        .when(fighting & government.fill_null(False))
        .then(pl.lit("sb"))
        .when(fighting & groups.fill_null(False))
        .then(pl.lit("ns"))
        .otherwise(pl.lit("other"))
        .alias("violence")
    ).to_series()


def _dyad(cells: Cells) -> pl.Series:
    """`A - B`, as UCDP writes it; missing where a side is."""
    sides = pl.DataFrame({"a": cells.columns["side_a"], "b": cells.columns["side_b"]})
    return sides.select(pl.concat_str("a", "b", separator=" - ")).to_series()


def _iso3(numbers: pl.Series, names: pl.Series) -> pl.Series:
    """ISO3 by the numeric code, else by the published name; missing where neither is known."""
    pairs = pl.DataFrame({"iso": numbers, "name": names})
    known = pairs.unique()
    codes = [_by_number(iso) or _by_name(name) for iso, name in known.iter_rows()]
    named = known.with_columns(pl.Series("iso3", codes, dtype=pl.String))
    return pairs.join(
        named, on=["iso", "name"], how="left", nulls_equal=True, maintain_order="left"
    )["iso3"]


def _by_number(iso: int | None) -> str | None:
    if iso is None:
        return None
    try:
        return country_by(m49=iso).iso3
    except UnknownName:
        return None


def _by_name(name: str | None) -> str | None:
    return None if name is None else iso3_of_name(name)
