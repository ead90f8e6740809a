"""Where labels go, so that none lies on another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import hypot

_NEAR_SPOTS = 8  # places of a label that touch its disc
_NEIGHBOURS = 70.0  # points between discs whose labels may be in each other's way
_APART = 9.0  # a label this far from another disc cannot be taken for its own


@dataclass(frozen=True)
class Box:
    """A rectangle, y growing downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "Box") -> float:
        """Shared area."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0

    def outside(self, frame: "Box") -> float:
        """Area that sticks out of a frame."""
        return self.area - self.overlap(frame)

    def widened(self, by: float) -> "Box":
        """The same with room to its left and right."""
        return Box(self.left - by, self.top, self.right + by, self.bottom)

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


@dataclass(frozen=True)
class Anchor:
    """Something that wants a label: a disc, and the size of the label's block."""

    x: float
    y: float
    radius: float
    width: float
    height: float


@dataclass(frozen=True)
class Spot:
    """A place for a label: its box, how the text is aligned, and whether a line must lead there."""

    box: Box
    align: str
    led: bool
    cost: float


def candidates(anchor: Anchor) -> list[Spot]:
    """Places around a disc, the preferred first: sides, below, above, corners, then farther out."""
    spots = []
    for step, gap in enumerate((2.5, 11.0, 22.0, 34.0)):
        reach = anchor.radius + gap
        half_w, half_h = anchor.width / 2, anchor.height / 2
        diagonal = reach * 0.75
        places = (
            (anchor.x + reach, anchor.y - half_h, "start", 0.0),
            (anchor.x - half_w, anchor.y + reach - 1, "middle", 0.6),
            (anchor.x - reach - anchor.width, anchor.y - half_h, "end", 0.8),
            (anchor.x - half_w, anchor.y - reach - anchor.height + 1, "middle", 0.9),
            (anchor.x + diagonal, anchor.y + diagonal - half_h * 0.4, "start", 1.4),
            (anchor.x + diagonal, anchor.y - diagonal - anchor.height + half_h * 0.4, "start", 1.5),
            (anchor.x - diagonal - anchor.width, anchor.y + diagonal - half_h * 0.4, "end", 1.6),
            (
                anchor.x - diagonal - anchor.width,
                anchor.y - diagonal - anchor.height + half_h * 0.4,
                "end",
                1.7,
            ),
        )
        for left, top, align, dislike in places:
            box = Box(left, top, left + anchor.width, top + anchor.height)
            spots.append(Spot(box, align, step > 0, dislike + 5.0 * step))
    return spots


def _inside(frame: Box, spots: list[Spot]) -> list[Spot]:
    """The spots inside the frame; all where none is: a label cut short is better than none."""
    return [spot for spot in spots if spot.box.outside(frame) < 1e-9] or spots


