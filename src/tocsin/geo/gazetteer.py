"""Names of places and where they lie: GeoNames, widened by the places that sources name.

GeoNames' public extract holds towns; the villages where people are killed are mostly not in it.
Events that sources have placed exactly or nearby (UCDP's precision 1 and 2) and the dossiers name
them. Sites of displaced people are left out, whatever the source: their position must not travel.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import Self

import numpy as np
import polars as pl

from tocsin.errors import TableError
from tocsin.geo import built
from tocsin.geo.area_names import admin1_of_name
from tocsin.language.folding import fold

EARTH_KM = 6371.0  # mean radius of the sphere on which distances are measured
GEONAMES = "GeoNames (CC BY 4.0)"
EXACT_OR_NEAR = (1, 2)
# The columns of an EVENTS table that name a place.
EVENT_COLUMNS = [
    "place",
    "place_note",
    "iso3",
    "admin1",
    "longitude",
    "latitude",
    "where_prec",
    "source",
]

# What a publisher adds to the name of a place where people live.
_SETTLEMENT = re.compile(r"(?i)[ ,]+(town|village|city|township|locality|settlement|hamlet)$")
# Names of areas and features, which a point does not stand for.
_NOT_A_PLACE = re.compile(
    r"(?i)\b(between|border|region|province|state|department|prefecture|district|governorate|"
    r"county|oblast|raion|lga|woreda|cercle|commune|municipality|territory|area|direction|"
    r"frontline|forest|river|road|highway|valley|hills?|mountains?|desert|coast|island|base|"
    r"airport|sector|entre|frontière|région|forêt|route|axe)\b"
)
_DISPLACED = re.compile(
    r"(?i)\b(idps?|displaced|displacement|refugees?|d[ée]plac[ée]+s?|r[ée]fugi[ée]+s?|pdi|camps?)\b"
)
_COLUMNS = {**built.PLACE_COLUMNS, "source": pl.String}


@dataclass(frozen=True)
class Place:
    """A named place (degrees, WGS 84), the unit it lies in where that is known, and who says so."""

    name: str
    iso3: str
    unit_id: str | None
    longitude: float
    latitude: float
    source: str


def _geonames() -> pl.DataFrame:
    return built.places().with_columns(pl.lit(GEONAMES).alias("source"))


@dataclass(frozen=True)
class Gazetteer:
    """Places to search; `table` has name, iso3, admin1 (published), longitude, latitude, source."""

    table: pl.DataFrame = field(default_factory=_geonames)

    @classmethod
    def empty(cls) -> Self:
        return cls(pl.DataFrame(schema=_COLUMNS))

    def widened_by_events(self, events: pl.DataFrame) -> "Gazetteer":
        """With the places that an EVENTS table names, where none of that name is held there.

        A place named by several events lies at the median of their coordinates.

        Raises
        ------
        TableError, if a column is missing.
        """
        _require_columns(events, EVENT_COLUMNS)
        named = (
            events.select(EVENT_COLUMNS)
            .filter(
                pl.col("where_prec").is_in(EXACT_OR_NEAR)
                & pl.col("place").is_not_null()
                & pl.col("iso3").is_not_null()
                & pl.col("longitude").is_not_null()
                & pl.col("latitude").is_not_null()
            )
            .with_columns(pl.col("place").str.replace(_SETTLEMENT.pattern, "").alias("name"))
            .filter(
                ~pl.col("name").str.contains(_NOT_A_PLACE.pattern)
                & ~pl.concat_str(
                    "place", "place_note", separator=" ", ignore_nulls=True
                ).str.contains(_DISPLACED.pattern)
            )
        )
        places = named.group_by("name", "iso3", maintain_order=True).agg(
            pl.col("admin1").drop_nulls().mode(maintain_order=True).first(),
            pl.col("longitude", "latitude").median().round(4),
            pl.format("events of {}", pl.col("source").first()).alias("source"),
        )
        return self.widened_by_places(places)

    def widened_by_places(self, places: pl.DataFrame) -> "Gazetteer":
        """With more places, such as a dossier's: name, iso3, admin1, longitude, latitude, source.

        A place is left out if one of that name is held within half a degree, or if its name says
        that displaced people live there.

        Raises
        ------
        TableError, if a column is missing.
        """
        _require_columns(places, list(_COLUMNS))
        held: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for name, iso3, x, y in self.table.select(
            "name", "iso3", "longitude", "latitude"
        ).iter_rows():
            held.setdefault((iso3, fold(name)), []).append((x, y))
        new = []
        for row in places.select(*_COLUMNS).iter_rows():
            name, iso3, _, x, y, _ = row
            around = held.setdefault((iso3, fold(name)), [])
            near = any(abs(x - a) < 0.5 and abs(y - b) < 0.5 for a, b in around)
            if not near and not _DISPLACED.search(name):
                around.append((x, y))
                new.append(row)
        added = pl.DataFrame(new, schema=_COLUMNS, orient="row")
        return Gazetteer(pl.concat([self.table, added]))

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same places: what is kept with them in mind is made anew otherwise."""
        digest = sha256()
        for row in self.table.select("name", "iso3", "longitude", "latitude").iter_rows():
            digest.update(repr(row).encode())
        return digest.hexdigest()[:16]

    def find(self, name: str, iso3: str | None = None, limit: int = 10) -> tuple[Place, ...]:
        """Places of that name: the same first, then those that begin so, then near spellings.

        Accents, case and apostrophes do not count. Empty if there is none.

        >>> [place.unit_id for place in Gazetteer().find("segou", "MLI", limit=1)]
        ['MLI.segou']
        """
        wanted, country = fold(name), iso3.upper() if iso3 else ""
        if not wanted:
            return ()
        rows = self._rows_by_name(country)
        found = (row for key in _matching(wanted, rows) for row in rows[key])
        return tuple(self._place(row) for row in islice(found, limit))

    def _rows_by_name(self, iso3: str) -> dict[str, list[int]]:
        """Rows by folded name, of one country or (empty) of all."""
        if iso3 not in self._indexes:
            rows: dict[str, list[int]] = {}
            for row, (name, country) in enumerate(self.table.select("name", "iso3").iter_rows()):
                if iso3 in ("", country):
                    rows.setdefault(fold(name), []).append(row)
            self._indexes[iso3] = rows
        return self._indexes[iso3]

    @cached_property
    def _indexes(self) -> dict[str, dict[str, list[int]]]:
        return {}

    def _place(self, row: int) -> Place:
        name, iso3, admin1, longitude, latitude, source = self.table.row(row)
        unit = admin1_of_name(iso3, admin1) if admin1 else None
        return Place(name, iso3, unit, longitude, latitude, source)

    def places(self) -> list[Place]:
        """Every place, in the order of the table."""
        return [self._place(row) for row in range(self.table.height)]

    def nearest(self, longitude: float, latitude: float, iso3: str | None = None) -> Place | None:
        """The place closest to a point, by great-circle distance; None if none is held."""
        table = self.table.with_row_index("row")
        if iso3:
            table = table.filter(pl.col("iso3") == iso3.upper())
        if table.is_empty():
            return None
        away = kilometres(
            longitude, latitude, table["longitude"].to_numpy(), table["latitude"].to_numpy()
        )
        return self._place(int(table["row"][int(np.argmin(away))]))


