"""A brief in one language, laid out: the words and drawings that HTML and PDF both show."""

from dataclasses import dataclass, replace

from tocsin.briefs.contents import Brief
from tocsin.briefs.drawing import Drawing
from tocsin.briefs.facts import Fact, Line, Months, Run, Source, Value, Words, write_value
from tocsin.briefs.letters import serif_width
from tocsin.briefs.mapping import draw_map
from tocsin.briefs.smallcharts import draw_scale, draw_share, draw_spark
from tocsin.briefs.sourcing import BOUNDARIES, FORECAST
from tocsin.briefs.timeline import draw_timeline
from tocsin.language import Lang, day, text, typeset

PAGE_WIDTH = 521.6  # points inside the margins of an A4 sheet
HEADLINE_SIZES = (21.0, 20.0, 19.0, 18.2, 17.0)
NARROW_CHART = (340.0, 220.0)
SCALE_WIDTH = 250.0
SHARE_WIDTH = 34.0


@dataclass(frozen=True)
class Density:
    """Room of the drawings (points), largest size of the headline, areas in the table.

    A brief with more to say is set closer, never on a second page.
    """

    chart: tuple[float, float]
    map: tuple[float, float]
    spark: tuple[float, float]
    headline: float
    areas: int


DENSITIES: tuple[Density, ...] = (
    Density((380.0, 212.0), (252.0, 206.0), (124.0, 13.5), 21.0, 10),
    Density((380.0, 196.0), (252.0, 194.0), (124.0, 12.5), 20.0, 10),
    Density((380.0, 176.0), (252.0, 170.0), (124.0, 10.5), 19.0, 9),
    Density((380.0, 150.0), (252.0, 140.0), (124.0, 9.0), 17.0, 7),
)


@dataclass(frozen=True)
class AreaLine:
    """One row of the table of areas."""

    name: str
    spark: Drawing
    deaths: list[Run]
    change: list[Run]


@dataclass(frozen=True)
class ContestLine:
    """One row of *who fights*."""

    label: list[Run]
    bar: Drawing
    counted: list[Run]
    beside: list[Run]


@dataclass(frozen=True)
class Page:
    """Everything that a reader sees, in one language."""

    lang: Lang
    brief: Brief
    headline_size: float
    title: str
    words: dict[str, str]
    as_of: str
    headline: list[Run]
    standfirst: list[list[Run]]
    chart_title: list[Run]
    chart: Drawing
    narrow_chart: Drawing
    count_title: list[Run]
    count: list[Run]
    count_note: list[Run]
    comparisons: list[tuple[list[Run], list[Run]]]
    map_title: list[Run]
    map: Drawing
    areas_title: list[Run]
    spark_span: str
    areas: list[AreaLine]
    fighting_title: list[Run]
    fighting: list[ContestLine]
    fighting_why: list[Run]
    scale: Drawing | None
    coming: list[list[Run]]
    unseen: list[list[Run]]
    sources: list[tuple[int, Source, list[Run]]]
    numbers: dict[str, int]  # source key -> its number on the page


_WORDS = {
    "kind": "Early-warning brief",
    "as_of": "as of",
    "reconstruction": "reconstruction",
    "exercise": "EXERCISE. Invented data: nothing on this page has happened.",
    "last_three": "three months, change",
    "coming": "What may come",
    "unseen": "What we cannot see",
    "foot": "Every number opens to its source in the HTML version.",
    "source": "source",
    "print": "One A4 page: print it, or save it as PDF",
    "month": "month",
    "deaths": "deaths",
    "events": "events",
    "behind": "The numbers behind the chart",
    "skip": "To the brief",
    "area": "area",
    "three_months": "three months",
    "change": "change",
}


def lay_out(brief: Brief, lang: Lang, density: Density = DENSITIES[0]) -> Page:
    """The page in `lang`: sentences written out, charts drawn, sources numbered."""
    return _Layout(brief, lang, density).page()


