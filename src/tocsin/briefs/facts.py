"""A fact is a number that can be opened to its source; a line is a sentence that holds facts.

A brief is put together once, without a language: its sentences are English templates with named
fields. A language is chosen when a line is written out, so French and English cannot hold
different numbers.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import msgspec

from tocsin.language import (
    Lang,
    chance,
    change,
    day,
    likelihood,
    month_name,
    number,
    percent,
    period,
    plural,
    text,
    typeset,
)
from tocsin.tables.months import first_day, last_day, month_text, year_month

TAIL = 12  # the last characters of its id, by which a statement is named on a page and opened


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a brief, with what it counts and where it comes from.

    `value` is None when nobody knows. `months` are the first and last month counted. `sources`
    are keys of the brief's sources. `before` is the value a change is measured from.
    """

    id: str
    value: float | None
    unit: str
    sources: tuple[str, ...]
    place: str = ""
    months: tuple[int, int] | None = None
    before: float | None = None
    note: str = ""

    @property
    def known(self) -> float:
        """The value, for a fact that is known to be known."""
        assert self.value is not None, self.id
        return self.value

    def to_json(self) -> dict[str, object]:
        """Plain values: months as ISO text, whole numbers as integers."""
        value = self.value
        if value is not None:
            value = round(value, 6)
            value = int(value) if value == int(value) else value
        told: dict[str, object] = {"id": self.id, "value": value, "unit": self.unit}
        if self.place:
            told["place"] = self.place
        if self.months:
            told["months"] = [month_text(month) for month in self.months]
        if self.note:
            told["note"] = self.note
        return told | {"sources": list(self.sources)}


@dataclass(frozen=True)
class Words:
    """A name that each language has its own word for."""

    en: str
    fr: str

    def in_(self, lang: Lang) -> str:
        return self.fr if lang == "fr" else self.en


@dataclass(frozen=True)
class Term:
    """A template without fields, translated where it stands."""

    template: str


@dataclass(frozen=True)
class Months:
    """A span of months, written out as a period; names shortened where room is scarce."""

    first: int
    last: int
    short: bool = False


@dataclass(frozen=True)
class MonthName:
    """The name of one month, without its year; shortened where room is scarce."""

    month: int
    short: bool = False


@dataclass(frozen=True)
class Listing:
    """Several values, joined with commas and *and*."""

    items: "tuple[Value, ...]"


@dataclass(frozen=True)
class Quoted:
    """Words of the record: whatever number they hold is that of the statements in `sources`."""

    en: str
    fr: str
    sources: tuple[str, ...]

    def in_(self, lang: Lang) -> str:
        return self.fr if lang == "fr" else self.en


# Where the text of a run comes from, where that is not the template: a name, the document's own
# clock, the words of the record.
Origin = Literal["", "name", "clock", "quote"]


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style; `fact` when it is a number, `sources` when it cites.

    `behind` are the sources of a quotation, which the run itself does not show.
    """

    text: str
    bold: bool = False
    fact: Fact | None = None
    sources: tuple[str, ...] = ()
    origin: Origin = ""
    behind: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A sentence: an English template and what goes into its fields.

    In a template `**…**` is bold, `{deaths}` a value, `{deaths+}` a value with its noun
    (*355 deaths*), and a `^` after either cites the sources of the fact.
    """

    template: str
    fields: Mapping[str, "Value"] = field(default_factory=dict)
    capital: bool = False  # whether its first letter is one

    def runs(self, lang: Lang) -> list[Run]:
        """The sentence in `lang`, as runs of one style each."""
        written = list(self._write(text(self.template, lang), lang))
        # The text filter sees the whole sentence at once: a sign may begin the next run.
        found = _typeset_runs(written, lang)
        return _with_capital(found) if self.capital else found

    def plain(self, lang: Lang) -> str:
        r"""The sentence in `lang` without style.

        >>> told = Fact(id="deaths", value=1728, unit="deaths", sources=())
        >>> Line("**{n+}** recorded", {"n": told}).plain("en")
        '1,728\xa0deaths recorded'
        """
        return "".join(run.text for run in self.runs(lang))

    def facts(self, lang: Lang = "en") -> list[Fact]:
        """The facts of the sentence, in the order of `lang`."""
        return [run.fact for run in self.runs(lang) if run.fact]

    def _write(self, template: str, lang: Lang) -> Iterator[Run]:
        bold = False
        for piece in _PIECES.split(template):
            if piece == "**":
                bold = not bold
            elif found := _FIELD.fullmatch(piece):
                name, noun, cite = found.groups()
                yield from write_value(self.fields[name], lang, bold, bool(noun), bool(cite))
            elif piece:
                yield Run(piece, bold)


Value = Fact | Words | Quoted | Term | Months | MonthName | Listing | Line | date | str


@dataclass(frozen=True)
class Source:
    """Where numbers come from: one release of one publisher, boundaries, or a forecast."""

    key: str
    line: Line
    url: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


