"""Drawings of a report: intervals in a row, bars of the PIT, reliability, precision and recall.

The model is blue, as all forecasts are; the baseline is dotted beside it. Drawings are narrow, so
that two stand side by side on paper and one fills a telephone.
"""

from collections.abc import Callable, Sequence

from tocsin.briefs.drawing import Drawing, width_of
from tocsin.language import Lang, number, percent

WIDTH, HEIGHT = 250.0, 168.0
_LEFT, _RIGHT, _TOP, _FOOT = 32.0, 8.0, 8.0, 30.0
ROW = (116.0, 11.0)
_QUARTERS = (0, 0.25, 0.5, 0.75, 1)

Scale = Callable[[float], float]
Points = Sequence[tuple[float, float]]


def interval_range(spans: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """A range that all rows of a table share: holds 0, and is cut at -1 and +1.

    >>> interval_range([(-0.1, 0.2), (0.0, 0.1)])
    (-0.1, 0.2)
    """
    low = min([0.0, *(span[0] for span in spans)])
    high = max([0.0, *(span[1] for span in spans)])
    return max(low, -1.0), max(min(high, 1.0), max(low, -1.0) + 0.01)


def draw_interval(
    value: float, low: float, high: float, ends: tuple[float, float], label: str
) -> Drawing:
    """A skill as a dot on its interval, beside the line of no skill."""
    drawing = Drawing(*ROW, label)
    width, height = ROW
    x = _scale(ends, (4.0, width - 4.0))
    middle = height / 2
    drawing.line("axis", x(0), 0.5, x(0), height - 0.5)
    drawing.line("median", x(low), middle, x(high), middle)
    drawing.circle("band-on", x(value), middle, 2.8)
    return drawing


def draw_pit(
    ours: Sequence[float], theirs: Sequence[float], names: tuple[str, ...], label: str, lang: Lang
) -> Drawing:
    """Shares of the randomised PIT as bars, the baseline's as a dotted step, and the flat line."""
    drawing, x, y = _ground(label, (0, 1), (0, max(0.1, *ours, *theirs)))
    _y_axis(drawing, y, _steps(max(0.1, *ours, *theirs)), lang)
    _x_axis(drawing, x, _QUARTERS, lang)
    step = 1 / len(ours)
    for index, bar in enumerate(ours):
        left, right = x(index * step) + 0.5, x((index + 1) * step) - 0.5
        drawing.rect(
            "fan50", left, y(bar), right - left, y(0) - y(bar), percent(100 * bar, lang, 1)
        )
    flat = y(step)
    drawing.line("now", x(0), flat, x(1), flat)
    stairs = [
        (x(edge), y(bar)) for i, bar in enumerate(theirs) for edge in (i * step, (i + 1) * step)
    ]
    if stairs:
        drawing.polyline("baseline", stairs)
    _key(drawing, names, (x(0) + 6, _TOP + 6), "fan50")
    return drawing


def draw_reliability(
    curves: Sequence[tuple[str, Points]],
    band: Sequence[tuple[float, float, float]],
    word: str,
    label: str,
    lang: Lang,
) -> Drawing:
    """Recalibrated chance against the chance given; the band holds 90 % of right forecasts."""
    drawing, x, y = _chances(label, word, lang)
    edge = [(x(at), y(low)) for at, low, _ in band]
    edge += [(x(at), y(high)) for at, _, high in reversed(band)]
    drawing.polyline("fan90", edge, close=True)
    drawing.line("lead", x(0), y(0), x(1), y(1))
    _curves(drawing, (x, y), curves, _TOP + 6)
    return drawing


def draw_ranking(
    curves: Sequence[tuple[str, Points]],
    base: float,
    word: str,
    label: str,
    lang: Lang,
) -> Drawing:
    """Precision against recall; the thin line is what a blind order reaches."""
    drawing, x, y = _chances(label, word, lang)
    drawing.line("lead", x(0), y(base), x(1), y(base))
    _curves(drawing, (x, y), curves, y(0.5) + 10)
    return drawing


def draw_steps(
    points: Sequence[tuple[str, float, float, float]], word: str, label: str, lang: Lang
) -> Drawing:
    """Skill with its interval, one upright line a step such as a horizon."""
    lows = [low for _, _, low, _ in points]
    highs = [high for _, _, _, high in points]
    low, high = interval_range(list(zip(lows, highs, strict=True)))
    drawing, x, y = _ground(label, (0, len(points)), (low, high))
    ticks = _between(low, high)
    _y_axis(drawing, y, ticks, lang)
    drawing.line("axis", x(0), y(0), x(len(points)), y(0))
    every = 1 if len(points) <= 14 else 3
    for index, (name, value, below, above) in enumerate(points):
        at = x(index + 0.5)
        drawing.line("median", at, y(max(below, low)), at, y(min(above, high)))
        drawing.circle("band-on", at, y(value), 2.8, percent(100 * value, lang, 1))
        if index % every == 0:
            drawing.letters("small", at, HEIGHT - _FOOT + 12, name, "middle")
    drawing.letters("small", (x(0) + x(len(points))) / 2, HEIGHT - 4, word, "middle")
    return drawing


def _scale(values: tuple[float, float], points: tuple[float, float]) -> Scale:
    wide = (values[1] - values[0]) or 1.0

    def at(value: float) -> float:
        held = min(max(value, values[0]), values[1])
        return points[0] + (held - values[0]) / wide * (points[1] - points[0])

    return at


def _ground(
    label: str, across: tuple[float, float], up: tuple[float, float]
) -> tuple[Drawing, Scale, Scale]:
    drawing = Drawing(WIDTH, HEIGHT, label)
    x = _scale(across, (_LEFT, WIDTH - _RIGHT))
    y = _scale(up, (HEIGHT - _FOOT, _TOP))
    return drawing, x, y


def _chances(label: str, word: str, lang: Lang) -> tuple[Drawing, Scale, Scale]:
    """The unit square with its axes, a chance or a share on each."""
    drawing, x, y = _ground(label, (0, 1), (0, 1))
    _y_axis(drawing, y, _QUARTERS, lang)
    _x_axis(drawing, x, _QUARTERS, lang, word)
    return drawing, x, y


def _curves(
    drawing: Drawing,
    scales: tuple[Scale, Scale],
    curves: Sequence[tuple[str, Points]],
    key_at: float,
) -> None:
    """The model's curve and the baseline's, with their key at that height."""
    x, y = scales
    for style, (_, points) in zip(("median", "baseline"), curves, strict=False):
        drawing.polyline(style, [(x(a), y(b)) for a, b in points])
    _key(drawing, tuple(name for name, _ in curves), (x(0) + 6, key_at))


def _y_axis(drawing: Drawing, y: Scale, ticks: Sequence[float], lang: Lang) -> None:
    for tick in ticks:
        drawing.line("grid", _LEFT, y(tick), WIDTH - _RIGHT, y(tick))
        drawing.letters("small", _LEFT - 4, y(tick) + 3, percent(100 * tick, lang), "end")


def _x_axis(drawing: Drawing, x: Scale, ticks: Sequence[float], lang: Lang, word: str = "") -> None:
    base = HEIGHT - _FOOT
    drawing.line("axis", _LEFT, base, WIDTH - _RIGHT, base)
    for tick in ticks:
        anchor = "end" if tick == ticks[-1] else "start" if tick == ticks[0] else "middle"
        said = number(tick, lang, 2) if 0 < tick < 1 else number(tick, lang)
        drawing.letters("small", x(tick), base + 12, said, anchor)
    if word:
        drawing.letters("small", (_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 4, word, "middle")


def _key(
    drawing: Drawing, names: tuple[str, ...], at: tuple[float, float], first: str = "median"
) -> None:
    """A small key, drawn as an example: the lines cross too often to carry their names."""
    x, y = at
    for index, (style, name) in enumerate(zip((first, "baseline"), names, strict=False)):
        line = y + 12 * index
        wide = width_of(name, "small-halo")
        drawing.rect("abroad", x - 3, line - 6, 22 + wide + 6, 12)
        if style == "fan50":
            drawing.rect(style, x, line - 4, 16, 7)
        else:
            drawing.line(style, x, line, x + 16, line)
        drawing.letters("small-halo", x + 20, line + 3, name)


def _steps(top: float) -> tuple[float, ...]:
    step = 0.05 if top <= 0.3 else 0.25
    return tuple(index * step for index in range(int(top / step) + 1))


def _between(low: float, high: float) -> tuple[float, ...]:
    """Round ticks between two ends, zero among them."""
    wide = high - low
    step = next((one for one in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if wide / one <= 6), 0.5)
    first = int(low / step)
    last = int(high / step)
    return tuple(index * step for index in range(first, last + 1))