def place_labels(anchors: Sequence[Anchor], frame: Box, fixed: Sequence[Box] = ()) -> list[Spot]:
    """A spot for every anchor: no label on a label or out of the frame where that can be avoided.

    Starts from each anchor's favourite place and moves one label at a time while that helps;
    the same input always gives the same places.

    >>> frame = Box(0, 0, 100, 100)
    >>> spots = place_labels([Anchor(50, 50, 5, 20, 10), Anchor(60, 50, 5, 20, 10)], frame)
    >>> spots[0].box.overlap(spots[1].box)
    0.0
    """
    options = [_inside(frame, candidates(anchor)) for anchor in anchors]
    discs = [Box(a.x - a.radius, a.y - a.radius, a.x + a.radius, a.y + a.radius) for a in anchors]
    chosen = [spots[0] for spots in options]

    def cost(index: int, spot: Spot) -> float:
        others = (chosen[other].box for other in range(len(chosen)) if other != index)
        hidden = sum(spot.box.overlap(box) for box in others) * 3
        on_discs = sum(spot.box.overlap(disc) for j, disc in enumerate(discs) if j != index)
        on_fixed = sum(spot.box.overlap(box) for box in fixed)
        own = spot.box.overlap(discs[index]) * 0.5
        own += 40 * crossed(index, spot) if spot.led else 0
        own += claimed(index, spot)
        return spot.cost * 4 + hidden + on_discs + on_fixed * 2 + own + spot.box.outside(frame) * 5

    def claimed(index: int, spot: Spot) -> float:
        """How much a label seems to belong to another disc than its own."""
        away = [
            hypot(x - one.x, y - one.y) - one.radius
            for one in anchors
            for x, y in [_towards(spot.box, one.x, one.y)]
        ]
        others = min((gap for j, gap in enumerate(away) if j != index), default=_APART)
        return max(_APART - max(others, 0.0), 0.0) + (30 if others < away[index] - 0.5 else 0)

    def crossed(index: int, spot: Spot) -> int:
        """How many other discs a leading line would run through."""
        start = (anchors[index].x, anchors[index].y)
        end = nearest_point(spot.box, *start)
        return sum(
            _distance((other.x, other.y), start, end) < other.radius
            for j, other in enumerate(anchors)
            if j != index
        )

    def settle() -> None:
        for _ in range(12):
            moved = False
            for index, spots in enumerate(options):
                best = min(spots, key=lambda spot, index=index: cost(index, spot))  # type: ignore[misc]
                if cost(index, best) < cost(index, chosen[index]) - 1e-9:
                    chosen[index], moved = best, True
            if not moved:
                return

    def rearrange(i: int, j: int) -> None:
        """Two neighbours move together where neither would gain by moving alone."""
        before = chosen[i], chosen[j]
        found = cost(i, before[0]) + cost(j, before[1]), before
        for pair in product(options[i][:_NEAR_SPOTS], options[j][:_NEAR_SPOTS]):
            chosen[i], chosen[j] = pair
            both = cost(i, pair[0]) + cost(j, pair[1])
            if both < found[0] - 1e-9:
                found = both, pair
        chosen[i], chosen[j] = found[1]

    settle()
    for i, j in combinations(range(len(anchors)), 2):
        if hypot(anchors[i].x - anchors[j].x, anchors[i].y - anchors[j].y) < _NEIGHBOURS:
            rearrange(i, j)
    settle()
    return chosen


def nearest_point(box: Box, x: float, y: float) -> tuple[float, float]:
    """The point of a label's box, a little inside, that a leading line goes to."""
    return min(max(x, box.left), box.right), min(max(y, box.top + 1), box.bottom - 1)


def _towards(box: Box, x: float, y: float) -> tuple[float, float]:
    """The point of a box that is nearest to a point."""
    return min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)


def _distance(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """From a point to a segment."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights at least `gap` apart, as near as possible to the wanted ones, in the same order.

    >>> spread([10, 11, 30], 5, 0, 40)
    [8.0, 13.0, 30.0]
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    groups: list[tuple[list[int], float]] = []  # members, height of the first
    for index in order:
        groups.append(([index], float(wanted[index])))
        while len(groups) > 1 and groups[-1][1] < groups[-2][1] + gap * len(groups[-2][0]) - 1e-9:
            members = groups[-2][0] + groups[-1][0]
            groups[-2:] = [(members, _centred(members, wanted, gap))]
    placed = [0.0] * len(wanted)
    for members, first in groups:
        for position, index in enumerate(members):
            placed[index] = first + gap * position
    return _within(placed, order, gap, low, high)


def _centred(members: list[int], wanted: Sequence[float], gap: float) -> float:
    middle = sum(wanted[index] for index in members) / len(members)
    return middle - gap * (len(members) - 1) / 2


def _within(
    placed: list[float], order: list[int], gap: float, low: float, high: float
) -> list[float]:
    """Push what sticks out back between the bounds, keeping the gaps."""
    floor = low
    for index in order:
        placed[index] = max(placed[index], floor)
        floor = placed[index] + gap
    ceiling = high
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed
