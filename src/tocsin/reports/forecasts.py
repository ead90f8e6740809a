"""The report on forecasts, laid out in one language from the account of an evaluation."""

from collections.abc import Mapping

from tocsin.briefs.drawing import Drawing
from tocsin.evaluation.account import Comparison, Evaluation, Interval
from tocsin.language import Lang, number, period, text, typeset
from tocsin.reports.calibrated import calibration_section, events_sections
from tocsin.reports.charts import draw_interval, interval_range
from tocsin.reports.details import Details
from tocsin.reports.parts import Cell, Report, Section, Table
from tocsin.reports.wording import BASES, LEVELS, METHOD, PARTS, SCORES, TARGETS
from tocsin.tables.months import first_day, last_day, parse_month

# Scores that the tables by window and by situation show; all are in the JSON.
_MAIN = ("crps", "ign", "mis")


def lay_out(found: Evaluation, names: Mapping[str, str], lang: Lang) -> Report:
    """The report in `lang`; `names` says what each unit of the account is called."""
    return _Layout(found, names, lang).report()


class _Layout(Details):
    """Sections in the order in which a sceptic asks."""

    def report(self) -> Report:
        sections = (
            self.scores(),
            self.skill(),
            self.windows(),
            self.situations(),
            self.horizons(),
            calibration_section(self.found, self.lang),
            *events_sections(self.found, self.lang),
            self.countries(),
            self.misses(),
            self.surprises(),
            self.method(),
        )
        first, last = first_day(parse_month(self.found.first)), last_day(self._last())
        return Report(
            lang=self.lang,
            kind=self.say("How good the forecasts have been"),
            subject=self.say(
                "{target} by {level} and month",
                target=text(TARGETS[self.found.target], self.lang),
                level=text(LEVELS[self.found.level][0], self.lang),
            ),
            span=period(first, last, self.lang),
            headline=self.headline(),
            standfirst=self.standfirst(),
            sections=tuple(one for one in sections if one is not None),
            foot=self.foot(),
            stamp=last,
        )

    def _last(self) -> int:
        return parse_month(self.found.last)

    def headline(self) -> str:
        """The main figure in a sentence, and whether it may be chance."""
        whole = self.found.comparisons[0]
        one = whole.skill.get("crps")
        if self.alone or one is None:
            return self.say(
                "{model}: mean CRPS {crps}",
                model=self.found.model,
                crps=self.figure(whole.model["crps"]),
            )
        fields = {
            "model": self.found.model,
            "baseline": self.found.baseline,
            "gain": self.share(abs(one.value)),
            "low": self.signed(one.both[0]),
            "high": self.signed(one.both[1]),
        }
        if one.both[0] > 0:
            said = self.say("{model} is {gain} better than {baseline} on the main score", **fields)
        elif one.both[1] < 0:
            said = self.say("{model} is {gain} worse than {baseline} on the main score", **fields)
        elif one.value > 0:
            said = self.say(
                "{model} is {gain} better than {baseline} on the main score, which may be chance",
                **fields,
            )
        else:
            said = self.say(
                "{model} is {gain} worse than {baseline} on the main score, which may be chance",
                **fields,
            )
        return said

    def standfirst(self) -> tuple[str, ...]:
        whole = self.found.comparisons[0]
        lines = []
        if not self.alone:
            one = whole.skill.get("crps")
            if one is not None:
                lines.append(
                    self.say(
                        "CRPS {ours} against {theirs}; the 90% interval of the gain runs from "
                        "{low} to {high}.",
                        ours=self.figure(whole.model["crps"]),
                        theirs=self.figure(whole.baseline["crps"]),
                        low=self.signed(one.both[0]),
                        high=self.signed(one.both[1]),
                    )
                )
            worse = [name for name, one in self.gains(whole) if one.value < 0]
            lines.append(
                self.say(
                    "It is worse on: {scores}.",
                    scores=", ".join(text(SCORES[name], self.lang) for name in worse),
                )
                if worse
                else self.say("It is worse on none of the seven scores.")
            )
        lines.append(
            self.say(
                "{rows} forecasts of {units} {level}, {draws} draws each.",
                rows=number(self.found.rows, self.lang),
                units=number(self.found.units, self.lang),
                level=text(LEVELS[self.found.level][1], self.lang),
                draws=number(self.found.draws, self.lang),
            )
        )
        return tuple(lines)

    def scores(self) -> Section:
        heads = (self.say("model"), *(text(name, self.lang) for name in SCORES.values()))
        best = {score: min(each[score] for each in self.found.scores.values()) for score in SCORES}
        rows = tuple(
            (
                Cell(name, bold=name == self.found.model),
                *(
                    Cell(self.figure(each[score]), bold=each[score] == best[score])
                    for score in SCORES
                ),
            )
            for name in self.found.models
            for each in [self.found.scores[name]]
        )
        note = self.say("Smaller is better everywhere; the best of a column is bold.")
        return Section(self.say("Scores"), tables=(Table(heads, rows, note),))

    def skill(self) -> Section | None:
        if self.alone:
            return None
        whole = self.found.comparisons[0]
        return Section(
            self.say("Gain over {baseline}, and how sure it is", baseline=self.found.baseline),
            said=(
                self.say(
                    "The gain is one less the ratio of mean scores. Each 90% interval comes from "
                    "a bootstrap: over blocks of three months, over countries, and over both at "
                    "once, which is the one to trust."
                ),
            ),
            tables=(self._skill_table(whole), self._parts_table()),
        )

    def _skill_table(self, whole: Comparison) -> Table:
        ends = interval_range([one.both for one in whole.skill.values()])
        rows = tuple(
            (
                Cell(text(SCORES[name], self.lang)),
                Cell(self.figure(whole.model[name]), bold=one.value > 0),
                Cell(self.figure(whole.baseline[name]), bold=one.value < 0),
                Cell(self.signed(one.value), bold=True),
                Cell(drawing=self._drawn(one, ends)),
                Cell(self.span(one.both)),
                Cell(self.span(one.months)),
                Cell(self.span(one.countries)),
            )
            for name, one in self.gains(whole)
        )
        heads = (
            self.say("score"),
            self.found.model,
            self.found.baseline,
            self.say("gain"),
            "",
            self.say("over both"),
            self.say("over months"),
            self.say("over countries"),
        )
        return Table(heads, rows, aside=frozenset({6, 7}))

    def gains(self, part: Comparison) -> list[tuple[str, Interval]]:
        """Scores with a gain to speak of, in the order in which the report lists them."""
        return [(name, part.skill[name]) for name in SCORES if name in part.skill]

    def _drawn(self, one: Interval, ends: tuple[float, float]) -> Drawing:
        label = self.say(
            "gain {gain}, 90% interval {span}",
            gain=self.signed(one.value),
            span=self.span(one.both),
        )
        return draw_interval(one.value, *one.both, ends, label)

    def _parts_table(self) -> Table:
        shown = [part for part in self.found.comparisons if "crps" in part.skill]
        ends = interval_range([part.skill["crps"].both for part in shown])
        rows = tuple(
            (
                Cell(text(PARTS[part.part], self.lang)),
                Cell(number(part.rows, self.lang)),
                Cell(self.figure(part.model["crps"])),
                Cell(self.figure(part.baseline["crps"])),
                Cell(self.signed(part.skill["crps"].value), bold=True),
                Cell(drawing=self._drawn(part.skill["crps"], ends)),
                Cell(self.span(part.skill["crps"].both)),
                Cell(self.signed(part.skill["log_crps"].value)),
            )
            for part in shown
        )
        heads = (
            self.say("forecasts counted"),
            self.say("forecasts"),
            self.say("CRPS, {name}", name=self.found.model),
            self.say("CRPS, {name}", name=self.found.baseline),
            self.say("gain"),
            "",
            self.say("over both"),
            self.say("gain, log scale"),
        )
        largest = ", ".join(self.called(unit) for unit in self.found.largest)
        note = self.say("The largest, by deaths in these months: {names}.", names=largest)
        if any(part.part == "without summary months" for part in shown):
            note += " " + self.say(
                "Summary months are those of Ethiopia in December 2021 and October 2022, when two "
                "records book months of the Tigray war at once."
            )
        return Table(heads, rows, note, aside=frozenset({1, 7}))

    def windows(self) -> Section | None:
        if self.alone or len(self.found.windows) < 2:
            return None
        heads = [self.say("window")]
        for score in _MAIN:
            name = text(SCORES[score], self.lang)
            heads += [f"{name}, {self.found.model}", self.found.baseline]
        parts = [self.found.comparisons[0]] + [
            part for part in self.found.comparisons if part.part == "without summary months"
        ]
        heads += [self.say("gain on CRPS")] + [self.say("without summary months")] * (
            len(parts) - 1
        )
        rows = []
        for window in self.found.windows:
            row = [Cell(window)]
            ours = self.found.by_window[self.found.model][window]
            theirs = self.found.by_window[self.found.baseline][window]
            for score in _MAIN:
                row += self.pair(ours[score], theirs[score])
            for part in parts:
                gain = part.by_window.get(window)
                row.append(Cell("–" if gain is None else self.signed(gain)))
            rows.append(tuple(row))
        return Section(self.say("Window by window"), tables=(Table(tuple(heads), tuple(rows)),))

    def method(self) -> Section:
        terms = [(text(a, self.lang), self.say(b)) for a, b in METHOD]
        terms.append((self.say("This report"), self.provenance()))
        return Section(self.say("Definitions"), terms=tuple(terms))

    def provenance(self) -> str:
        said = [text(BASES[self.found.basis], self.lang)]
        said.append(
            self.say(
                "Months ahead: {horizons}. Seed {seed}.",
                horizons=self.ahead(self.found.horizons),
                seed=self.found.seed,
            )
        )
        if self.found.configuration:
            said.append(
                self.say("Configuration of the models: {hash}.", hash=self.found.configuration)
            )
        if self.found.unpaired:
            said.append(
                self.say(
                    "{count} forecasts are left out, because not every model made them.",
                    count=number(self.found.unpaired, self.lang),
                )
            )
        return typeset(" ".join(said), self.lang)

    def foot(self) -> str:
        return self.say(
            "Every forecast saw only what lay before its origin. The figures are in the JSON file "
            "of the same name, every single score in the CSV."
        )
