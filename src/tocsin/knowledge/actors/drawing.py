"""The graph of actors as a picture: who stands with whom, who against whom, on one day.

Colour is never alone: hostile ties are red and barred, what is only declared or reported is
dashed, and every tie carries its sentence for those who cannot see the drawing.
"""

from __future__ import annotations

from html import escape
from math import cos, pi, sin
from typing import TYPE_CHECKING

from tocsin.knowledge.actors.graph import Graph
from tocsin.knowledge.sentences import dated, words
from tocsin.language import Lang

if TYPE_CHECKING:
    import numpy as np

_WIDTH, _HEIGHT, _HEAD, _FOOT, _EDGE = 1000, 760, 56, 64, 70
_COLOURS = {"friendly": "#0c527a", "hostile": "#b0341d", "neutral": "#8d8a83"}
_INK, _PAPER, _TINT = "#1b1b1a", "#ffffff", "#e9e7e2"
_UNSURE = {"declared", "reported", "contested", "announced_leaving", "suspended", "observer"}
_ROUNDS = 400
_FONT = "font-family='Source Sans 3,Noto Sans,Liberation Sans,Arial,sans-serif'"


def render_svg(graph: Graph, lang: Lang) -> bytes:
    """The graph as SVG: the same bytes for the same graph."""
    halves = [_half(node.label.in_(lang)) for node in graph.nodes]
    places = dict(zip((node.subject for node in graph.nodes), _places(graph, halves), strict=True))
    title = words("Actors and their ties on {on}", on=dated(graph.on, lang)).in_(lang)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {_HEIGHT}' "
        f"width='{_WIDTH}' height='{_HEIGHT}' role='img' lang='{lang}' {_FONT}>",
        f"<title>{escape(title)}</title>",
        f"<rect width='{_WIDTH}' height='{_HEIGHT}' fill='{_PAPER}'/>",
        f"<text x='24' y='36' font-size='20' font-weight='600' fill='{_INK}'>"
        f"{escape(title)}</text>",
        _edges(graph, places, lang),
        _nodes(graph, places, lang),
        _legend(lang),
        "</svg>",
    ]
    return "\n".join(parts).encode() + b"\n"


def _edges(graph: Graph, places: dict[str, tuple[float, float]], lang: Lang) -> str:
    drawn: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for edge in graph.edges:
        first, second = sorted((edge.source, edge.target))
        turn = seen.get((first, second), 0)
        seen[first, second] = turn + 1
        path, middle = _curve(places[edge.source], places[edge.target], turn)
        colour = _COLOURS[edge.polarity]
        dash = " stroke-dasharray='6 5'" if edge.status in _UNSURE else ""
        bar = ""
        if edge.polarity == "hostile":
            x, y = middle
            bar = (
                f"<path d='M{x - 5:.1f} {y - 5:.1f}L{x + 5:.1f} {y + 5:.1f}"
                f"M{x - 5:.1f} {y + 5:.1f}L{x + 5:.1f} {y - 5:.1f}' stroke='{colour}' "
                "stroke-width='2.5'/>"
            )
        drawn.append(
            f"<g><title>{escape(edge.text.in_(lang))}</title><path d='{path}' fill='none' "
            f"stroke='{colour}' stroke-width='1.8'{dash}/>{bar}</g>"
        )
    return "\n".join(drawn)


def _curve(
    start: tuple[float, float], end: tuple[float, float], turn: int
) -> tuple[str, tuple[float, float]]:
    """A path, bent a little more for each further tie of the same two, and its middle."""
    (x0, y0), (x1, y1) = start, end
    bend = 0.12 * turn * (1 if turn % 2 else -1)
    cx, cy = (x0 + x1) / 2 - (y1 - y0) * bend, (y0 + y1) / 2 + (x1 - x0) * bend
    middle = ((x0 + 2 * cx + x1) / 4, (y0 + 2 * cy + y1) / 4)
    return f"M{x0:.1f} {y0:.1f}Q{cx:.1f} {cy:.1f} {x1:.1f} {y1:.1f}", middle


