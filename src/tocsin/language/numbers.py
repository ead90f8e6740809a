"""Numbers as each language writes them: 1 728 and 39,4 % in French, 1,728 and 39.4% in English.

CLDR (through Babel) knows the separators; this module adds what it leaves out: a true minus,
and no break between a number and its sign.
"""

import math
from decimal import ROUND_HALF_UP, Decimal

from tocsin.errors import UsageError
from tocsin.language.text import Lang
from tocsin.language.typography import NARROW

MINUS = "\u2212"
_DECIMAL: dict[Lang, str] = {"fr": ",", "en": "."}
_GROUP: dict[Lang, str] = {"fr": NARROW, "en": ","}
_PERCENT: dict[Lang, str] = {"fr": f"{NARROW}%", "en": "%"}


def rounded(value: float, decimals: int = 0) -> Decimal:
    """`value` rounded half up, as readers do, and not half to even, as machines do.

    >>> rounded(2.5), rounded(0.125, 2)
    (Decimal('3'), Decimal('0.13'))
    """
    exact = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: float, lang: Lang, decimals: int = 0) -> str:
    """A number with grouped thousands.

    >>> number(1728, "en"), number(-42.25, "en", 1)
    ('1,728', '−42.3')
    >>> number(1728, "fr") == "1\u202f728"
    True
    """
    if not math.isfinite(value):
        return "–"
    from babel.numbers import format_decimal  # noqa: PLC0415  (30 ms: only when a number is shown)

    figure = rounded(value, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = str(format_decimal(abs(figure), format=pattern, locale=lang))
    return f"{MINUS}{text}" if figure < 0 else text


def percent(value: float, lang: Lang, decimals: int = 0, signed: bool = False) -> str:
    """A percentage; `value` is in percent. `signed` writes the plus sign too.

    >>> percent(39.4, "en", 1), percent(-42, "en", signed=True), percent(7, "en", signed=True)
    ('39.4%', '−42%', '+7%')
    >>> percent(39.4, "fr", 1) == "39,4\u202f%"
    True
    """
    sign = "+" if signed and rounded(value, decimals) > 0 else ""
    return f"{sign}{number(value, lang, decimals)}{_PERCENT[lang]}"


def parse_number(text: str, lang: Lang) -> float:
    """The number that `number` wrote.

    Raises
    ------
    UsageError, if the text is not a number in that language.

    >>> parse_number("1,728.5", "en")
    1728.5
    """
    plain = text.strip().replace(MINUS, "-").replace("\u00a0", "").replace(" ", "")
    plain = plain.replace(_GROUP[lang], "").replace(_DECIMAL[lang], ".")
    try:
        return float(plain)
    except ValueError:
        raise UsageError(
            "{text!r} is not a number",
            remedy="Write a number as {example}.",
            text=text,
            example=number(1728.5, lang, 1),
        ) from None


def plural(count: float, one: str, many: str, lang: Lang) -> str:
    """The form that goes with `count`: French counts 0 and 1 as singular, English only 1.

    >>> plural(0, "mort", "morts", "fr"), plural(0, "death", "deaths", "en")
    ('mort', 'deaths')
    """
    single = abs(count) < 2 if lang == "fr" else count == 1
    return one if single else many
