"""What may identify somebody in a text, found by rule in French and English.

Rules find too much rather than too little: a person may put back what does no harm. They cannot
find a nickname written small, or a place that only one family lives in; a person must read.
"""

import re
from typing import NamedTuple

GAP = "[…]"
_TITLES = (
    "M", "Mr", "Mrs", "Ms", "Mme", "Mlle", "Dr", "Pr", "Me", "El", "Hadj", "imam", "cheikh",
    "sheikh", "chef", "chief", "colonel", "col", "capitaine", "captain", "commandant", "général",
    "general", "lieutenant", "sergent", "sergeant", "maire", "mayor", "préfet", "prefect",
    "marabout", "père", "father", "frère", "brother",
)  # fmt: skip
_NUMBERS = (
    "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "vingt", "trente", "quarante", "cinquante",
    "soixante", "cent", "cents", "mille", "dizaine", "douzaine", "vingtaine", "centaine", "two",
    "three", "four", "five", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty",
    "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "dozen",
)  # fmt: skip
_DAYS = (
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday", "sunday", "hier", "yesterday", "aujourd'hui",
    "aujourd’hui", "today", "midi", "minuit", "noon", "midnight",
)  # fmt: skip
_WORD = r"[^\W\d_]"


def _any(words: tuple[str, ...]) -> str:
    return r"\b(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + r")\b"


# In the order in which they are looked for: what is longer and surer first.
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("address", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|(?<!\w)@\w{2,}")),
    ("id", re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")),
    (
        "coordinates",
        re.compile(
            r"[-+−]?\d{1,3}[.,]\d+\s*°?\s*[NSEWO]?\s*[,;/ ]\s*"
            r"[-+−]?\d{1,3}[.,]\d+\s*°?\s*[NSEWO]?\b"
            r"|\d{1,3}\s*°\s*\d{1,2}(?:\s*['′’]\s*\d{0,2}(?:[.,]\d+)?\s*[\"″]?)?\s*[NSEWO]?"
            r"|\b\d{1,2}[C-X]\s?[A-Z]{2}\s?\d{4,10}\b"
        ),
    ),
    ("phone", re.compile(r"(?<!\w)\+?\d(?:[\s.\-/()]*\d){6,14}(?!\w)")),
    ("code", re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[^\W\d_])[\w-]{2,}\b")),
    ("number", re.compile(r"\d+(?:[\s\u00a0\u202f.,:/-]\d+)*\s*%?|" + _any(_NUMBERS), re.I)),
    ("time", re.compile(_any(_DAYS), re.I)),
    (
        "name",
        re.compile(
            rf"\b(?i:{'|'.join(map(re.escape, _TITLES))})\b\.?\s+"
            r"(?:(?:de|du|la|le|of|the|ag|ould|ben)\s+)*"
            rf"[^\W\d_a-zà-ÿ][\w’'-]*(?:\s+(?:ag|ould|ben|de|[^\W\d_a-zà-ÿ][\w’'-]*))*"
        ),
    ),
    (
        "name",
        re.compile(
            r"\b[^\W\d_a-zà-ÿ][\w’'-]*"
            r"(?:\s+(?:(?:ag|ould|ben|of|de|du)\s+)?[^\W\d_a-zà-ÿ][\w’'-]*)*"
        ),
    ),
)  # fmt: skip


class Found(NamedTuple):
    """Something that may identify, and where it stands."""

    what: str
    text: str
    start: int
    end: int


def find(text: str) -> list[Found]:
    """Everything in a text that a rule finds, in order, none overlapping.

    >>> [one.what for one in find("chef Moussa, +223 76 12 34 56, à 16.27, -0.04")]
    ['name', 'phone', 'coordinates']
    """
    taken: list[Found] = []
    left = text  # with what was found blotted out, so that each rule sees the rest
    for what, pattern in RULES:
        for match in pattern.finditer(left):
            start, end = match.span()
            if end > start:
                taken.append(Found(what, match.group(), start, end))
        for one in taken:
            left = left[: one.start] + "\0" * (one.end - one.start) + left[one.end :]
    return sorted(taken, key=lambda one: one.start)


def redact(text: str, keep: frozenset[str] = frozenset()) -> str:
    """A text with a gap for everything found that a person did not keep, word for word.

    >>> redact("Attaque près de Ber par 12 hommes")
    '[…] près de […] par […] hommes'
    """
    parts, at = [], 0
    for one in find(text):
        if one.text.strip() in keep:
            continue
        parts += [text[at : one.start], GAP]
        at = one.end
    said = "".join([*parts, text[at:]])
    return re.sub(rf"(?:{re.escape(GAP)}\s*)+", f"{GAP} ", said).strip()
