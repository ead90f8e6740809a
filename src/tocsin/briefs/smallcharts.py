"""The likelihood scale, the little bars of a table row, and bars that compare a few counts."""

from collections.abc import Sequence

from tocsin.briefs.drawing import Drawing, width_of
from tocsin.language import BANDS, Lang, band, chance, number, text, typeset


def draw_scale(probability: float, baseline: float | None, lang: Lang, width: float) -> Drawing:
    """The seven bands of likelihood, the forecast's mark above, the baseline's below."""
    said = _word_and_number(probability, lang)
    drawing = Drawing(width, 62.0 if baseline is not None else 44.0, typeset(said, lang))
    left, right, top, high = 2.0, width - 2.0, 22.0, 10.5

    def x(value: float) -> float:
        return left + (right - left) * min(max(value, 0.0), 1.0)

    on = band(probability)
    for one in BANDS:
        style = "band-on" if one is on else "band"
        drawing.rect(
            style, x(one.low) + 0.6, top, x(one.high) - x(one.low) - 1.2, high, one.word(lang)
        )
    for one in BANDS[1:]:
        drawing.letters("small", x(one.low), top + high + 9, number(one.low * 100, lang), "middle")
    mark = x(probability)
    drawing.line("mark", mark, top - 7, mark, top + high / 2)
    half = width_of(said, "strong") / 2
    drawing.letters("strong", min(max(mark, left + half), right - half), top - 10, said, "middle")
    if baseline is not None:
        at = min(max(x(baseline), left + 4), right - 4)
        _baseline_mark(drawing, at, top + high + 13, baseline, lang, (left, right))
    return drawing


def _word_and_number(probability: float, lang: Lang) -> str:
    found = band(probability)
    number_ = chance(probability, lang)
    return f"{found.word(lang)} {number_}" if found else number_


def _baseline_mark(
    drawing: Drawing, x: float, y: float, baseline: float, lang: Lang, ends: tuple[float, float]
) -> None:
    drawing.path("solid", f"M{x - 3.5:.1f} {y + 6:.1f}L{x:.1f} {y:.1f}L{x + 3.5:.1f} {y + 6:.1f}Z")
    said = typeset(f"{text('baseline alone', lang)} {chance(baseline, lang)}", lang)
    wide = width_of(said, "small")
    if x - 7 - wide > ends[0]:
        drawing.letters("small", x - 7, y + 6.5, said, "end")
    else:
        drawing.letters("small", x + 7, y + 6.5, said)


def draw_spark(
    values: Sequence[int | None], cap: float, label: str, width: float, height: float
) -> Drawing:
    """Months as little bars on a scale that all rows share: notched if cut, hatched if unknown.

    The last three are darker: they are the quarter that the row's number counts.
    """
    drawing = Drawing(width, height, label)
    step = width / len(values)
    gap, base = step * 0.14, height - 0.5
    bars: dict[str, str] = {"bar-before": "", "bar": ""}
    for index, value in enumerate(values):
        left, wide = index * step + gap, step - 2 * gap
        if value is None:
            drawing.rect("unpublished", left, 1, wide, height - 1.5)
        elif value:
            tall = max(min(value, cap) / cap * (height - 1.5), 0.8)
            style = "bar" if index >= len(values) - 3 else "bar-before"
            bars[style] += f"M{left:.1f} {base:.1f}v-{tall:.1f}h{wide:.1f}v{tall:.1f}z"
    for style, d in bars.items():
        if d:
            drawing.path(style, d)
    for index, value in enumerate(values):
        if value is not None and value > cap:
            left, right = index * step + gap - 0.6, (index + 1) * step - gap + 0.6
            drawing.polyline("cut", [(left, 4.6), (right, 3)])
    drawing.line("grid", 0, height - 0.4, width, height - 0.4)
    return drawing


def draw_share(
    value: float, largest: float, label: str, width: float, height: float = 7.5
) -> Drawing:
    """One horizontal bar, as long as its count."""
    drawing = Drawing(width, height, label)
    if value:
        drawing.rect("bar", 0, 0, max(width * value / largest, 0.6), height)
    return drawing