class _Layout:
    def __init__(self, brief: Brief, lang: Lang, density: Density):
        self.brief, self.lang, self.density = brief, lang, density
        self.numbers = {source.key: index for index, source in enumerate(brief.sources, start=1)}

    def say(self, template: str, **fields: Value) -> list[Run]:
        return Line(template, fields).runs(self.lang)

    def only(self, value: Value) -> list[Run]:
        """A value by itself."""
        return Line("{value}", {"value": value}).runs(self.lang)

    def cite(self, *keys: str) -> list[Run]:
        """A citation of those sources that the brief has."""
        known = {key for key in keys if key in self.numbers}
        held = tuple(sorted(known, key=lambda key: self.numbers[key]))
        return [Run("", False, None, held)] if held else []

    def page(self) -> Page:
        brief, lang = self.brief, self.lang
        words = {key: typeset(text(template, lang), lang) for key, template in _WORDS.items()}
        name = brief.place.names.in_(lang)
        chart = draw_timeline(brief.timeline, lang, *self.density.chart)
        narrow = draw_timeline(brief.timeline, lang, *NARROW_CHART, narrow=True)
        return Page(
            lang=lang,
            brief=brief,
            headline_size=self.headline_size(),
            title=f"{name}, {Line('{d}', {'d': brief.as_of}).plain(lang)} – {words['kind']}",
            words=words,
            as_of=day(brief.as_of, lang),
            headline=sentence(brief.headline.runs(lang)),
            standfirst=[line.runs(lang) for line in brief.standfirst],
            chart_title=self.chart_title(),
            chart=chart,
            narrow_chart=narrow,
            count_title=self.say(
                "**Count,** {months}", months=Months(*brief.window.quarter, short=True)
            ),
            count=self.only(brief.count),
            count_note=self.count_note(),
            comparisons=[
                (row.label.runs(lang), self.only(row.change)) for row in brief.comparisons
            ],
            map_title=self.map_title(),
            map=draw_map(brief.area_map, lang, *self.density.map),
            areas_title=self.areas_title(),
            spark_span=self.spark_span(),
            areas=self.areas(),
            fighting_title=brief.fighting.title.runs(lang) if brief.fighting else [],
            fighting=self.fighting(),
            fighting_why=self.fighting_why(),
            scale=self.scale(),
            coming=self.coming(),
            unseen=[sentence(line.runs(lang)) for line in brief.unseen],
            sources=[
                (self.numbers[source.key], source, source.line.runs(lang))
                for source in brief.sources
            ],
            numbers=self.numbers,
        )

    def headline_size(self) -> float:
        """The largest size at which the headline takes two lines, or the smallest there is."""
        said = self.brief.headline.plain(self.lang)
        sizes = [size for size in HEADLINE_SIZES if size <= self.density.headline]
        fitting = (size for size in sizes if serif_width(said, size) < 2 * PAGE_WIDTH * 0.95)
        return next(fitting, sizes[-1])

    def chart_title(self) -> list[Run]:
        keys = (*self.brief.count.sources, FORECAST)
        if self.brief.timeline.fan is None:
            return self.say("**Recorded deaths and events by month**") + self.cite(*keys)
        template = (
            "**Recorded deaths by month,** forecast (fan) and baseline (dotted)"
            if self.brief.timeline.baseline
            else "**Recorded deaths by month,** with the baseline as forecast (fan)"
        )
        return self.say(template) + self.cite(*keys)

    def count_title(self) -> list[Run]:
        quarter = Months(*self.brief.window.quarter, short=True)
        return self.say("**Count,** {months}", months=quarter)

    def count_note(self) -> list[Run]:
        if self.brief.events.value is None:
            return self.only(_noun(self.brief.count)) + self.cite(*self.brief.count.sources)
        return (
            self.only(_noun(self.brief.count))
            + self.cite(*self.brief.count.sources)
            + [Run(", "), *write_value(self.brief.events, self.lang, noun=True)]
        )

    def part_keys(self) -> list[str]:
        """Sources of the counts by area."""
        named = (fact for fact in self.brief.series if fact.id.startswith("deaths.year."))
        return [key for fact in named for key in fact.sources]

    def areas_title(self) -> list[Run]:
        """Title of the table of parts."""
        template = "**Area by area,** deaths a month"
        if self.brief.place.parts == "country":
            template = "**Country by country,** deaths a month"
        return self.say(template) + self.cite(*self.part_keys())

    def spark_span(self) -> str:
        """The months that the little bars show."""
        bars = self.brief.timeline.bars
        return Line("{months}", {"months": Months(bars[0].month, bars[-1].month)}).plain(self.lang)

    def map_title(self) -> list[Run]:
        part = text(self.brief.place.parts, self.lang)
        return self.say("**Where, over twelve months,** deaths by {part}", part=part) + self.cite(
            *self.part_keys(), BOUNDARIES
        )

    def areas(self) -> list[AreaLine]:
        cap = _shared_cap([value for row in self.brief.areas for value in row.months])
        lines = []
        for row in self.brief.areas[: self.density.areas]:
            name = row.names.in_(self.lang)
            deaths = self.only(row.deaths)
            change = self.only(row.change) if row.change else []
            spark = draw_spark(row.months, cap, name, *self.density.spark)
            lines.append(AreaLine(name, spark, deaths, change))
        return lines

    def fighting(self) -> list[ContestLine]:
        fighting = self.brief.fighting
        if fighting is None:
            return []
        largest = max(row.counted.value or 0 for row in fighting.rows)
        lines = []
        for row in fighting.rows:
            bar = draw_share(
                row.counted.value or 0, largest, row.label.plain(self.lang), SHARE_WIDTH
            )
            beside = self.only(row.beside) if row.beside else []
            counted = self.only(row.counted)
            lines.append(ContestLine(row.label.runs(self.lang), bar, counted, beside))
        return lines

    def fighting_why(self) -> list[Run]:
        fighting = self.brief.fighting
        return fighting.why.runs(self.lang) if fighting and fighting.why else []

    def scale(self) -> Drawing | None:
        prospect = self.brief.prospect
        if prospect is None:
            return None
        baseline = prospect.baseline.value if prospect.baseline else None
        return draw_scale(prospect.probability.known, baseline, self.lang, SCALE_WIDTH)

    def coming(self) -> list[list[Run]]:
        prospect = self.brief.prospect
        if prospect is None:
            return [
                self.say("No forecast reaches the coming quarter from the months that are known.")
            ]
        told = [run for line in prospect.lines for run in (*line.runs(self.lang), Run(" "))]
        return [sentence(told[:-1]), prospect.confidence.runs(self.lang)]


def sentence(runs: list[Run]) -> list[Run]:
    """The same runs, the first letter a capital."""
    if not runs or not runs[0].text:
        return runs
    first = runs[0]
    return [replace(first, text=first.text[0].upper() + first.text[1:]), *runs[1:]]


def _noun(count: Fact) -> Words:
    from tocsin.briefs.facts import noun_for  # noqa: PLC0415

    value = count.known
    return Words(noun_for(value, "deaths", "en"), noun_for(value, "deaths", "fr"))


def _shared_cap(values: list[int | None]) -> float:
    """One scale for all rows: the tallest month, unless it would flatten the others."""
    known = sorted((value for value in values if value), reverse=True)
    if not known:
        return 1.0
    rank = max(len(known) // 40, 1)
    usual = known[min(rank, len(known) - 1)]
    return float(known[0] if known[0] <= 1.5 * usual else usual * 1.1)
