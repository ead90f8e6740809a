"""French and English with the same rights: text, numbers, dates, likelihood words."""

from tocsin.language.changes import change, relative
from tocsin.language.dates import day, month, month_name, period, quarter, quarter_name
from tocsin.language.folding import fold
from tocsin.language.likelihood import BANDS, Band, band, chance, likelihood, likelihood_span
from tocsin.language.numbers import number, parse_number, percent, plural
from tocsin.language.text import Lang, code_words, text
from tocsin.language.typography import elide, typeset

__all__ = [
    "BANDS",
    "Band",
    "Lang",
    "band",
    "chance",
    "change",
    "code_words",
    "day",
    "elide",
    "fold",
    "likelihood",
    "likelihood_span",
    "month",
    "month_name",
    "number",
    "parse_number",
    "percent",
    "period",
    "plural",
    "quarter",
    "quarter_name",
    "relative",
    "text",
    "typeset",
]
