"""Drawings: marks with a style, written as SVG for a page or for a document.

A page gets the names of the styles, so that its stylesheet can turn them over in the dark; a
document gets the light colours themselves. The drawing is the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from itertools import pairwise
from re import finditer

from tocsin.briefs.letters import text_width

# Sizes in points: nothing under 8.25 (11 px on a screen, well over 6.5 pt on paper).
SMALL = 8.25
TEXT = 8.9
STRONG = 9.2

# Style -> CSS properties; colours are names of tokens.
STYLES: dict[str, dict[str, str]] = {
    "bar": {"fill": "--data"},
    "bar-before": {"fill": "--data-2"},
    "fan90": {"fill": "--accent-3"},
    "fan50": {"fill": "--accent-2"},
    "median": {
        "stroke": "--accent",
        "stroke-width": "1.6",
        "fill": "none",
        "stroke-linejoin": "round",
    },
    "baseline": {
        "stroke": "--ink",
        "stroke-width": "1.1",
        "stroke-dasharray": "0.1 2.6",
        "stroke-linecap": "round",
        "fill": "none",
    },
    "grid": {"stroke": "--rule", "stroke-width": "0.7"},
    "axis": {"stroke": "--ink", "stroke-width": "0.8"},
    "now": {"stroke": "--ink", "stroke-width": "0.9"},
    "lead": {"stroke": "--rule-2", "stroke-width": "0.7", "fill": "none"},
    "cut": {"stroke": "--paper", "stroke-width": "2.2", "fill": "none"},
    "cut-thin": {"stroke": "--paper", "stroke-width": "1.2", "fill": "none"},
    "border": {"stroke": "--rule", "stroke-width": "0.8", "fill": "none"},
    "land": {
        "fill": "--land",
        "stroke": "--land-line",
        "stroke-width": "0.8",
        "stroke-linejoin": "round",
    },
    "focus": {"fill": "none", "stroke": "--ink", "stroke-width": "1.5", "stroke-linejoin": "round"},
    "unknown": {"fill": "hatch", "stroke": "--rule-2", "stroke-width": "0.8"},
    "unpublished": {"fill": "hatch"},
    "abroad": {"fill": "--abroad"},
    "outline": {
        "fill": "none",
        "stroke": "--rule-2",
        "stroke-width": "0.9",
        "stroke-linejoin": "round",
    },
    "disc": {"fill": "--data", "stroke": "--paper", "stroke-width": "0.8"},
    "ring": {"fill": "none", "stroke": "--ink", "stroke-width": "0.8"},
    "hole": {"fill": "--land"},
    "zero": {"fill": "--paper", "stroke": "--ink", "stroke-width": "1"},
    "band": {"fill": "--tint-2", "stroke": "--rule-2", "stroke-width": "0.4"},
    "band-on": {"fill": "--accent"},
    "mark": {"stroke": "--ink", "stroke-width": "1.6"},
    "solid": {"fill": "--ink"},
}
# Style of text -> size, weight, colour token, halo.
LETTERING: dict[str, tuple[float, bool, str, bool]] = {
    "label": (TEXT, False, "--ink-2", False),
    "small": (SMALL, False, "--ink-3", False),
    "strong": (STRONG, True, "--ink", False),
    "forecast": (TEXT, False, "--accent", False),
    "forecast-strong": (STRONG, True, "--accent", False),
    "strong-halo": (STRONG, True, "--ink", True),
    "label-halo": (TEXT, False, "--ink-2", True),
    "small-halo": (SMALL, False, "--ink-3", True),
    "country": (7.6, False, "--ink-3", True),
}
HALO = 2.6


@dataclass
class Drawing:
    """Marks on a ground of `width` by `height` points; `label` says what it shows."""

    width: float
    height: float
    label: str
    marks: list[str] = field(default_factory=list)

    def rect(
        self, style: str, x: float, y: float, width: float, height: float, title: str = ""
    ) -> None:
        """A rectangle; `title` is shown when a pointer rests on it."""
        size = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        self._add("rect", style, size, title)

    def line(self, style: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self._add("line", style, f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"')

    def path(self, style: str, d: str, title: str = "") -> None:
        self._add("path", style, f'd="{d}"', title)

    def circle(self, style: str, x: float, y: float, radius: float, title: str = "") -> None:
        self._add("circle", style, f'cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"', title)

    def polyline(
        self, style: str, points: Iterable[tuple[float, float]], close: bool = False
    ) -> None:
        self.path(style, path_of(points, close))

    def letters(self, style: str, x: float, y: float, text: str, anchor: str = "start") -> None:
        """A text whose baseline starts, is centred, or ends at a point."""
        at = f'x="{_n(x)}" y="{_n(y)}"'
        if anchor != "start":
            at += f' text-anchor="{anchor}"'
        self.marks.append(f"<text @{style}@ {at}>{escape(text, quote=False)}</text>")

    def _add(self, tag: str, style: str, attributes: str, title: str = "") -> None:
        if title:
            self.marks.append(
                f"<{tag} @{style}@ {attributes}><title>{escape(title, quote=False)}</title></{tag}>"
            )
        else:
            self.marks.append(f"<{tag} @{style}@ {attributes}/>")

    def for_page(self) -> str:
        """SVG whose styles are classes of the page's stylesheet."""
        body = _styled(self.marks, lambda style: f'class="{style}"')
        return (
            f'<svg class="chart" viewBox="0 0 {_n(self.width)} {_n(self.height)}" role="img" '
            f'aria-label="{escape(self.label)}">{body}</svg>'
        )

    def for_document(self) -> str:
        """SVG that carries its colours, for paper."""
        body = _styled(self.marks, _attributes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} '
            f'{_n(self.height)}" font-family="Source Sans Pro">{_light_hatch()}{body}</svg>'
        )


