"""Places as people write them: a ranked list of where it may be, for a person to confirm.

Names are compared as written and by how they sound; a place may also be called by the name of the
one next to it. What is listed first is likeliest by how people spell and mistake names, not by
letters alone. A direction ("12 km au nord de Ber") moves the point and lowers the precision; an
area named behind a comma or in brackets ("Ber, Tombouctou") speaks for the places in it. Nothing
is decided here.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz, process

from tocsin.geo.gazetteer import EARTH_KM, Gazetteer, Place
from tocsin.intake.coordinates import read_position
from tocsin.intake.spelling import sound, spelt
from tocsin.intake.submissions import western_digits
from tocsin.language import fold

LEAST = 62.0  # a likeness below which a name is not offered
FARTHEST = 200.0  # kilometres: a direction from a place further away names no place
NEXT_TO = 0.05  # share of those who name the place next to the one they mean
NEIGHBOURS_KM = 60.0  # a place further away is not taken for its neighbour
UNLISTED = 7e-5  # the chance of any text, if the place meant is not in the gazetteer
AREA_NAMED = 8.0  # how much likelier a place in the area that the text names
_DIRECTIONS = {
    "nord": 0, "north": 0, "n": 0, "nord est": 45, "northeast": 45, "north east": 45, "ne": 45,
    "est": 90, "east": 90, "e": 90, "sud est": 135, "southeast": 135, "south east": 135, "se": 135,
    "sud": 180, "south": 180, "s": 180, "sud ouest": 225, "southwest": 225, "south west": 225,
    "so": 225, "sw": 225, "ouest": 270, "west": 270, "o": 270, "w": 270, "nord ouest": 315,
    "northwest": 315, "north west": 315, "no": 315, "nw": 315,
}  # fmt: skip
_WORDS = "|".join(sorted(_DIRECTIONS, key=len, reverse=True))
_FROM = re.compile(
    rf"^(?:environ |about |a )*(?P<far>\d+(?:[.,]\d+)?) ?km (?:au |a l |a |to the |in the )?"
    rf"(?P<way>{_WORDS})(?: de| du| d| of| from)? (?P<name>.+)$"
)
_AFTER = re.compile(
    rf"^(?P<name>.+?) \(?(?:a )?(?P<far>\d+(?:[.,]\d+)?) ?km (?:au |a l |to the )?"
    rf"(?P<way>{_WORDS})\)?$"
)
_AREA = re.compile(r"^(?P<name>[^,(]{2,}?)\s*[,(]\s*(?P<area>[^,()]{2,})\)?$")
AREA_ALIKE = 80.0
_NEAR = re.compile(r"^(?:pres|a cote|aux environs|vers|near|around|close to) (?:de |du |d |of )?")


@dataclass(frozen=True)
class Whereabouts:
    """Where it may be: a place, the point meant, how alike the names are (0 to 100), how exact.

    `chance` is how likely this place is meant; what the offers lack to 1 is for places not listed.
    """

    place: Place
    latitude: float
    longitude: float
    likeness: float
    precision: str  # exact, near, area
    chance: float = 1.0

    @property
    def name(self) -> str:
        return self.place.name


@dataclass(frozen=True)
class PlaceFinder:
    """A gazetteer that is asked in people's own words."""

    gazetteer: Gazetteer

    def find(self, text: str, iso3: str = "", limit: int = 5) -> list[Whereabouts]:
        """Where it may be, the likeliest first; the same text gives the same list.

        >>> PlaceFinder(Gazetteer()).find("près de Ségou", "MLI")[0].place.unit_id
        'MLI.segou'
        """
        if position := read_position(text):
            latitude, longitude = position
            near = self.gazetteer.nearest(longitude, latitude, iso3 or None)
            return [Whereabouts(near, latitude, longitude, 100.0, "exact")] if near else []
        name, far, bearing, precision = _parts(text)
        likeness: dict[int, float] = {}
        weights: dict[int, float] = {}
        parted = None
        if not far and (parted := _AREA.match(text)):
            likeness, weights = self._in_area(parted, iso3.upper(), limit)
        if weights and parted:
            name, far, bearing, precision = _parts(parted["name"])
        else:
            likeness, weights = self._weighed(name, iso3.upper(), limit)
        total = sum(weights.values()) + UNLISTED
        found = []
        for row, weight in weights.items():
            place = self._places[row]
            latitude, longitude = _moved(place.latitude, place.longitude, far, bearing)
            alike = likeness.get(row) or fuzz.ratio(name, fold(place.name))
            found.append(Whereabouts(place, latitude, longitude, round(alike, 1), precision,
                                     round(weight / total, 6)))  # fmt: skip
        found.sort(key=lambda one: (-one.chance, -one.likeness, one.place.name, one.place.iso3,
                                    one.place.longitude))  # fmt: skip
        return found[:limit]

    def _weighed(
        self, name: str, iso3: str, limit: int
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Rows whose names are like it, with their likeness; and how likely each row is meant."""
        likeness = dict(self._alike(name, iso3, limit * 3))
        written = fold(name)
        spellings = {row: math.exp(spelt(written, self._folded[row])) for row in likeness}
        weights = {row: (1 - NEXT_TO) * chance for row, chance in spellings.items()}
        for row, chance in spellings.items():
            for beside in self._called_by_neighbour.get(row, ()):
                if iso3 in ("", self._places[beside].iso3):
                    weights[beside] = weights.get(beside, 0.0) + NEXT_TO * chance
        return likeness, weights

    def _in_area(
        self, parted: re.Match[str], iso3: str, limit: int
    ) -> tuple[dict[int, float], dict[int, float]]:
        """As `_weighed`, of a text that names the area as well."""
        likeness, weights = self._weighed(_parts(parted["name"])[0], iso3, limit)
        area = sound(parted["area"])
        for row in weights:
            if area and fuzz.ratio(area, sound(self._areas[row])) >= AREA_ALIKE:
                weights[row] *= AREA_NAMED
        return likeness, weights

    def _alike(self, name: str, iso3: str, limit: int) -> Iterable[tuple[int, float]]:
        """Rows whose names are like it, as written or as they sound, with the better likeness."""
        written, heard, rows = self._names[iso3] if iso3 in self._names else self._index(iso3)
        best: dict[int, float] = {}
        for wanted, names, weight in ((fold(name), written, 1.0), (sound(name), heard, 0.985)):
            if not wanted:
                continue
            for _, likeness, at in process.extract(
                wanted, names, scorer=fuzz.ratio, score_cutoff=LEAST, limit=limit
            ):
                best[rows[at]] = max(best.get(rows[at], 0.0), likeness * weight)
        return best.items()

    def _index(self, iso3: str) -> tuple[list[str], list[str], list[int]]:
        rows = [row for row, place in enumerate(self._places) if iso3 in ("", place.iso3)]
        names = [self._folded[row] for row in rows]
        self._names[iso3] = (names, [sound(name) for name in names], rows)
        return self._names[iso3]

    @cached_property
    def _places(self) -> list[Place]:
        return self.gazetteer.places()

    @cached_property
    def _folded(self) -> list[str]:
        return [fold(place.name) for place in self._places]

    @cached_property
    def _areas(self) -> list[str]:
        """The name of the area of each place, as its publisher gives it."""
        return [name or "" for name in self.gazetteer.table["admin1"]]

    @cached_property
    def _called_by_neighbour(self) -> Mapping[int, list[int]]:
        """For each row the rows whose nearest other place it is: people say the one's name."""
        from scipy.spatial import cKDTree  # noqa: PLC0415  (slow to load, and only needed here)

        found: dict[int, list[int]] = defaultdict(list)
        if len(self._places) < 2:
            return found
        at = np.radians([(place.longitude, place.latitude) for place in self._places])
        level = np.cos(at[:, 1])
        globe = np.column_stack(
            [level * np.cos(at[:, 0]), level * np.sin(at[:, 0]), np.sin(at[:, 1])]
        )
        away, near = cKDTree(globe).query(globe, k=2)
        for row, (apart, others) in enumerate(zip(away[:, 1] * EARTH_KM, near, strict=True)):
            other = int(others[1] if others[0] == row else others[0])
            if apart <= NEIGHBOURS_KM:
                found[other].append(row)
        return found

    @cached_property
    def _names(self) -> dict[str, tuple[list[str], list[str], list[int]]]:
        return {}


def _parts(text: str) -> tuple[str, float, float, str]:
    """The name in a text, how far from it (km), in which direction, and how exact that is."""
    plain = re.sub(r"[’'\-]", " ", fold(western_digits(text)))
    plain = " ".join(plain.split())
    for pattern in (_FROM, _AFTER):
        if (found := pattern.match(plain)) and (
            far := float(found["far"].replace(",", "."))
        ) <= FARTHEST:
            return found["name"], far, _DIRECTIONS[found["way"]], "near"
    if _NEAR.match(plain):
        return _NEAR.sub("", plain), 0.0, 0.0, "near"
    return plain, 0.0, 0.0, "exact"


def _moved(latitude: float, longitude: float, far: float, bearing: float) -> tuple[float, float]:
    """The point so many kilometres away in a direction, on a sphere."""
    if not far:
        return latitude, longitude
    way, arc, north = math.radians(bearing), far / EARTH_KM, math.radians(latitude)
    there = math.asin(
        math.sin(north) * math.cos(arc) + math.cos(north) * math.sin(arc) * math.cos(way)
    )
    east = math.atan2(
        math.sin(way) * math.sin(arc) * math.cos(north),
        math.cos(arc) - math.sin(north) * math.sin(there),
    )
    return round(math.degrees(there), 5), round(longitude + math.degrees(east), 5)
