"""Tear lines: what a poorer record may still say, and what of its parent survives in it.

Places are coarsened to an admin-1 unit or a country, times to a week or a month, by rule. The text
is a person's own, or the parent's with a gap for whatever may identify. Every run of words that the
child then shares with its parent is listed; nothing of it leaves before a person has agreed to it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

import msgspec

from tocsin.language import fold
from tocsin.sharing.redaction import Found, find
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.sharing import TearLine
from tocsin.tables.statements import Statement
from tocsin.tables.when import first_moment, last_moment

PlaceLevel = Literal["admin1", "country", "none"]
TimeLevel = Literal["week", "month", "year", "none"]
# Words that tell nothing by themselves: a run of these alone is nobody's words.
_PLAIN = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "of",
        "on",
        "or",
        "the",
        "to",
        "was",
        "were",
        "with",
        "au",
        "aux",
        "ce",
        "ces",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "en",
        "est",
        "et",
        "il",
        "l",
        "la",
        "le",
        "les",
        "leur",
        "ou",
        "par",
        "pas",
        "pour",
        "que",
        "qui",
        "s",
        "sa",
        "se",
        "ses",
        "son",
        "sur",
        "un",
        "une",
        "vers",
        "y",
    ]
)  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+")
_CODE = re.compile(r"^[A-Z]{3}(?:\.[a-z0-9-]+)*$")


class Coarse(NamedTuple):
    """A place and a time, as coarse as asked for."""

    area: str
    begins: str | None
    ends: str | None


def coarsen(parent: Statement, place: PlaceLevel, time: TimeLevel) -> Coarse:
    """Where and when a record's matter lies, coarsened; what cannot be is left out."""
    said = (getattr(parent.body, name, "") for name in ("area", "place", "country"))
    codes = [one for one in said if isinstance(one, str) and _CODE.match(one)]
    parts = codes[0].split(".") if codes else []
    deep = {"admin1": 2, "country": 1, "none": 0}[place]
    when = [one for one in _times(parent) if one]
    if time == "none" or not when:
        return Coarse(".".join(parts[:deep]), None, None)
    first = min(first_moment(one).date() for one in when)
    last = max(last_moment(one).date() for one in when)
    return Coarse(".".join(parts[:deep]), _floor(first, time), _ceiling(last, time))


def _times(parent: Statement) -> Iterator[str]:
    """When its matter happened; when it was reported says no more than that."""
    found = [one for one in (parent.valid_from, parent.valid_to) if one]
    found += [
        value
        for name in ("happened_from", "happened_to", "start", "end", "date", "period_from",
                     "period_to", "on")
        if isinstance(value := getattr(parent.body, name, None), str) and value
    ]  # fmt: skip
    for one in found:
        try:
            last_moment(one)
        except Exception:  # noqa: S112 (a field of that name that holds no date)
            continue
        yield one


def _floor(day: date, level: str) -> str:
    if level == "week":
        return (day - timedelta(days=day.weekday())).isoformat()
    return day.isoformat()[: 7 if level == "month" else 4]


def _ceiling(day: date, level: str) -> str:
    if level == "week":
        return (day + timedelta(days=6 - day.weekday())).isoformat()
    return day.isoformat()[: 7 if level == "month" else 4]


def texts_of(parent: Statement) -> list[str]:
    """Every text of a record: what its body says, its subject, its source, its ids."""
    said = [parent.id, parent.subject, parent.source, parent.origin, parent.known_at]
    said += [one for one in (parent.valid_from, parent.valid_to, parent.supersedes) if one]
    return [*said, *parent.derived_from, *_leaves(msgspec.to_builtins(parent.body))]


def prose_of(parent: Statement) -> Words:
    """A record's sentences in both languages, to begin a tear line from."""
    both: dict[str, list[str]] = {"fr": [], "en": []}
    for name in parent.body.__struct_fields__:
        value = getattr(parent.body, name)
        if isinstance(value, Words):
            both["fr"].append(value.in_("fr"))
            both["en"].append(value.in_("en"))
        elif isinstance(value, str) and " " in value:
            both["fr"].append(value)
            both["en"].append(value)
    return Words(*(" ".join(one for one in both[lang] if one) for lang in ("fr", "en")))


def survivors(parent: Statement, text: str) -> list[str]:
    """Runs of words, numbers or ids of a text that also stand in the parent, longest together.

    Accents and case set aside. A run of plain words alone (of, the, dans) is not listed.
    """
    held = {fold(token) for one in texts_of(parent) for token in _TOKEN.findall(one)}
    runs: list[list[str]] = [[]]
    for token in _TOKEN.findall(text):
        if fold(token) in held:
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    return list(
        dict.fromkeys(" ".join(run) for run in runs if any(fold(one) not in _PLAIN for one in run))
    )


def identifying(text: str, keep: Iterable[str]) -> list[Found]:
    """What rules find in a text and nobody kept, word for word."""
    kept = {one.strip() for one in keep}
    return [one for one in find(text) if one.text.strip() not in kept]


def torn_body(parent: Statement, text: Words, coarse: Coarse) -> TearLine:
    """The child's body: what sort of matter, where and when roughly, and the text."""
    return TearLine(
        about_kind=parent.kind,
        text=text,
        area=coarse.area,
        period_from=coarse.begins,
        period_to=coarse.ends,
    )


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
