"""How a report writes its numbers."""

from collections.abc import Sequence

from tocsin.language import Lang, month, number, percent, text, typeset
from tocsin.tables.months import first_day, parse_month


class Figures:
    """Numbers, months and sentences in one language."""

    def __init__(self, lang: Lang):
        self.lang = lang

    def say(self, template: str, **fields: object) -> str:
        """A sentence of the catalogue; without fields its braces are left for later."""
        said = text(template, self.lang)
        return typeset(said.format(**fields) if fields else said, self.lang)

    def figure(self, value: float) -> str:
        """A score with about three digits.

        >>> [Figures("en").figure(x) for x in (1234.5, 47.29, 1.128, 0.5641, 0.0368)]
        ['1,235', '47.3', '1.13', '0.564', '0.0368']
        """
        size = abs(value)
        decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
        return number(value, self.lang, 4 if 0 < size < 0.1 else decimals)

    def count(self, value: float) -> str:
        """Deaths: whole, but for the halves of a quantile."""
        return number(value, self.lang)

    def share(self, value: float) -> str:
        """A share as a percentage, with a decimal below ten.

        >>> Figures("en").share(0.064), Figures("en").share(0.893)
        ('6.4%', '89%')
        """
        return percent(100 * value, self.lang, 1 if abs(value) < 0.0995 else 0)

    def signed(self, value: float) -> str:
        """A gain with its sign.

        >>> Figures("en").signed(0.064)
        '+6.4%'
        """
        return percent(100 * value, self.lang, 1 if abs(value) < 0.0995 else 0, signed=True)

    def span(self, ends: tuple[float, float]) -> str:
        """Two gains as an interval."""
        return self.say("{low} to {high}", low=self.signed(ends[0]), high=self.signed(ends[1]))

    def month(self, written: str) -> str:
        """A month written 2018-01, in words."""
        return month(first_day(parse_month(written)), self.lang)

    def ahead(self, horizons: Sequence[int]) -> str:
        """Horizons as a range where they are one.

        >>> Figures("en").ahead((3, 4, 5)), Figures("en").ahead((1, 3))
        ('3 to 5', '1, 3')
        """
        whole = list(range(min(horizons), max(horizons) + 1)) == list(horizons)
        if whole and len(horizons) > 1:
            return self.say("{low} to {high}", low=min(horizons), high=max(horizons))
        return ", ".join(str(one) for one in horizons)