def _matching(wanted: str, keys: Iterable[str]) -> list[str]:
    """The name itself, then those that begin so; only if there is neither, near spellings."""
    known = list(keys)
    same = [key for key in known if key == wanted]
    begin = sorted(key for key in known if key.startswith(wanted) and key != wanted)
    return [*same, *begin] or get_close_matches(wanted, known, n=5, cutoff=0.7)


def find(name: str, iso3: str | None = None, limit: int = 10) -> tuple[Place, ...]:
    """Places of that name in GeoNames' extract alone.

    Raises
    ------
    ToolMissing, if the gazetteer was not built.

    >>> find("Moura", "MLI")
    ()
    """
    return Gazetteer().find(name, iso3, limit)


def kilometres(
    longitude: float | np.ndarray,
    latitude: float | np.ndarray,
    longitudes: np.ndarray,
    latitudes: np.ndarray,
) -> np.ndarray:
    """Great-circle distance from a point (or points, broadcast) to others, on a sphere of 6,371 km.

    >>> float(kilometres(0, 0, np.array([1.0]), np.array([0.0])).round(1)[0])
    111.2
    """
    y0, y1 = np.radians(latitude), np.radians(latitudes)
    half_x, half_y = np.radians(longitudes - longitude) / 2, (y1 - y0) / 2
    chord = np.sin(half_y) ** 2 + np.cos(y0) * np.cos(y1) * np.sin(half_x) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(chord)))


def _require_columns(table: pl.DataFrame, columns: list[str]) -> None:
    if lacking := [column for column in columns if column not in table.columns]:
        raise TableError(
            "a table of places lacks {columns}",
            remedy="Give the columns that the events table declares.",
            columns=", ".join(lacking),
        )
