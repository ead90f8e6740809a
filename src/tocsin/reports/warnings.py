"""The scorecard of a warning problem, laid out in one language from what a replay found."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tocsin.language import Lang, day, number, period
from tocsin.reports.charts import draw_ranking, draw_reliability
from tocsin.reports.figures import Figures
from tocsin.reports.parts import Cell, Figure, Report, Section, Table
from tocsin.reports.responses import response_section
from tocsin.tables.kinds.warnings import LEVELS
from tocsin.tables.months import first_day, last_day, parse_month

Found = Mapping[str, Any]
HEADLINE = "other_countries"
OUTCOMES = {
    "occurred": "came true",
    "did_not_occur": "did not come true",
    "unknown": "not known",
}
# What each line of the main table says, how it is written, and under which names it is found.
LINES = (
    ("area-months judged", "count", ("area_months",)),
    ("area-months unknown", "count", ("unknown_area_months",)),
    ("of those judged, followed by the harm", "count", ("harm_came",)),
    ("alarms: begun, came true, false", "count", ("alarms", "alarms_hit", "false_alarms")),
    ("alarms per analyst-week", "number", ("alarms_per_analyst_week",)),
    ("precision: alarm months that the harm followed", "share", ("precision",)),
    ("recall: months before the harm under an alarm", "share", ("recall",)),
    (
        "onsets: warned, of which in time, missed",
        "count",
        ("onset.hits", "onset.in_time", "onset.misses"),
    ),
    (
        "continuations: warned, of which in time, missed",
        "count",
        ("continuation.hits", "continuation.in_time", "continuation.misses"),
    ),
    ("lead time, median days", "count", ("median_lead_days",)),
    ("usable lead time, median days", "count", ("median_usable_lead_days",)),
    ("Brier score: rules", "score", ("brier.rules",)),
    ("Brier score: persistence", "score", ("brier.persistence",)),
    ("Brier score: seasonal base rate", "score", ("brier.seasonal",)),
    ("skill over persistence", "skill", ("skill_over_persistence",)),
    ("skill over the seasonal base rate", "skill", ("skill_over_seasonal",)),
)


def lay_out_scorecard(found: Found, names: Mapping[str, str], lang: Lang) -> Report:
    """The scorecard in `lang`; `names` says what each country is called.

    Parameters
    ----------
    found : what `workflow.scorecards` wrote as JSON: one problem counted by area and month, one
        whose harm people state, one that cannot be scored, or how warnings were answered
    """
    return _Layout(found, names, lang).report()


class _Layout(Figures):
    """Sections in the order in which a sceptic asks."""

    def __init__(self, found: Found, names: Mapping[str, str], lang: Lang):
        super().__init__(lang)
        self.found, self.names = found, names

    def report(self) -> Report:
        first, last = (parse_month(month) for month in self.found["months"])
        parts = {
            "counted": self.counted,
            "stated": self.stated,
            "unscored": self.unscored,
            "responses": self.responses,
        }
        headline, standfirst, sections = parts[self.found["kind"]]()
        return Report(
            lang=self.lang,
            kind=self.say("Scorecard of warnings"),
            subject=self.found["title"][self.lang],
            span=period(first_day(first), last_day(last), self.lang),
            headline=headline,
            standfirst=standfirst,
            sections=(*sections, self.record()),
            foot=self.say(
                "Made by Tocsin on {day}. Nothing here is written over: each run has its own "
                "folder, and the log holds them all.",
                day=day(date.fromisoformat(self.found["run_at"][:10]), self.lang),
            ),
            stamp=last_day(last),
        )

    # --- a problem counted by area and month ---------------------------------------------------
    def counted(self) -> tuple[str, tuple[str, ...], tuple[Section, ...]]:
        whole = self.found["groups"][HEADLINE]
        gain = whole["skill_over_persistence"]
        lines = [
            self.say("The harm: {outcome}", outcome=self.found["outcome"][self.lang]),
            self.say(
                "A reconstruction: later releases of the counts, cut each month at what had been "
                "counted by then. Thresholds and chances are learned each January from the years "
                "before."
            ),
        ]
        if len(self.found["groups"]) > 1:
            lines.append(
                self.say(
                    "The headline leaves out Mali and Burkina Faso: the authors knew what came "
                    "there. They stand apart."
                )
            )
        sections = (
            self.table_of_figures(), self.calibration(), self.misses(), self.unknown(),
            self.thresholds(),
        )  # fmt: skip
        return self.headline(gain), tuple(lines), sections

    def headline(self, gain: Found) -> str:
        if gain["value"] is None:
            return self.say("Nothing could be judged")
        fields = {
            "gain": self.share(abs(gain["value"])),
            "low": self.signed(gain["low"]),
            "high": self.signed(gain["high"]),
        }
        if gain["low"] > 0:
            return self.say("{gain} better than persistence (90%: {low} to {high})", **fields)
        if gain["high"] < 0:
            return self.say("{gain} worse than persistence (90%: {low} to {high})", **fields)
        return self.say("No better than persistence for sure (90%: {low} to {high})", **fields)

    def table_of_figures(self) -> Section:
        groups = self.found["groups"]
        heads = ("", *(self.group(name) for name in groups))
        rows = tuple(
            (Cell(self.say(word)), *(self.line(how, keys, each) for each in groups.values()))
            for word, how, keys in LINES
        )
        note = self.say(
            "An onset is a month of the harm after twelve without it; a continuation any other. "
            "Warned: under an alarm in the window before. In time: the alarm was raised before the "
            "month began. Usable: less {days} days, {basis}.",
            days=number(self.found["decided_after_days"], self.lang, 1),
            basis=self.basis_of_decision(),
        )
        return Section(self.say("Warned of, and missed"), tables=(Table(heads, rows, note),))

    def basis_of_decision(self) -> str:
        if self.found["decided_after_basis"] == "ledger":
            return self.say("the median time to decision in this ledger")
        return self.say(
            "the hours that the clocks of an alert allow, since nothing was decided yet"
        )

    def group(self, name: str) -> str:
        if name == HEADLINE:
            return self.say("other countries")
        return self.say("{country} (known to the authors)", country=self.names.get(name, name))

    def line(self, how: str, keys: tuple[str, ...], figures: Found) -> Cell:
        """One cell of the main table."""
        found = [_at(figures, key) for key in keys]
        if how == "skill":
            return self.skill(found[0])
        write: dict[str, Callable[[float], str]] = {
            "count": self.count,
            "number": lambda value: number(value, self.lang, 2),
            "share": self.share,
            "score": lambda value: number(value, self.lang, 4),
        }
        return Cell(" / ".join("–" if one is None else write[how](one) for one in found))

    def part(self, value: float | None) -> str:
        return "–" if value is None else self.share(value)

    def days(self, value: float | None) -> str:
        return "–" if value is None else number(value, self.lang)

    def skill(self, gain: Found) -> Cell:
        """A skill with its interval; none where the harm never came, for then nothing is ranked."""
        if gain["value"] is None or abs(gain["value"]) > 1:
            return Cell("–")
        return Cell(self.signed(gain["value"]), self.span((gain["low"], gain["high"])))

    def calibration(self) -> Section:
        whole = self.found["groups"][HEADLINE]
        rows = tuple(
            (
                Cell(self.share(each["said"])),
                Cell(self.share(each["came"])),
                Cell(self.count(each["area_months"])),
            )
            for each in whole["calibration"]
        )
        heads = (self.say("chance given"), self.say("how often it came"), self.say("area-months"))
        curve = whole["precision_recall"]
        points = [(each["said"], each["came"]) for each in whole["calibration"]]
        figures = []
        name = self.say("rules")
        if len(points) > 1:
            title = self.say("Reliability")
            label = f"{title}: {self.found['title'][self.lang]}"
            band = [
                _chance_band(each["said"], each["area_months"]) for each in whole["calibration"]
            ]
            drawing = draw_reliability(
                [(name, points)], band, self.say("chance given"), label, self.lang
            )
            note = self.say(
                "Across, the chance given; up, how often it came. The band holds 90% of right "
                "chances, were area-months independent; they are not, so it is too narrow."
            )
            figures.append(Figure(title, drawing, note))
        if curve["points"]:
            title = self.say("Precision and recall")
            ranked = [(each["recall"], each["precision"]) for each in curve["points"]]
            word = self.say("recall")
            label = f"{title}: {self.found['title'][self.lang]}"
            drawing = draw_ranking([(name, ranked)], curve["base_rate"], word, label, self.lang)
            said = self.say(
                "Average precision {value}; a blind order reaches {base}.",
                value=self.share(curve["average_precision"]),
                base=self.share(curve["base_rate"]),
            )
            figures.append(Figure(title, drawing, said))
        return Section(
            self.say("Were the chances right? (other countries)"),
            tables=(Table(heads, rows),) if rows else (),
            figures=tuple(figures),
        )

    def misses(self) -> Section:
        heads = (
            self.say("area"), self.say("month"), self.say("deaths"), self.say("onset"),
            self.say("level before"), self.say("chance given"),
            self.say("deaths in the window before"),
        )  # fmt: skip
        rows = tuple(
            (
                Cell(each["name"][self.lang], self.known(each)),
                Cell(self.month(each["month"])),
                Cell(self.count(each["deaths"])),
                Cell(self.say("yes") if each["onset"] else self.say("no")),
                Cell(self.level(each["highest_rank_before"])),
                Cell(self.part(each["chance_given"])),
                Cell(self.days(each["deaths_of_the_window_before"])),
            )
            for each in self.found["worst_misses"]
        )
        said = (
            self.say(
                "The deadliest months that no alarm had announced, with what the system had just "
                "before."
            ),
        )
        table = (Table(heads, rows, words=frozenset({1, 3, 4}), aside=frozenset({3, 6})),)
        return Section(self.say("Worst misses"), said, table if rows else ())

    def known(self, each: Found) -> str:
        """The country of an area, marked if the authors knew its history."""
        country = self.names.get(each["area"][:3], each["area"][:3])
        return self.group(each["area"][:3]) if each["known_to_the_authors"] else country

    def level(self, rank: int) -> str:
        return self.say("none") if rank == 0 else self.say(LEVELS[rank - 1])

    def unknown(self) -> Section:
        told = [
            self.say(
                "{country} {share}",
                country=self.names.get(iso3, iso3),
                share=self.share(share),
            )
            for iso3, share in sorted(self.found["never_counted"].items())
        ]
        said = (
            self.say(
                "Area-months that nobody counted are unknown, not quiet, and are judged nowhere "
                "above: {list}.",
                list=", ".join(told),
            )
            if told
            else self.say("Every area-month was counted.")
        )
        return Section(self.say("What nobody counted"), (said,))

    def thresholds(self) -> Section:
        rows = tuple(
            (
                Cell(str(year)),
                Cell(number(each["factor"], self.lang, 2)),
                Cell(number(each["alarms_a_week"], self.lang, 2)),
            )
            for year, each in self.found["lessons"].items()
        )
        heads = (
            self.say("year"), self.say("factor on the thresholds"),
            self.say("alarms a week in the five years before"),
        )  # fmt: skip
        said = self.say(
            "Each January takes the most watchful thresholds whose alarms stayed within the budget "
            "of {budget} a week over the last five years that had been counted.",
            budget=number(self.found["budget"], self.lang, 1),
        )
        return Section(self.say("What each January taught"), (said,), (Table(heads, rows),))

    # --- a problem whose harm people state -----------------------------------------------------
    def stated(self) -> tuple[str, tuple[str, ...], tuple[Section, ...]]:
        found = self.found["cases"]
        headline = self.say(
            "{hits} came true, {false} did not, {unknown} not known, {misses} missed",
            hits=found["hits"], false=found["false_alarms"], unknown=found["not_known"],
            misses=found["misses"],
        )  # fmt: skip
        lines = [
            self.say("The harm: {outcome}", outcome=self.found["outcome"][self.lang]),
            self.say(
                "People state this harm; nobody counts it. The cases are those of the dossiers "
                "{dossiers}, which the authors knew: there is no headline of other countries.",
                dossiers=", ".join(self.found["dossiers"]),
            ),
        ]
        if found["brier"] is not None:
            lines.append(
                self.say(
                    "Brier score of the stated likelihoods {own}; of the share that came true, had "
                    "it been known beforehand, {share}.",
                    own=number(found["brier"], self.lang, 3),
                    share=number(found["brier_of_the_share"], self.lang, 3),
                )
            )
        rows = tuple(self.case(each) for each in found["cases"])
        heads = (
            self.say("case"), self.say("raised"), self.say("highest level"), self.say("what came"),
            self.say("known on"), self.say("lead, days"),
        )  # fmt: skip
        table = (Table(heads, rows, words=frozenset({1, 2, 3, 4})),) if rows else ()
        return headline, tuple(lines), (Section(self.say("Case by case"), (), table),)

    def case(self, each: Found) -> tuple[Cell, ...]:
        return (
            Cell(each["name"][self.lang], self.names.get(each["country"], each["country"])),
            Cell(self.date(each["raised"]) or self.say("not raised")),
            Cell(self.say(each["highest"]) if each["highest"] else "–"),
            Cell(self.say(OUTCOMES[each["outcome"]])),
            Cell(self.date(each["harm_known"]) or "–"),
            Cell(self.days(each["lead_days"])),
        )

    def date(self, written: str) -> str:
        return day(date.fromisoformat(written), self.lang) if written else ""

    # --- a problem that cannot be scored -------------------------------------------------------
    def unscored(self) -> tuple[str, tuple[str, ...], tuple[Section, ...]]:
        return (
            self.say("This problem cannot be scored"),
            (
                self.say("The harm: {outcome}", outcome=self.found["outcome"][self.lang]),
                self.found["reason"][self.lang],
            ),
            (),
        )

    # --- how warnings were answered ------------------------------------------------------------
    def responses(self) -> tuple[str, tuple[str, ...], tuple[Section, ...]]:
        told = self.found["responses"]
        if not told["issued"]:
            return self.say("No warning was issued in these months"), (), ()
        headline = self.say(
            "{share} of {count} warnings were decided within 72 hours",
            share=self.part(told["decided"]["within_72_h"]["share"]),
            count=self.count(told["issued"]),
        )
        return headline, (), (response_section(told, self.lang),)

    def record(self) -> Section:
        runs = self.found["runs"]
        terms = (
            (self.say("hash of all rules"), self.found["rules"]),
            (self.say("hash of this problem’s rules"), self.found["rules_of_problem"] or "–"),
            (
                self.say("runs logged before, of this problem"),
                self.say(
                    "{same} with these rules, {other} with others",
                    same=runs["with_these_rules"],
                    other=runs["with_other_rules"],
                ),
            ),
        )
        return Section(
            self.say("What was frozen and logged"),
            (
                self.say(
                    "The texts of the rules were frozen by their hash before the replay began; "
                    "other texts have another hash, and are another run."
                ),
            ),
            terms=terms,
        )


def _at(figures: Found, key: str) -> Any:
    """A figure under a dotted name; None where it is not held."""
    value: Any = figures
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _chance_band(chance: float, number: int) -> tuple[float, float, float]:
    """Where 90 % of shares lie if each of so many months comes with that chance."""
    wide = 1.645 * (chance * (1 - chance) / number) ** 0.5
    return chance, max(0.0, chance - wide), min(1.0, chance + wide)
