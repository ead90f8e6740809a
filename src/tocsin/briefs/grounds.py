"""What every section of a brief stands on: histories, the window of months, the sources."""

from tocsin.briefs.facts import Fact
from tocsin.briefs.inputs import BriefInputs, Outlook, Part
from tocsin.briefs.mapping import Tally
from tocsin.briefs.reckoning import QUARTER, YEAR, History, read_histories, require_known
from tocsin.briefs.sourcing import SourceBook
from tocsin.tables.months import month_of

MONTHS_AHEAD = 6


class Grounds:
    """Histories of a place and its parts, the months told, and the book of sources."""

    def __init__(self, inputs: BriefInputs):
        self.inputs = inputs
        self.history = read_histories(inputs.unit).get(inputs.place.unit_id, History({}))
        self.parts = read_histories(inputs.parts)
        self.window = require_known(self.history, inputs.place.names.en, inputs.as_of)
        self.book = SourceBook(inputs, self.window)
        self.until = month_of(inputs.as_of) + MONTHS_AHEAD

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

    def outlook(self) -> Outlook | None:
        """The forecast, if it starts where the known months end."""
        outlook = self.inputs.outlook
        return outlook if outlook is not None and outlook.origin_month == self.window.last else None

    def tally(self, part: Part) -> Tally:
        history = self.parts.get(part.unit_id, History({}))
        first, last = self.window.year
        known = history.known(first, last)
        if not known:
            return Tally(None, None)
        now = sum(count.deaths for month, count in history.months.items() if first <= month <= last)
        return Tally(now, history.deaths(*self.window.year_before), partial=known < YEAR)

    def own_parts(self) -> list[Part]:
        """The parts that the brief is about: of an area, only itself."""
        parts = self.inputs.layer.parts
        if self.inputs.place.level != "admin1":
            return list(parts)
        return [part for part in parts if part.unit_id == self.inputs.place.unit_id]

    def place_is_part(self) -> bool:
        """Whether the place is itself one of the parts of its map, so that they are not its sum."""
        return self.inputs.place.unit_id in self.parts
