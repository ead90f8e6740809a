"""The map of a place in a page: one SVG that is read as it stands, and that the script steps.

Each part is a link to its own page. What is written on a part (its disc, its ring, its name and
numbers) is one group that keeps its size when the map is brought nearer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import cos, radians, sqrt

from markupsafe import Markup
from shapely import box, unary_union
from shapely.geometry.base import BaseGeometry

from tocsin.briefs.drawing import path_of, width_of
from tocsin.briefs.inputs import Part
from tocsin.briefs.placing import Anchor, Box, place_labels
from tocsin.language import Lang, number, text, typeset
from tocsin.workflow.map_ground import Ground
from tocsin.workflow.mapped import Counts, Event

WIDTH, HEIGHT, MARGIN = 390.0, 330.0, 10.0  # points: 4/3 px on a wide page
LARGEST, SMALLEST, ZERO = 19.0, 1.7, 2.2
CELL_LARGEST = 0.42  # share of a cell's side
LINE = 10.2
YEAR = 12
NAMED = 14


@dataclass(frozen=True)
class Scale:
    """From degrees to points: equirectangular, true to scale at the middle latitude."""

    west: float
    north: float
    squeeze: float
    scale: float

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale


def fitted(whole: BaseGeometry) -> Scale:
    """The scale at which a shape fills the map.

    >>> fitted(box(0, 0, 10, 10)).xy(5, 5)
    (195.0, 165.0)
    """
    west, south, east, north = whole.bounds
    squeeze = cos(radians((south + north) / 2))
    wide, high = (east - west) * squeeze, north - south
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    return Scale(
        west - (WIDTH / scale - wide) / 2 / squeeze, north + (HEIGHT / scale - high) / 2,
        squeeze, scale,
    )  # fmt: skip


def sums_of(months: tuple[int | None, ...], end: int) -> int | None:
    """Deaths of the twelve months up to a place in a series; None where none of them is known.

    >>> sums_of((1, None, 2), 2), sums_of((None,), 0)
    (3, None)
    """
    held = [one for one in months[max(0, end - YEAR + 1) : end + 1] if one is not None]
    return sum(held) if held else None


class RoomMap:
    """A place on its map, as of the last month of which anything is known."""

    def __init__(self, ground: Ground, counts: Counts, lang: Lang, to: Callable[[str], str]):
        self.ground, self.counts, self.lang, self.to = ground, counts, lang, to
        shapes = [part.shape for part in ground.parts if part.shape is not None]
        self.whole = ground.outline if self._within_outline() else unary_union(shapes)
        assert self.whole is not None
        self.scale = fitted(self.whole if not ground.focus else unary_union(shapes))
        self.end = (counts.known or counts.until) - counts.first
        sums = [sums_of(one, self.end) for one in counts.deaths.values()]
        before = [sums_of(one, self.end - YEAR) for one in counts.deaths.values()]
        self.most = max([one for one in (*sums, *before) if one], default=1)
        top = [month for one in counts.deaths.values() for month in one if month]
        self.most_in_month = max(top, default=1)
        self.cells = ground.parts_level == "priogrid"
        self.largest = self.scale.scale * 0.5 * CELL_LARGEST if self.cells else LARGEST
        self.largest = min(self.largest, LARGEST)

    def _within_outline(self) -> bool:
        return self.ground.outline is not None and not self.ground.focus

    def radius(self, deaths: int | None, most: int) -> float:
        return max(SMALLEST, self.largest * sqrt(min(deaths / most, 1.0))) if deaths else 0.0

    def centre(self, part: Part) -> tuple[float, float]:
        if part.point is None:
            return -100.0, -100.0
        return self.scale.xy(*part.point)

    # --- drawing ---------------------------------------------------------------------------

    @cached_property
    def svg(self) -> Markup:
        """The drawing; every number in it is of the twelve months to the last known one."""
        label = typeset(text("Map: deaths by area over twelve months", self.lang), self.lang)
        body = "".join((
            f'<g class="far">{"".join(self._abroad())}</g>',
            f'<g class="parts">{"".join(self._parts())}</g>',
            self._outline(),
            '<g class="ev" data-layer="events"></g><g class="rp" data-layer="reports"></g>',
            f'<g class="tags">{"".join(self._tags())}</g>',
        ))  # fmt: skip
        return Markup(  # noqa: S704  (our own drawing; names are escaped)
            f'<svg class="chart map" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="group" '
            f'aria-label="{escape(label)}">{body}</svg>'
        )

    def _abroad(self) -> Iterable[str]:
        x, y = self.scale.west, self.scale.north
        wide, high = WIDTH / self.scale.scale / self.scale.squeeze, HEIGHT / self.scale.scale
        window = box(x - wide * 0.3, y - high * 1.3, x + wide * 1.3, y + high * 0.3)
        seen_box = box(x, y - high, x + wide, y)
        for one in self.ground.abroad:
            seen = one.shape.intersection(window)
            if seen.is_empty:
                continue
            yield f'<path class="abroad" d="{self._d(seen, 0.9)}"/>'
            inside = one.shape.intersection(seen_box)
            if self.whole is not None and not self.ground.focus:
                inside = inside.difference(self.whole)
            name = one.names.in_(self.lang).upper()
            if inside.area > 0.02 * seen_box.area:
                point = inside.representative_point()
                px, py = self.scale.xy(point.x, point.y)
                half = (width_of(name, "country") + len(name) * 0.6) / 2 + 3
                px = min(max(px, half), WIDTH - half)
                yield (
                    f'<text class="country" x="{px:.1f}" y="{py:.1f}" '
                    f'text-anchor="middle">{escape(name)}</text>'
                )

    def _parts(self) -> Iterable[str]:
        for part in self.ground.parts:
            if part.shape is None:
                continue
            known = sums_of(self.counts.deaths.get(part.unit_id, ()), self.end) is not None
            style = "land" if known else "unknown"
            aside = ' tabindex="-1"' if self.cells else ""
            yield (
                f'<a href="{escape(self.to(f"/areas/{part.unit_id}"))}" data-u="{part.unit_id}"'
                f'{aside} aria-label="{escape(self.said(part))}">'
                f'<path class="{style}" d="{self._d(part.shape)}"/></a>'
            )

    def _outline(self) -> str:
        assert self.whole is not None
        style = "focus" if self.ground.focus else "outline"
        return f'<path class="{style}" d="{self._d(self.whole)}"/>'

    def said(self, part: Part) -> str:
        """A part in words: its name and its twelve months."""
        held = sums_of(self.counts.deaths.get(part.unit_id, ()), self.end)
        name = part.names.in_(self.lang)
        told = text("unknown", self.lang) if held is None else number(held, self.lang)
        return typeset(f"{name}, {told}", self.lang)

    def _numbers(self, part: Part) -> tuple[int | None, int | None]:
        months = self.counts.deaths.get(part.unit_id, ())
        return sums_of(months, self.end), sums_of(months, self.end - YEAR)

    def _tags(self) -> Iterable[str]:
        """Disc, ring, name and number of each part; the largest first, so that none is hidden."""
        held = [(part, *self._numbers(part)) for part in self.ground.parts]
        held.sort(key=lambda one: -max(one[1] or 0, one[2] or 0))
        named = [] if self.cells else held[:NAMED]
        anchors = []
        for part, now, before in named:
            reach = max(self.radius(now, self.most), self.radius(before, self.most), ZERO)
            wide = max(
                width_of(part.names.in_(self.lang), "strong-halo"),
                width_of(self._count(now, before), "label-halo"),
            )
            anchors.append(Anchor(*self.centre(part), reach, wide, 2 * LINE))
        spots = place_labels(anchors, Box(0, 0, WIDTH, HEIGHT))
        told = {one[0].unit_id: spot for one, spot in zip(named, spots, strict=True)}
        for part, now, before in held:
            yield self._tag(part, now, before, told.get(part.unit_id))

    def _count(self, now: int | None, before: int | None) -> str:
        if now is None:
            return text("unknown", self.lang)
        told = number(now, self.lang)
        return f"{told} ({number(before, self.lang)})" if before else told

    def _tag(self, part: Part, now: int | None, before: int | None, spot: object) -> str:
        x, y = self.centre(part)
        marks = [
            f'<circle class="disc" r="{self.radius(now, self.most):.1f}"/>',
            f'<circle class="ring" r="{self.radius(before, self.most):.1f}"/>',
            f'<circle class="zero" r="{ZERO if now == 0 and not self.cells else 0}"/>',
        ]
        if spot is not None:
            marks += self._words(part, self._count(now, before), spot, x, y)
        else:
            marks.append('<text class="label-halo n" y="3" text-anchor="middle"></text>')
        style = "tag cell" if self.cells else "tag"
        return (
            f'<g class="{style}" data-u="{part.unit_id}" transform="translate({x:.1f} {y:.1f})">'
            f"{''.join(marks)}</g>"
        )

    def _words(self, part: Part, count: str, spot: object, x: float, y: float) -> list[str]:
        frame, align = spot.box, spot.align  # type: ignore[attr-defined]
        at = {"start": frame.left, "middle": (frame.left + frame.right) / 2, "end": frame.right}
        left, top = at[align] - x, frame.top - y
        anchor = "" if align == "start" else f' text-anchor="{align}"'
        return [
            f'<text class="strong-halo" x="{left:.1f}" y="{top + 7.6:.1f}"{anchor}>'
            f"{escape(part.names.in_(self.lang))}</text>",
            f'<text class="label-halo n" x="{left:.1f}" y="{top + LINE + 7.6:.1f}"{anchor}>'
            f"{escape(count)}</text>",
        ]

    def _d(self, shape: BaseGeometry, detail: float = 0.5) -> str:
        """A shape as a path, simplified to what the eye can see when brought somewhat nearer."""
        simple = shape.simplify(detail / 2 / self.scale.scale)
        least = 1.5 / self.scale.scale
        rings = []
        for one in getattr(simple, "geoms", [simple]):
            if one.geom_type != "Polygon":
                continue
            west, south, east, north = one.bounds
            if max(east - west, north - south) >= least:
                rings += [one.exterior, *one.interiors]
        return "".join(
            path_of([self.scale.xy(*point[:2]) for point in list(ring.coords)[:-1]], close=True)
            for ring in rings
        )

    # --- what the script steps -------------------------------------------------------------

    def parts_told(self) -> dict[str, dict[str, object]]:
        """For the script: name, address, deaths by month and the months ahead of each part."""
        return {
            part.unit_id: {
                "n": part.names.in_(self.lang),
                "h": self.to(f"/areas/{part.unit_id}"),
                "d": list(self.counts.deaths.get(part.unit_id, ())),
                "a": [
                    [round(one.chance * 100), one.low, one.median, one.high,
                     None if one.baseline is None else round(one.baseline * 100)]
                    for one in self.counts.ahead.get(part.unit_id, ())
                ],
            }
            for part in self.ground.parts
        }  # fmt: skip

    def event_told(self, one: Event) -> list[object]:
        """For the script: month, place on the map, kind, deaths, and what to say of it."""
        x, y = self.scale.xy(one.longitude, one.latitude)
        days = one.first.isoformat()
        if one.last != one.first:
            days += f" – {one.last.isoformat()}"
        return [
            one.month - self.counts.first, round(x, 1), round(y, 1), one.violence, one.best,
            one.low, one.high, one.place, " – ".join(one.sides), days, one.event_id,
        ]  # fmt: skip