def path_of(points: Iterable[tuple[float, float]], close: bool = False) -> str:
    """The `d` of a path through points, each step relative to the last: the shortest text.

    >>> path_of([(0, 0), (1.26, 2), (1, 2)], close=True)
    'M0 0l1.3 2-.3 0z'
    """
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [
        (x - before_x, y - before_y)
        for (before_x, before_y), (x, y) in pairwise(tenths)
        if (x, y) != (before_x, before_y)
    ]
    written = "".join(_tenths(dx) + _tenths(dy) for dx, dy in steps)
    start = f"M{_n(tenths[0][0] / 10)} {_n(tenths[0][1] / 10)}"
    return start + (f"l{written.lstrip()}" if steps else "") + ("z" if close else "")


def _tenths(value: int) -> str:
    """A number of tenths, with a space before it where its sign does not part it."""
    text = f"{value / 10:g}".replace("0.", ".", 1) if abs(value) < 10 else f"{value / 10:g}"
    return text if text.startswith("-") else f" {text}"


def width_of(text: str, style: str) -> float:
    """Width of a text in a style of lettering."""
    size, strong, _, _ = LETTERING[style]
    return text_width(text, size, strong)


def _n(value: float) -> str:
    """A coordinate to a tenth of a point, without a useless zero."""
    return f"{round(value, 1) + 0:g}"


def _styled(marks: list[str], write: Callable[[str], str]) -> str:
    body = "".join(marks)
    for style in sorted({found.group(1) for found in finditer(r"@([a-z0-9-]+)@ ", body)}):
        body = body.replace(f"@{style}@", write(style))
    return body


@cache
def light_tokens() -> dict[str, str]:
    """The light colours, read from the stylesheet so that there is one truth."""
    sheet = files("tocsin.briefs").joinpath("tokens.css").read_text("utf-8")
    root = sheet[sheet.index(":root {") : sheet.index("@media")]
    return {found[1]: found[2] for found in finditer(r"(--[\w-]+):\s*(#[0-9a-f]{6})", root)}


@cache
def _attributes(style: str) -> str:
    """A style as SVG attributes with light colours."""
    if style in LETTERING:
        size, strong, colour, halo = LETTERING[style]
        weight = ' font-weight="600"' if strong else ""
        spaced = ' letter-spacing="0.6"' if style == "country" else ""
        ring = (
            f' paint-order="stroke" stroke="{light_tokens()["--paper"]}" stroke-width="{HALO}" '
            'stroke-linejoin="round"'
            if halo
            else ""
        )
        return f'font-size="{size}"{weight}{spaced} fill="{light_tokens()[colour]}"{ring}'
    return " ".join(f'{name}="{_colour(value)}"' for name, value in STYLES[style].items())


def _colour(value: str) -> str:
    if value == "hatch":
        return "url(#hatch)"
    return light_tokens().get(value, value)


def _light_hatch() -> str:
    """The hatching pattern with light colours."""
    tokens = light_tokens()
    return hatch(tokens["--unknown"], tokens["--hatch"])


def hatch(ground: str, ink: str) -> str:
    """The one hatching: *nobody could observe*, or *not yet published*."""
    return (
        '<defs><pattern id="hatch" width="3.8" height="3.8" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="3.8" height="3.8" fill="{ground}"/>'
        f'<line x1=".4" y1="0" x2=".4" y2="3.8" stroke="{ink}" stroke-width=".8"/></pattern></defs>'
    )


def stylesheet() -> str:
    """The same styles as CSS classes over the tokens."""
    rules = []
    for style, properties in STYLES.items():
        written = ";".join(f"{name}:{_css(value)}" for name, value in properties.items())
        rules.append(f"svg.chart .{style}{{{written}}}")
    for style, (size, strong, colour, halo) in LETTERING.items():
        weight = "font-weight:600;" if strong else ""
        spaced = "letter-spacing:.6px;" if style == "country" else ""
        ring = (
            f"paint-order:stroke;stroke:var(--paper);stroke-width:{HALO}px;stroke-linejoin:round;"
            if halo
            else ""
        )
        rules.append(
            f"svg.chart text.{style}{{font-size:{size}px;{weight}{spaced}{ring}fill:var({colour})}}"
        )
    return "\n".join(rules)


def _css(value: str) -> str:
    if value == "hatch":
        return "url(#hatch)"
    return f"var({value})" if value.startswith("--") else value
