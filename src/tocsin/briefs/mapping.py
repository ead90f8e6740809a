"""The dated map: counts as discs with last year's ring, unknown areas hatched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sqrt
from typing import TYPE_CHECKING, Any

from tocsin.briefs.drawing import LETTERING, Drawing, path_of, width_of
from tocsin.briefs.inputs import Layer, Part
from tocsin.briefs.placing import Anchor, Box, Spot, nearest_point, place_labels
from tocsin.geo import label_point
from tocsin.language import Lang, month, number, text, typeset
from tocsin.tables.months import first_day

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LARGEST_DISC = 19.0
SMALLEST_DISC = 1.7
MOST_LABELS = 13  # areas beyond these are drawn, but not named: the busiest come first
SAID_UNKNOWN = 4  # areas to whose name "unknown" is added
LINE = 10.2  # from one line of a label to the next
CLEAR = 5.0  # points to the left and right of a country's name that nothing else may take


@dataclass(frozen=True)
class Tally:
    """Deaths of one area in the last twelve months and in the twelve before; None is unknown."""

    now: int | None
    before: int | None
    partial: bool = False  # some months unknown: the number is a floor


@dataclass(frozen=True)
class AreaMap:
    """What the map shows. `focus` is the area the brief is about, when it is one of the parts."""

    layer: Layer
    tallies: dict[str, Tally]
    year: tuple[int, int]
    year_before: tuple[int, int]
    focus: str = ""


def draw_map(told: AreaMap, lang: Lang, width: float, height: float) -> Drawing:
    """The map, `width` by `height` points."""
    return _Map(told, lang, width, height).draw()


class _Map:
    def __init__(self, told: AreaMap, lang: Lang, width: float, height: float):
        from shapely.ops import unary_union  # noqa: PLC0415

        self.told, self.lang = told, lang
        label = typeset(text("Deaths by area over twelve months", lang), lang)
        self.drawing = Drawing(width, height, label)
        self.parts = [part for part in told.layer.parts if part.shape is not None]
        self.placed = [part for part in told.layer.parts if part.shape is not None or part.point]
        self.whole = unary_union([part.shape for part in self.parts])
        self.frame = Box(0, 0, width, height)
        self._fit(width, height)
        unknown = sum(tally.now is None for tally in told.tallies.values())
        self.mostly_unknown = unknown > SAID_UNKNOWN  # the hatching and its key say it then
        numbers = [n for t in told.tallies.values() for n in (t.now, t.before) if n]
        self.unit = LARGEST_DISC / sqrt(max(numbers, default=1))

    def _fit(self, width: float, height: float) -> None:
        """Equirectangular, true to scale at the middle latitude, centred in the frame."""
        west, south, east, north = self.whole.bounds
        squeeze = cos(radians((south + north) / 2))
        margin = 9.0
        wide, high = (east - west) * squeeze, north - south
        scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
        self.squeeze, self.scale = squeeze, scale
        self.west = west - (width / scale - wide) / 2 / squeeze
        self.north = north + (height / scale - high) / 2

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale

    def draw(self) -> Drawing:
        self._abroad()
        self._areas()
        anchors, labelled, unnamed = self._discs()
        key = self._key()
        spots = place_labels(anchors, self.frame, [key, *unnamed])
        self._labels(labelled, anchors, spots)
        self._unplaced()
        self._countries([spot.box for spot in spots] + [key], anchors)
        return self.drawing

    def _unplaced(self) -> None:
        """Areas with neither a shape nor a town: listed at the foot, beside a hatched square."""
        y = self.frame.bottom - 3.0
        for part in reversed([one for one in self.told.layer.parts if one not in self.placed]):
            tally = self.told.tallies.get(part.unit_id, Tally(None, None))
            self.drawing.rect("unknown", 4, y - 7, 9, 8)
            x = 16.0
            for style, said in self._pieces(part, tally):
                self.drawing.letters(style, x, y, said)
                x += width_of(said, style) + 2.4
            y -= LINE

    def _window(self) -> "BaseGeometry":
        from shapely import box  # noqa: PLC0415

        west, north = self.west, self.north
        east = west + self.frame.right / self.scale / self.squeeze
        return box(west, north - self.frame.bottom / self.scale, east, north)

    def _abroad(self) -> None:
        window = self._window()
        for country in self.told.layer.abroad:
            seen = country.shape.intersection(window)
            if not seen.is_empty:
                self.drawing.path("abroad", self._d(seen, 0.8))
                self._border(country.shape.boundary.intersection(window))

    def _border(self, lines: "BaseGeometry") -> None:
        """Borders abroad as lines, so that the edge of the map is not drawn as one."""
        from shapely import line_merge  # noqa: PLC0415

        if lines.geom_type not in ("LineString", "MultiLineString"):
            return
        simple = line_merge(lines).simplify(0.8 / self.scale)
        seen = [one for one in getattr(simple, "geoms", [simple]) if one.length * self.scale > 4]
        if seen:
            self.drawing.path("border", "".join(path_of(self._ring(one.coords)) for one in seen))

    def _areas(self) -> None:
        for part in self.parts:
            assert part.shape is not None
            style = "land"
            tally = self.told.tallies.get(part.unit_id)
            if tally is None or tally.now is None or tally.partial:
                style = "unknown"
            self.drawing.path(style, self._d(part.shape), part.names.in_(self.lang))
        self.drawing.path("outline", self._d(self.whole))
        focus = next((part for part in self.parts if part.unit_id == self.told.focus), None)
        if focus is not None and focus.shape is not None:
            self.drawing.path("focus", self._d(focus.shape))

    def _discs(self) -> tuple[list[Anchor], list[tuple[Part, Tally]], list[Box]]:
        """Discs, the largest first so that none hides a smaller one; and what each label says.

        The discs of areas without a label come last, as boxes to keep clear of.
        """
        held = [
            (part, self.told.tallies.get(part.unit_id, Tally(None, None))) for part in self.placed
        ]
        held.sort(key=lambda pair: (-max(pair[1].now or 0, pair[1].before or 0), pair[0].unit_id))
        named = {part.unit_id for part, _ in self._named(held)}
        anchors: list[Anchor] = []
        labelled: list[tuple[Part, Tally]] = []
        unnamed: list[Box] = []
        for part, tally in held:
            x, y = self._centre(part)
            if part.shape is None:
                # Its ground is not drawn: a hatched rim says so.
                self.drawing.circle("unknown", x, y, self._reach(tally) + 3.4)
                self.drawing.circle("hole", x, y, self._reach(tally))
            radius = self._disc(x, y, tally, self._said(part, tally))
            if part.unit_id not in named:
                unnamed.append(Box(x - radius, y - radius, x + radius, y + radius))
                continue
            lines = self._lines(part, tally)
            wide = max(_line_width(line) for line in lines)
            anchors.append(Anchor(x, y, radius, wide, LINE * len(lines)))
            labelled.append((part, tally))
        return anchors, labelled, unnamed

    def _named(self, held: list[tuple[Part, Tally]]) -> list[tuple[Part, Tally]]:
        """The areas whose names are written: all of a few, else the busiest and the unknown."""
        if len(held) <= MOST_LABELS:
            return held
        focus = [pair for pair in held if pair[0].unit_id == self.told.focus]
        telling = [pair for pair in held if pair[1].now is None or pair[1].now or pair[1].before]
        return [*focus, *telling][:MOST_LABELS]

    def _reach(self, tally: Tally) -> float:
        return max(self._radius(tally.now or 0), self._radius(tally.before or 0), 2.2)

    def _disc(self, x: float, y: float, tally: Tally, said: str) -> float:
        """One disc and ring; the radius that a label must keep clear of."""
        if tally.now is None:
            return 0.5
        inner = self._radius(tally.now)
        outer = self._radius(tally.before or 0)
        if tally.now:
            self.drawing.circle("disc", x, y, inner, said)
        else:
            self.drawing.circle("zero", x, y, 2.2, said)
        if tally.before:
            self.drawing.circle("ring", x, y, outer)
        return max(inner, outer, 2.2)

    def _radius(self, deaths: int) -> float:
        return max(SMALLEST_DISC, self.unit * sqrt(deaths)) if deaths else 0.0

    def _centre(self, part: Part) -> tuple[float, float]:
        """Its town where that is given, else the middle of its broadest place."""
        if part.point is not None:
            return self.xy(*part.point)
        assert part.shape is not None
        return self.xy(*label_point(part.shape))

    def _said(self, part: Part, tally: Tally) -> str:
        return typeset(" ".join(text for _, text in self._pieces(part, tally)), self.lang)

    def _pieces(self, part: Part, tally: Tally) -> list[tuple[str, str]]:
        name = part.names.in_(self.lang)
        if tally.now is None:
            told = [("strong-halo", name), ("label-halo", text("unknown", self.lang))]
            return told[:1] if self.mostly_unknown else told
        shown = number(tally.now, self.lang)
        if tally.partial:
            shown = f"≥\u00a0{shown}"
        pieces = [("strong-halo", name), ("label-halo", shown)]
        if tally.before is not None and (tally.before or tally.now):
            pieces.append(("small-halo", f"({number(tally.before, self.lang)})"))
        return pieces

    def _lines(self, part: Part, tally: Tally) -> list[list[tuple[str, str]]]:
        """Name above the numbers for a place of weight, all on one line for a small one."""
        pieces = self._pieces(part, tally)
        small = max(tally.now or 0, tally.before or 0) * self.unit**2 < 60 and tally.now is not None
        return [pieces] if small or len(pieces) == 1 else [pieces[:1], pieces[1:]]

    def _labels(
        self,
        labelled: Sequence[tuple[Part, Tally]],
        anchors: Sequence[Anchor],
        spots: Sequence[Spot],
    ) -> None:
        for (part, tally), anchor, spot in zip(labelled, anchors, spots, strict=True):
            if spot.led:
                self._leader(anchor, spot)
            for index, line in enumerate(self._lines(part, tally)):
                baseline = spot.box.top + LINE * index + 7.6
                self._write(line, spot, baseline)

    def _leader(self, anchor: Anchor, spot: Spot) -> None:
        x, y = nearest_point(spot.box, anchor.x, anchor.y)
        away = hypot(x - anchor.x, y - anchor.y) or 1.0
        edge = min(anchor.radius / away, 1.0)
        start = anchor.x + (x - anchor.x) * edge, anchor.y + (y - anchor.y) * edge
        self.drawing.line("lead", *start, x, y)

    def _write(self, line: list[tuple[str, str]], spot: Spot, baseline: float) -> None:
        wide = _line_width(line)
        slack = spot.box.right - spot.box.left - wide
        x = spot.box.left + {"start": 0.0, "middle": slack / 2, "end": slack}[spot.align]
        for style, said in line:
            self.drawing.letters(style, x, baseline, said)
            x += width_of(said, style) + 2.4

    def _countries(self, taken: list[Box], anchors: Sequence[Anchor]) -> None:
        """Names of the neighbours, each where its own ground is widest, or not at all."""
        window = self._window()
        discs = [
            Box(a.x - a.radius, a.y - a.radius, a.x + a.radius, a.y + a.radius) for a in anchors
        ]
        for country in self.told.layer.abroad:
            name = country.names.in_(self.lang).upper()
            spot = self._room(country.shape.intersection(window), name, taken + discs)
            if spot is not None:
                taken.append(spot)
                self.drawing.letters(
                    "country", (spot.left + spot.right) / 2, spot.bottom - 1.5, name, "middle"
                )

    def _room(self, ground: "BaseGeometry", name: str, taken: list[Box]) -> Box | None:
        """A free box for a name on its own ground, looking on a grid of places."""
        import numpy as np  # noqa: PLC0415
        from shapely import contains_xy, prepare  # noqa: PLC0415

        wide = width_of(name, "country") + 0.6 * len(name)
        high = LETTERING["country"][0] + 1.5
        if ground.is_empty:
            return None
        prepare(ground)
        across = np.arange(wide / 2 + 3, self.frame.right - wide / 2 - 3, 6.0)
        down = np.arange(high, self.frame.bottom - 3, 6.0)
        # All places at once, by their left end, middle and right end: one by one takes seconds.
        x, y = (axis.ravel() for axis in np.meshgrid(across, down, indexing="ij"))
        ends = [self._lonlat(x + side * wide / 2, y - high / 2) for side in (-1, 0, 1)]
        inside = sum(contains_xy(ground, *end).astype(int) for end in ends)
        middle = abs(x - self.frame.right / 2) + abs(y - self.frame.bottom / 2)
        scores = (3 - inside) * 1000 + middle * 0.01
        for place in np.argsort(scores, kind="stable"):
            if inside[place] < 2:
                return None
            at, foot = float(x[place]), float(y[place])
            found = Box(at - wide / 2, foot - high, at + wide / 2, foot)
            clear = found.widened(CLEAR)
            if not any(clear.overlap(box) for box in taken):
                return found
        return None

    def _lonlat(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Longitude and latitude of a point of the drawing, or of many."""
        return self.west + x / self.scale / self.squeeze, self.north - y / self.scale

    def _key(self) -> Box:
        """A small example instead of a legend, in the emptiest corner."""
        now, before = (self._until(span[1]) for span in (self.told.year, self.told.year_before))
        said = [now, f"({before})", text("unknown", self.lang)]
        wide = 30 + max(width_of(line, "small") for line in said)
        high = 40.0
        left, top = self._corner(wide, high)
        self.drawing.circle("disc", left + 11, top + 12, 6)
        self.drawing.circle("ring", left + 11, top + 12, 10)
        self.drawing.polyline("lead", [(left + 14, top + 9), (left + 25, top + 9)])
        self.drawing.polyline("lead", [(left + 19.5, top + 18.5), (left + 25, top + 18.5)])
        self.drawing.letters("small-halo", left + 27, top + 11.8, typeset(said[0], self.lang))
        self.drawing.letters("small-halo", left + 27, top + 21.6, typeset(said[1], self.lang))
        self.drawing.rect("unknown", left + 4, top + 28, 14, 9)
        self.drawing.letters("small-halo", left + 27, top + 35.4, said[2])
        return Box(left, top, left + wide, top + high)

    def _until(self, last: int) -> str:
        said = text("to {month}", self.lang).replace("{month}", month(first_day(last), self.lang))
        return typeset(said, self.lang)

    def _corner(self, wide: float, high: float) -> tuple[float, float]:
        from shapely import box  # noqa: PLC0415

        right, bottom = self.frame.right - wide, self.frame.bottom - high
        corners = [(0.0, 0.0), (0.0, bottom), (right, 0.0), (right, bottom)]

        def covered(corner: tuple[float, float]) -> float:
            west, north = self._lonlat(*corner)
            east, south = self._lonlat(corner[0] + wide, corner[1] + high)
            return float(self.whole.intersection(box(west, south, east, north)).area)

        return min(corners, key=covered)

    def _d(self, shape: "BaseGeometry", detail: float = 0.5) -> str:
        """A shape as a path, simplified to `detail` points, which is all the eye can see."""
        simple = shape.simplify(detail / self.scale)
        return "".join(
            path_of(self._ring(ring), close=True) for ring in _rings(simple, 1.5 / self.scale)
        )

    def _ring(self, points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        return [self.xy(lon, lat) for lon, lat, *_ in points]


def _rings(shape: "BaseGeometry", least: float) -> list[list[tuple[float, float]]]:
    """Outer and inner rings; specks under `least` degrees across are left out.

    So are the slits that stay open where areas of different files were joined.
    """
    from shapely import Polygon  # noqa: PLC0415

    rings: list[list[tuple[float, float]]] = []
    for one in getattr(shape, "geoms", [shape]):
        if one.geom_type != "Polygon":
            continue
        for ring in (one.exterior, *one.interiors):
            west, south, east, north = ring.bounds
            broad = 2 * Polygon(ring).area / ring.length  # its mean breadth
            if max(east - west, north - south) >= least and broad >= least / 4:
                rings.append(list(ring.coords)[:-1])
    return rings


def _line_width(line: list[tuple[str, str]]) -> float:
    return sum(width_of(said, style) for style, said in line) + 2.4 * (len(line) - 1)
