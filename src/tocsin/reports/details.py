"""Sections on where a forecast was good and where not: situations, horizons, countries, misses."""

from collections.abc import Mapping

from tocsin.evaluation.account import Evaluation, Group
from tocsin.evaluation.misses import Miss
from tocsin.language import Lang, number, text
from tocsin.reports.charts import draw_steps
from tocsin.reports.figures import Figures
from tocsin.reports.parts import Cell, Figure, Section, Table
from tocsin.reports.wording import REGIMES, SCORES


class Details(Figures):
    """The account of one evaluation in one language, and what its units are called."""

    def __init__(self, found: Evaluation, names: Mapping[str, str], lang: Lang):
        super().__init__(lang)
        self.found, self.names = found, names

    @property
    def alone(self) -> bool:
        """Whether the model in question is the baseline itself."""
        return self.found.model == self.found.baseline

    def _counted(self, group: Group) -> tuple[Cell, ...]:
        """What every table of groups tells first: how much there was to score, and the CRPS."""
        return (
            Cell(number(group.rows, self.lang)),
            Cell(number(group.deaths, self.lang)),
            *self.pair(group.model["crps"], group.baseline["crps"]),
            *self.gain(group),
        )

    def _counted_heads(self) -> tuple[str, ...]:
        return (
            self.say("forecasts"),
            self.say("deaths"),
            self.say("CRPS, {name}", name=self.found.model),
            self.found.baseline,
            self.say("gain"),
            self.say("90% interval"),
        )

    def situations(self) -> Section:
        rows = tuple(
            (
                self.situation(group.name),
                *self._counted(group),
                *self.pair(group.model["ign"], group.baseline["ign"]),
                Cell(self.share(group.covered)),
            )
            for group in self.found.regimes
        )
        heads = (
            self.say("situation"),
            *self._counted_heads(),
            self.say("IGN, {name}", name=self.found.model),
            self.found.baseline,
            self.say("in the 90% band"),
        )
        return Section(
            self.say("By situation"),
            said=(
                self.say(
                    "The situation of a month is known only afterwards: whoever is scored on "
                    "onsets alone is paid for crying wolf. Read the rows together."
                ),
            ),
            tables=(Table(heads, rows), self._gains_by_situation()),
        )

    def _gains_by_situation(self) -> Table:
        rows = tuple(
            (
                Cell(text(REGIMES[group.name][0], self.lang)),
                *(
                    Cell(self.signed(1 - group.model[score] / group.baseline[score]))
                    if group.baseline[score] > 0
                    else Cell("–")
                    for score in SCORES
                ),
            )
            for group in self.found.regimes
        )
        heads = (self.say("gain by score"), *(text(name, self.lang) for name in SCORES.values()))
        return Table(heads, rows)

    def situation(self, name: str) -> Cell:
        """A situation with its definition beneath."""
        word, meaning = REGIMES[name]
        return Cell(text(word, self.lang), text(meaning, self.lang))

    def horizons(self) -> Section | None:
        if self.alone or len(self.found.by_horizon) < 2:
            return None
        return Section(
            self.say("By months ahead"),
            figures=(
                self._ahead(self.say("Gain on CRPS by months ahead"), "crps"),
                self._ahead(self.say("Gain on the log score by months ahead"), "ign"),
            ),
        )

    def _ahead(self, label: str, score: str) -> Figure:
        points = [
            (group.name, one.value, *one.both)
            for group in self.found.by_horizon
            if (one := group.skill.get(score))
        ]
        note = self.say("Dots are the gain, lines its 90% interval over both.")
        drawing = draw_steps(points, self.say("months ahead"), label, self.lang)
        return Figure(label, drawing, note)

    def countries(self) -> Section | None:
        if self.alone:
            return None
        rows = tuple(
            (
                Cell(self.called(group.name)),
                *self._counted(group),
                self.log_gain(group),
                Cell(self.share(group.covered)),
            )
            for group in self.found.by_country
        )
        heads = (
            self.say("country"),
            *self._counted_heads(),
            self.say("gain, log scale"),
            self.say("in the 90% band"),
        )
        better = sum(
            1
            for group in self.found.by_country
            if "crps" in group.skill and group.skill["crps"].value > 0
        )
        said = self.say(
            "The {count} with most deaths in these months, deadliest first: better in {better}.",
            count=len(rows),
            better=better,
        )
        return Section(
            self.say("Country by country"),
            said=(said,),
            tables=(Table(heads, rows, aside=frozenset({1, 7, 8})),),
        )

    def misses(self) -> Section | None:
        if not self.found.misses:
            return None
        part = sum(one.share for one in self.found.misses)
        said = self.say(
            "These {count} forecasts make up {share} of the whole CRPS.",
            count=len(self.found.misses),
            share=self.share(part),
        )
        return Section(
            self.say("The twenty worst misses"),
            said=(said,),
            tables=(self._missed(self.found.misses, "CRPS"),),
        )

    def surprises(self) -> Section | None:
        if not self.found.surprises:
            return None
        said = self.say("On the log scale, a place thought quiet weighs as much as a war.")
        return Section(
            self.say("The ten worst surprises"),
            said=(said,),
            tables=(self._missed(self.found.surprises, text(SCORES["log_crps"], self.lang)),),
        )

    def _missed(self, listed: tuple[Miss, ...], score: str) -> Table:
        rows = tuple(
            (
                Cell(f"{self.called(one.unit)}, {self.month(one.month)}"),
                Cell(text(REGIMES[one.regime][0], self.lang)),
                Cell(number(one.observed, self.lang), bold=True),
                *(Cell(self.count(one.quantiles[name])) for name in ("q05", "q50", "q95")),
                Cell(self.count(one.baseline_quantiles["q50"])),
                Cell(self.count(one.baseline_quantiles["q95"])),
                *self.pair(one.score, one.baseline_score),
            )
            for one in listed
        )
        baseline = self.found.baseline
        heads = (
            self.say("place and month"),
            self.say("situation"),
            self.say("deaths"),
            self.say("forecast: 5%"),
            self.say("median"),
            self.say("95%"),
            self.say("{name}: median", name=baseline),
            self.say("{name}: 95%", name=baseline),
            score,
            baseline,
        )
        return Table(heads, rows, words=frozenset({1}), aside=frozenset({1, 3, 6, 7, 9}))

    def gain(self, group: Group) -> tuple[Cell, Cell]:
        """The gain on CRPS and its interval, or dashes where there is none to compute."""
        one = group.skill.get("crps")
        if one is None:
            return Cell("–"), Cell("–")
        return Cell(self.signed(one.value), bold=True), Cell(self.span(one.both))

    def log_gain(self, group: Group) -> Cell:
        one = group.skill.get("log_crps")
        return Cell("–" if one is None else self.signed(one.value))

    def pair(self, ours: float, theirs: float) -> tuple[Cell, Cell]:
        """Two scores, the better one bold."""
        return (
            Cell(self.figure(ours), bold=ours < theirs),
            Cell(self.figure(theirs), bold=theirs < ours),
        )

    def called(self, unit: str) -> str:
        name = self.names.get(unit, unit)
        if unit.isdigit() and self.found.level == "priogrid":
            cell = self.say("cell {number}", number=unit)
            return cell if name == unit else f"{cell}, {name}"
        return name
