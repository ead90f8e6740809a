"""Sentences that say the same in both languages: an English template, its French, and fields."""

import re
from typing import NamedTuple

from tocsin.language import Lang, day, month, number, percent, text, typeset
from tocsin.tables.bodies import Words
from tocsin.tables.when import first_moment, precision

_CONTRACTIONS = tuple(
    (re.compile(rf"\b{words} (?=[{follows}])"), written)
    for words, follows, written in (
        ("de le", "A-ZÉÎ", "du "),
        ("à le", "A-ZÉÎ", "au "),
        ("de", "AEIOUÉÈÊÎÔ", "d’"),
    )
)
LANGS: tuple[Lang, Lang] = ("fr", "en")


class Amount(NamedTuple):
    """A number to be written as each language writes it."""

    value: float
    decimals: int = 0
    unit: str = ""
    signed: bool = False


class Dated(NamedTuple):
    """A date to be written as exactly as it is known."""

    when: str


Part = Words | Amount | Dated | str | int
Field = Part | tuple[Part, ...]


def words(template: str, **fields: Field) -> Words:
    """`template` filled in, in French and English.

    >>> words("{share} of the ceiling", share=Amount(22.6, 1, "percent")).en
    '22.6% of the ceiling'
    """
    said = {
        lang: text(template, lang).format_map(
            {name: shown(value, lang) for name, value in fields.items()}
        )
        for lang in LANGS
    }
    return Words(fr=typeset(_contracted(said["fr"]), "fr"), en=typeset(said["en"], "en"))


def _contracted(french: str) -> str:
    """*de le Mali*, *à le Mali*, *de Ansongo* as French writes them; only before a name."""
    for pattern, written in _CONTRACTIONS:
        french = pattern.sub(written, french)
    return french


def shown(value: Field, lang: Lang) -> str:
    """One field as a reader of `lang` expects it."""
    match value:
        case Words():
            return value.in_(lang)
        case Amount():
            return _amount(value, lang)
        case Dated(when):
            return dated(when, lang)
        case str():
            return value
        case int():
            return number(value, lang)
        case _:
            return ", ".join(shown(one, lang) for one in value)


def dated(when: str, lang: Lang) -> str:
    """A date in words, no more exactly than it was given.

    >>> dated("2023-07", "en"), dated("2023", "fr")
    ('July 2023', '2023')
    """
    first = first_moment(when).date()
    match precision(when):
        case "year":
            return str(first.year)
        case "month":
            return month(first, lang)
        case _:
            return day(first, lang)


def joined(parts: list[Words], glue: str = "; ") -> Words:
    """Several phrases as one, in both languages."""
    french = glue.replace("; ", " ; ")
    return Words(
        fr=typeset(french.join(part.in_("fr") for part in parts), "fr"),
        en=glue.join(part.in_("en") for part in parts),
    )


def _amount(amount: Amount, lang: Lang) -> str:
    if amount.unit == "percent":
        return percent(amount.value, lang, amount.decimals, signed=amount.signed)
    said = number(amount.value, lang, amount.decimals)
    return f"+{said}" if amount.signed and amount.value > 0 else said