def _nodes(graph: Graph, places: dict[str, tuple[float, float]], lang: Lang) -> str:
    drawn: list[str] = []
    for node in graph.nodes:
        x, y = places[node.subject]
        label = _cut(node.label.in_(lang))
        half = _half(label)
        drawn.append(
            f"<g><title>{escape(node.name.in_(lang))}</title>"
            f"<rect x='{x - half:.1f}' y='{y - 13:.1f}' width='{2 * half:.1f}' height='26' rx='5' "
            f"fill='{_TINT}' stroke='{_INK}' stroke-width='0.8'/>"
            f"<text x='{x:.1f}' y='{y + 5:.1f}' font-size='13' text-anchor='middle' "
            f"fill='{_INK}'>{escape(label)}</text></g>"
        )
    return "\n".join(drawn)


def _cut(label: str) -> str:
    return label if len(label) <= 26 else label[:25] + "…"


def _half(label: str) -> float:
    """Half the width of a label's box."""
    return 3.6 * len(_cut(label)) + 10


def _legend(lang: Lang) -> str:
    lines = (
        ("friendly", "", words("bound (member, allied, supports)")),
        ("hostile", "", words("hostile")),
        ("neutral", "", words("other ties")),
        ("friendly", " stroke-dasharray='6 5'", words("declared or reported, not done")),
    )
    y = _HEIGHT - 26
    drawn: list[str] = []
    for index, (polarity, dash, label) in enumerate(lines):
        x = 24 + index * 240
        drawn.append(
            f"<path d='M{x} {y}h34' stroke='{_COLOURS[polarity]}' stroke-width='2'{dash}/>"
            f"<text x='{x + 42}' y='{y + 4}' font-size='12' fill='{_INK}'>"
            f"{escape(label.in_(lang))}</text>"
        )
    return "\n".join(drawn)


def _places(graph: Graph, halves: list[float]) -> list[tuple[float, float]]:
    """Where each node goes: springs between the tied, repulsion between all (Fruchterman and
    Reingold 1991, doi:10.1002/spe.4380211102), from a circle, without chance."""
    import numpy as np  # noqa: PLC0415  (actors are read where none is drawn)

    count = len(graph.nodes)
    if count == 0:
        return []
    at = np.array([[cos(2 * pi * k / count), sin(2 * pi * k / count)] for k in range(count)])
    index = {node.subject: k for k, node in enumerate(graph.nodes)}
    pairs = np.array([[index[edge.source], index[edge.target]] for edge in graph.edges], dtype=int)
    ideal = 1.6 / np.sqrt(count)
    for step in range(_ROUNDS):
        heat = 0.1 * (1 - step / _ROUNDS)
        gap = at[:, None, :] - at[None, :, :]
        far = np.maximum(np.sqrt((gap**2).sum(axis=2)), 1e-6)
        push = (gap * (ideal**2 / far**2)[:, :, None]).sum(axis=1)
        for one, other in pairs:
            pull = (at[one] - at[other]) * (far[one, other] / ideal)
            push[one] -= pull
            push[other] += pull
        push -= at * 0.35  # keeps unconnected parts on the page
        length = np.maximum(np.sqrt((push**2).sum(axis=1)), 1e-9)
        at = at + push / length[:, None] * np.minimum(length, heat)[:, None]
    low, high = at.min(axis=0), at.max(axis=0)
    span = np.maximum(high - low, 1e-9)
    room = np.array([_WIDTH - 2 * _EDGE - 60, _HEIGHT - _HEAD - _FOOT - 2 * 30])
    placed = (at - low) / span * room + np.array([_EDGE + 30, _HEAD + 30])
    return [(float(x), float(y)) for x, y in _untangled(placed, halves)]


def _untangled(placed: np.ndarray, halves: list[float]) -> np.ndarray:
    """Labels pushed apart where they would lie on each other."""
    import numpy as np  # noqa: PLC0415

    at = placed.copy()
    for _ in range(60):
        moved = False
        for one in range(len(at)):
            for other in range(one + 1, len(at)):
                dx, dy = at[other] - at[one]
                if abs(dx) < halves[one] + halves[other] + 10 and abs(dy) < 34:
                    shift = (34 - abs(dy)) / 2
                    sign = 1 if dy >= 0 else -1
                    at[one, 1] -= sign * shift
                    at[other, 1] += sign * shift
                    moved = True
        at[:, 0] = np.clip(at[:, 0], np.array(halves) + 8, _WIDTH - np.array(halves) - 8)
        at[:, 1] = np.clip(at[:, 1], _HEAD + 20, _HEIGHT - _FOOT - 10)
        if not moved:
            break
    return at