_PIECES = re.compile(r"(\*\*|\{\w+\+?\^?\})")
_FIELD = re.compile(r"\{(\w+)(\+?)(\^?)\}")


def write_value(
    value: "Value", lang: Lang, bold: bool = False, noun: bool = False, cite: bool = False
) -> Iterator[Run]:
    """One value as runs: a fact keeps its identity, a citation follows it."""
    match value:
        case Fact():
            yield Run(fact_text(value, lang, noun), bold, value)
            if cite and value.sources:
                yield Run("", bold, None, value.sources)
        case Words():
            yield Run(value.in_(lang), bold, origin="name")
        case Quoted():
            yield Run(value.in_(lang), bold, origin="quote", behind=value.sources)
            if cite and value.sources:
                yield Run("", bold, None, value.sources)
        case Term():
            yield Run(text(value.template, lang), bold)
        case Months():
            told = period(first_day(value.first), last_day(value.last), lang, value.short)
            yield Run(told, bold, origin="clock")
        case MonthName():
            named = month_name(year_month(value.month)[1], lang, value.short)
            yield Run(named, bold, origin="clock")
        case Line():
            yield from (replace(run, bold=bold or run.bold) for run in value.runs(lang))
        case Listing():
            yield from _listing(value, lang, bold)
        case date():
            yield Run(day(value, lang), bold, origin="clock")
        case str():
            yield Run(value, bold)


def _listing(listing: Listing, lang: Lang, bold: bool) -> Iterator[Run]:
    last = len(listing.items) - 1
    for index, item in enumerate(listing.items):
        if index:
            joint = text(" and ", lang) if index == last else ", "
            yield Run(joint, bold)
        yield from write_value(item, lang, bold)


_NOUNS: dict[str, tuple[str, str, str, str]] = {
    "deaths": ("death", "deaths", "mort", "morts"),
    "events": ("event", "events", "événement", "événements"),
    "months": ("month", "months", "mois", "mois"),
    "origins": ("origin", "origins", "origine", "origines"),
    "draws": ("draw", "draws", "tirage", "tirages"),
    "news": ("new fact", "new facts", "fait nouveau", "faits nouveaux"),
    "warnings": ("warning", "warnings", "avertissement", "avertissements"),
    "days": ("day", "days", "jour", "jours"),
    "hours": ("hour", "hours", "heure", "heures"),
    "camps": ("camp", "camps", "camp", "camps"),
    "commitments": ("commitment", "commitments", "engagement", "engagements"),
    "reports": ("report", "reports", "signalement", "signalements"),
    "countries": ("country", "countries", "pays", "pays"),
    "areas": ("area", "areas", "région", "régions"),
}


def noun_for(count: float, unit: str, lang: Lang) -> str:
    """The noun of a unit that goes with `count`; empty for units without a noun.

    >>> noun_for(1, "deaths", "fr"), noun_for(2, "events", "en")
    ('mort', 'events')
    """
    if unit not in _NOUNS:
        return ""
    one_en, many_en, one_fr, many_fr = _NOUNS[unit]
    return (
        plural(count, one_fr, many_fr, lang)
        if lang == "fr"
        else plural(count, one_en, many_en, lang)
    )


def fact_text(fact: Fact, lang: Lang, noun: bool = False) -> str:
    """A fact as its unit is written: a count, a change, a probability, a share, a score."""
    if fact.value is None:
        return text("unknown", lang)
    if fact.unit == "change":
        return change(fact.value, fact.before or 0, lang)
    if fact.unit in _WRITERS:
        return _WRITERS[fact.unit](fact.value, lang)
    written = number(fact.value, lang)
    word = noun_for(fact.value, fact.unit, lang) if noun else ""
    return f"{written}\u00a0{word}" if word else written


_WRITERS: dict[str, Callable[[float, Lang], str]] = {
    "probability": chance,
    "likelihood": likelihood,
    "percent": percent,
    "mean": lambda value, lang: number(value, lang, 0 if value >= 10 else 1),
    "score": lambda value, lang: number(value, lang, 1 if value >= 1 else 3),
}


def _with_capital(runs: list[Run]) -> list[Run]:
    """The same runs, the first letter of the first text a capital."""
    for place, run in enumerate(runs):
        if run.text:
            raised = replace(run, text=run.text[0].upper() + run.text[1:])
            return [*runs[:place], raised, *runs[place + 1 :]]
    return runs


def _typeset_runs(runs: list[Run], lang: Lang) -> list[Run]:
    """Typography over the whole sentence, given back to the runs it came from."""
    mark = "\ue000"  # a private-use character that no text holds keeps the borders of the runs
    pieces = typeset(mark.join(run.text for run in runs), lang).split(mark)
    return [replace(run, text=piece) for run, piece in zip(runs, pieces, strict=True)]
