"""Relative change, in words and numbers that stay true next to zero."""

from tocsin.language.numbers import number, percent
from tocsin.language.text import Lang

# Above this a percentage stops meaning anything to a reader: "times as many" does.
_TIMES_FROM = 3.0


def relative(now: float, before: float) -> float | None:
    """Change in percent; None where there was nothing to compare with.

    >>> relative(355, 610)
    -41.80327868852459
    >>> relative(5, 0) is None
    True
    """
    return (now - before) / before * 100 if before else None


def change(now: float, before: float, lang: Lang) -> str:
    """The change from `before` to `now`: a percentage, a multiple, or *from none*.

    >>> change(355, 610, "en"), change(35, 10, "en"), change(0, 0, "en"), change(4, 0, "en")
    ('−42%', '×3.5', '=', 'from none')
    """
    if now == before:
        return "="
    if not before:
        return "de zéro" if lang == "fr" else "from none"
    if now / before >= _TIMES_FROM:
        ratio = now / before
        return f"×{number(ratio, lang, 0 if ratio >= 10 else 1)}"
    return percent((now - before) / before * 100, lang, signed=True)
