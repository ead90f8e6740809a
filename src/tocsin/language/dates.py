"""Days, months, quarters and periods, in words. French months are in lower case; 1er is a word."""

from datetime import date

from tocsin.language.text import Lang
from tocsin.language.typography import NO_BREAK

_QUARTERS: dict[Lang, tuple[str, ...]] = {
    "fr": ("premier", "deuxième", "troisième", "quatrième"),
    "en": ("first", "second", "third", "fourth"),
}


def month_name(number: int, lang: Lang, short: bool = False) -> str:
    """Name of month 1 to 12.

    >>> month_name(8, "fr"), month_name(8, "en"), month_name(7, "fr", short=True)
    ('août', 'August', 'juil.')
    """
    from babel.dates import get_month_names  # noqa: PLC0415  (30 ms: only when a date is shown)

    width = "abbreviated" if short else "wide"
    return str(
        get_month_names(width, context="stand-alone" if not short else "format", locale=lang)[
            number
        ]
    )


def day(value: date, lang: Lang, year: bool = True) -> str:
    """A day, with no break between its number and its month.

    >>> day(date(2023, 6, 1), "fr") == "1er\u00a0juin 2023"
    True
    >>> day(date(2023, 6, 30), "en", year=False) == "30\u00a0June"
    True
    """
    ordinal = "1er" if lang == "fr" and value.day == 1 else str(value.day)
    text = f"{ordinal}{NO_BREAK}{month_name(value.month, lang)}"
    return f"{text} {value.year}" if year else text


def month(value: date, lang: Lang, year: bool = True, short: bool = False) -> str:
    """The month that holds `value`.

    >>> month(date(2023, 5, 1), "fr"), month(date(2023, 5, 1), "en", year=False)
    ('mai 2023', 'May')
    """
    name = month_name(value.month, lang, short)
    return f"{name} {value.year}" if year else name


def period(first: date, last: date, lang: Lang, short: bool = False) -> str:
    """The months from `first` to `last`, the year said once where it can be.

    >>> period(date(2023, 3, 1), date(2023, 5, 31), "fr")
    'mars à mai 2023'
    >>> period(date(2022, 12, 1), date(2023, 2, 28), "en")
    'December 2022 to February 2023'
    """
    if (first.year, first.month) == (last.year, last.month):
        return month(last, lang, short=short)
    joint = "à" if lang == "fr" else "to"
    begin = month(first, lang, first.year != last.year, short)
    return f"{begin} {joint} {month(last, lang, short=short)}"


def quarter(first: date, last: date) -> int | None:
    """Which quarter of the calendar the months from `first` to `last` are, if any.

    >>> quarter(date(2023, 7, 1), date(2023, 9, 30))
    3
    >>> quarter(date(2023, 12, 1), date(2024, 2, 29)) is None
    True
    """
    whole = first.year == last.year and first.month % 3 == 1 and last.month == first.month + 2
    return last.month // 3 if whole else None


def quarter_name(number: int, lang: Lang) -> str:
    """Ordinal of a quarter.

    >>> quarter_name(3, "fr"), quarter_name(3, "en")
    ('troisième trimestre', 'third quarter')
    """
    return f"{_QUARTERS[lang][number - 1]} {'trimestre' if lang == 'fr' else 'quarter'}"
