"""Places as people write them: a ranked list of where it may be, for a person to confirm.

Spellings differ by language and by ear (Tessalit, Tessalite; Ber, Bèr; Djenné, Jenne): names are
compared as written and by how they sound. A direction ("12 km au nord de Ber") moves the point and
lowers the precision. Nothing is decided here.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from tocsin.geo.gazetteer import EARTH_KM, Gazetteer, Place
from tocsin.intake.coordinates import read_position
from tocsin.intake.submissions import western_digits
from tocsin.language import fold

LEAST = 62.0  # a likeness below which a name is not offered
FARTHEST = 200.0  # kilometres: a direction from a place further away names no place
# The order matters: what a longer rule has rewritten, a shorter one leaves.
_SOUNDS = tuple(
    (re.compile(found), told)
    for found, told in (
        (r"\b(village|ville|hameau|localite|commune|site|quartier|town|of|de|du|d|la|le|les|the|"
         r"al|el|ag|ould|oued|wadi)\b", " "),
        (r"[^a-z0-9 ]", " "),
        (r"tch|tsh", "c"),
        (r"sch|ch|sh", "s"),
        (r"dj|dz|j", "g"),
        (r"gh|rh", "r"),
        (r"kh|q|ck|c(?=[aouklrt ]|$)", "k"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"gu(?=[eiy])", "g"),
        (r"oua|wa", "wa"),
        (r"ou|oo|w", "u"),
        (r"ey|ei|ai|ay|ee|ie", "e"),
        (r"y", "i"),
        (r"z|c", "s"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
        (r"(?<=..)(te|[et])s?\b", ""),
        (r" +", ""),
    )
)  # fmt: skip
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
_NEAR = re.compile(r"^(?:pres|a cote|aux environs|vers|near|around|close to) (?:de |du |d |of )?")


@dataclass(frozen=True)
class Whereabouts:
    """Where it may be: a place, the point meant, how alike the names are (0 to 100), how exact."""

    place: Place
    latitude: float
    longitude: float
    likeness: float
    precision: str  # exact, near, area

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
        found = []
        for row, likeness in self._alike(name, iso3.upper(), limit * 3):
            place = self._places[row]
            latitude, longitude = _moved(place.latitude, place.longitude, far, bearing)
            found.append(Whereabouts(place, latitude, longitude, round(likeness, 1), precision))
        found.sort(key=lambda one: (-one.likeness, one.place.name, one.place.iso3,
                                    one.place.longitude))  # fmt: skip
        return found[:limit]

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
        names = [self._places[row].name for row in rows]
        self._names[iso3] = ([fold(name) for name in names], [sound(name) for name in names], rows)
        return self._names[iso3]

    @cached_property
    def _places(self) -> list[Place]:
        return self.gazetteer.places()

    @cached_property
    def _names(self) -> dict[str, tuple[list[str], list[str], list[int]]]:
        return {}


def sound(name: str) -> str:
    """A name by its sound, so that spellings of several languages meet.

    >>> sound("Djenné") == sound("Jenne"), sound("Tessalit") == sound("Tessalite")
    (True, True)
    """
    told = fold(name)
    for found, instead in _SOUNDS:
        told = found.sub(instead, told)
    return told.strip()


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
