"""Words of estimative probability: the seven bands of ICD-203, in both languages.

US Intelligence Community Directive 203, *Analytic Standards* (2015), section 6.2.a. A bound
belongs to the band above it. Below 1 % and above 99 % there is no word, only the bound:
nothing about the future is certain.
"""

from dataclasses import dataclass

from tocsin.language.numbers import percent, rounded
from tocsin.language.text import Lang


@dataclass(frozen=True)
class Band:
    """One band: `low` <= probability < `high` (the last one holds its upper bound too)."""

    key: str
    low: float
    high: float
    en: str
    fr: str

    def word(self, lang: Lang) -> str:
        return self.fr if lang == "fr" else self.en


BANDS: tuple[Band, ...] = (
    Band("almost_no_chance", 0.01, 0.05, "almost no chance", "presque aucune chance"),
    Band("very_unlikely", 0.05, 0.20, "very unlikely", "très improbable"),
    Band("unlikely", 0.20, 0.45, "unlikely", "improbable"),
    Band("even_chance", 0.45, 0.55, "even chance", "une chance sur deux"),
    Band("likely", 0.55, 0.80, "likely", "probable"),
    Band("very_likely", 0.80, 0.95, "very likely", "très probable"),
    Band("almost_certain", 0.95, 0.99, "almost certain", "presque certain"),
)


def whole_percent(probability: float) -> int:
    """The probability as readers see it, in whole percent: the word always goes with this number.

    >>> whole_percent(0.7951)
    80
    """
    return int(rounded(round(probability * 100, 9)))


def band(probability: float) -> Band | None:
    """The band of a probability, judged on the whole percent that is shown; None outside.

    >>> band(0.78).fr, band(0.55).en, band(0.7951).en
    ('probable', 'likely', 'very likely')
    >>> band(0.004) is None and band(0.996) is None
    True
    """
    if not 0.01 <= probability <= 0.99:
        return None
    shown = whole_percent(probability) / 100
    return next((one for one in reversed(BANDS) if shown >= one.low), None)


def chance(probability: float, lang: Lang) -> str:
    """The number alone, never more certain than 1 to 99 %.

    >>> chance(0.78, "en"), chance(0.001, "en"), chance(1.0, "en")
    ('78%', '<\\xa01%', '>\\xa099%')
    """
    if probability < 0.01:
        return f"< {percent(1, lang)}".replace("< ", "<\u00a0")
    if probability > 0.99:
        return f"> {percent(99, lang)}".replace("> ", ">\u00a0")
    return percent(whole_percent(probability), lang)


def likelihood_span(low: float, high: float, lang: Lang) -> tuple[str, tuple[str, str]]:
    """The words of a likelihood that lies between two numbers, each once, and the two numbers.

    A span ends before its upper number, as a band does: from 55 to 80 % is likely, and no more.

    >>> likelihood_span(0.45, 0.8, "en")
    ('even chance – likely', ('45%', '80%'))
    """
    last = max(low, high - 0.01)  # words are judged on whole percents
    named = [found.word(lang) for each in (low, last) if (found := band(each))]
    return " – ".join(dict.fromkeys(named)), (chance(low, lang), chance(high, lang))


def likelihood(probability: float, lang: Lang) -> str:
    """The word and the number, which always go together.

    >>> likelihood(0.78, "en"), likelihood(0.002, "en")
    ('likely (78%)', '<\\xa01%')
    """
    found = band(probability)
    number = chance(probability, lang)
    return f"{found.word(lang)} ({number})" if found else number
