"""Text without accents and case, so that a search for *segou* finds *Ségou*."""

import re
from unicodedata import combining, normalize

# Letters that no decomposition takes apart.
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "’": "'", "ʼ": "'", "‘": "'"}
)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


def fold(text: str) -> str:
    """`text` in lower case, without accents, with single plain spaces.

    >>> fold("Côte d’Ivoire")
    "cote d'ivoire"
    >>> fold("  Ségou Ville")
    'segou ville'
    """
    if text.isascii():  # nothing to take apart: most names of places, and a tenth of the time
        return " ".join(text.lower().split())
    bare = _once(text)
    # Some letters only come apart after others have: a second look makes the result final.
    while (again := _once(bare)) != bare:
        bare = again
    return bare


def _once(text: str) -> str:
    lowered = normalize("NFKD", text.casefold().translate(_LETTERS)).casefold()
    bare = "".join(letter for letter in normalize("NFKD", lowered) if not combining(letter))
    return _SPACES.sub(" ", bare.translate(_LETTERS)).strip()
