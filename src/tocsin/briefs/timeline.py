"""Deaths and events by month, the forecast and its baseline, on one time axis."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

import numpy as np

from tocsin.briefs.drawing import Drawing, width_of
from tocsin.briefs.placing import spread
from tocsin.language import Lang, day, month, number, text, typeset
from tocsin.tables.months import first_day, month_of, year_month


@dataclass(frozen=True)
class Fan:
    """Quantiles by month: one row a month of `months`, columns 5, 25, 50, 75, 95 %."""

    months: tuple[int, ...]
    quantiles: np.ndarray


@dataclass(frozen=True)
class Bar:
    """One month of the past; None where nobody knows."""

    month: int
    deaths: int | None
    events: int | None


@dataclass(frozen=True)
class Timeline:
    """What the chart shows. `fan` and `baseline` start after the last known month."""

    bars: tuple[Bar, ...]
    as_of: date
    until: int
    fan: Fan | None
    baseline: Fan | None
    mean: float | None  # of the last 36 months

    @property
    def last_known(self) -> int:
        return max((bar.month for bar in self.bars if bar.deaths is not None), default=0)


MONTHS_SHOWN = 24
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def fan_of(draws: np.ndarray, origin: int, until: int) -> Fan:
    """Quantiles of the draws by month, up to the month `until`."""
    months = tuple(range(origin + 1, min(origin + len(draws), until) + 1))
    return Fan(months, np.quantile(draws[: len(months)], LEVELS, axis=1).T)


def draw_timeline(
    told: Timeline, lang: Lang, width: float, height: float, narrow: bool = False
) -> Drawing:
    """The chart, `width` by `height` points; the narrow one shows fewer months, not smaller."""
    return _Chart(told, lang, width, height, narrow).draw()


class _Chart:
    """Scales and the parts of the chart, each drawn by one method."""

    def __init__(self, told: Timeline, lang: Lang, width: float, height: float, narrow: bool):
        self.told, self.lang, self.narrow = told, lang, narrow
        label = typeset(text("Recorded deaths and events by month, with the forecast", lang), lang)
        self.drawing = Drawing(width, height, label)
        self.bars = told.bars[-15:] if narrow else told.bars
        self.has_events = any(bar.events for bar in self.bars)
        self.top_label = 21.0
        self.right = width - (66.0 if narrow else 104.0) if told.fan else width - 4
        events_height = 34.0 if self.has_events else 0.0
        self.events_base = height - 14.0
        self.base = self.events_base - events_height
        self.first = self.bars[0].month
        self.ceiling = _ceiling(self.bars, told)
        widest = width_of(number(ticks(self.ceiling)[-1], lang), "small")
        self.left = max(24.0, widest + 6)
        self.step = (self.right - self.left) / (told.until - self.first + 1)
        self.scale = (self.base - self.top_label) / self.ceiling

    def draw(self) -> Drawing:
        self._grid()
        self._unpublished()
        self._fan()
        self._mean()
        self._bars()
        if self.has_events:
            self._events()
        self._months()
        self._as_of()
        if self.told.fan:
            self._labels()
        return self.drawing

    def x(self, month: float) -> float:
        """Left edge of a month."""
        return self.left + (month - self.first) * self.step

    def y(self, deaths: float) -> float:
        """Height of a number of deaths, cut at the top of the chart."""
        return self.base - min(deaths, self.ceiling) * self.scale

    def _grid(self) -> None:
        for tick in ticks(self.ceiling):
            style = "grid" if tick else "axis"
            self.drawing.line(style, self.left, self.y(tick), self.right, self.y(tick))
            self.drawing.letters(
                "small", self.left - 4, self.y(tick) + 2.9, number(tick, self.lang), "end"
            )

    def _unpublished(self) -> None:
        """Months that have begun but are not published yet: hatched, never empty."""
        start, now = self.told.last_known + 1, self._now()
        left = self.x(start)
        if now - left < 1:
            return
        self.drawing.rect(
            "unpublished", left, self.top_label - 4, now - left, self.base - self.top_label + 4
        )

    def _now(self) -> float:
        as_of = self.told.as_of
        days = monthrange(as_of.year, as_of.month)[1]
        return self.x(month_of(as_of) + as_of.day / days)

    def _fan(self) -> None:
        fan = self.told.fan
        if fan is None or not fan.months:
            return
        last = self.told.bars[-1] if self.told.bars else None
        known = next((bar for bar in reversed(self.bars) if bar.deaths is not None), last)
        start = float(known.deaths) if known and known.deaths is not None else 0.0
        xs = [self.x(self.told.last_known + 0.5), *(self.x(one + 0.5) for one in fan.months)]

        def edge(column: int) -> list[tuple[float, float]]:
            values = [start, *fan.quantiles[:, column].tolist()]
            return [(x, self.y(value)) for x, value in zip(xs, values, strict=True)]

        for style, low, high in (("fan90", 0, 4), ("fan50", 1, 3)):
            self.drawing.polyline(style, [*edge(high), *reversed(edge(low))], close=True)
        self.drawing.polyline("median", edge(2))
        if fan.quantiles[:, 4].max() > self.ceiling:
            self._cut_fan(xs, fan)
        if self.told.baseline is not None:
            self._baseline(self.told.baseline)

    def _cut_fan(self, xs: list[float], fan: Fan) -> None:
        """A notch through the fan where it is cut, as through a bar."""
        cut = [
            x for x, value in zip(xs[1:], fan.quantiles[:, 4], strict=True) if value > self.ceiling
        ]
        y = self.top_label + 6
        steps = np.arange(cut[0] - self.step / 2, cut[-1] + 2, 3.0)
        points = [(float(x), y + (1.5 if index % 2 else -1.5)) for index, x in enumerate(steps)]
        self.drawing.polyline("cut-thin", points)

    def _baseline(self, baseline: Fan) -> None:
        xs = [self.x(one + 0.5) for one in baseline.months]
        for column in (0, 4):
            values = baseline.quantiles[:, column].tolist()
            self.drawing.polyline(
                "baseline", [(x, self.y(v)) for x, v in zip(xs, values, strict=True)]
            )

    def _mean(self) -> None:
        mean = self.told.mean
        if mean is None or self.narrow or mean < self.ceiling * 0.03:
            return
        end = self.x(self.told.last_known + 1)
        self.drawing.line("lead", self.left, self.y(mean), end, self.y(mean))

    def _bars(self) -> None:
        gap = self.step * 0.16
        shown = self._shown_months()
        for bar in self.bars:
            left, wide = self.x(bar.month) + gap, self.step - 2 * gap
            if bar.deaths is None:
                if bar.month <= self.told.last_known:
                    self.drawing.rect(
                        "unpublished", left, self.top_label, wide, self.base - self.top_label
                    )
                continue
            top = self.y(bar.deaths)
            said = f"{month(first_day(bar.month), self.lang)} : {number(bar.deaths, self.lang)}"
            self.drawing.rect("bar", left, top, wide, self.base - top, typeset(said, self.lang))
            if bar.deaths > self.ceiling:
                self._cut(bar, left, top, wide)
            elif bar.month in shown:
                self.drawing.letters(
                    "strong-halo",
                    left + wide / 2,
                    top - 3.5,
                    number(bar.deaths, self.lang),
                    "middle",
                )
        self._mean_label()

    def _shown_months(self) -> set[int]:
        return {self.told.last_known}

    def _cut(self, bar: Bar, left: float, top: float, wide: float) -> None:
        """The bar that breaks the scale: cut, and its number written beside it."""
        assert bar.deaths is not None
        notch = top + 9
        self.drawing.polyline(
            "cut",
            [(left - 1.5, notch + 2), (left + wide / 2, notch - 2), (left + wide + 1.5, notch + 2)],
        )
        when = month(first_day(bar.month), self.lang)
        said = f"{number(bar.deaths, self.lang)} ({when})"
        room = self.x(self.told.last_known) - (left + wide)
        if width_of(said, "strong-halo") < room:
            self.drawing.letters("strong-halo", left + wide + 4, top + 8, said)
        else:
            self.drawing.letters("strong-halo", left - 4, top + 8, said, "end")

    def _mean_label(self) -> None:
        """The mean's name, above its line where the bars leave most room."""
        mean = self.told.mean
        if mean is None or self.narrow or mean < self.ceiling * 0.03:
            return
        template = text("36-month mean {mean}", self.lang)
        said = typeset(template.replace("{mean}", number(mean, self.lang)), self.lang)
        months = int((width_of(said, "small-halo") + 4) / self.step) + 1
        tallest = [
            max((bar.deaths or 0 for bar in self.bars[start : start + months]), default=0)
            for start in range(max(len(self.bars) - months, 1))
        ]
        start = min(range(len(tallest)), key=lambda one: (max(tallest[one], mean), one))
        x = self.x(self.bars[start].month) + 1
        height = self.y(min(max(mean, tallest[start]), self.ceiling * 0.9)) - 4
        if tallest[start] > mean:
            self.drawing.line("lead", x, self.y(mean), x, height + 2)
        self.drawing.letters("small-halo", x + 2, height, said)

    def _events(self) -> None:
        """Events by month under the deaths, on their own scale."""
        most = max((bar.events or 0 for bar in self.bars), default=1) or 1
        top, base = self.base + 13.0, self.events_base
        gap = self.step * 0.16
        for bar in self.bars:
            if bar.events is None:
                continue
            tall = bar.events / most * (base - top)
            said = f"{month(first_day(bar.month), self.lang)} : {number(bar.events, self.lang)}"
            self.drawing.rect(
                "bar-before",
                self.x(bar.month) + gap,
                base - tall,
                self.step - 2 * gap,
                tall,
                typeset(said, self.lang),
            )
        self.drawing.line("axis", self.left, base, self.x(self.told.last_known + 1), base)
        self.drawing.letters("small", self.left - 4, base + 2.9, "0", "end")
        self.drawing.letters("small", self.left - 4, top + 4.5, number(most, self.lang), "end")
        self.drawing.letters(
            "small",
            self.x(self.told.last_known + 1) + 5,
            base - 5,
            typeset(text("events", self.lang), self.lang),
        )

    def _months(self) -> None:
        """January and July, named once under the lowest axis."""
        bottom = self.events_base
        for one in range(self.first, self.told.until + 1):
            number_ = year_month(one)[1]
            if number_ not in (1, 7) or (self.narrow and number_ != 1):
                continue
            x = self.x(one)
            named = month(first_day(one), self.lang, short=True)
            room = self.right + (0 if not self.told.fan else 30)
            if x + width_of(named, "small") > room:
                continue
            self.drawing.line("grid", x, bottom, x, bottom + 4)
            self.drawing.letters("small", x + 2, bottom + 11, named)

    def _as_of(self) -> None:
        x = self._now()
        self.drawing.line("now", x, self.top_label - 8, x, self.base)
        said = day(self.told.as_of, self.lang)
        half = width_of(said, "strong") / 2
        centre = min(max(x, self.left + half), self.drawing.width - half)
        self.drawing.letters("strong", centre, self.top_label - 11, said, "middle")
        self._say_unpublished()

    def _say_unpublished(self) -> None:
        start, this = self.told.last_known + 1, month_of(self.told.as_of)
        if self._now() - self.x(start) < 1 or self.narrow:
            return
        names = [month(first_day(one), self.lang, year=False) for one in (start, this)]
        when = names[1] if start == this else f"{names[0]}–{names[1]}"
        template = text("{months}: not yet published", self.lang)
        said = typeset(template.replace("{months}", when), self.lang)
        right = self.x(start) - 4
        height = self._free_height(right - width_of(said, "small-halo"), right)
        self.drawing.letters("small-halo", right, height, said, "end")

    def _free_height(self, left: float, right: float) -> float:
        """The highest line between two edges that neither a bar nor a cut bar's number reaches."""
        over = [bar for bar in self.bars if left - self.step < self.x(bar.month) < right]
        tallest = self.y(max((bar.deaths or 0 for bar in over), default=0))
        number_right = max((self._cut_right(bar) for bar in self.bars), default=0.0)
        lines = [self.top_label + drop for drop in (6, 20, 34) if drop > 6 or number_right < left]
        free = [line for line in lines if line + 5 < tallest]
        return free[0] if free else lines[0]

    def _cut_right(self, bar: Bar) -> float:
        """Where the number beside a cut bar ends; 0 for a bar that is not cut."""
        if bar.deaths is None or bar.deaths <= self.ceiling:
            return 0.0
        when = month(first_day(bar.month), self.lang)
        said = f"{number(bar.deaths, self.lang)} ({when})"
        return self.x(bar.month + 1) + 4 + width_of(said, "strong-halo")

    def _widest(self, edge: float) -> str:
        """Name of the wide band; its upper edge in numbers where the chart cuts it."""
        if edge <= self.ceiling:
            return self._typeset("9 times in 10")
        if self.narrow:
            return f"≤ {number(edge, self.lang)}"
        said = text("9 times in 10: ≤ {edge}", self.lang)
        return typeset(said.replace("{edge}", number(edge, self.lang)), self.lang)

    def _typeset(self, template: str) -> str:
        return typeset(text(template, self.lang), self.lang)

    def _labels(self) -> None:
        """Names of the fan's parts, at its right edge, none on another."""
        fan, baseline = self.told.fan, self.told.baseline
        assert fan is not None
        last = fan.quantiles[-1]
        x = self.right + 5
        median = number(last[2], self.lang)
        entries: list[tuple[float, str, str]] = [
            (self.y(last[4]), "forecast", self._widest(last[4])),
            (self.y(last[3]), "forecast", self._typeset("1 time in 2")),
            (
                self.y(last[2]),
                "forecast-strong",
                median if self.narrow else f"{self._typeset('median')} {median}",
            ),
        ]
        if baseline is not None and not self.narrow:
            low, high = baseline.quantiles[-1][[0, 4]]
            below = max(self.y(low), self.y(last[2]) + 0.1)
            entries.append((below, "label", self._typeset("baseline (dotted):")))
            template = text("9 in 10, {low} to {high}", self.lang)
            spoken = template.replace("{low}", number(low, self.lang))
            spoken = spoken.replace("{high}", number(high, self.lang))
            entries.append((below + 0.1, "small", typeset(spoken, self.lang)))
        heights = spread([one[0] for one in entries], 11.5, self.top_label + 2, self.base - 2)
        for (_, style, said), height in zip(entries, heights, strict=True):
            self.drawing.letters(style, x, height + 3, said)


