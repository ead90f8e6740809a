"""From tables to a brief: every number becomes a fact with its sources, every sentence a rule.

`build_brief` chooses no language: the same brief is then written in French or in English.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from tocsin.briefs import wording
from tocsin.briefs.facts import Fact, Line, MonthName, Months, Source, Words
from tocsin.briefs.inputs import BriefInputs, Outlook, Part, Place, Tlp
from tocsin.briefs.mapping import AreaMap, Tally
from tocsin.briefs.reckoning import (
    QUARTER,
    YEAR,
    History,
    Window,
    read_histories,
    require_known,
)
from tocsin.briefs.sourcing import FORECAST, SourceBook
from tocsin.briefs.timeline import Bar, Fan, Timeline, fan_of
from tocsin.tables.months import month_of, month_text

MONTHS_SHOWN = 24
MONTHS_AHEAD = 6
ROWS = 10  # areas in the table of little bars
SILENT_FOR = 6  # months without a recorded death before an area is called silent


@dataclass(frozen=True)
class Comparison:
    """One row of the count: what the quarter is compared with, and the change."""

    label: Line
    change: Fact


@dataclass(frozen=True)
class AreaRow:
    """One area: its months, its last quarter, and the change on the quarter before."""

    names: Words
    months: tuple[int | None, ...]
    deaths: Fact
    change: Fact | None


@dataclass(frozen=True)
class Contest:
    """One row of *who fights*: a pair of sides, or a type of violence."""

    label: Line
    counted: Fact
    beside: Fact | None


@dataclass(frozen=True)
class Fighting:
    """The three most active dyads, or types of violence and why not the dyads."""

    title: Line
    rows: tuple[Contest, ...]
    why: Line | None


@dataclass(frozen=True)
class Prospect:
    """What may come: the likelihood on its scale, sentences, and confidence apart."""

    probability: Fact
    baseline: Fact | None
    lines: tuple[Line, ...]
    confidence: Line


@dataclass(frozen=True)
class Tie:
    """A total and the sum of its parts over the same months, and the difference between them."""

    months: Months
    total: Fact
    parts: Fact
    unallocated: Fact


@dataclass(frozen=True)
class Brief:
    """Everything on the page, without a language."""

    place: Place
    as_of: date
    reconstruction: bool
    exercise: bool
    tlp: Tlp
    window: Window
    headline: Line
    standfirst: tuple[Line, ...]
    count: Fact
    events: Fact
    comparisons: tuple[Comparison, ...]
    timeline: Timeline
    area_map: AreaMap
    areas: tuple[AreaRow, ...]
    fighting: Fighting | None
    prospect: Prospect | None
    unseen: tuple[Line, ...]
    ties: tuple[Tie, ...]
    series: tuple[Fact, ...]
    sources: tuple[Source, ...]

    def cited(self, *groups: str) -> tuple[str, ...]:
        """Keys of the sources behind a chart: `counts`, `parts`, `forecast`, `boundaries`."""
        held = {source.key for source in self.sources}
        return tuple(key for key in groups if key in held)


def build_brief(inputs: BriefInputs) -> Brief:
    """The brief that these tables support.

    Raises
    ------
    NotEnoughData, if no three months in a row are known for the place as of that date.
    """
    return _Builder(inputs).build()


class _Builder:
    """Holds what every section needs: histories, the window of months, the sources."""

    def __init__(self, inputs: BriefInputs):
        self.inputs = inputs
        self.history = read_histories(inputs.unit).get(inputs.place.unit_id, History({}))
        self.parts = read_histories(inputs.parts)
        self.window = require_known(self.history, inputs.place.names.en, inputs.as_of)
        self.book = SourceBook(inputs, self.window)
        self.until = month_of(inputs.as_of) + MONTHS_AHEAD

    def build(self) -> Brief:
        window = self.window
        deaths = self.deaths("deaths.quarter", *window.quarter)
        before = self.deaths("deaths.quarter_before", *window.quarter_before)
        mean = self.mean_quarter()
        ahead = self.ahead()
        prospect = self.prospect(deaths, ahead) if ahead else None
        probability = prospect.probability if prospect else None
        ties = self.ties()
        return Brief(
            place=self.inputs.place,
            as_of=self.inputs.as_of,
            reconstruction=self.book.reconstructed,
            exercise=self.inputs.exercise,
            tlp=self.inputs.tlp,
            window=window,
            headline=wording.headline(deaths, before, mean, probability, ahead),
            standfirst=self.standfirst(),
            count=deaths,
            events=self.fact(
                "events.quarter", self.history.events(*window.quarter), "events", window.quarter
            ),
            comparisons=self.comparisons(deaths, before, mean),
            timeline=self.timeline(),
            area_map=self.area_map(),
            areas=self.areas(),
            fighting=self.fighting(),
            prospect=prospect,
            unseen=self.unseen(ties),
            ties=ties,
            series=self.series(),
            sources=self.book.listed(),
        )

    # facts

    def fact(
        self, id_: str, value: float | None, unit: str, months: tuple[int, int] | None,
        before: float | None = None, place: str = "", sources: tuple[str, ...] | None = None,
    ) -> Fact:  # fmt: skip
        """A fact of this place, cited to the snapshots its months come from."""
        if sources is None:
            sources = self.book.of_history(self.history, months)
        return Fact(
            id=id_, value=value, unit=unit, sources=sources, months=months, before=before,
            place=place or self.inputs.place.unit_id,
        )  # fmt: skip

    def deaths(self, id_: str, first: int, last: int) -> Fact:
        return self.fact(id_, self.history.deaths(first, last), "deaths", (first, last))

    def part_deaths(self, id_: str, unit: str, span: tuple[int, int]) -> Fact:
        history = self.parts[unit]
        return self.fact(
            id_, history.deaths(*span), "deaths", span, place=unit,
            sources=self.book.of_history(history, span),
        )  # fmt: skip

    def mean_quarter(self) -> Fact:
        """The mean of three years, as deaths in three months."""
        span = self.window.three_years
        total = self.history.deaths(*span)
        value = None if total is None else total * QUARTER / (span[1] - span[0] + 1)
        return self.fact("deaths.quarter_mean", value, "mean", span)

    # sections

    def standfirst(self) -> tuple[Line, ...]:
        window = self.window
        year = self.deaths("deaths.year", *window.year)
        before = self.deaths("deaths.year_before", *window.year_before)
        lines = [wording.year_sentence(year, before)]
        if self.inputs.place.level == "admin1":
            return (*lines, *self.share_of_country(year))
        leaders = self.leaders(year)
        if leaders:
            lines.append(leaders)
        if rise := self.steepest_rise():
            lines.append(rise)
        return tuple(lines)

    def leaders(self, year: Fact) -> Line | None:
        """The areas, at most three, that hold the most deaths of the year."""
        counted = [
            (history.deaths(*self.window.year) or 0, part)
            for part in self.inputs.layer.parts
            if (history := self.parts.get(part.unit_id))
        ]
        counted = [one for one in counted if one[0]]
        counted.sort(key=lambda one: (-one[0], one[1].unit_id))
        if not year.value or len(self.inputs.layer.parts) < 4 or not counted:
            return None
        top = counted[:3]
        span = self.window.year
        held = 100 * sum(one[0] for one in top) / year.value
        cited = self.book.of_history(self.parts[top[0][1].unit_id], span)
        share = self.fact("share.leaders", held, "percent", span, sources=cited)
        return wording.share_sentence(tuple(part.names for _, part in top), share)

    def share_of_country(self, year: Fact) -> list[Line]:
        """An area's share in the deaths of its country that are tied to an area."""
        span = self.window.year
        total = sum(history.deaths(*span) or 0 for history in self.parts.values())
        if not year.value or not total or len(self.parts) < 2:
            return []
        share = self.fact("share.country", 100 * year.value / total, "percent", span)
        return [wording.country_share_sentence(share)]

    def steepest_rise(self) -> Line | None:
        """The area whose yearly count rose most, in deaths and by a tenth at least."""
        found = []
        for part in self.inputs.layer.parts:
            history = self.parts.get(part.unit_id, History({}))
            now, then = (
                history.deaths(*span) for span in (self.window.year, self.window.year_before)
            )
            if now is not None and then is not None and now > 1.1 * then:
                found.append((then - now, part.unit_id, part))
        if not found or len(self.inputs.layer.parts) < 2:
            return None
        part = min(found, key=lambda one: one[:2])[2]
        return wording.rise_sentence(
            part.names,
            self.part_deaths(
                f"deaths.year_before.{part.unit_id}", part.unit_id, self.window.year_before
            ),
            self.part_deaths(f"deaths.year.{part.unit_id}", part.unit_id, self.window.year),
        )

    def comparisons(self, deaths: Fact, before: Fact, mean: Fact) -> tuple[Comparison, ...]:
        window = self.window
        year_before = self.deaths("deaths.quarter_year_before", *window.quarter_year_before)
        last = self.deaths("deaths.last_month", window.last, window.last)
        previous = self.deaths("deaths.month_before", window.last - 1, window.last - 1)
        rows = [
            ("quarter before: {then}", deaths, before, "change.quarter"),
            ("a year earlier: {then}", deaths, year_before, "change.year"),
            ("three-year mean: {then}", deaths, mean, "change.mean"),
            ("{month} {now}, {month_before} {then}", last, previous, "change.month"),
        ]
        return tuple(self.comparison(*row) for row in rows)

    def comparison(self, template: str, now: Fact, then: Fact, id_: str) -> Comparison:
        label = Line(
            template,
            {
                "now": now,
                "then": then,
                "month": MonthName(self.window.last, short=True),
                "month_before": MonthName(self.window.last - 1, short=True),
            },
        )
        shown = None if then.value is None else now.value
        return Comparison(label, self.fact(id_, shown, "change", now.months, before=then.value))

    def timeline(self) -> Timeline:
        last, history = self.window.last, self.history
        bars = tuple(
            Bar(month, history.deaths(month, month), history.events(month, month))
            for month in range(last - MONTHS_SHOWN + 1, last + 1)
        )
        outlook = self.outlook()
        fan = baseline = None
        if outlook is not None:
            fan = fan_of(outlook.draws, outlook.origin_month, self.until)
            if outlook.baseline_draws is not None:
                baseline = fan_of(outlook.baseline_draws, outlook.origin_month, self.until)
        mean = self.mean_quarter().value
        return Timeline(
            bars=bars,
            as_of=self.inputs.as_of,
            until=self.until if fan else month_of(self.inputs.as_of),
            fan=fan,
            baseline=baseline,
            mean=None if mean is None else mean / QUARTER,
        )

    def outlook(self) -> Outlook | None:
        """The forecast, if it starts where the known months end."""
        outlook = self.inputs.outlook
        return outlook if outlook is not None and outlook.origin_month == self.window.last else None

    def ahead(self) -> Months | None:
        """The three months after the as-of month, if the forecast reaches them."""
        outlook = self.outlook()
        first = month_of(self.inputs.as_of) + 1
        if outlook is None or outlook.origin_month + len(outlook.draws) < first + QUARTER - 1:
            return None
        return Months(first, first + QUARTER - 1)

    def prospect(self, level: Fact, ahead: Months) -> Prospect:
        outlook = self.outlook()
        assert outlook is not None
        span = (ahead.first, ahead.last)
        sums = outlook.sums(*span)

        def told(id_: str, value: float, unit: str) -> Fact:
            return self.fact(id_, value, unit, span, sources=(FORECAST,))

        probability = told("probability.exceeds", float(np.mean(sums > level.known)), "probability")
        half = (
            told("forecast.quarter.q25", float(np.quantile(sums, 0.25)), "deaths"),
            told("forecast.quarter.q75", float(np.quantile(sums, 0.75)), "deaths"),
        )
        baseline = None
        if outlook.baseline_draws is not None:
            chance = float(np.mean(outlook.sums(*span, baseline=True) > level.known))
            baseline = told("probability.exceeds.baseline", chance, "probability")
        scores = None
        if outlook.skill:
            tested = (outlook.skill.month_from, outlook.skill.month_to)
            scores = tuple(
                self.fact(id_, value, unit, tested, sources=(FORECAST,))
                for id_, value, unit in (
                    ("crps.model", outlook.skill.model_crps, "score"),
                    ("crps.baseline", outlook.skill.baseline_crps, "score"),
                    ("crps.origins", outlook.skill.origins, "origins"),
                )
            )
        lines = wording.coming_sentences(probability, level, ahead, half, baseline)
        return Prospect(probability, baseline, tuple(lines), wording.confidence(outlook, scores))  # type: ignore[arg-type]

    def area_map(self) -> AreaMap:
        window = self.window
        tallies = {part.unit_id: self.tally(part) for part in self.inputs.layer.parts}
        focus = self.inputs.place.unit_id if self.inputs.place.level == "admin1" else ""
        return AreaMap(self.inputs.layer, tallies, window.year, window.year_before, focus)

    def tally(self, part: Part) -> Tally:
        history = self.parts.get(part.unit_id, History({}))
        first, last = self.window.year
        known = history.known(first, last)
        if not known:
            return Tally(None, None)
        now = sum(count.deaths for month, count in history.months.items() if first <= month <= last)
        return Tally(now, history.deaths(*self.window.year_before), partial=known < YEAR)

    def areas(self) -> tuple[AreaRow, ...]:
        """Areas with deaths in the months shown, most in the last year first."""
        window = self.window
        months = range(window.last - MONTHS_SHOWN + 1, window.last + 1)
        rows = []
        for part in self.inputs.layer.parts:
            history = self.parts.get(part.unit_id)
            if history is None:
                continue
            values = tuple(history.deaths(month, month) for month in months)
            recent = sum(value or 0 for value in values[-YEAR:])
            if any(values) and len(self.inputs.layer.parts) > 1:
                rows.append((-recent, part.unit_id, part, values))
        rows.sort(key=lambda row: row[:2])
        return tuple(self.area_row(part, values) for _, _, part, values in rows[:ROWS])

    def area_row(self, part: Part, values: tuple[int | None, ...]) -> AreaRow:
        unit, window = part.unit_id, self.window
        deaths = self.part_deaths(f"deaths.quarter.{unit}", unit, window.quarter)
        before = self.parts[unit].deaths(*window.quarter_before)
        change = None
        if deaths.value is not None and before is not None:
            change = self.fact(
                f"change.quarter.{unit}", deaths.value, "change", window.quarter, before=before,
                place=unit, sources=deaths.sources,
            )  # fmt: skip
        return AreaRow(part.names, values, deaths, change)

    def fighting(self) -> Fighting | None:
        if self.inputs.dyads is not None and len(self.inputs.dyads):
            return self.dyads()
        return self.kinds()

    def dyads(self) -> Fighting:
        assert self.inputs.dyads is not None
        rows = []
        top = self.inputs.dyads.sort(["deaths", "dyad"], descending=[True, False]).head(3)
        for index, (dyad, deaths, events) in enumerate(
            top.select("dyad", "deaths", "events").iter_rows(), start=1
        ):
            source = self.book.of_history(self.history, self.window.year)
            rows.append(
                Contest(
                    Line("{dyad}", {"dyad": dyad}),
                    self.fact(
                        f"deaths.dyad.{index}", deaths, "deaths", self.window.year, sources=source
                    ),
                    self.fact(
                        f"events.dyad.{index}", events, "events", self.window.year, sources=source
                    ),
                )
            )
        last = Months(self.window.last, self.window.last)
        return Fighting(
            Line("**Dyads,** deaths · events"),
            tuple(rows),
            Line("Over the twelve months to {month}.", {"month": last}),
        )

    def kinds(self) -> Fighting | None:
        kinds = self.inputs.kinds
        if kinds is None:
            return None
        first, last = self.window.year
        rows = []
        for kind, label in (
            ("sb", "with the state"),
            ("ns", "between groups"),
            ("os", "against civilians"),
        ):
            chosen = kinds.filter(
                (kinds["violence"] == kind) & kinds["month"].is_between(first, last)
            )
            rows.append(
                Contest(
                    Line(label),
                    self.fact(
                        f"events.year.{kind}", int(chosen["events"].sum()), "events", (first, last)
                    ),
                    None,
                )
            )
        total = self.fact(
            "events.year", sum(row.counted.known for row in rows), "events", (first, last)
        )
        return Fighting(
            Line("**{events+}** in 12 months", {"events": total}), tuple(rows), self.why_no_dyads()
        )

    def why_no_dyads(self) -> Line:
        """Why the pairs of sides are not named."""
        if not self.inputs.events_held:
            return Line(
                "Dyads are not named: these months are held as totals, without single events."
            )
        held = self.fact(
            "events.months_held", self.inputs.events_held, "months", self.window.year, sources=()
        )
        return Line(
            "Dyads are not named: single events are held for only {held} of these 12 months.",
            {"held": held},
        )

    def unseen(self, ties: tuple[Tie, ...]) -> tuple[Line, ...]:
        """What the data cannot show, the gravest first."""
        lines = []
        last, this = self.window.last, month_of(self.inputs.as_of)
        if self.book.reconstructed:
            lines.append(wording.reconstruction_sentence(self.book.released(), Months(last, last)))
        if last < this:
            lines.append(wording.unpublished_sentence(last + 1, this))
        lines += self.blind_spots()
        quarter = ties[0] if ties else None
        if quarter and quarter.unallocated.value and quarter.unallocated.value > 0:
            lines.append(wording.unallocated_sentence(quarter.unallocated, quarter.total))
        lines += self.weak_releases()
        lines.append(wording.floor_sentence())
        return tuple(lines)

    def weak_releases(self) -> list[Line]:
        """First counts, which later releases revise, and files that hold a part of a release."""
        lines = []
        for snapshot, first, last in self.book.spoken(self.history):
            if snapshot.source.endswith("_candidate"):
                lines.append(wording.preliminary_sentence(first, last))
            elif snapshot.coverage and not snapshot.coverage.complete:
                lines.append(wording.incomplete_sentence(first, last))
        return lines

    def blind_spots(self) -> list[Line]:
        """Unknown areas, areas that fell silent, areas without a polygon."""
        lines = []
        unknown = tuple(p.names for p in self.own_parts() if self.tally(p).now is None)
        if unknown:
            lines.append(wording.unknown_sentence(unknown, len(self.own_parts())))
        lines += [wording.silent_sentence(names, since) for since, names in self.silent()[:2]]
        undrawn = tuple(
            part.names
            for part in self.own_parts()
            if part.shape is None and part.names not in unknown
        )
        if undrawn:
            lines.append(wording.undrawn_sentence(undrawn[:6]))
        return lines

    def own_parts(self) -> list[Part]:
        """The parts that the brief is about: of an area, only itself."""
        parts = self.inputs.layer.parts
        if self.inputs.place.level != "admin1":
            return list(parts)
        return [part for part in parts if part.unit_id == self.inputs.place.unit_id]

    def silent(self) -> list[tuple[int, Words]]:
        """Areas with deaths in the last three years but none for months: the longest war first."""
        last = self.window.last
        found = []
        for part in self.own_parts():
            history = self.parts.get(part.unit_id)
            since = history.last_with_deaths(last) if history else None
            if history is None or since is None or not last - 24 < since <= last - SILENT_FOR:
                continue
            if history.known(since, last) == last - since + 1:
                weight = history.deaths(max(since - 23, min(history.months)), since) or 0
                found.append((-weight, since, part.names))
        found.sort(key=lambda one: (one[0], one[1], one[2].en))
        return [(since, names) for _, since, names in found]

    # sums that tie

    def ties(self) -> tuple[Tie, ...]:
        """Total against the sum of parts: the quarter, twelve months, the last whole years."""
        if not self.parts or self.place_is_part():
            return ()
        year = self.inputs.as_of.year
        spans = [("quarter", self.window.quarter), ("year", self.window.year)]
        spans += [
            (str(one), (month_of(date(one, 1, 1)), month_of(date(one, 12, 1))))
            for one in (year - 1, year - 2)
        ]
        return tuple(tie for name, span in spans if (tie := self.tie(name, span)))

    def place_is_part(self) -> bool:
        """Whether the place is itself one of the parts of its map, so that they are not its sum."""
        return self.inputs.place.unit_id in self.parts

    def tie(self, name: str, span: tuple[int, int]) -> Tie | None:
        total = self.history.deaths(*span)
        sums = [history.deaths(*span) for history in self.parts.values()]
        if total is None or any(one is None for one in sums):
            return None
        parts = sum(one or 0 for one in sums)
        cited = self.book.of_history(next(iter(self.parts.values())), span)
        return Tie(
            Months(*span),
            self.fact(f"tie.{name}.total", total, "deaths", span),
            self.fact(f"tie.{name}.parts", parts, "deaths", span, sources=cited),
            self.fact(f"tie.{name}.unallocated", total - parts, "deaths", span),
        )

    def series(self) -> tuple[Fact, ...]:
        """The numbers behind the charts: months observed, months forecast, areas."""
        facts = []
        timeline = self.timeline()
        for bar in timeline.bars:
            span, named = (bar.month, bar.month), month_text(bar.month)
            facts.append(self.fact(f"deaths.{named}", bar.deaths, "deaths", span))
            facts.append(self.fact(f"events.{named}", bar.events, "events", span))
        for kind, fan in (("forecast", timeline.fan), ("baseline", timeline.baseline)):
            facts += self.fan_facts(kind, fan) if fan else []
        for part in self.inputs.layer.parts:
            if part.unit_id in self.parts:
                facts.append(
                    self.part_deaths(f"deaths.year.{part.unit_id}", part.unit_id, self.window.year)
                )
                facts.append(
                    self.part_deaths(
                        f"deaths.year_before.{part.unit_id}", part.unit_id, self.window.year_before
                    )
                )
        return tuple(facts)

    def fan_facts(self, kind: str, fan: Fan) -> list[Fact]:
        return [
            self.fact(
                f"{kind}.{month_text(month)}.q{level:02d}", float(value), "deaths", (month, month),
                sources=(FORECAST,),
            )
            for month, row in zip(fan.months, fan.quantiles, strict=True)
            for level, value in zip((5, 25, 50, 75, 95), row, strict=True)
        ]  # fmt: skip
