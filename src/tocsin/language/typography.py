"""One filter for all text that a person reads: apostrophes, quotes and French spaces.

Templates are written with plain spaces and plain apostrophes; the filter is the only place
that knows where the special ones go. It leaves web addresses and clock times alone.
"""

import re

from tocsin.language.text import Lang

NARROW = "\u202f"  # narrow no-break space: before ; ? ! %, inside « », between thousands
NO_BREAK = "\u00a0"  # no-break space: before a colon, between a day and its month

_ADDRESS = re.compile(r"(https?://\S+|\b10\.\d{4,}/\S+)")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_SPACE = "[ \u00a0\u202f]"
_FRENCH: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{_SPACE}+([;?!%€])"), rf"{NARROW}\1"),
    (re.compile(rf"{_SPACE}+:"), f"{NO_BREAK}:"),
    (re.compile(rf"«{_SPACE}*"), f"«{NARROW}"),
    (re.compile(rf"{_SPACE}*»"), f"{NARROW}»"),
)


def typeset(text: str, lang: Lang) -> str:
    """`text` with the typography of its language; a second pass changes nothing.

    >>> typeset("Qu'est-ce : « rien » ?", "fr") == (
    ...     "Qu’est-ce\u00a0: «\u202frien\u202f»\u202f?")
    True
    >>> typeset("Mali's count: 12%", "en")
    'Mali’s count: 12%'
    """
    pieces = _ADDRESS.split(text)
    # Every second piece is an address, which must stay as it is.
    return "".join(
        piece if index % 2 else _set_prose(piece, lang) for index, piece in enumerate(pieces)
    )


def _set_prose(text: str, lang: Lang) -> str:
    text = _APOSTROPHE.sub("’", text)
    if lang == "fr":
        text = elide(text)
        for pattern, replacement in _FRENCH:
            text = pattern.sub(replacement, text)
    return text


_BEFORE_VOWEL = re.compile("\\b([Dd])e ([\ue000-\uf8ff]*)(?=avril|août|octobre)")


def elide(text: str) -> str:
    """French *de* before a month that begins with a vowel. Private-use marks may stand between.

    >>> elide("la prévision part de avril")
    'la prévision part d’avril'
    """
    return _BEFORE_VOWEL.sub("\\1’\\2", text)
