"""The invented country's regions and places."""

from dataclasses import dataclass
from itertools import pairwise

# "XE?" is in the range that ISO 3166-1 leaves to users: no real country will ever have it.
ISO3 = "XEX"
NAME = "Hadaria"

Point = tuple[float, float]  # longitude, latitude


@dataclass(frozen=True)
class Region:
    """A first-level area: its name, its outline (closed when drawn), and its places."""

    name: str
    outline: tuple[Point, ...]
    places: tuple[tuple[str, Point], ...]


# Corners that regions share are named once, so that borders meet exactly.
_NW, _N1, _N2, _NE = (-35.2, 6.9), (-32.6, 7.4), (-30.1, 7.1), (-27.4, 6.2)
_W1, _W2 = (-35.8, 4.6), (-35.1, 2.2)
_E1, _E2 = (-26.9, 4.1), (-27.6, 1.9)
_SW, _S1, _S2, _SE = (-34.2, 0.6), (-32.1, 0.1), (-29.9, 0.4), (-28.3, 0.9)
_M1, _M2, _M3 = (-33.1, 4.4), (-30.4, 4.7), (-32.4, 2.3)
_M4 = (-29.7, 2.6)
_C1, _C2, _C3, _C4 = (-31.6, 3.3), (-30.9, 3.6), (-30.6, 2.9), (-31.4, 2.7)

REGIONS: tuple[Region, ...] = (
    Region(
        "Haut-Nord",
        (_NW, _N1, _N2, _M2, _M1, _W1),
        (("Tirsel", (-33.6, 6.1)), ("Puits-Blanc", (-31.2, 6.2)), ("Agharous", (-34.4, 5.4))),
    ),
    Region(
        "Lisière",
        (_N2, _NE, _E1, _M4, _M2),
        (("Ouadane-Est", (-28.6, 5.6)), ("Borne 40", (-28.9, 4.1)), ("Garde-Sel", (-27.8, 4.9))),
    ),
    Region(
        "Plateau",
        (_W1, _M1, _M3, _SW, _W2),
        (("Senkoro", (-34.4, 3.4)), ("Trois-Collines", (-33.4, 2.4)), ("Damba", (-34.3, 1.7))),
    ),
    Region(
        "Delta",
        (_M1, _M2, _C2, _C1, _C4, _M3),
        (("Port-Limon", (-32.3, 3.4)), ("Massaba", (-31.6, 4.2))),
    ),
    Region("District central", (_C1, _C2, _C3, _C4), (("Hadar", (-31.1, 3.1)),)),
    Region(
        "Fleuve",
        (_M3, _C4, _C3, _C2, _M2, _M4, _E1, _E2, _SE, _S2, _S1, _SW),
        (("Embouchure", (-29.3, 1.3)), ("Kalanso", (-31.3, 1.2)), ("Vieux-Bac", (-28.6, 2.4))),
    ),
)


def boundaries() -> dict[str, object]:
    """The regions as a GeoJSON feature collection (RFC 7946, WGS 84).

    >>> len(boundaries()["features"])
    6
    """
    return {
        "type": "FeatureCollection",
        "name": f"{NAME}: EXERCISE, an invented country",
        "features": [_feature(region) for region in REGIONS],
    }


def _feature(region: Region) -> dict[str, object]:
    ring = [*region.outline, region.outline[0]]
    if _signed_area(ring) < 0:  # RFC 7946: outer rings run anticlockwise
        ring.reverse()
    return {
        "type": "Feature",
        "properties": {"iso3": ISO3, "country": NAME, "name": region.name, "exercise": True},
        "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in ring]]},
    }


def _signed_area(ring: list[Point]) -> float:
    pairs = pairwise(ring)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2