def _ceiling(bars: tuple[Bar, ...], told: Timeline) -> float:
    """Top of the scale: the tallest bar, unless one alone would flatten all the others."""
    deaths = sorted((float(bar.deaths) for bar in bars if bar.deaths is not None), reverse=True)
    fan = told.fan.quantiles if told.fan else np.zeros((1, 5))
    tallest, second = [*deaths, 0.0, 0.0][:2]
    usual = max(second, float(fan[:, 3].max()))
    # The 95 % edge may stand out, but not flatten the bars: it is cut there too.
    edge = float(fan[:, 4].max())
    reach = max(usual, edge if edge <= 1.7 * max(usual, 1.0) else 1.5 * usual)
    top = reach if tallest > 1.6 * reach else max(reach, tallest)
    # What sticks out by a little is not worth a cut.
    top = edge if top < edge <= 1.15 * top else top
    return max(top * 1.04, 4.0)


def ticks(ceiling: float) -> list[float]:
    """Round numbers from 0 up to the ceiling, three to six of them.

    >>> ticks(430)
    [0, 100, 200, 300, 400]
    """
    size = 10 ** np.floor(np.log10(ceiling))
    step = next(one * size for one in (0.1, 0.2, 0.25, 0.5, 1, 2) if ceiling / (one * size) <= 5)
    step = max(step, 1)
    return [
        int(step * index) if step >= 1 else step * index for index in range(int(ceiling / step) + 1)
    ]
